//! Number portability in an IAM: the number called, the number by which it is reached, and whether the database was asked.
//!
//! Networks write the two numbers in ways of their own. An IAM is made in one of them and then changed into the trunk's, as the
//! configuration says (`ported`):
//!
//! | way | called party number | besides | source |
//! |---|---|---|---|
//! | directory number | routing number, nature 6 | called directory number | the parameters' and codes' names in Q.763; Q.769.1 was not read |
//! | concatenated | routing number and directory number, nature 8 | | the code's name in Q.763; RFC 3398 8.2.1.1 |
//! | generic address | routing number | generic address, "ported number" | RFC 3398 8.2.1.1, RFC 4694 5.2.4; the code of "ported number" is that of North American practice, its text was not read |
//!
//! Bit M of the forward call indicators says that the database was asked (Wireshark's name for it: ported number translation).
//! Leaves out: taking a concatenated number apart, as nobody says where the routing number ends; the dial plan sees all its
//! digits. The network routing number parameter is passed on in transit and not looked at.

use config::model::Ported;
use isup::codec::{
    CalledDirectoryNumber, CalledPartyNumber, ForwardCallIndicators, GenericNumber, Message, NatureOfAddress,
    NumberQualifier, ParameterCode,
};

use super::number::{self, Number};
use crate::interwork::hub::Portability;

/// The called number of an IAM, and what it says of its portability.
pub fn read(iam: &Message, addressed: &CalledPartyNumber) -> (String, Portability) {
    let queried = iam.find::<ForwardCallIndicators>().is_some_and(|it| it.national & TRANSLATED != 0);
    let directory = iam.find::<CalledDirectoryNumber>().map(|it| number::to_text(&it.digits, it.nature));
    let generic = || iam.all::<GenericNumber>().flatten().find(|it| it.qualifier == PORTED);
    let directory = directory.or_else(|| generic().map(|it| number::to_text(&it.digits, it.nature)));
    let dialled = number::to_text(&addressed.digits, plain(addressed.nature));
    match directory {
        Some(called) => (called, Portability { queried, routing_number: Some(dialled) }),
        None => (dialled, Portability { queried, routing_number: None }),
    }
}

/// The IAM that says so; its called party number is the one that it is reached by.
pub fn write(portability: &Portability, called: &str, mut iam: Message) -> Message {
    if portability.queried {
        let indicators = iam.find::<ForwardCallIndicators>().unwrap_or_default();
        iam.set(&ForwardCallIndicators { national: indicators.national | TRANSLATED, ..indicators });
    }
    if let (Some(_), Ok(Number { digits, nature })) = (&portability.routing_number, number::to_isup(called, None)) {
        iam.set(&CalledDirectoryNumber { digits, nature, ..Default::default() });
    }
    iam
}

/// The same IAM in the trunk's way, where it has both numbers.
pub fn told(iam: &mut Message, way: Ported) {
    let (Some(routing), Some(directory)) = (iam.find::<CalledPartyNumber>(), iam.find::<CalledDirectoryNumber>())
    else {
        return;
    };
    match way {
        Ported::DirectoryNumber => iam.set(&CalledPartyNumber { nature: NatureOfAddress::ROUTING_NATIONAL, ..routing }),
        Ported::Concatenated => {
            let mut digits = routing.digits.without_st();
            let both = directory.digits.codes().try_for_each(|code| digits.push(code));
            // Two numbers that are too long for one parameter stay as they are.
            if both.is_ok() {
                let nature = NatureOfAddress::ROUTING_WITH_DIRECTORY_NUMBER;
                iam.set(&CalledPartyNumber { digits, nature, ..routing });
                iam.remove(ParameterCode::CALLED_DIRECTORY_NUMBER);
            }
        }
        Ported::GenericAddress => {
            let CalledDirectoryNumber { digits, nature, plan, .. } = directory;
            iam.remove(ParameterCode::CALLED_DIRECTORY_NUMBER);
            iam.add(&GenericNumber { qualifier: PORTED, nature, plan, digits, ..Default::default() });
        }
    }
}

/// A routing number is written as the number of its kind.
fn plain(nature: NatureOfAddress) -> NatureOfAddress {
    if nature == NatureOfAddress::ROUTING_NATIONAL { NatureOfAddress::NATIONAL } else { nature }
}

/// Bit M of the forward call indicators, the lowest of those for national use.
const TRANSLATED: u8 = 1;
/// What ANSI's generic address, which has the code and the fields of the generic number, says of a number that was ported.
const PORTED: NumberQualifier = NumberQualifier(0xC0);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interwork::hub::Setup;
    use crate::interwork::isup::iam;

    fn message(routing_number: Option<&str>) -> Message {
        let portability = Portability { queried: true, routing_number: routing_number.map(str::to_owned) };
        let setup = Setup { portability, ..Setup::unknown("2025331234".into()) };
        iam::message(&setup, false).expect("digits")
    }

    fn said(way: Ported) -> Message {
        let mut iam = message(Some("2026219999"));
        told(&mut iam, way);
        iam
    }

    fn called(iam: &Message) -> (String, NatureOfAddress) {
        let called = iam.find::<CalledPartyNumber>().expect("it is mandatory");
        (called.digits.to_string(), called.nature)
    }

    #[test]
    fn both_numbers_stand_where_the_trunk_has_them() {
        let both = said(Ported::DirectoryNumber);
        assert_eq!(called(&both), ("2026219999".into(), NatureOfAddress::ROUTING_NATIONAL));
        assert_eq!(both.find::<CalledDirectoryNumber>().map(|it| it.digits.to_string()), Some("2025331234".into()));
        let one = said(Ported::Concatenated);
        assert_eq!(called(&one), ("20262199992025331234".into(), NatureOfAddress::ROUTING_WITH_DIRECTORY_NUMBER));
        assert_eq!(one.find::<CalledDirectoryNumber>(), None);
        let ansi = said(Ported::GenericAddress);
        assert_eq!(called(&ansi), ("2026219999".into(), NatureOfAddress::NATIONAL));
        let generic = ansi.all::<GenericNumber>().flatten().next().expect("a generic address");
        assert_eq!((generic.qualifier, generic.digits.to_string()), (PORTED, "2025331234".into()));
    }

    #[test]
    fn what_is_written_is_read_in_both_ways_that_can_be() {
        for way in [Ported::DirectoryNumber, Ported::GenericAddress] {
            let setup = iam::setup(&said(way)).expect("it asks for a call");
            assert_eq!(setup.called, "2025331234", "{way:?}");
            let routing_number = Some("2026219999".to_owned());
            assert_eq!(setup.portability, Portability { queried: true, routing_number }, "{way:?}");
        }
    }

    #[test]
    fn a_number_that_is_not_ported_is_called_itself_and_bit_m_says_that_the_database_was_asked() {
        let mut iam = message(None);
        told(&mut iam, Ported::Concatenated);
        assert_eq!(called(&iam), ("2025331234".into(), NatureOfAddress::NATIONAL));
        assert_eq!(iam.find::<ForwardCallIndicators>().map(|it| it.national), Some(TRANSLATED));
        let setup = iam::setup(&iam).expect("it asks for a call");
        assert_eq!(setup.portability, Portability { queried: true, routing_number: None });
    }
}
