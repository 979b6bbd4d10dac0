//! TDMoE: Ethernet frames become milliseconds of a span.

use hw_sim::tdmoe::frame::FRAME_OCTETS_MAX;
use hw_sim::tdmoe::{Frame, MacAddress, Peer};
use hw_sim::wire::{Chunk, FarEnd};

/// A frame: what is read comes back when it is written and read again, and a peer answers it with as many frames as milliseconds passed.
pub fn tdmoe(octets: &[u8]) -> bool {
    let frame = Frame::decode(octets);
    let (destination, subaddress) =
        frame.as_ref().map_or((MacAddress::default(), 0), |frame| (frame.destination, frame.subaddress));
    let mut peer = Peer::new(destination, subaddress, Box::new(Silent));
    assert_eq!(peer.handle_frame(octets).is_ok(), frame.is_ok());
    assert_eq!(peer.poll_output().is_some(), frame.is_ok());
    let Ok(frame) = frame else { return false };
    let mut written = Vec::new();
    frame.encode(&mut written);
    assert!(written.len() <= FRAME_OCTETS_MAX);
    assert_eq!(Frame::decode(&written), Ok(frame));
    true
}

struct Silent;

impl FarEnd for Silent {
    fn chunk(&mut self, _: &Chunk, _: &mut Chunk) {}
}
