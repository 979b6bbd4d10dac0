//! Message segmentation, Q.931 annex H.

use isup::q931::codec::*;

const CALL: CallReference = CallReference::primary(1, Flag::FromOrigin);
const FRAME: usize = 260;

fn long(facilities: usize) -> Message {
    let facility = |fill| Facility(vec![fill; 100]);
    (0..facilities).fold(Message::new(CALL, MessageType::FACILITY), |message, fill| message.with(facility(fill as u8)))
}

fn over_the_wire(message: &Message) -> Message {
    let mut octets = Vec::new();
    message.encode(&mut octets).expect("it fits");
    assert!(octets.len() <= FRAME);
    let again = Message::decode(&octets).expect("a message");
    assert_eq!(again, *message);
    again
}

/// Puts the segments together again.
fn together(segments: &[Message]) -> Result<Reassembled, SegmentError> {
    let first = Reassembly::begin(&over_the_wire(&segments[0]))?;
    segments[1..].iter().try_fold(first, |so_far, segment| match so_far {
        Reassembled::Part(reassembly) => reassembly.resume(&over_the_wire(segment)),
        Reassembled::Whole(_) => panic!("whole before its last segment"),
    })
}

#[test]
fn a_message_that_fits_goes_as_it_is() {
    assert_eq!(segments(&long(2), FRAME), Ok(vec![long(2)]));
}

#[test]
fn a_long_message_goes_in_segments_that_make_it_again() {
    let pieces = segments(&long(7), FRAME).expect("not too long");
    let about: Vec<_> = pieces.iter().map(|piece| piece.find::<SegmentedMessage>().expect("a segment")).collect();
    assert_eq!(
        about.iter().map(|each| (each.first, each.remaining)).collect::<Vec<_>>(),
        [(true, 2), (false, 1), (false, 0)]
    );
    assert!(about.iter().all(|each| each.kind == MessageType::FACILITY));
    assert_eq!(together(&pieces), Ok(Reassembled::Whole(Box::new(long(7)))));
}

#[test]
fn the_piece_of_a_segment_is_not_taken_for_elements() {
    let pieces = segments(&long(7), FRAME).expect("not too long");
    for piece in &pieces {
        assert_eq!(piece.elements().count(), 1);
        assert_eq!(piece.torn(), None);
        assert_eq!(table::ITU.check(&over_the_wire(piece), Direction::ToUser), []);
    }
}

#[test]
fn eight_segments_are_the_most() {
    let pieces = segments(&long(19), FRAME).expect("eight");
    assert_eq!(pieces.len(), SEGMENTS_MAX);
    assert_eq!(together(&pieces), Ok(Reassembled::Whole(Box::new(long(19)))));
    assert!(matches!(segments(&long(20), FRAME), Err(EncodeError::TooLong(_))));
    assert!(matches!(segments(&long(1), 9), Err(EncodeError::TooLong(_))), "no room for a piece");
    let mut greedy = Message::new(CALL, MessageType::SEGMENT);
    greedy.add(&SegmentedMessage { first: true, remaining: 8, kind: MessageType::SETUP });
    assert_eq!(Reassembly::begin(&greedy), Err(SegmentError::TooMany(8)));
}

#[test]
fn segments_out_of_sequence_of_another_call_or_none_at_all_end_the_reassembly() {
    let pieces = segments(&long(7), FRAME).expect("not too long");
    assert_eq!(together(&pieces[1..]), Err(SegmentError::OutOfSequence));
    assert_eq!(together(&[pieces[0].clone(), pieces[2].clone()]), Err(SegmentError::OutOfSequence));
    assert_eq!(together(&[pieces[0].clone(), pieces[0].clone()]), Err(SegmentError::OutOfSequence));
    let mut other = pieces[1].clone();
    other.call_reference = CALL.reversed();
    assert_eq!(together(&[pieces[0].clone(), other]), Err(SegmentError::OutOfSequence));
    assert_eq!(together(&[long(1)]), Err(SegmentError::NoSegment));
}
