//! Hunting and ownership, one rule a test.

use config::Model;

use super::*;

fn trunk_index() -> TrunkIndex {
    Model::embedded().trunk_indices().next().expect("the embedded default has a trunk")
}

fn id(n: u32) -> SeatId {
    SeatId::Circuit(CircuitId(n))
}

fn trunk(hunt: Hunting) -> Trunks {
    let seats: Vec<Seat> = (1..=4)
        .map(|n| Seat {
            trunk: trunk_index(),
            id: id(n),
            number: n as u16,
            at: Timeslot { span: 0, timeslot: n as u8 },
            law: Law::A,
            overlap: false,
            user_user: true,
        })
        .collect();
    Trunks::new(&[hunt], &seats)
}

fn codes(hunt: Hunting) -> Vec<u16> {
    let mut trunks = trunk(hunt);
    (0..4).map(|n| trunks.seize(trunk_index(), CallId(n), |_| true).expect("four are idle").number).collect()
}

#[test]
fn each_order_takes_circuits_as_its_name_says() {
    assert_eq!(codes(Hunting::Ascending), [1, 2, 3, 4]);
    assert_eq!(codes(Hunting::Descending), [4, 3, 2, 1]);
    assert_eq!(codes(Hunting::OddFirst), [1, 3, 2, 4]);
    assert_eq!(codes(Hunting::EvenFirst), [2, 4, 1, 3]);
    assert_eq!(codes(Hunting::Cyclic), [1, 2, 3, 4]);
}

#[test]
fn cyclic_goes_on_after_the_one_taken_last_and_comes_round() {
    let mut trunks = trunk(Hunting::Cyclic);
    let mut taken = Vec::new();
    for n in 0..6 {
        let seat = trunks.seize(trunk_index(), CallId(n), |_| true).expect("one is idle");
        taken.push(seat.number);
        trunks.free(seat.id);
    }
    assert_eq!(taken, [1, 2, 3, 4, 1, 2]);
}

#[test]
fn least_recently_used_takes_the_one_idle_longest() {
    let mut trunks = trunk(Hunting::LeastRecentlyUsed);
    let first = trunks.seize(trunk_index(), CallId(1), |_| true).expect("idle");
    trunks.free(first.id);
    let next: Vec<u16> =
        (0..4).map(|n| trunks.seize(trunk_index(), CallId(n), |_| true).expect("idle").number).collect();
    assert_eq!(next, [2, 3, 4, 1]);
}

#[test]
fn a_circuit_has_one_owner_and_the_fifth_call_finds_none() {
    let mut trunks = trunk(Hunting::Ascending);
    for n in 0..4 {
        assert!(trunks.seize(trunk_index(), CallId(n), |_| true).is_some());
    }
    assert_eq!(trunks.seize(trunk_index(), CallId(9), |_| true), None);
    assert_eq!(trunks.seize_incoming(id(2), CallId(9)), None);
    assert_eq!(trunks.occupancy(trunk_index()), Occupancy { owned: 4, circuits: 4 });
    trunks.free(id(2));
    assert!(trunks.seize_incoming(id(2), CallId(9)).is_some());
    assert_eq!(trunks.owner(id(2)), Some(CallId(9)));
}

#[test]
fn an_unusable_circuit_is_passed_over() {
    let mut trunks = trunk(Hunting::Ascending);
    let seat = trunks.seize(trunk_index(), CallId(1), |seat| seat.id != id(1)).expect("three are usable");
    assert_eq!(seat.number, 2);
}

#[test]
fn freeing_twice_is_harmless() {
    let mut trunks = trunk(Hunting::Ascending);
    let seat = trunks.seize(trunk_index(), CallId(1), |_| true).expect("idle");
    trunks.free(seat.id);
    trunks.free(seat.id);
    assert_eq!(trunks.occupancy(trunk_index()), Occupancy { owned: 0, circuits: 4 });
}

#[test]
fn a_circuit_counts_the_calls_that_came_on_it_until_they_are_over_whoever_owns_it() {
    let mut trunks = trunk(Hunting::Ascending);
    for n in 0..3 {
        assert!(trunks.seize_incoming(id(2), CallId(n)).is_some());
        trunks.free(id(2));
    }
    assert_eq!((trunks.begun_on(id(2)), trunks.begun_on(id(1))), (3, 0));
    trunks.seize(trunk_index(), CallId(3), |seat| seat.id == id(2)).expect("nobody owns it");
    trunks.over(CallId(3));
    assert_eq!(trunks.begun_on(id(2)), 3, "a call of ours does not count");
    for n in [1, 0, 2, 2] {
        trunks.over(CallId(n));
    }
    assert_eq!(trunks.begun_on(id(2)), 0);
}
