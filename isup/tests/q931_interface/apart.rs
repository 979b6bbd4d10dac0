//! Services apart from calls: FACILITY without a call, and connections without a channel.

use crate::chart::{Chart, SIDES, bare};
use isup::q931::codec::{CallReference, ElementCode, Message, MessageType};
use isup::q931::interface::{CONNECTIONS_MAX, Request};

#[test]
fn a_facility_without_a_call_is_told_and_answered_without_one() {
    let facility = Message::new(CallReference::DUMMY, MessageType::FACILITY);
    let mut octets = Vec::new();
    let mut with_element = facility.clone();
    with_element.add_octets(ElementCode::FACILITY, &[0x91]);
    with_element.encode(&mut octets).expect("it fits");
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears_octets(&octets).says(&["apart: FACILITY"]);
        chart.interface.handle_connectionless(facility.clone());
        assert_eq!(chart.drain().len(), 1);
        // Nothing else can be said of no call.
        chart.hears_octets(&[0x08, 0x00, 0x45, 0x08, 0x02, 0x80, 0x90]).says(&[]);
        assert_eq!(chart.interface.counters().unknown_call, 1);
    }
}

#[test]
fn a_connection_without_a_channel_is_answered_and_ended_by_whoever_began_it() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears("SETUP b7 signalling none facility").says(&["0: Connection"]);
        chart.asks(0, Request::Connect(bare("facility"))).says(&["CONNECT b7 none"]);
        assert!(chart.interface.channels().all(|(_, view)| view.is_available()), "it has no channel");
        chart.hears("CONNECT_ACKNOWLEDGE b7").drain();
        chart.hears("RELEASE b7 cause16").says(&["RELEASE_COMPLETE b7", "0: Release", "0: Released"]);
    }
}

#[test]
fn a_connection_beyond_the_last_that_fits_is_refused() {
    let mut chart = Chart::up(isup::q931::interface::Side::User);
    for reference in 1..=CONNECTIONS_MAX {
        chart.hears(&format!("SETUP b{reference} signalling none"));
    }
    chart.drain();
    chart.hears("SETUP b99 signalling none").says(&["RELEASE_COMPLETE b99 cause42"]);
}

#[test]
fn the_loss_of_the_d_channel_ends_a_connection_that_is_not_answered() {
    let mut chart = Chart::up(isup::q931::interface::Side::User);
    chart.hears("SETUP b7 signalling none").says(&["0: Connection"]);
    chart.link(isup::q931::interface::DataLink::Released);
    assert!(chart.drain().contains(&"0: Released".to_owned()));
}
