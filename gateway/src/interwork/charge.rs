//! What a call costs, as advice of charge tells it (EN 300 182).
//!
//! Leaves out the rates told at setup, which are passed on and are no sum.

use isup::q931::service::Service;
use isup::q931::service::charge::{Amount, ChargeAtEnd, ChargeDuringCall, Multiplier, Price, Recorded};

/// What a call costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Told at the end of the call, else while it lasts.
    pub is_last: bool,
    /// How much.
    pub sum: Sum,
}

/// An amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sum {
    /// Nothing.
    Free,
    /// Money.
    Money {
        /// The currency's name.
        currency: String,
        /// How much, in thousandths of the currency.
        thousandths: u64,
    },
    /// Charging units.
    Units(u64),
}

/// What an advice says; `None`: no amount is known.
pub fn of(service: &Service) -> Option<Charge> {
    let (is_last, sum) = match service {
        Service::ChargeDuringCall(ChargeDuringCall::Free) => (false, Sum::Free),
        Service::ChargeDuringCall(ChargeDuringCall::Specific { recorded, .. }) => (false, sum(recorded)),
        Service::ChargeAtEnd(ChargeAtEnd::Known { recorded, .. }) => (true, recorded.as_ref().map_or(Sum::Free, sum)),
        _ => return None,
    };
    Some(Charge { is_last, sum })
}

fn sum(recorded: &Recorded) -> Sum {
    match recorded {
        Recorded::Currency(Price { currency, amount: Amount { number, multiplier: Multiplier(power) } }) => {
            // Each multiplier is ten times the one before, from a thousandth on.
            let factor = 10u64.saturating_pow(u32::from(*power));
            Sum::Money { currency: currency.clone(), thousandths: u64::from(*number).saturating_mul(factor) }
        }
        Recorded::Units(units) => Sum::Units(units.iter().filter_map(|unit| unit.number).map(u64::from).sum()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use isup::q931::service::charge::Units;

    fn end(recorded: Option<Recorded>) -> Option<Charge> {
        of(&Service::ChargeAtEnd(ChargeAtEnd::Known { recorded, billing: None, association: None }))
    }

    #[test]
    fn money_is_counted_in_thousandths_and_units_are_added_up() {
        let price = |multiplier| {
            let amount = Amount { number: 23, multiplier };
            end(Some(Recorded::Currency(Price { currency: "EUR".into(), amount }))).map(|charge| charge.sum)
        };
        let euro = |thousandths| Some(Sum::Money { currency: "EUR".into(), thousandths });
        assert_eq!(price(Multiplier::HUNDREDTH), euro(230));
        assert_eq!(price(Multiplier::ONE), euro(23_000));
        assert_eq!(price(Multiplier(255)), euro(u64::MAX));
        let units = [3, 4].map(|number| Units { number: Some(number), kind: None });
        assert_eq!(end(Some(Recorded::Units(units.to_vec()))), Some(Charge { is_last: true, sum: Sum::Units(7) }));
    }

    #[test]
    fn nothing_recorded_is_free_and_what_nobody_knows_is_no_charge() {
        assert_eq!(end(None), Some(Charge { is_last: true, sum: Sum::Free }));
        assert_eq!(of(&Service::ChargeAtEnd(ChargeAtEnd::NotAvailable)), None);
    }
}
