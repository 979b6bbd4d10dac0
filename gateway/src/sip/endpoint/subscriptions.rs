//! Message summaries of users: who subscribes to its own, and news, which go to subscribers and to telephones that are told without
//! asking. RFC 6665 and RFC 3842, whose texts were not at hand.
//!
//! Promises: only who has proven to be the user hears of its messages; [`SUBSCRIPTIONS_MAX`] subscriptions at once, and
//! [`SUBSCRIPTIONS_PER_USER_MAX`] of one user. A user has one summary, the last that was told.

use super::super::header::Name;
use super::super::message::Message;
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::parse::lex::{number, trim};
use super::super::registrar::EXPIRES_S_MIN;
use super::super::reply::Tag;
use super::super::subscription::{Subscription, Wish};
use super::super::summary::{PACKAGE, Summary};
use super::super::transaction::{Layer, Owner, ServerId};
use super::super::transport::Flow;
use super::super::uri::Uri;
use super::super::vocabulary::{Place, SessionId, Standalone, What};
use super::Endpoint;
use std::time::Instant;

/// What is known of a user's messages.
#[derive(Debug)]
pub(super) struct Known {
    /// By which number the user was called when somebody left them.
    number: String,
    summary: Summary,
}

impl Endpoint {
    /// It is a subscription that somebody may have here.
    pub(super) fn serves(&self, subscribe: &Message) -> bool {
        let event = subscribe.value(Name::Event).unwrap_or_default();
        let package = event.split(|&octet| octet == b';').next().unwrap_or_default();
        self.gatekeeper.is_some() && trim(package).eq_ignore_ascii_case(PACKAGE.as_bytes())
    }

    /// SUBSCRIBE outside of a dialog, from who has proven to be a user.
    pub(super) fn handle_subscribe(
        &mut self,
        now: Instant,
        server: ServerId,
        user: Octets,
        from: &Flow,
        request: &Message,
    ) {
        let address = request.first_address(Name::To).and_then(Result::ok).and_then(|to| to.uri.user());
        if address.as_ref() != Some(&user) || !self.registrar.knows(&user) {
            self.layer.counters.credentials_wrong += 1;
            return self.respond(now, server, 403, None);
        }
        let Some(expires_s) = self.granted(now, server, request) else { return };
        let of_user = self.subscriptions.values().filter(|it| *it.user() == user).count();
        if self.subscriptions.len() >= SUBSCRIPTIONS_MAX || of_user >= SUBSCRIPTIONS_PER_USER_MAX {
            self.layer.counters.full += 1;
            return self.respond_busy(now, server);
        }
        let id = self.next_session();
        let wish = Wish { server, request, from, expires_s };
        let nothing = Summary::default();
        let summary = self.summaries.get(&user).map_or(&nothing, |known| &known.summary);
        match Subscription::begin(now, &mut self.layer, (id, user), wish, summary) {
            Some(subscription) => {
                self.by_tag.insert(subscription.tag(), id);
                self.subscriptions.insert(id, subscription);
                self.with_subscription(id, |_, _, _| ());
            }
            None => self.respond(now, server, 400, None),
        }
    }

    /// SUBSCRIBE in a dialog: it goes on, or ends.
    pub(super) fn handle_resubscribe(&mut self, now: Instant, server: ServerId, from: &Flow, request: &Message) {
        let Some(id) = self.subscription_in_dialog(request) else {
            self.layer.counters.dialogs_unknown += 1;
            return self.respond(now, server, 481, None);
        };
        let Some(expires_s) = self.granted(now, server, request) else { return };
        let mut in_order = true;
        self.with_subscription(id, |subscription, layer, summary| {
            in_order = subscription.refresh(now, layer, Wish { server, request, from, expires_s }, summary);
        });
        if !in_order {
            self.respond(now, server, 500, None);
        }
    }

    /// The subscription to whose dialog a request belongs.
    pub(super) fn subscription_in_dialog(&self, request: &Message) -> Option<SessionId> {
        let id = *self.by_tag.get(&Tag::parse(request.tag(Name::To))?)?;
        self.subscriptions.get(&id)?.is_of(request).then_some(id)
    }

    /// A NOTIFY has its response; `None`: there is none.
    pub(super) fn notified(&mut self, now: Instant, id: SessionId, status: Option<u16>) {
        if !matches!(status, Some(100..=199)) {
            let accepted = matches!(status, Some(200..=299));
            self.with_subscription(id, |it, layer, summary| it.notified(now, layer, accepted, summary));
        }
    }

