//! The session timer, RFC 4028: who refreshes a session, when, and when it is given up.
//!
//! Left out: Session-Expires in an UPDATE before the answer, which binds nobody; the INVITE's 2xx settles it.

use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::parse::lex::{self, Parameters};
use std::time::{Duration, Instant};

/// The option tag.
pub(crate) const OPTION: &str = "timer";
/// The session interval that we ask for (section 4 recommends it).
pub(crate) const INTERVAL_S: u32 = 1800;
/// The shortest one that anybody may ask for (section 5).
pub(crate) const INTERVAL_S_MIN: u32 = 90;

/// Session-Expires: the interval, and who refreshes, as seen from the request that settles it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SessionExpires {
    interval_s: u32,
    refresher: Option<Refresher>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refresher {
    Uac,
    Uas,
}

impl Refresher {
    fn name(self) -> &'static str {
        match self {
            Refresher::Uac => "uac",
            Refresher::Uas => "uas",
        }
    }
}

impl SessionExpires {
    /// `None` also for what cannot be read: no timer is better than a wrong one.
    fn of(message: &Message) -> Option<SessionExpires> {
        let value = message.value(Name::SessionExpires)?;
        let end = value.iter().position(|&octet| octet == b';').unwrap_or(value.len());
        let interval_s = lex::number(lex::trim(&value[..end]))?;
        let refresher = Parameters(&value[end..]).value("refresher").and_then(|text| {
            [Refresher::Uac, Refresher::Uas]
                .into_iter()
                .find(|known| text.eq_ignore_ascii_case(known.name().as_bytes()))
        });
        Some(SessionExpires { interval_s, refresher })
    }
}

/// The smallest interval that a message lets through; 90 s where it does not say.
pub(super) fn min_se_s(message: &Message) -> u32 {
    let value = message.value(Name::MinSe).map(|value| value.split(|&octet| octet == b';').next().unwrap_or_default());
    value.and_then(|value| lex::number(lex::trim(value))).unwrap_or_default().max(INTERVAL_S_MIN)
}

/// The interval asked for is too small, and who asks understands 422 (section 9).
pub(crate) fn is_too_small(request: &Message) -> bool {
    let asked = SessionExpires::of(request);
    request.lists(Name::Supported, OPTION) && asked.is_some_and(|asked| asked.interval_s < INTERVAL_S_MIN)
}

/// What our 2xx settles (section 9, table 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terms {
    interval_s: u32,
    min_se_s: u32,
    refresher: Refresher,
    peer_knows: bool,
}

impl Terms {
    /// `None`: the peer does not know the timer, and no proxy between asks for it.
    pub(super) fn of_request(request: &Message) -> Option<Terms> {
        let peer_knows = request.lists(Name::Supported, OPTION) || request.lists(Name::Require, OPTION);
        let asked = SessionExpires::of(request).filter(|asked| asked.interval_s >= INTERVAL_S_MIN);
        let min_se_s = min_se_s(request);
        let (interval_s, refresher) = match asked {
            Some(asked) if peer_knows => (asked.interval_s, asked.refresher.unwrap_or(Refresher::Uac)),
            Some(asked) => (asked.interval_s, Refresher::Uas),
            None if peer_knows => (INTERVAL_S.max(min_se_s), Refresher::Uac),
            None => return None,
        };
        Some(Terms { interval_s, min_se_s, refresher, peer_knows })
    }

    /// The header fields of the 2xx.
    pub(super) fn write(terms: Option<Terms>, writer: Writer) -> Writer {
        let Some(Terms { interval_s, refresher, peer_knows, .. }) = terms else { return writer };
        let writer = writer.maybe(Name::Require, peer_knows.then_some(OPTION.as_bytes()));
        writer.field(Name::SessionExpires, format!("{interval_s};refresher={}", refresher.name()).as_bytes())
    }

    /// The 2xx went. The largest Min-SE of the dialog counts (section 7.4), `before` that timer's too.
    pub(super) fn begin(self, now: Instant, before: Option<&SessionTimer>) -> SessionTimer {
        let min_se_s = before.map_or(self.min_se_s, |before| before.min_se_s.max(self.min_se_s));
        SessionTimer::new(now, self.interval_s, min_se_s, self.refresher == Refresher::Uas)
    }
}

/// The timer of one dialog.
#[derive(Debug)]
pub(super) struct SessionTimer {
    interval_s: u32,
    /// The largest Min-SE heard.
    min_se_s: u32,
    we_refresh: bool,
    /// When we do so; `None` while a refresh is on its way, and for the other side.
    refresh_at: Option<Instant>,
    /// When the session is given up, a while before its interval ends (section 10).
    expires_at: Instant,
}

