//! Numbers and layouts against foreign ones: a few from the header by hand, all of them from its compiled form where that is at hand.

use std::path::PathBuf;

use dahdi_sys::abi::{self, number};
use dahdi_sys::{Errno, Event, Kernel, LinuxKernel, Node, SpanStatus};
use serde_json::Value;

#[test]
fn ioctl_numbers_are_the_headers() {
    // As strace shows them for dahdi_cfg and Asterisk.
    assert_eq!(number::SPECIFY, 0x4004_da26);
    assert_eq!(number::SPANSTAT, 0xc13a_da0a);
    assert_eq!(number::SET_BUFINFO, 0x4018_da1b);
    assert_eq!(number::GETEVENT, 0x8004_da08);
    assert_eq!(number::GET_PARAMS, 0xc088_da05);
    assert_eq!(number::TIMERACK, 0x4004_da30);
    assert_eq!(number::BUFFER_EVENTS, 0x4004_da69);
}

fn header() -> Option<Value> {
    let shared = std::env::var_os("SPANGATE_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"));
    let Ok(text) = std::fs::read_to_string(shared.join("spec/dahdi_abi_debian.json")) else {
        println!("skipped: numbers of Debian's header: shared folder absent");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the header's numbers are JSON"))
}

#[test]
fn every_ioctl_number_agrees_with_debians_header() {
    let Some(header) = header() else { return };
    for (name, number) in abi::number::ALL {
        let value = &header["ioctls"][format!("DAHDI_{name}")]["value"];
        assert_eq!(value.as_u64(), Some(u64::from(*number)), "{name}");
    }
}

#[test]
fn every_struct_agrees_with_debians_header() {
    let Some(header) = header() else { return };
    for layout in abi::LAYOUTS {
        let name = layout.name;
        let theirs = &header["structs"][name];
        assert_eq!(theirs["size"].as_u64(), Some(layout.size as u64), "{name}");
        let theirs = theirs["fields"].as_array().expect("fields");
        let theirs: Vec<_> = theirs.iter().map(|field| (field["name"].as_str(), field["offset"].as_u64())).collect();
        let ours: Vec<_> =
            layout.fields.iter().map(|(field, offset, _)| (Some(*field), Some(*offset as u64))).collect();
        assert_eq!(theirs, ours, "{name}");
    }
}

#[test]
fn every_constant_agrees_with_debians_header() {
    let Some(header) = header() else { return };
    for (name, ours) in abi::constants() {
        assert_eq!(header["constants"][name].as_i64(), Some(ours), "{name}");
    }
}

#[test]
fn every_event_of_debians_header_has_a_name() {
    let Some(header) = header() else { return };
    for (name, number) in header["constants"].as_object().expect("constants") {
        let Some(event) = name.strip_prefix("DAHDI_EVENT_").filter(|event| *event != "NONE") else { continue };
        let number = i32::try_from(number.as_i64().expect("a number")).expect("an int");
        let ours = Event::from_number(number).expect("only NONE is 0");
        assert!(!matches!(ours, Event::Unknown(_)), "{event} = {number}");
        assert_eq!(ours.number(), number);
    }
}

#[test]
fn every_alarm_and_maintenance_command_of_debians_header_is_stated() {
    let Some(header) = header() else { return };
    let stated: Vec<&str> = abi::constants().map(|(name, _)| name).collect();
    let is_ours = |name: &str| name.starts_with("DAHDI_MAINT_") || name.starts_with("DAHDI_ALARM_");
    for name in header["constants"].as_object().expect("constants").keys().filter(|name| is_ours(name)) {
        // An older name of NETWORKLINELOOP.
        assert!(stated.contains(&name.as_str()) || name == "DAHDI_MAINT_REMOTELOOP", "{name}");
    }
}

#[test]
fn an_echo_canceller_takes_eight_parameters_and_no_more() {
    let settings = abi::EchoCancellerSettings::new(64, &[("nlp", 1); 8]).expect("eight are possible");
    assert_eq!((settings.taps(), settings.params().len()), (64, 8));
    assert_eq!(settings.params()[7].name.to_string(), "nlp");
    assert_eq!(abi::EchoCancellerSettings::new(64, &[("nlp", 1); 9]), None);
}

#[test]
fn a_host_without_dahdi_says_what_to_do() {
    if std::path::Path::new("/dev/dahdi").exists() {
        println!("skipped: a host without DAHDI: this one has it");
        return;
    }
    assert_eq!(LinuxKernel.open(Node::Channel(1)).err(), Some(Errno::ENOENT));
    let error = SpanStatus::read(&LinuxKernel, 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/dev/dahdi/ctl could not be opened: ENOENT: there is no such device file: the dahdi modules are not loaded; \
         load the card's module (modprobe dahdi) and look with dahdi_scan"
    );
}
