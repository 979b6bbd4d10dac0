//! The order of records: NAPTR by order and preference (RFC 3403), SRV by priority and weight (RFC 2782).

use super::{Naptr, Srv};

/// Lowest order first, then lowest preference.
pub(super) fn by_order(mut records: Vec<Naptr>) -> Vec<Naptr> {
    records.sort_by_key(|record| (record.order, record.preference));
    records
}

/// Lowest priority first. Among equal ones each place is drawn by weight, those of weight 0 standing first, so that
/// they are drawn seldom and not never.
pub(super) fn by_priority(mut records: Vec<Srv>, random: &mut dyn FnMut() -> u64) -> Vec<Srv> {
    records.sort_by_key(|record| (record.priority, record.weight != 0));
    let mut ordered = Vec::with_capacity(records.len());
    while let Some(priority) = records.first().map(|record| record.priority) {
        let equal = records.iter().take_while(|record| record.priority == priority).count();
        let drawn = draw(&records[..equal], random());
        ordered.push(records.remove(drawn));
    }
    ordered
}

/// The first record at which the running sum of weights reaches a number drawn from 0 to the sum of all.
fn draw(equal: &[Srv], random: u64) -> usize {
    let total: u64 = equal.iter().map(|record| u64::from(record.weight)).sum();
    let wanted = random % (total + 1);
    let mut sum = 0;
    equal
        .iter()
        .position(|record| {
            sum += u64::from(record.weight);
            sum >= wanted
        })
        .expect("the whole sum reaches what was drawn from it")
}
