//! What a request outside of a dialog must pass: RFC 3261 8.2.1 to 8.2.3, in that order; then it is served.

use super::super::body::{self, Part};
use super::super::emergency::{emergency_service, is_emergency};
use super::super::gating::EarlyMedia;
use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::method::Method;
use super::super::octets::Octets;
use super::super::parse::lex::trim;
use super::super::provenance::Provenance;
use super::super::replaces::Replaces;
use super::super::reply::Reply;
use super::super::sdp::{Description, SdpError};
use super::super::session::{Session, refresh};
use super::super::signature::Signatures;
use super::super::status::phrase;
use super::super::summary::PACKAGE;
use super::super::transaction::{ServerId, matching};
use super::super::transport::Flow;
use super::super::uri::Scheme;
use super::super::vocabulary::{Event, Incoming, SessionId};
use super::super::warning::Warning;
use super::Endpoint;
use super::stateless::Heard;
use std::time::Instant;

impl Endpoint {
    pub(super) fn handle_new(
        &mut self,
        now: Instant,
        heard: &Heard<'_>,
        user: Option<Octets>,
        key: Vec<u8>,
        reply: Reply,
        method: Method,
    ) {
        let Heard { from, message: request, .. } = *heard;
        self.layer.counters.outside_dialogs += u64::from(user.is_none());
        let merge_key = matching::merge_key(request);
        let is_merged = self.layer.is_merged(&merge_key);
        let id = self.layer.open(method, key, (!is_merged).then_some(merge_key), reply);
        if self.refuse_method(now, id, method, request) || self.refuse_scheme(now, id, request) {
            return;
        }
        if is_merged {
            return self.respond(now, id, 482, None);
        }
        if self.refuse_extension(now, id, method, request) {
            return;
        }
        match (method, user) {
            (Method::Options, _) => self.answer_options(now, id),
            (Method::Invite, user) => self.admit_invite(now, id, from, user, request),
            (Method::Register, Some(user)) => self.handle_register(now, id, user, from, request),
            (Method::Subscribe, Some(user)) => self.handle_subscribe(now, id, user, from, request),
            // Calls are transferred by who takes part in them.
            (Method::Refer, _) => self.respond(now, id, 403, None),
            // BYE without a To tag names no dialog.
            _ => self.respond(now, id, 481, None),
        }
    }

    /// 8.2.1: 405 for what is known and not served, 501 for what is not known.
    pub(super) fn refuse_method(&mut self, now: Instant, id: ServerId, method: Method, request: &Message) -> bool {
        let status = match method {
            Method::Invite
            | Method::Ack
            | Method::Bye
            | Method::Cancel
            | Method::Options
            | Method::Prack
            | Method::Update
            | Method::Refer
            | Method::Notify
            | Method::Info => {
                return false;
            }
            Method::Register if self.gatekeeper.is_some() => return false,
            Method::Subscribe if self.serves(request) => return false,
            // RFC 6665: no other event package is served but that of REFER, which nobody subscribes to by these.
            Method::Subscribe | Method::Publish => BAD_EVENT,
            Method::Unknown => 501,
            _ => 405,
        };
        let events = (status == BAD_EVENT && self.gatekeeper.is_some()).then_some(PACKAGE.as_bytes());
        self.respond_with(now, id, status, |writer| {
            writer.field(Name::Allow, ALLOW.as_bytes()).maybe(Name::AllowEvents, events).finish(None)
        });
        true
    }

    /// 8.2.2.1.
    fn refuse_scheme(&mut self, now: Instant, id: ServerId, request: &Message) -> bool {
        let known =
            request.request_uri().is_ok_and(|uri| uri.scheme() != Scheme::Other || emergency_service(&uri).is_some());
        if !known {
            self.respond(now, id, 416, None);
        }
        !known
    }

    /// 8.2.2.3: every tag in Require that is not supported stands in Unsupported. (Proxy-Require is not for us.)
    pub(super) fn refuse_extension(&mut self, now: Instant, id: ServerId, method: Method, request: &Message) -> bool {
        let ours = if method == Method::Register { SUPPORTED_REGISTER } else { SUPPORTED };
        let foreign: Vec<&[u8]> = request.elements(Name::Require).filter(|tag| !is_among(ours, tag)).collect();
        if foreign.is_empty() {
            return false;
        }
        let unsupported = foreign.join(&b", "[..]);
        self.respond_with(now, id, 420, |writer| writer.field(Name::Unsupported, &unsupported).finish(None));
        true
    }

