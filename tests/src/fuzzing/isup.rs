//! ISUP messages, and the contents of every parameter that has a type.

use isup::codec::{Message, View, decode_with_cic, encode_with_cic};

/// A message from its CIC on: kept octet for octet in no more memory than its octets. And the octets behind the message
/// type as the contents of each typed parameter: what is read has words, does not grow, and is read again.
pub fn isup_message(octets: &[u8]) -> bool {
    if let Some(contents) = octets.get(HEADER_OCTETS..) {
        View::all().iter().for_each(|view| is_read_again(view, contents));
    }
    let Ok((cic, message)) = decode_with_cic(octets) else { return false };
    let mut again = Vec::new();
    encode_with_cic(cic, &message, &mut again).expect("what was decoded can be encoded");
    // The four bits above the CIC are spare and not kept.
    assert_eq!(again[2..], octets[2..]);
    assert_eq!((again[0], again[1]), (octets[0], octets[1] & 0x0f));
    assert_eq!(Message::decode(&octets[2..]).as_ref(), Ok(&message));
    let kept: usize = message.parameters().map(|(_, contents)| contents.len()).sum();
    assert!(kept + message.rest().len() <= octets.len());
    for (code, contents) in message.parameters() {
        if let Some(view) = View::of(code) {
            is_read_again(view, contents);
        }
    }
    assert!(!message.to_string().is_empty());
    true
}

fn is_read_again(view: &View, contents: &[u8]) {
    let Ok(again) = view.recode(contents) else { return };
    assert!(again.len() <= contents.len(), "{} grew to {again:02x?}", view.code);
    assert_eq!(view.recode(&again).as_ref(), Ok(&again), "{}", view.code);
    view.words(contents).expect("what decodes has words");
}

/// CIC and message type.
const HEADER_OCTETS: usize = 3;
