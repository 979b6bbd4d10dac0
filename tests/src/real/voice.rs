//! The audio of a SIPp call, on a socket of the test: PRBS-15 goes out, and what returns is compared octet by octet.
//!
//! A voice speaks and hears until the call is over; a little longer does no harm, for the gateway sends nothing then.

use serde_json::Value;
use spangate::lab::pattern::{Check, Prbs15, Verdict};
use spangate::lab::phone::rtp::{Stream, Voice};
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use super::{PATIENCE, Playing, until};

/// Speaks to where the gateway's SDP says, as soon as SIPp has received it.
pub fn speak(socket: UdpSocket, caller: &Playing) -> Stream {
    let remote = until("SDP from the gateway", || audio_address(&caller.messages()));
    start(socket, remote)
}

/// Speaks to where the first packet came from; the same address, for whoever has no SDP at hand.
pub fn speak_back(socket: UdpSocket) -> Stream {
    let remote = await_packet(&socket);
    start(socket, remote)
}

/// The pattern as a file that SIPp can play, A-law octets without a header.
pub fn recording(octets: u64) -> Vec<u8> {
    let pattern = Prbs15::new();
    (0..octets).map(|place| pattern.octet(place)).collect()
}

/// Compares what comes to a socket with the pattern, until `over`.
pub fn hear(socket: &UdpSocket, mut over: impl FnMut() -> bool) -> Verdict {
    let (mut check, mut expected, mut packet) = (Check::new(), None, [0; 2048]);
    socket.set_read_timeout(Some(Duration::from_millis(100))).expect("not zero");
    while !over() {
        let Ok(length) = socket.recv(&mut packet) else { continue };
        let Some((header, payload)) = packet[..length].split_at_checked(RTP_HEADER_OCTETS) else { continue };
        let sequence = u16::from_be_bytes([header[2], header[3]]);
        let missing = expected.map_or(0, |expected| sequence.wrapping_sub(expected));
        assert!(missing < 1 << 15, "loopback does not change the order of packets");
        check.skip(u64::from(missing) * payload.len() as u64);
        check.take(payload);
        expected = Some(sequence.wrapping_add(1));
    }
    check.verdict()
}

/// Waits for the first packet; it stays where it is.
pub fn await_packet(socket: &UdpSocket) -> SocketAddr {
    socket.set_read_timeout(Some(PATIENCE)).expect("not zero");
    socket.peek_from(&mut [0; 2048]).expect("audio from the gateway").1
}

/// What came back must be what was said, but for what a counter of the call's record explains, and for packets that
/// never reached the test.
pub fn assert_exact(verdict: &Verdict, record: &Value, octets_min: u64) {
    let counted = record["media"]["explained_octets"].as_u64().unwrap_or_else(|| panic!("no media in {record:#}"));
    assert!(verdict.compared >= octets_min, "too little came back: {verdict:?} {record:#}");
    let explained = counted + verdict.missing;
    assert!(verdict.differences <= explained, "{explained} octets are explained: {verdict:?} {record:#}");
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

/// Without contributing sources, RFC 3550 clause 5.1.
const RTP_HEADER_OCTETS: usize = 12;
