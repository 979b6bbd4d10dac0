//! A start that cannot be: what the gateway says names span, timeslot, channel and remedy, and nothing stays open.

use dahdi_sys::{Kernel, LinuxKernel, Node};
use std::fs;

use super::gateway::Gateway;
use super::setup::{Setup, Signalling, link_mode};

fn assert_says(setup: &Setup, words: &[&str]) {
    let said = Gateway::refused(setup);
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
    assert!(LinuxKernel.open(Node::Channel(2)).is_ok(), "a bearer stayed open");
}

fn on(span: &str) -> Setup {
    Setup { span: span.into(), ..Setup::first_span() }
}

#[test]
fn without_a_driver_the_remedy_is_to_load_it() {
    fs::rename("/dev/dahdi", "/dev/away").expect("a folder in memory");
    let said = [Setup::first_span(), Setup::own_span()].map(|setup| Gateway::refused(&setup));
    fs::rename("/dev/away", "/dev/dahdi").expect("a folder in memory");
    assert!(said[0].contains("timeslot 16 of span \"near\" (DAHDI's span 1, channel 16)"), "{}", said[0]);
    for said in said {
        assert!(said.contains("span \"near\"") && said.contains("modprobe dahdi"), "{said}");
    }
}

#[test]
fn a_channel_that_another_program_holds_is_named() {
    let holds = |channel| LinuxKernel.open(Node::Channel(channel)).expect("it is free");
    let link = holds(16);
    assert_says(&Setup::first_span(), &["timeslot 16 of span \"near\" (DAHDI's span 1, channel 16)", "EBUSY", "fuser"]);
    drop(link);
    let _bearer = holds(5);
    assert_says(&Setup::first_span(), &["timeslot 5 of span \"near\" (DAHDI's span 1, channel 5)", "EBUSY", "fuser"]);
}

#[test]
fn a_span_without_the_channels_of_the_configuration_is_named() {
    assert_says(&on("first_channel = 900"), &["span \"near\"", "channel 900", "dahdi_scan"]);
    assert_says(&on("first_channel = 2"), &["span \"near\"", "channel 2", "timeslot 2", "`first_channel`"]);
    assert_says(&on("number = 9"), &["span \"near\"", "DAHDI's span 9", "dahdi_scan"]);
    assert_says(&on("line = \"t1\""), &["span \"near\"", "DAHDI's span 1", "31 channels", "`line`"]);
}

#[test]
fn a_timeslot_with_another_signalling_mode_is_named() {
    // Beside a link on timeslot 15, timeslot 16 is a circuit to the gateway.
    let elsewhere = Setup { signalling: Signalling::isup(15, &link_mode()), ..Setup::first_span() };
    assert_says(&elsewhere, &["timeslot 16 of span \"near\" (DAHDI's span 1, channel 16)", "bchan=", "dahdi_cfg"]);
    if link_mode() == "mtp2" {
        let plain = Setup { signalling: Signalling::isup(16, "hdlc"), ..Setup::first_span() };
        assert_says(&plain, &["timeslot 16 of span \"near\" (DAHDI's span 1, channel 16)", "mtp2", "dchan="]);
    }
}
