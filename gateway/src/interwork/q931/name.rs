//! The names of who calls and of who answers. RFC 4497 has no row for names; a display name is the hub's word for what the caller is called.
//!
//! Leaves out the name of a caller whose number is not known, for which the hub has no place.

use isup::q931::codec::Message;
use isup::q931::service::name::{Name, NameOf, NameText};
use isup::q931::service::naming;
use isup::q931::switch::Profile;

use crate::interwork::hub::{Answer, Calling, Setup};

/// The name for a SETUP: withheld where the number is, absent where nothing can be read.
pub fn calling(setup: &Setup) -> Option<Name> {
    shown_as(setup.calling.as_ref()?)
}

/// The name for a CONNECT, likewise.
pub fn connected(answer: &Answer) -> Option<Name> {
    shown_as(answer.connected.as_ref()?)
}

/// Puts the name of who answers, if it may be shown, beside the number, which need not be known.
pub fn answered(answer: &mut Answer, name: Option<Name>) {
    if let Some(text) = name.as_ref().and_then(Name::shown) {
        let nobody = || Calling { number: String::new(), display: None, restricted: false, asserted: false };
        answer.connected.get_or_insert_with(nobody).display = Some(text.text().into());
    }
}

fn shown_as(party: &Calling) -> Option<Name> {
    let text = party.display.as_ref()?.as_str()?.trim();
    let text = Some(text).filter(|text| !text.is_empty()).map(NameText::new)?;
    Some(if party.restricted { Name::Restricted(Some(text)) } else { Name::Allowed(text) })
}

/// Puts the name that may be shown, out of a SETUP, beside the number.
pub fn read(message: &Message, profile: &Profile, setup: &mut Setup) {
    let name = naming::told(profile, NameOf::Calling, message);
    if let Some((calling, text)) = setup.calling.as_mut().zip(name.as_ref().and_then(Name::shown)) {
        calling.display = Some(text.text().into());
    }
}

#[cfg(test)]
mod tests {
    use isup::lapd::Side;
    use isup::q931::switch::SwitchType;
    use media::Law;

    use super::*;
    use crate::interwork::hub::Calling;
    use crate::interwork::q931::setup;

    fn arrives(switch: SwitchType, restricted: bool) -> Option<String> {
        let calling = Calling { number: "200".into(), display: Some("Zoë".into()), restricted, asserted: false };
        let sent = Setup { calling: Some(calling), ..Setup::unknown("600".into()) };
        let mut message = setup::message(&sent, Law::A).expect("digits");
        let name = super::calling(&sent).expect("a name");
        naming::tell(switch.profile(), Side::User, NameOf::Calling, &name, &mut message);
        let mut heard = setup::setup(&message).expect("what we send");
        read(&message, switch.profile(), &mut heard);
        heard.calling.and_then(|calling| calling.display).and_then(|display| display.as_str().map(str::to_owned))
    }

    #[test]
    fn a_name_arrives_where_the_switch_type_tells_names() {
        assert_eq!(arrives(SwitchType::Qsig, false).as_deref(), Some("Zoë"));
        assert_eq!(arrives(SwitchType::Ni2, false).as_deref(), Some("Zoë"));
        assert_eq!(arrives(SwitchType::Ni1, false).as_deref(), Some("Zo?"));
        assert_eq!(arrives(SwitchType::EuroIsdnE1, false), None);
    }

    #[test]
    fn a_name_that_is_withheld_is_not_shown() {
        for switch in SwitchType::ALL {
            assert_eq!(arrives(switch, true), None, "{switch:?}");
        }
    }
}
