//! A registration of ours at a registrar: RFC 3261 10.2, and RFC 5626 4.5 for the pause after a failure.
//!
//! ```text
//!   Locating ──▶ Registering ──200──▶ Registered ──a while before it expires──▶ Registering
//!      │             │  ▲ └─423: longer, at once                                    │
//!      └─nowhere─────┴──┼──any other answer, or none──▶ Waiting                     │
//!                       └──────────── its pause ends ──────┘     Removing ◀─ withdraw, from any
//! ```
//!
//! Promises: one REGISTER at a time; all of them with one Call-ID and CSeq numbers that grow (10.2); as long as a refresh fails
//! the binding that still holds is told as such. Challenges are answered by the transaction layer. A flow (RFC 5626 4.2) that the
//! registrar has agreed to is kept alive (`kept`), and registered anew when that fails. A 3xx is followed to a
//! host of the domain that we are registered in, and to no other: whoever could send us elsewhere would hear our credentials. Left
//! out: GRUU.

mod config;
mod kept;
mod request;
#[cfg(test)]
mod tests;

use super::header::Name;
use super::locate;
use super::message::Message;
use super::name_addr::NameAddr;
use super::octets::Octets;
use super::parse::lex::{Parameters, number, trim};
use super::quality::Quality;
use super::route;
use super::transaction::Layer;
use super::transport::Flow;
use super::uri::{Scheme, Uri};
use super::vocabulary::SessionId;
pub use config::{ContactOf, OurFlow, RegistrationConfig, RegistrationPhase, RegistrationView};
use kept::Kept;
use std::time::{Duration, Instant};

/// The machine.
#[derive(Debug)]
pub(crate) struct Registration {
    id: SessionId,
    config: RegistrationConfig,
    state: State,
    call_id: Octets,
    /// From, with our tag.
    from: Vec<u8>,
    cseq: u32,
    expires_s: u32,
    /// The registrar, or where it sends us.
    target: Uri,
    /// How often it has done that since the last pause.
    redirections: u32,
    /// Where the registrar was found the last time.
    flows: Vec<Flow>,
    /// By which the registrar wants requests to it (RFC 3608).
    service_route: Vec<Octets>,
    /// Our flow, when the registrar has agreed to that.
    kept: Kept,
    expires_at: Option<Instant>,
    failures: u32,
    refused: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The registrar's servers are being found.
    Locating,
    /// REGISTER is out.
    Registering,
    Registered {
        refresh_at: Instant,
    },
    Waiting {
        until: Instant,
    },
    /// REGISTER with `expires=0` is out.
    Removing,
    Removed,
}

impl Registration {
    /// It registers as soon as its servers are found.
    pub(crate) fn new(layer: &mut Layer, id: SessionId, config: RegistrationConfig) -> Registration {
        let call_id = Octets(format!("{:016x}{:016x}", layer.random(), layer.random()).into_bytes());
        let from = [b"<", config.address.octets(), format!(">;tag={}", layer.tag()).as_bytes()].concat();
        let (expires_s, target) = (config.expires_s, config.registrar.clone());
        Registration {
            id,
            config,
            state: State::Locating,
            call_id,
            from,
            cseq: 0,
            expires_s,
            target,
            redirections: 0,
            flows: Vec::new(),
            service_route: Vec::new(),
            kept: Kept::Nothing,
            expires_at: None,
            failures: 0,
            refused: None,
        }
    }

    /// The registrar or the proxy before it, while its servers are to be found.
    pub(crate) fn unresolved(&self) -> Option<Uri> {
        (self.state == State::Locating).then(|| self.hop().clone())
    }

    fn hop(&self) -> &Uri {
        self.config.flow.as_ref().map_or(&self.target, |flow| &flow.proxy)
    }

    /// Its servers, in their order; none is a failure.
    pub(crate) fn handle_located(&mut self, now: Instant, layer: &mut Layer, flows: Vec<Flow>) {
        if self.state != State::Locating {
            return;
        }
        self.flows = flows;
        match self.flows.is_empty() {
            true => self.fail(now, layer, None, None),
            false => self.register(now, layer),
        }
    }

    /// The CSeq number of the REGISTER that answers a challenge.
    pub(crate) fn number_again(&mut self) -> Option<u32> {
        self.cseq += 1;
        Some(self.cseq)
    }

