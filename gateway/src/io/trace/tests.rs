//! From the reactor and from a leg into one file, in order.

use super::*;
use crate::lab::capture::{What, read};
use isup::mtp3::LinkId;
use media::{Port, Socket};
use tap::Tapped;

const LINK: SignallingLine = SignallingLine::Link(LinkId(0));

/// A socket that receives the same packet once, and sends anything.
struct Once(Option<&'static [u8]>);

impl Socket for Once {
    fn receive(&mut self, _: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let packet = self.0.take()?;
        buffer[..packet.len()].copy_from_slice(packet);
        Some((packet.len(), ([127, 0, 0, 1], 4000).into()))
    }

    fn send(&mut self, _: Port, _: SocketAddr, _: &[u8]) -> bool {
        true
    }
}

fn path(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("spangate-trace-{name}-{}.pcapng", std::process::id()))
}

#[test]
fn what_passes_in_the_reactor_and_in_a_leg_is_read_back_from_one_file() {
    let (listener, phone) = (([127, 0, 0, 1], 5060).into(), ([127, 0, 0, 1], 5061).into());
    let file = path("order");
    let mut trace = Trace::start(&file, &[(LINK, "link")], &[listener]).unwrap();
    trace.datagram_received(0, phone, b"INVITE sip:600@127.0.0.1 SIP/2.0\r\n");
    trace.unit_sent(LINK, &[0x80, 0x81, 12, 0x85, 1, 0x40, 0, 0, 5, 0, 0x10, 0]);
    let mut leg = Tapped::new(Once(Some(&[0x80, 8])), ([127, 0, 0, 1], 16_384).into(), trace.taps().unwrap().tap());
    let mut buffer = [0; 8];
    assert!(leg.receive(Port::Rtp, &mut buffer).is_some());
    assert!(leg.send(Port::Rtcp, phone, &[0x80, 200]));
    drop(leg);
    assert_eq!(trace.finish(), 0);
    let frames = read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(frames.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let told: Vec<String> = frames
        .iter()
        .map(|frame| match &frame.what {
            What::Sip { from, to, .. } => format!("sip {from} {to}"),
            What::Media { from, to } => format!("media {from} {to}"),
            What::Isup { sent, cic, .. } => format!("isup {sent} {cic}"),
            What::Isdn { sent, .. } => format!("isdn {sent}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "sip 127.0.0.1:5061 127.0.0.1:5060",
            "isup true 5",
            "media 127.0.0.1:4000 127.0.0.1:16384",
            "media 127.0.0.1:16385 127.0.0.1:5061"
        ]
    );
}

#[test]
fn a_leg_whose_ring_is_full_loses_packets_to_the_trace_and_counts_them() {
    let (rings, consumers) = mpsc::sync_channel(1);
    let lost = Arc::new(AtomicU64::new(0));
    let taps = Taps::new(Instant::now(), rings, Arc::clone(&lost));
    let to: SocketAddr = ([127, 0, 0, 1], 4000).into();
    let mut leg = Tapped::new(Once(None), to, taps.tap());
    for _ in 0..tap::SLOTS + 3 {
        assert!(leg.send(Port::Rtp, to, &[0x80, 8]));
    }
    assert_eq!(lost.load(Ordering::Relaxed), 3);
    assert!(taps.tap().is_none(), "a second ring does not fit into a channel of one");
    drop(consumers);
}

#[test]
fn a_trace_that_is_off_takes_everything_and_loses_nothing() {
    let mut trace = Trace::off();
    trace.unit_received(LINK, &[1, 2, 3]);
    assert!(trace.taps().is_none());
    assert_eq!((trace.lost(), trace.finish()), (0, 0));
}

#[test]
fn a_key_is_not_traced_however_its_connection_cuts_it() {
    let (listener, phone) = (([127, 0, 0, 1], 5060).into(), ([127, 0, 0, 1], 5061).into());
    let file = path("keys");
    let mut trace = Trace::start(&file, &[], &[listener]).unwrap();
    trace.datagram_sent(0, phone, b"SIP/2.0 200 OK\r\n\r\na=crypto:1 AEAD_AES_128_GCM inline:SECRET/SECRET+SECRET\r\n");
    for part in
        ["INVITE sip:600@127.0.0.1 SIP/2.0\r\n\r\na=crypto:1 AEAD_AES_128_GCM inl", "ine:SECRET", "/SECRET+SECRET\r\n"]
    {
        trace.octets_received(0, phone, part.as_bytes());
    }
    assert_eq!(trace.finish(), 0);
    let octets = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let has = |word: &[u8]| octets.windows(word.len()).any(|window| window == word);
    assert!(has(b"AEAD_AES_128_GCM") && has(b"*****") && !has(b"SECRET"));
}
