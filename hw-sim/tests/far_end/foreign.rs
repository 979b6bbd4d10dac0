//! What the far exchange puts on the wire, read by a foreign decoder (tshark) when there is one.

use std::process::{Command, Stdio};

use hw_sim::far_end::CallOrder;
use hw_sim::hdlc::Deframer;

use crate::wire::Wire;

#[test]
fn tshark_finds_nothing_malformed_in_what_the_exchanges_say() {
    let mut wire = Wire::new();
    wire.tapped = Some(Default::default());
    play_everything(&mut wire);
    let units: Vec<Vec<u8>> =
        wire.tapped.take().expect("set above").iter().flat_map(|octets| message_units(octets)).collect();
    assert!(units.len() > 40, "{} message signal units", units.len());

    let path = std::env::temp_dir().join(format!("far-end-{}.pcap", std::process::id()));
    std::fs::write(&path, capture(&units)).expect("the directory for temporary files is writable");
    let tshark = |filter: &str| {
        let arguments = [
            "-r",
            path.to_str().expect("a temporary path in UTF-8"),
            "-Y",
            filter,
            "-T",
            "fields",
            "-e",
            "_ws.col.Info",
        ];
        Command::new("tshark").args(arguments).stderr(Stdio::null()).output().ok()
    };
    let bad = tshark("_ws.malformed or _ws.expert.severity >= 6291456");
    let read = tshark("isup or mtp3mg");
    std::fs::remove_file(&path).expect("written above");
    let (Some(bad), Some(read)) = (bad, read) else { return println!("skipped: foreign decoding: tshark absent") };
    assert!(bad.status.success() && read.status.success(), "tshark did not take filter or file");
    assert_eq!(String::from_utf8_lossy(&bad.stdout), "");
    assert_eq!(String::from_utf8_lossy(&read.stdout).lines().count(), units.len());
}

/// Every message that an exchange sends by itself or when ordered.
fn play_everything(wire: &mut Wire) {
    wire.run_until_idle();
    for called in ["600", "603", "606", "607"] {
        wire.call(CallOrder::conversation(called, "301234567", 20));
    }
    wire.call(CallOrder::cancelled("604", "", 20));
    let verbs: [fn(&Wire) -> bool; 4] = [
        |wire| wire.left.block(5),
        |wire| wire.left.reset(6),
        |wire| wire.right.group_reset(),
        |wire| wire.left.unblock(5),
    ];
    for verb in verbs {
        assert!(verb(wire));
        wire.run(100);
    }
    wire.run_until_idle();
}

/// The MSUs among the units of a line, as they stand between flags, without check octets.
fn message_units(line: &[u8]) -> Vec<Vec<u8>> {
    let mut units = Vec::new();
    Deframer::new(300).octets(line, |frame| {
        let unit = frame.expect("own units are whole");
        if unit[2] > 2 {
            units.push(unit.to_vec());
        }
    });
    units
}

/// A capture of link type 140, MTP2.
fn capture(units: &[Vec<u8>]) -> Vec<u8> {
    let mut octets = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 140] {
        octets.extend(word.to_le_bytes());
    }
    for (second, unit) in (0u32..).zip(units) {
        let length = unit.len() as u32;
        for word in [second, 0, length, length] {
            octets.extend(word.to_le_bytes());
        }
        octets.extend(unit);
    }
    octets
}
