//! What tshark makes of a capture.

use std::path::Path;
use std::process::Command;

/// Every frame is understood down to its contents, none is malformed or has an expert's error, and time never goes back; of
/// each protocol there are so many frames at least.
pub fn assert_well_formed(capture: &Path, protocols: &[(&str, usize)]) {
    let fields = ["frame.number", "frame.protocols", "_ws.expert.message"];
    let bad = tshark(capture, "_ws.malformed or _ws.expert.severity == error", &fields);
    assert!(bad.is_empty(), "{bad:#?}");
    for remark in tshark(capture, "_ws.expert", &["_ws.expert.severity", "_ws.expert.message", "frame.protocols"]) {
        println!("a lesser remark: {}", remark.join(" "));
    }
    let frames = tshark(capture, "", &["frame.time_epoch", "frame.protocols"]);
    let times: Vec<f64> = frames.iter().map(|frame| frame[0].parse().expect("seconds since 1970")).collect();
    assert!(times.is_sorted(), "frames are not in order of time");
    for (filter, at_least) in protocols {
        let count = tshark(capture, filter, &["frame.number"]).len();
        assert!(count >= *at_least, "{count} frames of {filter}");
    }
    let unknown: Vec<_> =
        frames.iter().filter(|frame| frame[1].ends_with(":data") || frame[1].ends_with(":udp")).collect();
    assert!(unknown.is_empty(), "datagrams of no protocol: {unknown:#?}");
}

/// The fields of the frames that a display filter takes.
pub fn tshark(capture: &Path, filter: &str, fields: &[&str]) -> Vec<Vec<String>> {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(capture).args(["-Y", filter, "-T", "fields", "-E", "occurrence=f"]);
    command.args(fields.iter().flat_map(|field| ["-e", field]));
    let output = command.output().expect("tshark is installed");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("the fields are ASCII");
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}
