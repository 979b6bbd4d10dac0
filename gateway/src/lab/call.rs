//! Calls that a far exchange places towards SIP: what stands behind `POST /sim/call`.
//!
//! A call's number names its exchange too, so that nothing needs to be remembered here: the exchange keeps outcomes,
//! bounded, and forgets the oldest.

use super::embedded::Exchanges;
use crate::io::admin::Laboratory;
use crate::ops::admin::{SimOrder, SimOutcome};
use hw_sim::far_end::{CallOrder, CallOutcome, OrderId, ReleasedBy};

impl Laboratory for Exchanges {
    fn place(&self, order: &SimOrder) -> Result<u64, String> {
        let Some((index, exchange)) = self.behind(&order.trunk) else {
            let known: Vec<&str> = self.trunks().collect();
            return Err(format!(
                "no simulated exchange is behind trunk {:?}, but behind: {}",
                order.trunk,
                known.join(", ")
            ));
        };
        if !is_number(&order.called) || !(order.calling.is_empty() || is_number(&order.calling)) {
            return Err(format!("a number has 1 to {DIGITS_MAX} digits"));
        }
        let call = CallOrder::conversation(&order.called, &order.calling, order.hold_ms);
        let OrderId(number) = exchange.place(CallOrder { verify: order.verify, ..call });
        Ok(number * self.count() + index)
    }

    fn outcome(&self, id: u64) -> Option<SimOutcome> {
        let exchange = self.get(id % self.count().max(1))?;
        exchange.outcome(OrderId(id / self.count())).map(words)
    }
}

fn is_number(digits: &str) -> bool {
    (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

fn words(outcome: CallOutcome) -> SimOutcome {
    let released_by = match outcome.released_by {
        ReleasedBy::FarExchange => "the far exchange",
        ReleasedBy::Gateway => "the gateway",
        ReleasedBy::Reset => "a reset of the circuit",
        ReleasedBy::NoCircuit => "nobody: no circuit or no link was to be had",
        ReleasedBy::OrdersFull => "nobody: the exchange has too many orders",
    };
    SimOutcome {
        cic: outcome.circuit,
        answered: outcome.answered,
        cause: outcome.cause,
        released_by: released_by.into(),
        octets_checked: outcome.octets_checked,
        differences: outcome.differences,
        lost_sync: outcome.lost_sync,
        round_trip_ms: outcome.delay_ms_round_trip,
    }
}

/// The longest number that an IAM carries (Q.763 clause 3.9).
const DIGITS_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::embedded::Embedded;
    use config::Model;
    use config::model::Driver;

    fn exchanges() -> Embedded {
        let model = Model::embedded();
        let Driver::Sim(sim) = model.driver.clone() else { panic!("the embedded default is simulated") };
        Embedded::start(&model, &sim).unwrap()
    }

    fn order(trunk: &str, called: &str) -> SimOrder {
        SimOrder { trunk: trunk.into(), called: called.into(), calling: String::new(), hold_ms: 10, verify: true }
    }

    #[test]
    fn a_call_that_lives_has_a_number_and_no_outcome() {
        let embedded = exchanges();
        let id = embedded.exchanges().place(&order("trunk", "700")).unwrap();
        assert_eq!(embedded.exchanges().outcome(id), None);
    }

    #[test]
    fn an_unknown_trunk_and_what_is_no_number_are_refused_in_words() {
        let embedded = exchanges();
        let refused = embedded.exchanges().place(&order("elsewhere", "700")).unwrap_err();
        assert!(refused.contains("elsewhere") && refused.ends_with("trunk, pri"), "{refused}");
        let refused = embedded.exchanges().place(&order("trunk", "7o0")).unwrap_err();
        assert!(refused.contains("digits"), "{refused}");
    }
}