    /// 8.2.3: a body in a coding or of a type that we cannot read, unless its sender does not mind.
    pub(super) fn refuse_body(&mut self, now: Instant, id: ServerId, request: &Message) -> bool {
        let coded = request.elements(Name::ContentEncoding).any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
        let accept =
            |writer: Writer| writer.field(Name::Accept, ACCEPT.as_bytes()).field(Name::AcceptEncoding, ACCEPT_ENCODING);
        match body::parts(request) {
            Err(malformed) => {
                self.respond_phrased(now, id, &Fault::request(&malformed));
            }
            Ok(parts) if coded || !parts.iter().all(is_welcome) => {
                self.respond_with(now, id, 415, |writer| accept(writer).finish(None));
            }
            Ok(_) => return false,
        }
        true
    }

    /// RFC 4028 9: 422 tells the smallest session interval.
    pub(super) fn refuse_interval(&mut self, now: Instant, id: ServerId, request: &Message) -> bool {
        let is_too_small = refresh::is_too_small(request);
        if is_too_small {
            let min_se = refresh::INTERVAL_S_MIN.to_string();
            self.respond_with(now, id, 422, |writer| writer.field(Name::MinSe, min_se.as_bytes()).finish(None));
        }
        is_too_small
    }

    /// 11.2: as an INVITE would be answered at this moment.
    fn answer_options(&mut self, now: Instant, id: ServerId) {
        if self.draining || !self.has_room() {
            return self.respond_busy(now, id);
        }
        let user_agent = self.layer.config.user_agent.clone();
        let server = (!user_agent.is_empty()).then_some(user_agent);
        self.respond_with(now, id, 200, |writer| {
            abilities(writer).maybe(Name::Server, server.as_deref().map(str::as_bytes)).finish(None)
        });
    }

    fn admit_invite(&mut self, now: Instant, id: ServerId, from: &Flow, user: Option<Octets>, request: &Message) {
        // The PSTN is one more hop, and calls can loop through it: RFC 7332 asks this of a B2BUA, 16.3 of a proxy.
        let hops = request.value(Name::MaxForwards);
        if hops.is_some_and(|hops| hops.iter().all(|&digit| digit == b'0')) {
            return self.respond(now, id, 483, None);
        }
        if !accepts_sdp(request) {
            return self.respond(now, id, 406, None);
        }
        if self.draining {
            return self.respond_busy(now, id);
        }
        if !self.has_room() {
            self.layer.counters.full += 1;
            return self.respond_busy(now, id);
        }
        if self.refuse_body(now, id, request) || self.refuse_interval(now, id, request) {
            return;
        }
        match self.incoming(now, id, (from, user), request) {
            Ok(event) => self.layer.tell(event),
            Err(fault) => self.respond_phrased(now, id, &fault),
        }
    }

    /// Makes the session of an INVITE that passed, or says by which status and words it fails.
    fn incoming(
        &mut self,
        now: Instant,
        id: ServerId,
        (from, user): (&Flow, Option<Octets>),
        request: &Message,
    ) -> Result<Event, Fault> {
        let bad = |error: super::Malformed| Fault::request(&error);
        let address =
            |name| request.first_address(name).unwrap_or(Err(super::Malformed::new("address", 0))).map_err(bad);
        let parts = body::parts(request).map_err(bad)?;
        let sdp = parts.iter().find(|part| part.is_session());
        let offer = sdp.map(|part| Description::parse(&part.content)).transpose().map_err(Fault::description)?;
        let session: SessionId = self.next_session();
        let incoming = Incoming {
            session,
            listener: from.listener,
            remote: from.remote,
            request_uri: request.request_uri().map_err(bad)?,
            from: address(Name::From)?,
            to: address(Name::To)?,
            call_id: request.call_id().into(),
            replaces: Replaces::of(request).map_err(bad)?,
            provenance: Provenance::of(request),
            gates_early_media: EarlyMedia::is_supported(request),
            offer,
            max_forwards: request.value(Name::MaxForwards).and_then(super::super::parse::lex::number),
            parts,
            emergency: is_emergency(request),
            user,
            signatures: Signatures::of(request),
        };
        let has_offer = incoming.offer.is_some();
        let made =
            Session::receive(now, &mut self.layer, session, id, request, from.clone(), has_offer).map_err(bad)?;
        self.layer.trying(now, id);
        self.insert(now, session, made);
        Ok(Event::Incoming(Box::new(incoming)))
    }

