//! The sentences of RFC 3261 that a telephone needs, as templates, and the few words it reads back.
//!
//! It promises to be another reading of the standard than the gateway's: nothing is parsed, lines are looked up.
//! It leaves out compact header names, folded lines and everything else that the gateway does not send.

use std::fmt::Write as _;
use std::net::SocketAddr;

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::dtls::Fingerprint;
use crate::srtp::{MasterKey, Suite};

/// What stays the same through one call: RFC 3261 clause 12 calls it the dialog.
#[derive(Clone, Debug)]
pub struct Dialog {
    /// The telephone's own address, for Via and Contact.
    pub local: SocketAddr,
    /// The whole From line of the caller's requests, without its name: `<sip:..>;tag=..`.
    pub from: String,
    /// The To line, with the other side's tag once it is known.
    pub to: String,
    /// The Call-ID.
    pub call_id: String,
    /// The request-URI: of the number dialled, then of the other side's Contact.
    pub target: String,
}

impl Dialog {
    /// A request of this dialog without a body; an ACK to a refusal and a CANCEL repeat the INVITE's `branch`.
    pub fn request(&self, method: &str, sequence: u32, branch: &str) -> String {
        self.request_with(method, sequence, branch, "")
    }

    /// An INVITE that offers `description`.
    pub fn invite(&self, sequence: u32, branch: &str, description: &str) -> String {
        self.request_with("INVITE", sequence, branch, description)
    }

    fn request_with(&self, method: &str, sequence: u32, branch: &str, body: &str) -> String {
        let Self { local, from, to, call_id, target } = self;
        format!(
            "{method} {target} SIP/2.0\r\n\
             Via: SIP/2.0/UDP {local};branch={branch};rport\r\n\
             Max-Forwards: 70\r\n\
             From: {from}\r\n\
             To: {to}\r\n\
             Call-ID: {call_id}\r\n\
             CSeq: {sequence} {method}\r\n\
             Contact: <sip:phone@{local}>\r\n\
             {}",
            with_body(body)
        )
    }
}

/// A response to `request`: its Via, From, Call-ID and CSeq lines as they came, its To with our `tag`.
pub fn response(request: &str, status: u16, phrase: &str, tag: &str, local: SocketAddr, body: &str) -> String {
    let mut text = format!("SIP/2.0 {status} {phrase}\r\n");
    for line in request.lines().take_while(|line| !line.is_empty()) {
        let name = line.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "via" | "from" | "call-id" | "cseq" | "record-route" => text += &format!("{line}\r\n"),
            "to" if status > 100 && !line.contains(";tag=") => text += &format!("{line};tag={tag}\r\n"),
            "to" => text += &format!("{line}\r\n"),
            _ => {}
        }
    }
    let _infallible = write!(text, "Contact: <sip:phone@{local}>\r\n{}", with_body(body));
    text
}

/// A session description (RFC 4566) of one A-law stream of 20 ms packets.
pub fn description(rtp: SocketAddr) -> String {
    let (ip, port) = (rtp.ip(), rtp.port());
    let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
    format!(
        "v=0\r\no=phone 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
    )
}

/// The same by this transport, with a line of [`key_line`].
pub fn secure_description(rtp: SocketAddr, profile: &str, key_line: &str) -> String {
    description(rtp).replace("RTP/AVP", profile) + key_line
}

/// A key as RFC 4568 has it, the line's end included.
pub fn key_line(tag: &str, key: &MasterKey) -> String {
    format!("a=crypto:{tag} {} inline:{}\r\n", key.suite().name(), BASE64_STANDARD.encode(key.octets()))
}

/// The first key of a suite, with its tag.
pub fn key_of(message: &str, suite: Suite) -> Option<(&str, MasterKey)> {
    message.lines().filter_map(|line| line.strip_prefix("a=crypto:")).find_map(|line| {
        let mut words = line.split(' ');
        let tag = words.next()?;
        words.next().filter(|name| *name == suite.name())?;
        let key = words.next()?.strip_prefix("inline:")?;
        Some((tag, MasterKey::new(suite, &BASE64_STANDARD.decode(key).ok()?)?))
    })
}

/// A description by this transport of who will shake hands, and how (RFC 5763).
pub fn shaking_description(rtp: SocketAddr, profile: &str, fingerprint: &Fingerprint, setup: &str) -> String {
    description(rtp).replace("RTP/AVP", profile) + &format!("a=fingerprint:{fingerprint}\r\na=setup:{setup}\r\n")
}

/// The first fingerprint of a session description, and its setup.
pub fn handshake_of(message: &str) -> Option<(Fingerprint, &str)> {
    let field = |prefix: &str| message.lines().find_map(|line| line.strip_prefix(prefix));
    Some((Fingerprint::parse(field("a=fingerprint:")?)?, field("a=setup:")?.trim()))
}