/// What its time brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Refresh,
    Expired,
}

impl SessionTimer {
    fn new(now: Instant, interval_s: u32, min_se_s: u32, we_refresh: bool) -> SessionTimer {
        let interval = Duration::from_secs(interval_s.into());
        let expires_at = now + interval - MARGIN_MAX.min(interval / 3);
        SessionTimer {
            interval_s,
            min_se_s,
            we_refresh,
            refresh_at: we_refresh.then_some(now + interval / 2),
            expires_at,
        }
    }

    /// A 2xx came for our INVITE, re-INVITE or UPDATE. Without Session-Expires there is no timer, or none any more.
    pub(super) fn of_response(now: Instant, response: &Message, min_se_s: u32) -> Option<SessionTimer> {
        let settled = SessionExpires::of(response)?;
        let we_refresh = settled.refresher != Some(Refresher::Uas);
        Some(SessionTimer::new(now, settled.interval_s.max(INTERVAL_S_MIN), min_se_s, we_refresh))
    }

    pub(super) fn min_se_s(&self) -> u32 {
        self.min_se_s
    }

    /// The header fields of our request in the dialog: roles and interval stay as they are (section 7.4).
    pub(super) fn write(timer: Option<&SessionTimer>, writer: Writer) -> Writer {
        let Some(timer) = timer else { return writer };
        let refresher = if timer.we_refresh { Refresher::Uac } else { Refresher::Uas };
        let interval_s = timer.interval_s.max(timer.min_se_s);
        let writer =
            writer.field(Name::SessionExpires, format!("{interval_s};refresher={}", refresher.name()).as_bytes());
        write_min_se(writer, timer.min_se_s)
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) -> Due {
        if self.expires_at <= now {
            return Due::Expired;
        }
        match self.refresh_at.take_if(|at| *at <= now) {
            Some(_) => Due::Refresh,
            None => Due::Nothing,
        }
    }

    /// Our refresh was refused: another try when half of the rest is over, with the interval that a 422 asks for.
    pub(super) fn handle_refusal(&mut self, now: Instant, refusal: &Message) {
        if refusal.status() == Some(422) {
            self.min_se_s = self.min_se_s.max(min_se_s(refusal));
        }
        let rest = self.expires_at.saturating_duration_since(now);
        self.refresh_at = self.we_refresh.then_some(now + RETRY_MIN.max(rest / 2));
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.refresh_at.map_or(self.expires_at, |at| at.min(self.expires_at))
    }
}

/// Min-SE goes once a larger one than the standard's has been heard (section 7.4).
pub(super) fn write_min_se(writer: Writer, min_se_s: u32) -> Writer {
    let text = (min_se_s > INTERVAL_S_MIN).then(|| min_se_s.to_string());
    writer.maybe(Name::MinSe, text.as_deref().map(str::as_bytes))
}

/// Section 10: the smaller of this and a third of the interval.
const MARGIN_MAX: Duration = Duration::from_secs(32);
const RETRY_MIN: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(fields: &str) -> Option<(u32, &'static str)> {
        let message = Message::parse(format!("UPDATE sip:a@b SIP/2.0\r\n{fields}\r\n").as_bytes());
        let terms = Terms::of_request(&message.expect("the frame is whole"))?;
        Some((terms.interval_s, terms.refresher.name()))
    }

    /// RFC 4028 table 2, and what a request without Session-Expires gets.
    #[test]
    fn who_refreshes_follows_the_request() {
        let knows = "Supported: timer\r\n";
        for (fields, expected) in [
            ("", None),
            ("Session-Expires: 600\r\n", Some((600, "uas"))),
            ("x: 600\r\nk: 100rel, TIMER\r\n", Some((600, "uac"))),
            (&format!("{knows}Session-Expires: 600 ;Refresher=UAC\r\n"), Some((600, "uac"))),
            (&format!("{knows}Session-Expires: 600;refresher=uas;x=y\r\n"), Some((600, "uas"))),
            (knows, Some((1800, "uac"))),
            (&format!("{knows}Min-SE: 3600\r\n"), Some((3600, "uac"))),
            (&format!("{knows}Session-Expires: soon\r\n"), Some((1800, "uac"))),
            // Too small, and 422 would not be understood.
            ("Session-Expires: 89\r\n", None),
        ] {
            assert_eq!(terms(fields), expected, "{fields}");
        }
    }
}
