//! A message summary: what a lamp of a telephone shows, as NOTIFY of `message-summary` carries it (RFC 3842).
//!
//! The text was not at hand: the body is written as telephones and servers of several makers print it. Left out: headers of single
//! messages, and other messages than voice.

use super::uri::Uri;
use std::net::SocketAddr;

/// What is known of somebody's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Some wait.
    pub waits: bool,
    /// How many are new, where somebody counts them.
    pub messages: Option<u32>,
    /// Where they are to be had: user part of a URI here.
    pub centre: Option<String>,
}

impl Summary {
    /// The body; `host` is where the centre can be called: ourselves, as the reader sees us.
    pub(crate) fn to_octets(&self, host: SocketAddr) -> Vec<u8> {
        let mut text = format!("Messages-Waiting: {}\r\n", if self.waits { "yes" } else { "no" }).into_bytes();
        if let Some(centre) = &self.centre {
            let uri = Uri::sip(centre, host.ip(), Some(host.port()));
            text.extend_from_slice(&[b"Message-Account: ", uri.octets(), b"\r\n"].concat());
        }
        if let Some(messages) = self.messages {
            // Nobody tells how many are old.
            text.extend_from_slice(format!("Voice-Message: {messages}/0\r\n").as_bytes());
        }
        text
    }
}

/// The event package.
pub(crate) const PACKAGE: &str = "message-summary";
/// Content-Type of the body.
pub(crate) const CONTENT_TYPE: &[u8] = b"application/simple-message-summary";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_what_is_known_and_nothing_else() {
        let host = "192.0.2.1:5060".parse().expect("an address");
        assert_eq!(Summary::default().to_octets(host), b"Messages-Waiting: no\r\n");
        let all = Summary { waits: true, messages: Some(2), centre: Some("+4930123".into()) };
        let expected =
            "Messages-Waiting: yes\r\nMessage-Account: sip:+4930123@192.0.2.1:5060\r\nVoice-Message: 2/0\r\n";
        assert_eq!(String::from_utf8_lossy(&all.to_octets(host)), expected);
    }
}
