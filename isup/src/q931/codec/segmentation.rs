//! Message segmentation, Q.931 annex H: a message longer than a frame goes as SEGMENTs.
//!
//! Promises: at most [`SEGMENTS_MAX`] pieces either way, so that a peer can claim no more memory.
//! Leaves out T314, which guards a reassembly, and whether the two sides have agreed to segment.

use super::call_reference::CallReference;
use super::code::{MessageFamily, MessageType};
use super::element::SegmentedMessage;
use super::error::{DecodeError, EncodeError};
use super::message::Message;
use thiserror::Error;

/// The most segments of one message, annex H.
pub const SEGMENTS_MAX: usize = 8;

/// The messages to send instead of one: itself if it fits into `octets_max`, else its segments.
///
/// Fails where the message cannot be encoded, is none of call control, or needs more than
/// [`SEGMENTS_MAX`] segments.
pub fn segments(message: &Message, octets_max: usize) -> Result<Vec<Message>, EncodeError> {
    let mut octets = Vec::new();
    message.encode(&mut octets)?;
    if octets.len() <= octets_max {
        return Ok(vec![message.clone()]);
    }
    // Discriminator, length of the call reference, its value, message type.
    let header = 3 + usize::from(message.call_reference.octets());
    let body = &octets[header..];
    let room = octets_max.saturating_sub(header + SEGMENTED_MESSAGE_OCTETS);
    let count = body.len().checked_div(room).map_or(usize::MAX, |_| body.len().div_ceil(room));
    if count > SEGMENTS_MAX || message.kind.family != MessageFamily::CallControl {
        return Err(EncodeError::TooLong(octets.len()));
    }
    let pieces = body.chunks(room).zip((0..count as u8).rev());
    Ok(pieces
        .map(|(piece, remaining)| segment(message, remaining, usize::from(remaining) + 1 == count, piece))
        .collect())
}

fn segment(message: &Message, remaining: u8, first: bool, piece: &[u8]) -> Message {
    let mut segment = Message::new(message.call_reference, MessageType::SEGMENT);
    segment.add(&SegmentedMessage { first, remaining, kind: message.kind });
    segment.set_rest(piece);
    segment
}

/// A message of which not all segments have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassembly {
    call_reference: CallReference,
    kind: MessageType,
    remaining: u8,
    /// Elements so far.
    body: Vec<u8>,
}

/// What a segment made of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reassembled {
    /// The last segment: the message.
    Whole(Box<Message>),
    /// More must come.
    Part(Reassembly),
}

/// A segment that does not fit: annex H discards it, and what came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// Not a SEGMENT with a segmented message element.
    #[error("the message is no segment")]
    NoSegment,
    /// The first segment announces more than [`SEGMENTS_MAX`] in all.
    #[error("{0} more segments are too many")]
    TooMany(u8),
    /// Not the first segment where one must begin, or not the next one of the same message.
    #[error("the segment is out of sequence")]
    OutOfSequence,
    /// The whole is not a message.
    #[error(transparent)]
    Message(#[from] DecodeError),
}

impl Reassembly {
    /// Begins with a first segment.
    pub fn begin(segment: &Message) -> Result<Reassembled, SegmentError> {
        let about = about(segment)?;
        match usize::from(about.remaining) {
            _ if !about.first => Err(SegmentError::OutOfSequence),
            SEGMENTS_MAX.. => Err(SegmentError::TooMany(about.remaining)),
            _ => {
                let (call_reference, remaining) = (segment.call_reference, about.remaining);
                Self { call_reference, kind: about.kind, remaining, body: segment.rest().to_vec() }.result()
            }
        }
    }

    /// Goes on with the next segment.
    pub fn resume(mut self, segment: &Message) -> Result<Reassembled, SegmentError> {
        let about = about(segment)?;
        let same = (segment.call_reference, about.kind) == (self.call_reference, self.kind);
        if about.first || !same || about.remaining + 1 != self.remaining {
            return Err(SegmentError::OutOfSequence);
        }
        self.remaining = about.remaining;
        self.body.extend_from_slice(segment.rest());
        self.result()
    }

    fn result(self) -> Result<Reassembled, SegmentError> {
        if self.remaining > 0 {
            return Ok(Reassembled::Part(self));
        }
        let whole = Message::from_body(self.call_reference, self.kind, &self.body)?;
        Ok(Reassembled::Whole(Box::new(whole)))
    }
}

/// The segmented message element of a segment.
fn about(segment: &Message) -> Result<SegmentedMessage, SegmentError> {
    let element = segment.find().filter(|_| segment.kind == MessageType::SEGMENT);
    element.ok_or(SegmentError::NoSegment)
}

/// Octets of the element with identifier and length.
const SEGMENTED_MESSAGE_OCTETS: usize = 4;
