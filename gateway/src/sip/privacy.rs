//! Privacy: what is to be kept from others, RFC 3323 4.2 and RFC 3325 9.3.
//!
//! Leaves out `critical`, which a service that could not provide privacy would obey, and `session`: media goes through us anyway.

use super::header::Name;
use super::message::{Message, Writer};
use super::octets::Octets;
use super::parse::lex::trim;

/// The priv-values of a message, in lower case; none where it has no Privacy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privacy(Vec<Octets>);

impl Privacy {
    /// That the identity which a network asserts is to be kept from whoever is not trusted.
    pub fn of_identity() -> Privacy {
        Privacy(vec![Octets::from("id")])
    }

    /// What a message asks for.
    pub(crate) fn of(message: &Message) -> Privacy {
        let words = message.values(Name::Privacy).flat_map(|value| value.split(|octet| b";,".contains(octet)));
        let words = words.map(trim).filter(|word| !word.is_empty()).take(WORDS_MAX);
        Privacy(words.map(|word| Octets(word.to_ascii_lowercase())).collect())
    }

    /// Whether whoever sent it would not be known. `none` stands alone or is wrong, and asks that nothing be done whatever else
    /// might be: it wins over the others.
    pub fn withholds_identity(&self) -> bool {
        let has = |word: &&[u8]| self.0.iter().any(|own| **own == **word);
        !has(&NOTHING) && HIDING.iter().any(has)
    }

    /// The message that says it.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let words: Vec<&[u8]> = self.0.iter().map(|word| &**word).collect();
        writer.maybe(Name::Privacy, (!words.is_empty()).then(|| words.join(&b";"[..])).as_deref())
    }
}

const NOTHING: &[u8] = b"none";
/// The priv-values that hide who sends a message.
const HIDING: [&[u8]; 3] = [b"id", b"user", b"header"];
/// Words that are looked at; six are known.
const WORDS_MAX: usize = 20;

#[cfg(test)]
mod tests {
    use super::super::provenance::tests::request;
    use super::*;

    #[test]
    fn an_identity_is_withheld_where_a_value_hides_it_and_none_does_not_stand_beside_it() {
        let withholds = |fields: &str| Privacy::of(&request(fields)).withholds_identity();
        for hiding in
            ["Privacy: id\r\n", "Privacy: session; USER ;critical\r\n", "Privacy: session\r\nPrivacy: header\r\n"]
        {
            assert!(withholds(hiding), "{hiding}");
        }
        for open in
            ["", "Privacy: none\r\n", "Privacy: session;critical\r\n", "Privacy: id;none\r\n", "Privacy: None, id\r\n"]
        {
            assert!(!withholds(open), "{open}");
        }
    }

    #[test]
    fn what_is_said_is_written_and_more_than_the_bound_is_not_looked_at() {
        let said = Privacy::of(&request("Privacy: id;critical\r\n"));
        let written = said.write(Writer::request("INVITE", b"sip:a@b")).finish(None);
        assert!(written.windows(12).any(|octets| octets == b"id;critical\r"), "{}", String::from_utf8_lossy(&written));
        assert_eq!(Privacy::of(&request(&"Privacy: user\r\n".repeat(WORDS_MAX + 1))).0.len(), WORDS_MAX);
    }
}
