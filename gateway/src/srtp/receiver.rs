//! The cryptographic context of what the far end sends: RFC 3711 section 3.3.
//!
//! A source has state once a packet of it has authenticated, so that nobody without the key can fill the table; one that
//! finds it full is refused, because a source that was forgotten could be played again.

use super::derivation::{Labels, transform};
use super::index::{Window, estimate};
use super::suite::RTCP_LIFETIME;
use super::transform::{Behind, Frame, Tail, Transform};
use super::{ENCRYPTED, RTCP_HEADER_OCTETS, Theirs, WORD_OCTETS, rtp_header_octets, word};

/// Sources of packets that one key may have.
pub const SOURCES_MAX: usize = 16;

/// The context of what the far end sends.
pub struct Receiver {
    theirs: Theirs,
    rtp: Transform,
    rtcp: Transform,
    rtp_left: u64,
    rtcp_left: u64,
    pub(super) sources: [Option<Source>; SOURCES_MAX],
}

/// What has been received of one source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source {
    ssrc: u32,
    rtp: Option<Window>,
    rtcp: Option<Window>,
}

/// Why a packet was not accepted. The far end's fault, or somebody's who is not the far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Too short, or of another version.
    #[error("no packet of this protocol")]
    Malformed,
    /// The tag or the MKI is not right, or the packet says that it is not encrypted.
    #[error("the packet is not authentic")]
    NotAuthentic,
    /// Received before, or too old to tell.
    #[error("the packet was received before")]
    Replayed,
    /// The lifetime of the key is over.
    #[error("the key is used up")]
    Expired,
    /// There are [`SOURCES_MAX`] already.
    #[error("too many sources")]
    Crowded,
}

impl Receiver {
    /// Begins; each source's rollover counter is zero (RFC 4568 section 6.4).
    pub fn new(theirs: Theirs) -> Receiver {
        let suite = theirs.key.suite();
        let lifetime = theirs.lifetime.unwrap_or(u64::MAX);
        Receiver {
            rtp: transform(&theirs.key, Labels::RTP),
            rtcp: transform(&theirs.key, Labels::RTCP),
            rtp_left: lifetime.min(suite.rtp_lifetime()),
            rtcp_left: lifetime.min(RTCP_LIFETIME),
            sources: [None; SOURCES_MAX],
            theirs,
        }
    }

    /// The master key with what the far end said of it.
    pub fn theirs(&self) -> &Theirs {
        &self.theirs
    }

    /// Takes the protection off an RTP packet; its new length. A packet that is not accepted may be lost.
    pub fn open_rtp(&mut self, packet: &mut [u8]) -> Result<usize, Rejection> {
        let header_octets = rtp_header_octets(packet).ok_or(Rejection::Malformed)?;
        let sequence = word(packet, 0).ok_or(Rejection::Malformed)? as u16;
        let ssrc = word(packet, 8).ok_or(Rejection::Malformed)?;
        let tail = self.rtp.tail(packet.len(), 0, self.mki_octets()).filter(|tail| tail.text >= header_octets);
        let tail = tail.ok_or(Rejection::Malformed)?;
        let window = self.source(ssrc).and_then(|source| source.rtp);
        let index = match window {
            Some(window) => estimate(window.highest(), sequence).ok_or(Rejection::Replayed)?,
            None => u64::from(sequence),
        };
        self.check(&packet[tail.mki.clone()], window, index, self.rtp_left)?;
        let behind = Behind::RolloverCounter((index >> 16) as u32);
        open(&self.rtp, packet, header_octets, &tail, (ssrc, index), behind)?;
        note(&mut self.seat(ssrc)?.rtp, index);
        self.rtp_left -= 1;
        Ok(tail.text)
    }

    /// Takes the protection off a compound RTCP packet; its new length. A packet that is not accepted may be lost.
    pub fn open_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, Rejection> {
        let ssrc = word(packet, 4).filter(|_| packet[0] >> 6 == super::VERSION).ok_or(Rejection::Malformed)?;
        let tail = self.rtcp.tail(packet.len(), WORD_OCTETS, self.mki_octets());
        let tail = tail.filter(|tail| tail.text >= RTCP_HEADER_OCTETS).ok_or(Rejection::Malformed)?;
        let number = word(packet, tail.word.start).ok_or(Rejection::Malformed)?;
        if number & ENCRYPTED == 0 {
            return Err(Rejection::NotAuthentic);
        }
        let index = u64::from(number & !ENCRYPTED);
        let window = self.source(ssrc).and_then(|source| source.rtcp);
        self.check(&packet[tail.mki.clone()], window, index, self.rtcp_left)?;
        open(&self.rtcp, packet, RTCP_HEADER_OCTETS, &tail, (ssrc, index), Behind::Word(number))?;
        note(&mut self.seat(ssrc)?.rtcp, index);
        self.rtcp_left -= 1;
        Ok(tail.text)
    }

    /// What can be said before the tag is computed.
    fn check(&self, mki: &[u8], window: Option<Window>, index: u64, left: u64) -> Result<(), Rejection> {
        if self.theirs.mki.is_some_and(|own| !own.is(mki)) {
            return Err(Rejection::NotAuthentic);
        }
        if window.is_some_and(|window| !window.admits(index)) {
            return Err(Rejection::Replayed);
        }
        (left > 0).then_some(()).ok_or(Rejection::Expired)
    }

    fn mki_octets(&self) -> usize {
        self.theirs.mki.map_or(0, |mki| usize::from(mki.octets))
    }

    fn source(&self, ssrc: u32) -> Option<&Source> {
        self.sources.iter().flatten().find(|source| source.ssrc == ssrc)
    }

    /// The place of a source of which a packet has authenticated.
    fn seat(&mut self, ssrc: u32) -> Result<&mut Source, Rejection> {
        let is_its = |place: &Option<Source>| place.is_none_or(|source| source.ssrc == ssrc);
        let place = self.sources.iter_mut().find(|place| is_its(place)).ok_or(Rejection::Crowded)?;
        Ok(place.get_or_insert(Source { ssrc, rtp: None, rtcp: None }))
    }
}

fn open(
    transform: &Transform,
    packet: &mut [u8],
    header_octets: usize,
    tail: &Tail,
    (ssrc, index): (u32, u64),
    behind: Behind,
) -> Result<(), Rejection> {
    let (front, back) = packet.split_at_mut(tail.text);
    let (header, text) = front.split_at_mut(header_octets);
    let tag = &back[tail.tag.start - tail.text..tail.tag.end - tail.text];
    let is_authentic = transform.open(Frame { header, ssrc, index, behind }, text, tag);
    is_authentic.then_some(()).ok_or(Rejection::NotAuthentic)
}

fn note(window: &mut Option<Window>, index: u64) {
    match window {
        Some(window) => window.note(index),
        None => *window = Some(Window::new(index)),
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sources = self.sources.iter().flatten();
        f.debug_struct("Receiver")
            .field("theirs", &self.theirs)
            .field("sources", &sources.count())
            .finish_non_exhaustive()
    }
}
