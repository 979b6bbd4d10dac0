//! Via: RFC 3261 20.42, `received` and `rport` of RFC 3581.

use super::overload::Feedback;
use super::parse::Malformed;
use super::parse::lex::{self, Elements, Parameters};
use super::transport::Transport;
use super::uri::{host_address, host_length};
use std::net::SocketAddr;

/// One Via value, read in place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Via<'a> {
    pub host: &'a [u8],
    pub port: Option<u16>,
    pub parameters: Parameters<'a>,
}

impl<'a> Via<'a> {
    /// Reads the first value of a Via header.
    pub(crate) fn parse_first(value: &'a [u8]) -> Result<Via<'a>, Malformed> {
        let first = Elements::of(value).next().unwrap_or(Ok(b""))?;
        let mut at = 0;
        protocol_part(first, &mut at, Some(b"SIP"))?;
        separator(first, &mut at)?;
        protocol_part(first, &mut at, Some(b"2.0"))?;
        separator(first, &mut at)?;
        protocol_part(first, &mut at, None)?;
        let host_begin = skip_space(first, at);
        if host_begin == at {
            return Err(Malformed::new("Via without a host", at));
        }
        let length = host_length(&first[host_begin..]).map_err(|error| error.within(host_begin))?;
        let host = &first[host_begin..host_begin + length];
        let mut at = skip_space(first, host_begin + length);
        let mut port = None;
        if first.get(at) == Some(&b':') {
            let begin = skip_space(first, at + 1);
            let digits = first[begin..].iter().take_while(|octet| octet.is_ascii_digit()).count();
            let number = lex::number(&first[begin..begin + digits]).and_then(|port| u16::try_from(port).ok());
            port = Some(number.ok_or(Malformed::new("port of a Via", begin))?);
            at = begin + digits;
        }
        let parameters = Parameters(lex::trim(&first[at..]));
        parameters.check().map_err(|error| error.within(at))?;
        Ok(Via { host, port, parameters })
    }

    pub(crate) fn branch(&self) -> Option<&'a [u8]> {
        self.parameters.value("branch")
    }

    /// Where the response goes over UDP, and over other transports when the connection is gone: the source address, and
    /// over UDP the source port when `rport` asks for it (RFC 3261 18.2.2, RFC 3581 4). `maddr` is not followed: it would
    /// let a datagram aim the answer at anyone.
    pub(crate) fn reply_to(&self, source: SocketAddr, transport: Transport) -> SocketAddr {
        match self.parameters.get("rport") {
            Some(_) if transport == Transport::Udp => source,
            _ => SocketAddr::new(source.ip(), self.port.unwrap_or(transport.default_port())),
        }
    }

    /// The address that the sender says it is heard at, when that is literal.
    pub(crate) fn sent_by(&self, transport: Transport) -> Option<SocketAddr> {
        let ip = host_address(std::str::from_utf8(self.host).ok()?)?;
        Some(SocketAddr::new(ip, self.port.unwrap_or(transport.default_port())))
    }

    /// Appends the first value of a Via header with `received` and `rport` filled in, and the parameters of overload control
    /// where there is something to tell, then the rest as it came.
    pub(crate) fn write_received(value: &[u8], source: SocketAddr, feedback: Option<&Feedback>, out: &mut Vec<u8>) {
        let comma = lex::find_outside(value, b',').ok().flatten().unwrap_or(value.len());
        let (first, rest) = value.split_at(comma);
        let Ok(via) = Via::parse_first(first) else {
            out.extend_from_slice(value);
            return;
        };
        let parameters_at = via.parameters.0.as_ptr() as usize - value.as_ptr() as usize;
        out.extend_from_slice(lex::trim(&first[..parameters_at]));
        let wants_rport = via.parameters.get("rport").is_some();
        for (name, parameter) in via.parameters.iter().map_while(Result::ok) {
            if name.eq_ignore_ascii_case(b"rport") || name.eq_ignore_ascii_case(b"received") {
                continue;
            }
            let is_offer = name.eq_ignore_ascii_case(b"oc") || name.eq_ignore_ascii_case(b"oc-algo");
            if is_offer && feedback.is_some() {
                continue;
            }
            out.push(b';');
            out.extend_from_slice(name);
            if let Some(value) = parameter {
                out.push(b'=');
                out.extend_from_slice(value);
            }
        }
        let host = std::str::from_utf8(via.host).ok().and_then(host_address);
        // RFC 3581 4: a server that fills rport in fills received in too.
        if wants_rport || host != Some(source.ip()) {
            out.extend_from_slice(format!(";received={}", source.ip()).as_bytes());
        }
        if wants_rport {
            out.extend_from_slice(format!(";rport={}", source.port()).as_bytes());
        }
        if let Some(feedback) = feedback {
            feedback.write(out);
        }
        out.extend_from_slice(rest);
    }
}

