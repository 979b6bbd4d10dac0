//! The far end of the measured leg's RTP: a packet every 20 ms, by absolute deadlines.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::marks::{Delays, Marks};

/// A mark fills a packet.
pub const MARK: usize = 160;

/// Says `own` marks and hears those of the timeslot until `stop`.
pub fn run(socket: &UdpSocket, gateway: SocketAddr, own: &Marks, heard: (&Marks, &Delays), stop: &AtomicBool) {
    let (began, mut number, mut packet) = (Instant::now(), 0, [0; 512]);
    while !stop.load(Ordering::Relaxed) {
        let due = began + PACKET * number as u32;
        let wait = due.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            let mark = own.say(number, Instant::now());
            let _sent = socket.send_to(&rtp(number, mark), gateway);
            number += 1;
            continue;
        }
        socket.set_read_timeout(Some(wait)).expect("not zero");
        if let Ok(length) = socket.recv(&mut packet) {
            hear(&packet[..length], Instant::now(), heard);
        }
    }
}

/// The first octet of a packet has waited longest; how far its mark had come is seen by where the next one begins.
fn hear(packet: &[u8], now: Instant, (marks, delays): (&Marks, &Delays)) {
    let Some(payload) = packet.get(HEADER..).filter(|payload| payload.len() == MARK) else { return };
    let Some(next) = payload.iter().position(|octet| *octet != payload[0]) else { return };
    if let Some(place) = marks.octets.checked_sub(next) {
        marks.delay(payload[0], place, now).into_iter().for_each(|delay| delays.add(delay));
    }
}

/// RFC 3550 clause 5.1: version 2, payload type 8.
fn rtp(number: u64, mark: u8) -> [u8; HEADER + MARK] {
    let mut packet = [mark; HEADER + MARK];
    packet[..2].copy_from_slice(&[0x80, 8]);
    packet[2..4].copy_from_slice(&(number as u16).to_be_bytes());
    packet[4..8].copy_from_slice(&(number as u32 * MARK as u32).to_be_bytes());
    packet[8..HEADER].copy_from_slice(b"PHON");
    packet
}

const HEADER: usize = 12;
const PACKET: Duration = Duration::from_millis(20);