    /// `from`: how the response came.
    pub(crate) fn handle_response(&mut self, now: Instant, layer: &mut Layer, response: &Message, from: &Flow) {
        let (State::Registering | State::Removing, Some(status @ 200..)) = (self.state, response.status()) else {
            return;
        };
        match (self.state, status) {
            // What the answer says does not matter any more.
            (State::Removing, _) => self.removed(),
            (_, 200..=299) => {
                self.succeed(now, response);
                self.keep_flow(now, layer, response, from);
            }
            (_, 300..=399) if self.follows(response) => self.state = State::Locating,
            (_, 423) if self.lengthen(response) => self.register(now, layer),
            (_, status) => {
                let asked = response.value(Name::RetryAfter).and_then(|value| {
                    number(trim(value.split(|octet| b";( ".contains(octet)).next().unwrap_or_default()))
                });
                self.fail(now, layer, Some(status), asked);
            }
        }
    }

    /// No final response at all.
    pub(crate) fn handle_silence(&mut self, now: Instant, layer: &mut Layer) {
        match self.state {
            State::Registering => self.fail(now, layer, None, None),
            State::Removing => self.removed(),
            State::Locating | State::Registered { .. } | State::Waiting { .. } | State::Removed => {}
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer) {
        self.keep_on(now, layer);
        match self.state {
            // The servers are looked for anew: they may have moved.
            State::Registered { refresh_at: at } | State::Waiting { until: at } if at <= now => {
                self.state = State::Locating;
            }
            _ => {}
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.next_at().into_iter().chain(self.keep_at()).min()
    }

    /// When a REGISTER goes next.
    fn next_at(&self) -> Option<Instant> {
        match self.state {
            State::Registered { refresh_at: at } | State::Waiting { until: at } => Some(at),
            State::Locating | State::Registering | State::Removing | State::Removed => None,
        }
    }

    /// Takes the binding back, if there may be one (10.2.2).
    pub(crate) fn withdraw(&mut self, now: Instant, layer: &mut Layer) {
        let may_be_bound = self.state == State::Registering || self.expires_at.is_some_and(|at| at > now);
        match self.state {
            State::Removing | State::Removed => {}
            _ if may_be_bound && !self.flows.is_empty() => {
                self.kept = Kept::Nothing;
                self.state = State::Removing;
                self.send(now, layer, 0);
            }
            _ => self.removed(),
        }
    }

    /// The way to a registrar, while we are bound there; empty: it is reached directly.
    pub(crate) fn service_route(&self, now: Instant, registrar: &Uri) -> Option<&[Octets]> {
        let is_bound = self.config.registrar == *registrar && self.expires_at.is_some_and(|at| at > now);
        is_bound.then_some(&self.service_route[..])
    }

    pub(crate) fn phase(&self) -> RegistrationPhase {
        match self.state {
            State::Locating | State::Registering => RegistrationPhase::Registering,
            State::Registered { .. } => RegistrationPhase::Registered,
            State::Waiting { .. } => RegistrationPhase::Waiting,
            State::Removing => RegistrationPhase::Removing,
            State::Removed => RegistrationPhase::Removed,
        }
    }

    pub(crate) fn view(&self, now: Instant) -> RegistrationView {
        let expires_at = self.expires_at.filter(|at| *at > now);
        let address = self.config.address.clone();
        let (phase, next_at) = (self.phase(), self.next_at());
        let flow = self.config.flow.as_ref().map(|flow| flow.number);
        let (failures, refused, seen_as) = (self.failures, self.refused, self.seen_as());
        RegistrationView { address, flow, phase, expires_at, next_at, failures, seen_as, refused }
    }

    fn register(&mut self, now: Instant, layer: &mut Layer) {
        self.state = State::Registering;
        self.send(now, layer, self.expires_s);
    }

    /// 10.2.4: the registrar tells the time that it grants, which may be shorter.
    fn succeed(&mut self, now: Instant, response: &Message) {
        let own = response.elements(Name::Contact).filter_map(|value| NameAddr::parse(value).ok());
        let granted = own.filter(|contact| self.is_own(contact)).filter_map(|contact| expires_of(&contact)).max();
        let general = response.value(Name::Expires).and_then(|value| number(trim(value)));
        let granted_s = granted.or(general).unwrap_or(self.expires_s).min(self.expires_s);
        let lifetime = Duration::from_secs(granted_s.into());
        // One that cannot be gone is none.
        self.service_route = route::of(response, Name::ServiceRoute).unwrap_or_default();
        self.expires_at = Some(now + lifetime);
        self.state = State::Registered { refresh_at: now + refresh_after(lifetime) };
        (self.failures, self.refused, self.redirections) = (0, None, 0);
    }

    /// 8.1.3.4: to another host of the same domain, a few times.
    fn follows(&mut self, response: &Message) -> bool {
        let contacts = response.elements(Name::Contact).filter_map(|value| NameAddr::parse(value).ok());
        let allowed = contacts.filter(|contact| self.may_follow(&contact.uri));
        let Some(best) = allowed.max_by_key(Quality::of) else { return false };
        if self.redirections == REDIRECTIONS_MAX {
            return false;
        }
        self.redirections += 1;
        self.target = best.uri;
        true
    }

    fn may_follow(&self, uri: &Uri) -> bool {
        let (host, domain) = (uri.host().to_ascii_lowercase(), self.config.address.host().to_ascii_lowercase());
        let is_within = host == domain || host.ends_with(&format!(".{domain}"));
        let is_as_safe = uri.scheme() == self.config.registrar.scheme() && uri.scheme() != Scheme::Tel;
        is_within && is_as_safe && *uri != self.target
    }

    /// 10.2.8: longer, where the registrar says how much; never twice the same.
    fn lengthen(&mut self, refusal: &Message) -> bool {
        let least = refusal.value(Name::MinExpires).and_then(|value| number(trim(value)));
        let longer = least.filter(|least| *least > self.expires_s && *least <= EXPIRES_S_MAX);
        self.expires_s = longer.unwrap_or(self.expires_s);
        longer.is_some()
    }

    /// RFC 5626 4.5: the pause is half of its bound to the whole; the bound doubles with every failure.
    fn fail(&mut self, now: Instant, layer: &mut Layer, status: Option<u16>, asked_s: Option<u32>) {
        (self.target, self.redirections) = (self.config.registrar.clone(), 0);
        self.failures = self.failures.saturating_add(1);
        self.refused = status;
        let bound_ms = PAUSE_MAX_MS.min(PAUSE_MS.saturating_mul(1 << self.failures.min(DOUBLINGS_MAX)));
        let drawn = Duration::from_millis(bound_ms / 2 + layer.random() % (bound_ms / 2 + 1));
        let asked = Duration::from_secs(asked_s.unwrap_or(0).into()).min(Duration::from_millis(ASKED_MAX_MS));
        self.state = State::Waiting { until: now + drawn.max(asked) };
    }

    fn removed(&mut self) {
        (self.expires_at, self.kept) = (None, Kept::Nothing);
        self.state = State::Removed;
    }
}

/// The servers of a registrar that is an address need not be looked for.
pub(crate) fn flow_to_literal(layer: &Layer, registrar: &Uri) -> Option<Vec<Flow>> {
    registrar.ip()?;
    let target = locate::literal(registrar);
    let flow = target.and_then(|it| layer.flow_to(it.transport, it.address, registrar.host(), None));
    Some(flow.into_iter().collect())
}

fn expires_of(contact: &NameAddr) -> Option<u32> {
    Parameters(&contact.raw_parameters).value("expires").and_then(|value| number(trim(value)))
}

/// Half of a short time; of a long one all but ten minutes.
fn refresh_after(lifetime: Duration) -> Duration {
    let margin = MARGIN_MAX.min(lifetime / 2);
    (lifetime - margin).max(REFRESH_MIN)
}

const MARGIN_MAX: Duration = Duration::from_secs(600);
/// A registrar that grants nothing is not asked all the time.
const REFRESH_MIN: Duration = Duration::from_secs(5);
/// RFC 5626 4.5, base-time where everything has failed.
const PAUSE_MS: u64 = 30_000;
/// RFC 5626 4.5, max-time.
pub(crate) const PAUSE_MAX_MS: u64 = 1_800_000;
/// Redirections that are followed, one after the other.
pub(crate) const REDIRECTIONS_MAX: u32 = 3;
/// After so many the bound stands.
const DOUBLINGS_MAX: u32 = 6;
/// A Retry-After beyond a day is somebody's mistake.
const ASKED_MAX_MS: u64 = 86_400_000;
/// Longer intervals than a day are not asked for.
const EXPIRES_S_MAX: u32 = 86_400;
