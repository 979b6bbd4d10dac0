//! Q.931 messages, the contents of every element that has a type, an interface that hears them, and facilities.

use std::time::{Duration, Instant};

use isup::cause::Location;
use isup::q931::codec::{Facility, Message, View};
use isup::q931::interface::{
    CALLS_MAX, ChannelSpec, DChannelId, DataLink, Interface, InterfaceConfig, InterfaceNumber, Side,
};
use isup::q931::rose::{Component, FacilityInformation, Invoke};
use isup::q931::service::{Dialect, Service};
use isup::q931::switch::SwitchType;
use isup::q931::timer::Timers;

/// A message from its protocol discriminator on: kept octet for octet, its elements of a type read again; and an interface
/// of either side that hears it stays consistent, falls quiet and keeps a bounded number of calls.
pub fn q931_message(octets: &[u8]) -> bool {
    heard(octets, Side::User);
    heard(octets, Side::Network);
    let Ok(message) = Message::decode(octets) else { return false };
    let mut again = Vec::new();
    message.encode(&mut again).expect("what was decoded can be encoded");
    assert_eq!(again, octets);
    for (code, contents) in message.elements() {
        let Some(view) = View::of(code) else { continue };
        let Ok(again) = view.recode(contents) else { continue };
        assert_eq!(view.recode(&again).as_ref(), Ok(&again), "{code}");
        view.words(contents).expect("what decodes has words");
    }
    true
}

/// The contents of a facility element: written again with the same meaning, and so is every service in it.
pub fn q931_facility(octets: &[u8]) -> bool {
    let Ok(information) = FacilityInformation::decode(&Facility(octets.to_vec())) else { return false };
    assert_eq!(FacilityInformation::decode(&information.encode()).as_ref(), Ok(&information));
    for component in &information.components {
        let Component::Invoke(invoke) = component else { continue };
        for dialect in [Dialect::Etsi, Dialect::Qsig, Dialect::National, Dialect::Dms100] {
            service(dialect, invoke);
        }
    }
    true
}

fn service(dialect: Dialect, invoke: &Invoke) {
    let Ok(Some(service)) = Service::of(dialect, invoke) else { return };
    let sent = service.invoke(dialect, invoke.id).expect("what a dialect has, it can send");
    let again = Service::of(dialect, &sent).expect("a fitting argument").expect("a known operation");
    assert_eq!(again.invoke(dialect, invoke.id), Some(sent));
}

fn heard(octets: &[u8], side: Side) {
    let now = Instant::now();
    let mut interface = Interface::new(InterfaceConfig {
        side,
        switch: SwitchType::Ni2,
        location: Location::PRIVATE_LOCAL,
        d_channels: vec![InterfaceNumber(0)],
        channels: (1..=4).map(|timeslot| ChannelSpec { interface: InterfaceNumber(0), timeslot }).collect(),
        timers: Timers::USER,
        maintenance: None,
    });
    interface.handle_data_link(now, DChannelId(0), DataLink::Established);
    // Twice: the second time there may be a call that it is about.
    for _ in 0..2 {
        interface.handle_data_link(now, DChannelId(0), DataLink::Data(octets.to_vec()));
        assert_eq!(interface.invariant(), Ok(()));
    }
    interface.handle_timeout(now + LONG);
    assert_eq!(interface.invariant(), Ok(()));
    let said = std::iter::from_fn(|| interface.poll_output()).take(OUTPUTS_MAX + 1).count();
    assert!(said <= OUTPUTS_MAX, "it does not fall quiet");
    assert!(interface.calls().count() <= CALLS_MAX);
}

/// Longer than any timer.
const LONG: Duration = Duration::from_secs(1_000);
/// More than two messages and every timer's expiry bring about on four channels.
const OUTPUTS_MAX: usize = 64;
