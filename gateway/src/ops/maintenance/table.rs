//! Reports as an operator reads them: circuits that came to the same stand in one line.
//!
//! ```text
//! block trunk: 29 of 30 circuits acknowledged
//!   1-15,17-30  acknowledged: CGBA
//!   31          unanswered: no CGBA within T18 (15 s); CGB is sent again ...
//! ```

use std::fmt;

use super::{CircuitAction, CircuitRow, CircuitsReport, LinkAction, LinkReport, Numbers, Outcome};

impl fmt::Display for CircuitsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.circuits.len();
        let good = self.circuits.iter().filter(|row| row.outcome.is_success()).count();
        let word = match self.action {
            CircuitAction::Query => "agreed",
            _ => "done",
        };
        writeln!(f, "{} {}: {word} for {good} of {all} circuits", self.action, self.trunk)?;
        let kinds = kinds(&self.circuits);
        let width = kinds.iter().map(|(numbers, _)| numbers.len()).max().unwrap_or(0);
        kinds.iter().try_for_each(|(numbers, row)| writeln!(f, "  {numbers:width$}  {}", Said(row)))
    }
}

/// The rows that differ in more than the number, each with the numbers of all that are alike.
fn kinds(rows: &[CircuitRow]) -> Vec<(String, &CircuitRow)> {
    let mut kinds: Vec<(&CircuitRow, Vec<u16>)> = Vec::new();
    for row in rows {
        match kinds.iter_mut().find(|(first, _)| is_alike(first, row)) {
            Some((_, numbers)) => numbers.push(row.number),
            None => kinds.push((row, vec![row.number])),
        }
    }
    kinds.into_iter().map(|(row, numbers)| (Numbers::of(numbers).to_string(), row)).collect()
}

fn is_alike(one: &CircuitRow, other: &CircuitRow) -> bool {
    let but_number = |row: &CircuitRow| CircuitRow { number: 0, ..row.clone() };
    but_number(one) == but_number(other)
}

struct Said<'a>(&'a CircuitRow);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CircuitRow { outcome, detail, ours, theirs, .. } = self.0;
        match (ours, theirs) {
            (Some(ours), Some(theirs)) => write!(f, "{outcome}: here {ours}; there {theirs}")?,
            _ => write!(f, "{outcome}")?,
        }
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
    }
}

impl fmt::Display for LinkReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}: {}: {}", self.action, self.link, self.outcome, self.detail)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Acknowledged => "acknowledged",
            Outcome::Here => "done here",
            Outcome::Differs => "differs",
            Outcome::Failed => "failed",
            Outcome::Refused => "refused",
            Outcome::Unanswered => "unanswered",
        })
    }
}

impl fmt::Display for CircuitAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CircuitAction::Block => "block",
            CircuitAction::Unblock => "unblock",
            CircuitAction::Reset => "reset",
            CircuitAction::Query => "query",
            CircuitAction::Validate => "validate",
            CircuitAction::Continuity => "continuity",
        })
    }
}

impl fmt::Display for LinkAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LinkAction::Activate => "activate",
            LinkAction::Deactivate => "deactivate",
            LinkAction::Inhibit => "inhibit",
            LinkAction::Uninhibit => "uninhibit",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circuits_that_came_to_the_same_stand_in_one_line() {
        let row = |number, outcome, detail: &str| CircuitRow {
            number,
            outcome,
            detail: detail.into(),
            ours: None,
            theirs: None,
        };
        let mut circuits: Vec<_> = (1..=4).map(|number| row(number, Outcome::Acknowledged, "CGBA")).collect();
        circuits.push(row(5, Outcome::Unanswered, "no CGBA"));
        let mut report = CircuitsReport { trunk: "trunk".into(), action: CircuitAction::Block, circuits };
        let told = "block trunk: done for 4 of 5 circuits\n  1-4  acknowledged: CGBA\n  5    unanswered: no CGBA\n";
        assert_eq!(report.to_string(), told);
        assert!(!report.is_success());
        report.circuits.pop();
        assert!(report.is_success());
    }

    #[test]
    fn a_query_tells_both_ends() {
        let circuits = vec![CircuitRow {
            number: 7,
            outcome: Outcome::Differs,
            detail: "the next audit heals it".into(),
            ours: Some("idle".into()),
            theirs: Some("outgoing busy".into()),
        }];
        let report = CircuitsReport { trunk: "t".into(), action: CircuitAction::Query, circuits };
        let told = "query t: agreed for 0 of 1 circuits\n  \
                    7  differs: here idle; there outgoing busy: the next audit heals it\n";
        assert_eq!(report.to_string(), told);
    }
}