fn skip_space(text: &[u8], at: usize) -> usize {
    at + text[at..].iter().take_while(|&&octet| lex::is_space(octet)).count()
}

fn protocol_part(text: &[u8], at: &mut usize, wanted: Option<&[u8]>) -> Result<(), Malformed> {
    let begin = skip_space(text, *at);
    let length = text[begin..].iter().take_while(|&&octet| lex::is_token_char(octet)).count();
    let part = &text[begin..begin + length];
    if part.is_empty() || wanted.is_some_and(|wanted| !part.eq_ignore_ascii_case(wanted)) {
        return Err(Malformed::new("protocol of a Via", begin));
    }
    *at = begin + length;
    Ok(())
}

fn separator(text: &[u8], at: &mut usize) -> Result<(), Malformed> {
    let slash = skip_space(text, *at);
    if text.get(slash) != Some(&b'/') {
        return Err(Malformed::new("protocol of a Via", slash));
    }
    *at = slash + 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(value: &str, source: &str) -> String {
        let mut out = Vec::new();
        Via::write_received(value.as_bytes(), source.parse().unwrap(), None, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn white_space_may_stand_wherever_the_grammar_lets_it() {
        let via = Via::parse_first(b"SIP  / 2.0   /UDP   host.example  : 5070 ; branch   =  z9hG4bK1 , SIP/2.0/TCP x")
            .unwrap();
        assert_eq!((via.host, via.port, via.branch()), (&b"host.example"[..], Some(5070), Some(&b"z9hG4bK1"[..])));
    }

    #[test]
    fn received_and_rport_are_filled_in_as_rfc_3581_says() {
        assert_eq!(
            received("SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff", "192.0.2.1:9988"),
            "SIP/2.0/UDP 10.1.1.1:4540;branch=z9hG4bKkjshdyff;received=192.0.2.1;rport=9988"
        );
        assert_eq!(received("SIP/2.0/UDP 192.0.2.1;branch=z", "192.0.2.1:9988"), "SIP/2.0/UDP 192.0.2.1;branch=z");
        assert_eq!(
            received("SIP/2.0/UDP h;branch=z, SIP/2.0/UDP x;a=\"b,c\"", "192.0.2.1:1"),
            "SIP/2.0/UDP h;branch=z;received=192.0.2.1, SIP/2.0/UDP x;a=\"b,c\""
        );
    }

    #[test]
    fn a_received_address_of_ipv6_is_read_with_and_without_brackets() {
        for value in [
            "SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z",
            "SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255",
        ] {
            let via = Via::parse_first(value.as_bytes()).unwrap();
            assert!(via.parameters.value("received").is_some(), "{value}");
        }
    }

    #[test]
    fn what_is_no_via_is_refused() {
        for value in [
            "",
            "SIP/2.0/UDP",
            "SIP/2.0 UDP h",
            "SIP/3.0/UDP h",
            "SIP/2.0/UDP h:x",
            "SIP/2.0/UDP h;;,;,,",
            "SIP/2.0/UDPh",
        ] {
            assert!(Via::parse_first(value.as_bytes()).is_err(), "{value}");
        }
    }
}