    /// Somebody knows of a user's messages.
    pub(super) fn summarise(&mut self, now: Instant, user: Octets, number: String, summary: Summary) {
        if !self.registrar.knows(&user) {
            self.layer.counters.commands_late += 1;
            return;
        }
        let is_new = self.summary(&user) != Some((number.as_str(), &summary));
        let all = self.subscriptions.iter().filter(|(_, it)| *it.user() == user);
        let concerned: Vec<SessionId> = all.map(|(id, _)| *id).collect();
        self.summaries.insert(user.clone(), Known { number, summary });
        for id in concerned {
            self.with_subscription(id, |it, layer, summary| it.tell(now, layer, summary));
        }
        self.tell_unasked(now, &user);
        // A centre that repeats itself does not fill the journal.
        if is_new {
            self.tell_bindings(now, vec![user]);
        }
    }

    /// What was known of a user's messages before a restart.
    pub fn restore_summary(&mut self, user: &[u8], number: String, summary: Summary) {
        if self.registrar.knows(user) {
            self.summaries.insert(user.into(), Known { number, summary });
        }
    }

    /// What is known of a user's messages, and by which number they were left.
    pub fn summary(&self, user: &[u8]) -> Option<(&str, &Summary)> {
        self.summaries.get(&Octets::from(user)).map(|known| (known.number.as_str(), &known.summary))
    }

    /// How many subscriptions there are.
    pub fn subscribed(&self) -> usize {
        self.subscriptions.len()
    }

    /// Telephones that have just registered light their lamps, where there is reason to.
    pub(super) fn remind(&mut self, now: Instant, user: &Octets) {
        if self.summaries.get(user).is_some_and(|known| known.summary.waits) {
            self.tell_unasked(now, user);
        }
    }

    /// Lets a subscription act; then its deadline is set anew, and what is over goes. `false`: there is none.
    pub(super) fn with_subscription(
        &mut self,
        id: SessionId,
        act: impl FnOnce(&mut Subscription, &mut Layer, &Summary),
    ) -> bool {
        let Some(subscription) = self.subscriptions.get_mut(&id) else { return false };
        let nothing = Summary::default();
        let summary = self.summaries.get(subscription.user()).map_or(&nothing, |known| &known.summary);
        act(subscription, &mut self.layer, summary);
        self.layer.deadlines.set(Owner::Session(id), subscription.poll_timeout());
        if subscription.is_over() {
            self.by_tag.remove(&subscription.tag());
            self.subscriptions.remove(&id);
        }
        true
    }

    fn tell_unasked(&mut self, now: Instant, user: &Octets) {
        let Some(known) = self.summaries.get(user).filter(|_| self.registrar.is_notified(user)) else { return };
        let (number, summary) = (known.number.clone(), known.summary.clone());
        for binding in self.registrar.bindings(now, user) {
            let place = binding.place(&number);
            let own = NameAddr::new(self.address_of(user, &place));
            let what = What::Summary(summary.clone());
            let session = self.next_session();
            self.ask(now, Standalone { session, place, from: own.clone(), to: own, account: None, what });
        }
    }

    /// A user's address, at the listener by which that place is reached.
    fn address_of(&self, user: &Octets, place: &Place) -> Uri {
        let local = &self.layer.config.local;
        let fits = |ip: std::net::IpAddr| local.iter().find(|it| it.address.is_ipv4() == ip.is_ipv4());
        let own = place.next_hop().ip().and_then(fits).unwrap_or(&local[0]).advertised;
        Uri::sip(&String::from_utf8_lossy(user), own.ip(), Some(own.port()))
    }

    /// For how long; `None`: it has been told why not at all.
    fn granted(&mut self, now: Instant, server: ServerId, request: &Message) -> Option<u32> {
        let asked = request.value(Name::Expires).map_or(Some(EXPIRES_S_USUAL), |value| number(trim(value)));
        match asked {
            Some(1..EXPIRES_S_MIN) => {
                let least = EXPIRES_S_MIN.to_string();
                self.respond_with(now, server, 423, |it| it.field(Name::MinExpires, least.as_bytes()).finish(None));
                None
            }
            Some(asked) => Some(asked.min(EXPIRES_S_MAX)),
            None => {
                self.respond(now, server, 400, None);
                None
            }
        }
    }
}

/// Telephones in a house whose gateway this is.
pub(crate) const SUBSCRIPTIONS_MAX: usize = 1_024;
/// As many as a user may have devices.
pub(crate) const SUBSCRIPTIONS_PER_USER_MAX: usize = 8;
/// What a SUBSCRIBE without a time gets.
const EXPIRES_S_USUAL: u32 = 3600;
const EXPIRES_S_MAX: u32 = 86_400;
