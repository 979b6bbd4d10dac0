//! Distinguished encoding rules (DER): tag, length and contents, as far as a certificate's fields are looked up here.
//!
//! Whether a certificate is well made and to be trusted is webpki's to say; this walks over one that webpki has read.
//! Left out: tags above 30 and lengths above 2^32, which no certificate has.

/// Boolean.
pub(super) const BOOLEAN: u8 = 0x01;
/// Integer.
pub(super) const INTEGER: u8 = 0x02;
/// Octet string.
pub(super) const OCTET_STRING: u8 = 0x04;
/// Object identifier.
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
/// IA5String: ASCII.
pub(super) const IA5_STRING: u8 = 0x16;
/// Sequence.
pub(super) const SEQUENCE: u8 = 0x30;

/// The explicit tag `[number]`.
pub(super) const fn explicit(number: u8) -> u8 {
    0xA0 | number
}

/// Elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'a>(pub &'a [u8]);

impl<'a> Elements<'a> {
    /// Whether all have been taken.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element's tag and contents; `None`: there is none, or it is cut short.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let [tag, rest @ ..] = self.0 else { return None };
        let (length, rest) = length(rest)?;
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, contents)).filter(|_| tag & LONG_TAG != LONG_TAG)
    }

    /// The next element's contents, where it has this tag; else nothing is taken.
    pub(super) fn take(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (_, contents) = ahead.any().filter(|(tag, _)| *tag == wanted)?;
        *self = ahead;
        Some(contents)
    }
}

fn length(text: &[u8]) -> Option<(usize, &[u8])> {
    let [first, rest @ ..] = text else { return None };
    if first & 0x80 == 0 {
        return Some((usize::from(*first), rest));
    }
    let octets = usize::from(first & 0x7F);
    let (length, rest) = rest.split_at_checked(octets).filter(|_| (1..=4).contains(&octets))?;
    let length = length.iter().fold(0, |sum: u64, octet| sum << 8 | u64::from(*octet));
    Some((usize::try_from(length).ok()?, rest))
}

/// A tag whose number goes on in further octets.
const LONG_TAG: u8 = 0x1F;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_that_is_cut_short_is_none() {
        assert_eq!(Elements(&[0x04, 0x02, 7, 8]).any(), Some((0x04, &[7, 8][..])));
        assert_eq!(Elements(&[0x04, 0x81, 0x01, 7]).any(), Some((0x04, &[7][..])));
        for short in [&[0x04][..], &[0x04, 2, 7], &[0x04, 0x82, 1], &[0x04, 0x80], &[0x04, 0x85, 0, 0, 0, 0, 1, 7]] {
            assert_eq!(Elements(short).any(), None, "{short:?}");
        }
        assert_eq!(Elements(&[0x1F, 0x01, 7]).any(), None, "a long tag");
    }

    #[test]
    fn what_has_another_tag_stays() {
        let mut elements = Elements(&[0x02, 1, 5]);
        assert_eq!(elements.take(SEQUENCE), None);
        assert_eq!(elements.take(INTEGER), Some(&[5][..]));
        assert!(elements.is_empty());
    }
}
