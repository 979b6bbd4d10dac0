//! Who is at the other end after a transfer: EctInform of a public network (EN 300 369-1), which tells its user, and call transfer
//! complete of a private one (ECMA-178), which goes both ways.

use isup::q931::interface::Side;
use isup::q931::service::party::{Presented, ScreenedNumber};
use isup::q931::service::transfer::{TransferComplete, Transferred as EctInform};
use isup::q931::service::{Dialect, Service};

use super::diversion::{party, presented};
use super::setup::disclosed;
use crate::interwork::hub::{Calling, Transferred};

/// What a service says of it; `None`: nothing.
pub fn told(service: &Service) -> Option<Transferred> {
    match service {
        Service::Transferred(EctInform { active, number }) => {
            Some(Transferred { to: number.as_ref().and_then(party), alerting: !active })
        }
        Service::TransferComplete(complete) => {
            let number = match &complete.number {
                Presented::Allowed(screened) => Some(Presented::Allowed(screened.number.clone())),
                Presented::RestrictedNumber(screened) => Some(Presented::RestrictedNumber(screened.number.clone())),
                Presented::Restricted | Presented::NotAvailable => None,
            };
            Some(Transferred { to: number.as_ref().and_then(party), alerting: complete.alerting })
        }
        _ => None,
    }
}

/// The service that says so, of the side that may; `None`: the dialect has none.
pub fn tell(dialect: Dialect, side: Side, transferred: &Transferred) -> Option<Service> {
    let to = transferred.to.as_ref();
    match (dialect, side) {
        (Dialect::Etsi, Side::Network) => {
            let number = to.map_or(Presented::NotAvailable, presented);
            Some(Service::Transferred(EctInform { active: !transferred.alerting, number: Some(number) }))
        }
        (Dialect::Qsig, _) => Some(Service::TransferComplete(TransferComplete {
            secondary: false,
            number: to.map_or(Presented::NotAvailable, screened),
            elements: Vec::new(),
            name: None,
            alerting: transferred.alerting,
        })),
        (Dialect::Etsi, Side::User) | (Dialect::National | Dialect::Dms100, _) => None,
    }
}

fn screened(party: &Calling) -> Presented<ScreenedNumber> {
    let screening = disclosed(party).screening;
    match presented(party) {
        Presented::Allowed(number) => Presented::Allowed(ScreenedNumber { number, screening }),
        Presented::RestrictedNumber(number) => Presented::RestrictedNumber(ScreenedNumber { number, screening }),
        Presented::Restricted => Presented::Restricted,
        Presented::NotAvailable => Presented::NotAvailable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_there_now_means_the_same_where_it_is_heard() {
        let to = Calling { number: "+4930777".into(), display: None, restricted: true, asserted: false };
        for told_of in [
            Transferred { to: Some(to.clone()), alerting: false },
            Transferred { to: Some(Calling { restricted: false, ..to }), alerting: true },
            Transferred { to: None, alerting: false },
        ] {
            for dialect in [Dialect::Etsi, Dialect::Qsig] {
                let service = tell(dialect, Side::Network, &told_of).expect("both have one");
                assert_eq!(told(&service), Some(told_of.clone()), "{dialect:?}");
            }
        }
        let nobody = Transferred { to: None, alerting: false };
        assert_eq!(tell(Dialect::Etsi, Side::User, &nobody), None, "a user tells its network nothing");
        assert_eq!(tell(Dialect::National, Side::Network, &nobody), None);
    }
}
