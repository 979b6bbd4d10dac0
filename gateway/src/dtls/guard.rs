//! What the library may see: the framing of DTLS records and of the handshake messages in them.
//!
//! The widths of the fields are those by which `rtc-dtls` and OpenSSL understand each other.
//!
//! Anybody can send handshake messages in the clear. The library keeps every fragment of them until its message is whole, and puts
//! them together recursively, so that fragments without content would cost memory without end and a chain of tiny ones the stack.
//! So a datagram passes only if every fragment in it is a part of a message of sensible length, and there are few of them. What
//! is encrypted is the library's to judge: it comes from whoever has the key.

/// Fragments of handshake messages that one datagram may hold: the longest flight has six messages.
pub const FRAGMENTS_MAX: usize = 8;
/// The longest handshake message, which is a chain of certificates.
const MESSAGE_OCTETS_MAX: usize = 16_384;

/// Octets of a record's header.
const RECORD_HEADER_OCTETS: usize = 13;
/// Octets of a handshake message's header.
const FRAGMENT_HEADER_OCTETS: usize = 12;
/// The content type of a record of handshake messages.
const HANDSHAKE: u8 = 22;

/// What a datagram holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The fragments in the clear.
    pub fragments: Vec<Fragment>,
    /// There is something else besides.
    pub has_more: bool,
}

/// A fragment of a handshake message, by the message's number and its place there: what is sent again has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fragment {
    message: u16,
    offset: usize,
}

/// What a datagram holds; `None`: it must not be shown to the library.
pub fn admit(datagram: &[u8]) -> Option<Contents> {
    let mut contents = Contents::default();
    let mut rest = datagram;
    while !rest.is_empty() {
        let (header, behind) = rest.split_at_checked(RECORD_HEADER_OCTETS)?;
        let (content, next) = behind.split_at_checked(number(&header[11..13]))?;
        let is_clear = header[3..5] == [0, 0];
        match header[0] == HANDSHAKE && is_clear {
            true => read(content, &mut contents.fragments)?,
            false => contents.has_more = true,
        }
        rest = next;
    }
    (contents.fragments.len() <= FRAGMENTS_MAX).then_some(contents)
}

/// Adds the fragments of a record; `None`: one of them is no part of any message.
fn read(mut content: &[u8], fragments: &mut Vec<Fragment>) -> Option<()> {
    while !content.is_empty() {
        let (header, behind) = content.split_at_checked(FRAGMENT_HEADER_OCTETS)?;
        let [length, offset, part] = [&header[1..4], &header[6..9], &header[9..12]].map(number);
        let is_part = length <= MESSAGE_OCTETS_MAX && offset + part <= length && (part > 0 || length == 0);
        let (_, next) = behind.split_at_checked(part).filter(|_| is_part)?;
        fragments.push(Fragment { message: u16::from_be_bytes([header[4], header[5]]), offset });
        content = next;
    }
    Some(())
}

/// A big-endian number of two or three octets.
fn number(octets: &[u8]) -> usize {
    octets.iter().fold(0, |number, octet| number << 8 | usize::from(*octet))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(datagram: &[u8]) -> bool {
        admit(datagram).is_some()
    }

    fn record(epoch: u8, content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u16).to_be_bytes();
        [&[HANDSHAKE, 0xfe, 0xfd, 0, epoch, 0, 0, 0, 0, 0, 1], &length[..], content].concat()
    }

    /// A fragment that says these things of itself, and has that much behind it.
    fn fragment(length: u32, offset: u32, part: u32, behind: usize) -> Vec<u8> {
        let three = |number: u32| number.to_be_bytes()[1..].to_vec();
        [vec![1], three(length), vec![0, 0], three(offset), three(part), vec![7; behind]].concat()
    }

    #[test]
    fn parts_of_messages_pass_and_what_is_part_of_none_does_not() {
        let table = [
            (fragment(5, 0, 5, 5), true),
            (fragment(0, 0, 0, 0), true),
            (fragment(500, 100, 5, 5), true),
            (fragment(500, 100, 0, 0), false),
            (fragment(500, 498, 5, 5), false),
            (fragment(5, 0, 5, 4), false),
            (fragment(20_000, 0, 5, 5), false),
            (vec![1; 11], false),
        ];
        for (content, passes) in table {
            assert_eq!(admits(&record(0, &content)), passes, "{content:?}");
            assert!(admits(&record(1, &content)), "what is encrypted is not looked into");
        }
    }

    #[test]
    fn records_that_do_not_fill_their_datagram_do_not_pass() {
        let whole = record(0, &fragment(5, 0, 5, 5));
        for cut in 1..whole.len() {
            assert!(!admits(&whole[..cut]), "{cut}");
        }
        assert!(admits(&[&whole[..], &whole[..]].concat()));
    }

    #[test]
    fn a_datagram_holds_eight_fragments_and_not_nine() {
        for (fragments, passes) in [(FRAGMENTS_MAX, true), (FRAGMENTS_MAX + 1, false)] {
            let content = fragment(1, 0, 1, 1).repeat(fragments);
            assert_eq!(admits(&record(0, &content)), passes);
            assert_eq!(admits(&record(0, &fragment(1, 0, 1, 1)).repeat(fragments)), passes);
        }
    }
}
