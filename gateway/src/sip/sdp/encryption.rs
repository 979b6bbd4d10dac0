//! Whether audio is encrypted, and by which means: what an offer and its answer come to.
//!
//! There are two means, and a peer is configured for one: keys in the descriptions themselves ([`crypto`](super::crypto)), or a
//! handshake beside the audio of which they tell the certificates ([`dtls`](super::dtls)).

use super::crypto::{Crypto, OurKeys};
use super::dtls::{Arrangement, Handshake, OurEnd};
use super::{Description, Disagreement, Offered, RTP_AVP, RTP_SAVP, UDP_TLS_RTP_SAVP, UDP_TLS_RTP_SAVPF};
use crate::srtp::{Keys, Suite};

/// Whether audio is to be encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// It is not, and descriptions that ask for it are refused.
    Off,
    /// Where the peer does it too: `RTP/AVP` with what encryption needs (RFC 8643).
    Optional(Means),
    /// Or there is no call.
    Required(Means),
}

/// By which means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// Keys in the descriptions (RFC 4568).
    Keys(Box<OurKeys>),
    /// A handshake (RFC 5763).
    Handshake(OurEnd),
}

/// What was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// These keys.
    Keys(Keys),
    /// That there will be a handshake.
    Handshake(Arrangement),
}

/// What a description of ours says of encryption.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) crypto: Offered,
    pub(super) handshake: Option<Box<Handshake>>,
}

impl Encryption {
    /// Our keys, where there may be any.
    pub fn means(&self) -> Option<&Means> {
        match self {
            Encryption::Off => None,
            Encryption::Optional(means) | Encryption::Required(means) => Some(means),
        }
    }

    /// Draws every key anew but that of a suite which is in use.
    pub fn renew(&mut self, in_use: Option<Suite>) {
        if let Encryption::Optional(Means::Keys(keys)) | Encryption::Required(Means::Keys(keys)) = self {
            keys.renew(in_use);
        }
    }

    /// Remembers what we are in a handshake that was agreed on, so that a later answer keeps to it.
    pub fn settle(&mut self, security: Option<&Security>) {
        let (Encryption::Optional(Means::Handshake(own)) | Encryption::Required(Means::Handshake(own))) = self else {
            return;
        };
        own.role = match security {
            Some(Security::Handshake(arrangement)) => Some(arrangement.role),
            Some(Security::Keys(_)) | None => None,
        };
    }

    /// The transport of our offer.
    pub(super) fn protocol(&self) -> &'static str {
        match self {
            Encryption::Off | Encryption::Optional(_) => RTP_AVP,
            Encryption::Required(Means::Keys(_)) => RTP_SAVP,
            Encryption::Required(Means::Handshake(_)) => UDP_TLS_RTP_SAVP,
        }
    }

    /// What our offer says.
    pub(super) fn offer(&self) -> Words {
        match self.means() {
            None => Words::default(),
            Some(Means::Keys(keys)) => Words { crypto: offered(keys.offer()), handshake: None },
            Some(Means::Handshake(own)) => Words { handshake: Some(Box::new(own.offer())), ..Words::default() },
        }
    }

    /// Whether a stream has what our means needs.
    pub(super) fn finds_its_means(&self, offer: &Description) -> bool {
        match self.means() {
            None => false,
            Some(Means::Keys(_)) => !offer.crypto.lines.is_empty(),
            Some(Means::Handshake(_)) => offer.handshake.is_some(),
        }
    }

    /// Our answer to an offer: the first of its keys that we can (RFC 4568 section 5.1.2), or a handshake.
    pub(super) fn answer(&self, offer: &Description) -> Result<(Words, Option<Security>), Disagreement> {
        let taken = match self.means() {
            None if is_secure(offer) => return Err(Disagreement::Transport),
            None => None,
            Some(Means::Keys(_)) if is_by_handshake(offer) => return Err(Disagreement::Transport),
            Some(Means::Keys(keys)) => offer.crypto.lines.first().map(|theirs| answer_key(keys, theirs)),
            Some(Means::Handshake(own)) => {
                let theirs = offer.handshake.as_deref();
                theirs.map(|theirs| own.answer(theirs).ok_or(Disagreement::NoCommonKey)).transpose()?.map(
                    |(said, arrangement)| {
                        (
                            Words { handshake: Some(Box::new(said)), ..Words::default() },
                            Security::Handshake(arrangement),
                        )
                    },
                )
            }
        };
        match (taken, self) {
            (Some((words, security)), _) => Ok((words, Some(security))),
            (None, _) if is_secure(offer) => Err(Disagreement::NoCommonKey),
            (None, Encryption::Required(_)) => Err(Disagreement::Unencrypted),
            (None, _) => Ok((Words::default(), None)),
        }
    }

    /// What the answer to our offer comes to.
    pub(super) fn agree(&self, offer: &Description, theirs: &Description) -> Result<Option<Security>, Disagreement> {
        let Some(Means::Handshake(own)) = self.means() else {
            return agreed_keys(offer, theirs).map(|keys| keys.map(Security::Keys));
        };
        match &theirs.handshake {
            Some(answer) => {
                let arrangement = own.agree(answer).ok_or(Disagreement::NoCommonKey)?;
                Ok(Some(Security::Handshake(arrangement)))
            }
            None if is_secure(offer) || is_secure(theirs) => Err(Disagreement::Unencrypted),
            None => Ok(None),
        }
    }
}

/// The transports by which audio may come.
pub(super) const TRANSPORTS: [&str; 4] = [RTP_AVP, RTP_SAVP, UDP_TLS_RTP_SAVP, UDP_TLS_RTP_SAVPF];

/// Whether a description says that audio must be encrypted.
fn is_secure(description: &Description) -> bool {
    description.protocol != RTP_AVP
}

/// Whether its transport is that of a handshake.
fn is_by_handshake(description: &Description) -> bool {
    [UDP_TLS_RTP_SAVP, UDP_TLS_RTP_SAVPF].contains(&&*description.protocol)
}

fn offered(lines: Vec<Crypto>) -> Offered {
    Offered { lines, has_unusable: false }
}

/// A line of an offer, answered by one of ours.
fn answer_key(keys: &OurKeys, theirs: &Crypto) -> (Words, Security) {
    let line = keys.line(theirs.tag, theirs.key.suite());
    let security = Security::Keys(Keys { ours: line.key.clone(), theirs: theirs.theirs() });
    (Words { crypto: offered(vec![line]), handshake: None }, security)
}

/// The keys of our offer and of its answer, which names one of our lines by tag and suite (RFC 4568 section 5.1.3).
fn agreed_keys(offer: &Description, theirs: &Description) -> Result<Option<Keys>, Disagreement> {
    let must_be_secure = is_secure(offer) || is_secure(theirs);
    let Some(line) = theirs.crypto.lines.first() else {
        return match (must_be_secure, theirs.crypto.has_unusable && !offer.crypto.lines.is_empty()) {
            (_, true) => Err(Disagreement::NoCommonKey),
            (true, false) => Err(Disagreement::Unencrypted),
            (false, false) => Ok(None),
        };
    };
    let is_its = |ours: &&Crypto| ours.tag == line.tag && ours.key.suite() == line.key.suite();
    match offer.crypto.lines.iter().find(is_its) {
        Some(ours) => Ok(Some(Keys { ours: ours.key.clone(), theirs: line.theirs() })),
        None if offer.crypto.lines.is_empty() && !must_be_secure => Ok(None),
        None => Err(Disagreement::NoCommonKey),
    }
}
