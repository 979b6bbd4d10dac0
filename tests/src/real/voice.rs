//! The audio of a SIPp call, on a socket of the test: PRBS-15 goes out, and what returns is compared octet by octet.

use serde_json::Value;
use spangate::lab::phone::rtp::{Heard, Stream, Voice};
use std::net::{SocketAddr, UdpSocket};

use super::{PATIENCE, Playing, until};

/// Speaks to where the gateway's SDP says, as soon as SIPp has received it.
pub fn speak(socket: UdpSocket, caller: &Playing) -> Stream {
    let remote = until("SDP from the gateway", || audio_address(&caller.messages()));
    start(socket, remote)
}

/// Speaks to where the first packet came from; the same address, for whoever has no SDP at hand.
pub fn speak_back(socket: UdpSocket) -> Stream {
    socket.set_read_timeout(Some(PATIENCE)).expect("not zero");
    let (_, remote) = socket.peek_from(&mut [0; 2048]).expect("audio from the gateway");
    start(socket, remote)
}

/// What a call's voice heard must be what it said, but for what a counter of its record explains. A few of the last
/// packets of a call may be under way when the voice stops: they are not compared.
pub fn assert_exact(heard: &Heard, record: &Value, octets_min: u64) {
    let verdict = heard.verdict;
    let counted = record["media"]["explained_octets"].as_u64().unwrap_or_else(|| panic!("no media in {record:#}"));
    assert!(verdict.compared >= octets_min, "too little came back: {heard:?}");
    let explained = counted + verdict.missing;
    assert!(verdict.differences <= explained, "{explained} octets are explained: {heard:?} {record:#}");
    if verdict.differences > 0 {
        println!("{} octets differ, {explained} are explained", verdict.differences);
    }
}

/// The address of audio in the last SDP that came in.
fn audio_address(messages: &str) -> Option<SocketAddr> {
    let sdp = messages.split("message received").skip(1).filter(|message| message.contains("m=audio ")).last()?;
    let line = |begin: &str| sdp.lines().find_map(|line| line.trim_end().strip_prefix(begin));
    let port = line("m=audio ")?.split(' ').next()?.parse().ok()?;
    // A log that is being written may end in the middle of a line: the attributes after this one show that it is whole.
    sdp.contains("a=rtpmap:").then_some(())?;
    Some(SocketAddr::new(line("c=IN IP4 ")?.parse().ok()?, port))
}

fn start(socket: UdpSocket, remote: SocketAddr) -> Stream {
    Stream::start(socket, remote, Voice::Pattern).expect("a thread for a voice")
}