    /// What is added to a 503 of ours: it passes by itself, and who is refused may come again when it says (20.33).
    pub(super) fn busy(&self, writer: Writer) -> Vec<u8> {
        writer.field(Name::RetryAfter, self.layer.config.retry_after_s.to_string().as_bytes()).finish(None)
    }

    pub(super) fn respond_busy(&mut self, now: Instant, id: ServerId) {
        let tag = self.layer.tag();
        if let Some(octets) = self.layer.reply(id).map(|reply| self.busy(reply.start(503, Some(tag)))) {
            self.layer.respond(now, id, 503, octets);
        }
    }

    pub(super) fn respond_with(
        &mut self,
        now: Instant,
        id: ServerId,
        status: u16,
        finish: impl FnOnce(Writer) -> Vec<u8>,
    ) {
        let tag = self.layer.tag();
        if let Some(octets) = self.layer.reply(id).map(|reply| finish(reply.start(status, Some(tag)))) {
            self.layer.respond(now, id, status, octets);
        }
    }

    fn respond_phrased(&mut self, now: Instant, id: ServerId, fault: &Fault) {
        let tag = self.layer.tag();
        let Some(reply) = self.layer.reply(id) else { return };
        let agent = self.layer.config.local[reply.flow.listener].advertised;
        let warning = fault.warning.map(|warning| warning.to_text(agent));
        let writer = reply.start_phrased(fault.status, &fault.phrase, Some(tag));
        let octets = writer.maybe(Name::Warning, warning.as_deref().map(str::as_bytes)).finish(None);
        self.layer.respond(now, id, fault.status, octets);
    }
}

/// Why an INVITE makes no session.
struct Fault {
    status: u16,
    phrase: String,
    warning: Option<Warning>,
}

impl Fault {
    fn request(malformed: &super::Malformed) -> Fault {
        Fault { status: 400, phrase: format!("Bad Request: {malformed}"), warning: None }
    }

    /// 21.4.1 for what cannot be read, 13.3.1.3 for what cannot be met.
    fn description(error: SdpError) -> Fault {
        let (status, text) = match error {
            SdpError::Grammar(_) => (400, "Bad Session Description"),
            SdpError::NoAudio | SdpError::NoAddress | SdpError::Address(_) => (488, phrase(488)),
        };
        Fault { status, phrase: text.to_owned(), warning: Some((&error).into()) }
    }
}

/// What a response to OPTIONS says (11.2). It has no description: what there is to be had depends on the trunk.
pub(crate) fn abilities(writer: Writer) -> Writer {
    ABILITIES.iter().fold(writer, |writer, (name, value)| writer.field(*name, value))
}

/// We read SDP; any other part, ISUP too, must be optional, and is required where it does not say (RFC 3204 6). The user
/// gets it beside the offer.
fn is_welcome(part: &Part) -> bool {
    part.is_session() || part.is_optional()
}

fn is_among(supported: &str, tag: &[u8]) -> bool {
    supported.split(", ").any(|known| known.as_bytes().eq_ignore_ascii_case(tag))
}

/// Accept lets us answer with SDP: absent, empty lists aside, or a range that holds it (20.1).
fn accepts_sdp(request: &Message) -> bool {
    let mut ranges = request
        .elements(Name::Accept)
        .map(|range| trim(range.split(|&octet| octet == b';').next().unwrap_or_default()));
    let all: &[&[u8]] = &[b"application/sdp", b"application/*", b"*/*"];
    request.value(Name::Accept).is_none()
        || ranges.any(|range| all.iter().any(|known| known.eq_ignore_ascii_case(range)))
}

/// RFC 6665.
pub(crate) const BAD_EVENT: u16 = 489;
/// The most wanted first.
pub(crate) const ABILITIES: [(Name, &[u8]); 5] = [
    (Name::Allow, ALLOW.as_bytes()),
    (Name::Supported, SUPPORTED.as_bytes()),
    (Name::Accept, ACCEPT.as_bytes()),
    (Name::AcceptEncoding, ACCEPT_ENCODING),
    (Name::AcceptLanguage, ACCEPT_LANGUAGE),
];
/// The methods that the endpoint serves.
pub(crate) const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO";
pub(crate) const ACCEPT: &str = "application/sdp, multipart/mixed";
pub(crate) const ACCEPT_ENCODING: &[u8] = b"identity";
/// Of reason phrases and warnings.
pub(crate) const ACCEPT_LANGUAGE: &[u8] = b"en";
/// Option tags that may stand in Require.
pub(crate) const SUPPORTED: &str = "100rel, timer, replaces";
/// The same for REGISTER.
const SUPPORTED_REGISTER: &str = "gin, outbound, path";
