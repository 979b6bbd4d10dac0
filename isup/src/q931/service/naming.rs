//! How a party's name goes with a call: over Facility, in a display element, or both, as the switch type has it.
//!
//! The rows of [`Profile`] are what libpri sends to each switch type. A name over Facility is believed before one in a
//! display element; a display without a mark may be anything, and is taken as a name where the row has names there.
//! Leaves out the name that follows in a FACILITY of its own, which the owner of the call hears by [`super::heard`].

use super::name::{Name, NameOf, NameText};
use super::{Heard, Service, heard};
use crate::lapd::Side;
use crate::q931::codec::{DisplayInformation, Message};
use crate::q931::rose::InvokeId;
use crate::q931::switch::{NameDisplay, Profile};

/// Puts a name into a SETUP or CONNECT of this side; a restricted one is never displayed.
pub fn tell(profile: &Profile, side: Side, of: NameOf, name: &Name, message: &mut Message) {
    let services = profile.services.filter(|_| profile.name_service);
    let service = services.and_then(|dialect| Service::Name(of, name.clone()).facility(dialect, NAME_ID));
    if let Some(facility) = service {
        message.add(&facility);
    }
    let mark: &[u8] = match profile.name_display {
        NameDisplay::ToUser if side == Side::Network => &[],
        NameDisplay::Marked if of == NameOf::Calling => &[MARK],
        NameDisplay::None | NameDisplay::ToUser | NameDisplay::Marked => return,
    };
    if let Some(text) = name.shown() {
        let character = |character| u8::try_from(character).ok().filter(u8::is_ascii).unwrap_or(b'?');
        let characters = text.text().chars().map(character).collect::<Vec<u8>>();
        message.add(&DisplayInformation([mark, &characters].concat()));
    }
}

/// The name in a SETUP or CONNECT to this side.
pub fn told(profile: &Profile, of: NameOf, message: &Message) -> Option<Name> {
    let services = profile.services.filter(|_| profile.name_service);
    let heard = services.map(|dialect| heard(dialect, message)).unwrap_or_default();
    let named = heard.into_iter().find_map(|heard| match heard {
        Heard::Service(_, Service::Name(whose, name)) if whose == of => Some(name),
        _ => None,
    });
    named.or_else(|| displayed(profile, message))
}

fn displayed(profile: &Profile, message: &Message) -> Option<Name> {
    if profile.name_display == NameDisplay::None {
        return None;
    }
    let display = message.find::<DisplayInformation>()?.0;
    // Whatever mark stands there: some networks have others.
    let characters = display.iter().copied().filter(u8::is_ascii).map(char::from).collect::<String>();
    let name = characters.trim();
    (!name.is_empty()).then(|| Name::Allowed(NameText::new(name)))
}

/// Nobody answers the invocation of a name, so that all may have one identifier.
const NAME_ID: InvokeId = InvokeId(1);

/// A calling party's name follows in this display element.
const MARK: u8 = 0xb1;
