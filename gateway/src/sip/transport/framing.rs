//! Messages in a stream: RFC 3261 7.5, 18.3 and 20.14; the keep-alive of RFC 5626 3.5.1.
//!
//! The head ends with an empty line, the body where Content-Length says. A stream whose next boundary cannot be known
//! is over: what could not be told apart is handed out as the last thing, for the 400 that says why.

use super::super::header::Name;
use super::super::parse::frame::MESSAGE_OCTETS_MAX;
use super::super::parse::lex;

/// What has come and is not cut off yet.
#[derive(Debug, Default)]
pub(crate) struct Deframer {
    buffer: Vec<u8>,
    /// No end of the head lies before this place.
    searched: usize,
}

/// The next thing in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Framed {
    /// One message, whole.
    Message(Vec<u8>),
    /// CRLF CRLF before a message: the peer asks for CRLF.
    Ping,
    /// The stream makes no sense from here on. The octets of the head, as far as they came.
    Lost(Vec<u8>),
}

impl Deframer {
    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.buffer.extend_from_slice(octets);
    }

    /// A message has begun and is not whole. Line ends before it are none of it.
    pub(crate) fn is_within(&self) -> bool {
        self.buffer.iter().any(|octet| !b"\r\n".contains(octet))
    }

    /// Takes the answer to a ping of ours, where it stands first.
    pub(crate) fn take_pong(&mut self) -> bool {
        let is_pong = self.buffer.starts_with(b"\r\n");
        if is_pong {
            self.cut(2);
        }
        is_pong
    }

    /// Cuts off the next thing; `None`: more octets are needed. After `Lost` nothing comes.
    pub(crate) fn next(&mut self) -> Option<Framed> {
        if self.take_keep_alive()? {
            return Some(Framed::Ping);
        }
        let Some(head) = self.head() else {
            return (self.buffer.len() > HEAD_OCTETS_MAX).then(|| self.lose(HEAD_OCTETS_MAX));
        };
        match content_length(&self.buffer[..head]) {
            Some(body) if head <= HEAD_OCTETS_MAX && body <= MESSAGE_OCTETS_MAX - head => {
                (self.buffer.len() >= head + body).then(|| Framed::Message(self.cut(head + body)))
            }
            _ => Some(self.lose(head)),
        }
    }

    /// Takes line ends before a message (7.5); two at once are a ping. `None`: it may become one.
    fn take_keep_alive(&mut self) -> Option<bool> {
        loop {
            match self.buffer[..] {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.cut(PING_OCTETS);
                    return Some(true);
                }
                [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => return None,
                [b'\r', b'\n', ..] => _ = self.cut(2),
                [b'\n', ..] => _ = self.cut(1),
                _ => return Some(false),
            }
        }
    }

    /// Where the body begins.
    fn head(&mut self) -> Option<usize> {
        let from = self.searched.saturating_sub(HEAD_END_OCTETS);
        let unseen = &self.buffer[from..];
        let end = |pattern: &[u8]| {
            unseen.windows(pattern.len()).position(|window| window == pattern).map(|at| from + at + pattern.len())
        };
        // Lines that end in LF alone are read too, as in datagrams.
        let found = [end(b"\r\n\r\n"), end(b"\n\n"), end(b"\n\r\n")].into_iter().flatten().min();
        self.searched = if found.is_some() { 0 } else { self.buffer.len() };
        found
    }

    fn cut(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length);
        self.searched = 0;
        std::mem::replace(&mut self.buffer, rest)
    }

    fn lose(&mut self, head: usize) -> Framed {
        let lost = self.cut(head.min(self.buffer.len()));
        self.buffer = Vec::new();
        Framed::Lost(lost)
    }
}

/// The value of the one Content-Length, long or compact; `None`: it is missing, no number, or said twice differently.
fn content_length(head: &[u8]) -> Option<usize> {
    let mut lengths = Vec::new();
    let mut lines = head.split(|&octet| octet == b'\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        let Some(colon) = line.iter().position(|&octet| octet == b':') else { continue };
        let mut value = line[colon + 1..].trim_ascii();
        // A folded value stands in the next line (7.3.1).
        while let Some(more) = lines.next_if(|next| next.first().is_some_and(|&octet| lex::is_space(octet))) {
            value = if value.is_empty() { more.trim_ascii() } else { value };
        }
        if Name::parse(line[..colon].trim_ascii()) == Name::ContentLength {
            lengths.push(lex::number(value).and_then(|length| usize::try_from(length).ok()));
        }
    }
    let first = *lengths.first()?;
    first.filter(|_| lengths.iter().all(|other| *other == first))
}

/// Octets of a start line and header fields together.
pub(crate) const HEAD_OCTETS_MAX: usize = 32 * 1024;
/// What asks for a sign of life (RFC 5626 3.5.1).
pub(crate) const PING: &[u8] = b"\r\n\r\n";
const PING_OCTETS: usize = PING.len();
/// The longest of the line ends that end a head.
const HEAD_END_OCTETS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nl : 4\r\n\r\nbody";

    fn all(deframer: &mut Deframer) -> Vec<Framed> {
        std::iter::from_fn(|| deframer.next()).collect()
    }

    fn message() -> Framed {
        Framed::Message(MESSAGE.to_vec())
    }

    #[test]
    fn messages_are_cut_alike_however_the_octets_come() {
        let stream = [MESSAGE, b"\r\n\r\n", MESSAGE, b"\r\n", MESSAGE].concat();
        for step in 1..=stream.len() {
            let mut deframer = Deframer::default();
            let mut heard = Vec::new();
            for octets in stream.chunks(step) {
                deframer.push(octets);
                heard.extend(all(&mut deframer));
            }
            assert_eq!(heard, [message(), Framed::Ping, message(), message()], "steps of {step}");
            assert!(!deframer.is_within());
        }
    }

    #[test]
    fn a_message_without_a_usable_length_ends_the_stream() {
        for field in ["", "Content-Length: x\r\n", "Content-Length: 1\r\nl: 2\r\n", "Content-Length: 70000\r\n"] {
            let mut deframer = Deframer::default();
            let head = format!("OPTIONS sip:a@b SIP/2.0\r\n{field}\r\n");
            deframer.push(head.as_bytes());
            deframer.push(MESSAGE);
            assert_eq!(all(&mut deframer), [Framed::Lost(head.into_bytes())], "{field}");
        }
    }

    #[test]
    fn a_head_without_end_is_lost_at_its_bound() {
        let mut deframer = Deframer::default();
        deframer.push(&vec![b'a'; HEAD_OCTETS_MAX]);
        assert_eq!(deframer.next(), None);
        deframer.push(b"a");
        assert!(matches!(deframer.next(), Some(Framed::Lost(head)) if head.len() == HEAD_OCTETS_MAX));
        assert!(!deframer.is_within());
    }

    #[test]
    fn a_length_said_twice_alike_or_folded_is_one_length() {
        let mut deframer = Deframer::default();
        deframer.push(b"OPTIONS sip:a@b SIP/2.0\nl:\n 2\nContent-Length: 2\n\nab");
        assert!(matches!(deframer.next(), Some(Framed::Message(message)) if message.ends_with(b"\n\nab")));
    }
}