/// The transport of the audio in a session description.
pub fn profile(message: &str) -> Option<&str> {
    message.lines().find_map(|line| line.strip_prefix("m=audio "))?.split(' ').nth(1)
}

/// The value of the first header line called `name`.
pub fn header<'a>(message: &'a str, name: &str) -> Option<&'a str> {
    message.lines().take_while(|line| !line.is_empty()).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The status of a response; none for a request.
pub fn status(message: &str) -> Option<u16> {
    message.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()
}

/// The method of a request; none for a response.
pub fn method(message: &str) -> Option<&str> {
    let line = message.lines().next()?;
    line.ends_with(" SIP/2.0").then(|| line.split(' ').next()).flatten()
}

/// What stands between the angle brackets of a header's value, or all of it.
pub fn address(value: &str) -> &str {
    match (value.find('<'), value.find('>')) {
        (Some(open), Some(close)) if open < close => &value[open + 1..close],
        _ => value,
    }
}

/// Where the audio of a session description is to be sent.
pub fn audio_address(message: &str) -> Option<SocketAddr> {
    let field = |prefix: &str| message.lines().find_map(|line| line.strip_prefix(prefix));
    let ip = field("c=IN IP4 ").or_else(|| field("c=IN IP6 "))?.trim().parse().ok()?;
    let port = field("m=audio ")?.split(' ').next()?.parse().ok()?;
    Some(SocketAddr::new(ip, port))
}

fn with_body(body: &str) -> String {
    let kind = if body.is_empty() { "" } else { "Content-Type: application/sdp\r\n" };
    format!("{kind}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog() -> Dialog {
        Dialog {
            local: "127.0.0.1:5071".parse().unwrap(),
            from: "<sip:100@127.0.0.1:5071>;tag=a1".into(),
            to: "<sip:600@127.0.0.1:5060>".into(),
            call_id: "c1@phone".into(),
            target: "sip:600@127.0.0.1:5060".into(),
        }
    }

    #[test]
    fn an_invite_has_every_mandatory_header_of_clause_8_1_1() {
        let text = dialog().invite(1, "z9hG4bK1", &description("127.0.0.1:4000".parse().unwrap()));
        assert!(text.starts_with("INVITE sip:600@127.0.0.1:5060 SIP/2.0\r\n"));
        for name in ["Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact"] {
            assert!(header(&text, name).is_some(), "{name} in\n{text}");
        }
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(header(head, "content-length"), Some(body.len().to_string().as_str()));
        assert_eq!(audio_address(&text), Some("127.0.0.1:4000".parse().unwrap()));
        assert!(text.split("\r\n").all(|line| !line.contains(['\r', '\n'])), "a bare CR or LF");
    }

    #[test]
    fn a_response_repeats_via_from_call_id_and_cseq_and_adds_a_tag_to_to() {
        let request = dialog().request("BYE", 2, "z9hG4bK2");
        let text = response(&request, 200, "OK", "b2", "127.0.0.1:9".parse().unwrap(), "");
        assert_eq!(status(&text), Some(200));
        for name in ["Via", "From", "Call-ID", "CSeq"] {
            assert_eq!(header(&text, name), header(&request, name), "{name}");
        }
        assert_eq!(header(&text, "To"), Some("<sip:600@127.0.0.1:5060>;tag=b2"));
    }

    #[test]
    fn a_100_trying_carries_no_tag_and_a_second_tag_is_never_added() {
        let mut dialog = dialog();
        let trying = response(&dialog.request("INVITE", 1, "z"), 100, "Trying", "b2", dialog.local, "");
        assert_eq!(header(&trying, "To"), Some("<sip:600@127.0.0.1:5060>"));
        dialog.to += ";tag=x";
        let ok = response(&dialog.request("BYE", 2, "z"), 200, "OK", "b2", dialog.local, "");
        assert_eq!(header(&ok, "To"), Some("<sip:600@127.0.0.1:5060>;tag=x"));
    }

    #[test]
    fn words_are_read_back_from_messages_and_nonsense_has_none() {
        assert_eq!(method("OPTIONS sip:a SIP/2.0\r\n\r\n"), Some("OPTIONS"));
        assert_eq!(method("SIP/2.0 200 OK\r\n"), None);
        assert_eq!(status("SIP/2.0 48"), None);
        assert_eq!(address("\"x\" <sip:a@b;lr>;q=1"), "sip:a@b;lr");
        assert_eq!(address("sip:a@b"), "sip:a@b");
        assert_eq!(audio_address("m=audio x RTP/AVP 8"), None);
        assert_eq!(header("", "To"), None);
    }
}
