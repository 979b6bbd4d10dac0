//! `[[route]]`: the dial plan, and the names that it joins.

use super::{Check, Named, did_you_mean, one_of};
use crate::model::{NatureOfAddress, Pattern, PeerIndex, Route, RouteFrom, RouteTo, Trunk, TrunkIndex, UserIndex};
use crate::raw;
use crate::wrong::{At, Place};

/// What a name of the dial plan stands for.
#[derive(Clone, Copy)]
enum Party {
    Peer(usize),
    User(usize),
    Trunk(usize),
}

/// The names on the SIP side.
pub(super) struct Parties {
    pub peers: Vec<String>,
    pub users: Vec<String>,
}

impl Check {
    pub(super) fn routes(
        &mut self,
        list: Option<At<Vec<At<raw::Route>>>>,
        trunks: &Named<Trunk>,
        sip: Option<&Parties>,
    ) -> Option<Vec<Route>> {
        let list = self.required(&Place::file(), "route", list, "at least one [[route]]")?;
        let parties = sip.map(|sip| parties(trunks, sip));
        let routes: Vec<_> = list.value.into_iter().map(|route| self.route(route, parties.as_deref())).collect();
        routes.into_iter().collect()
    }

    fn route(&mut self, route: At<raw::Route>, parties: Option<&[(String, Party)]>) -> Option<Route> {
        let At { place, value: raw } = route;
        let from = self.required(&place, "from", raw.from, "\"sip\", a peer, a trunk or \"user:NAME\"");
        let from = from.and_then(|name| match name.value.as_str() {
            ANY_PEER => Some(RouteFrom::Sip),
            _ => Some(self.party(&name, parties, &[ANY_PEER])?.into()),
        });
        let called = self.required(&place, "called", raw.called, PATTERN);
        let pattern = called.and_then(|text| self.parsed::<Pattern>(&text, PATTERN));
        let to = self.required(&place, "to", raw.to, "a peer, a trunk or \"user:NAME\"");
        let to_place = to.as_ref().map(|name| name.place.clone());
        let to: Option<RouteTo> = to.and_then(|name| Some(self.party(&name, parties, &[])?.into()));
        let is_sip = matches!(from, Some(RouteFrom::Sip | RouteFrom::Peer(_) | RouteFrom::User(_)));
        if let (true, Some(RouteTo::Peer(_) | RouteTo::User(_)), Some(place)) = (is_sip, to, &to_place) {
            self.wrong(place, "a trunk for calls from SIP", "route calls from SIP to a trunk: this is no SIP proxy");
        }
        let strip = raw.strip.map_or(Some(0), |number| self.strip(&number, pattern.as_ref()));
        let prepend = raw.prepend.map_or(Some(String::new()), |text| self.prepend(text));
        let nature = raw.nature.map_or(Some(None), |word| self.choice(&word, &NATURES).map(Some));
        Some(Route { from: from?, pattern: pattern?, to: to?, strip: strip?, prepend: prepend?, nature: nature? })
    }

    /// Who may use each trunk: `allow`, kept until everybody has a name.
    pub(super) fn allow(
        &mut self,
        lists: &[Option<At<Vec<At<String>>>>],
        trunks: &mut Named<Trunk>,
        sip: Option<&Parties>,
    ) {
        let parties = sip.map(|sip| parties(trunks, sip));
        for (list, (_, trunk)) in lists.iter().zip(&mut trunks.members) {
            let Some(list) = list else { continue };
            let from = |check: &mut Check, name: &At<String>| match name.value.as_str() {
                ANY_PEER => Some(RouteFrom::Sip),
                _ => Some(check.party(name, parties.as_deref(), &[ANY_PEER])?.into()),
            };
            let allowed = list.value.iter().filter_map(|name| from(self, name)).collect();
            if let Some(trunk) = trunk {
                trunk.allow = Some(allowed);
            }
        }
    }

    pub(super) fn patterns(&mut self, list: &[At<String>]) -> Option<Vec<Pattern>> {
        let patterns: Vec<_> = list.iter().map(|text| self.parsed(text, PATTERN)).collect();
        patterns.into_iter().collect()
    }

    fn party(&mut self, name: &At<String>, parties: Option<&[(String, Party)]>, more: &[&str]) -> Option<Party> {
        let parties = parties?;
        let party = parties.iter().find(|(known, _)| *known == name.value).map(|(_, party)| *party);
        if party.is_none() {
            let known: Vec<&str> = more.iter().copied().chain(parties.iter().map(|(name, _)| name.as_str())).collect();
            self.wrong(&name.place, one_of(&known), did_you_mean(&name.value, &known));
        }
        party
    }

    fn strip(&mut self, number: &At<i64>, pattern: Option<&Pattern>) -> Option<u8> {
        let most = pattern.map_or(Pattern::SYMBOLS_MAX, Pattern::length_min);
        let fits = usize::try_from(number.value).ok().filter(|strip| *strip <= most);
        if fits.is_none() {
            let expected = format!("0 to {most}: every number that {} takes has as many digits", PATTERN_KEY);
            self.wrong(&number.place, expected, "strip fewer digits, or name more of them in the pattern");
        }
        fits.and_then(|strip| u8::try_from(strip).ok())
    }

    fn prepend(&mut self, text: At<String>) -> Option<String> {
        let digits = text.value.bytes().enumerate().all(|(place, octet)| match octet {
            b'0'..=b'9' | b'*' | b'#' => true,
            b'+' => place == 0,
            _ => false,
        });
        if !digits || text.value.len() > Pattern::SYMBOLS_MAX {
            let expected =
                format!("at most {} digits, with a leading + for an international number", Pattern::SYMBOLS_MAX);
            self.wrong(&text.place, expected, "write digits only");
            return None;
        }
        Some(text.value)
    }
}

/// Peers, users and trunks in one list: a route names any of them.
fn parties(trunks: &Named<Trunk>, sip: &Parties) -> Vec<(String, Party)> {
    let users = sip.users.iter().enumerate().map(|(index, name)| (format!("{USER}{name}"), Party::User(index)));
    let peers = sip.peers.iter().enumerate().map(|(index, name)| (name.clone(), Party::Peer(index)));
    let trunks = trunks.names().into_iter().enumerate().map(|(index, name)| (name.to_owned(), Party::Trunk(index)));
    peers.chain(users).chain(trunks).collect()
}

impl From<Party> for RouteFrom {
    fn from(party: Party) -> Self {
        match party {
            Party::Peer(index) => RouteFrom::Peer(PeerIndex(index)),
            Party::User(index) => RouteFrom::User(UserIndex(index)),
            Party::Trunk(index) => RouteFrom::Trunk(TrunkIndex(index)),
        }
    }
}

impl From<Party> for RouteTo {
    fn from(party: Party) -> Self {
        match party {
            Party::Peer(index) => RouteTo::Peer(PeerIndex(index)),
            Party::User(index) => RouteTo::User(UserIndex(index)),
            Party::Trunk(index) => RouteTo::Trunk(TrunkIndex(index)),
        }
    }
}

/// The word for calls from every SIP peer; no peer or trunk has it as a name.
pub(super) const ANY_PEER: &str = "sip";
/// Before the name of a user in the dial plan; no name has a colon.
const USER: &str = "user:";
const PATTERN_KEY: &str = "called";
const PATTERN: &str = "digits with X for any digit and a final . for any rest, as \"6XX\", \"0.\" or \".\"";

const NATURES: [(&str, NatureOfAddress); 4] = [
    ("subscriber", NatureOfAddress::Subscriber),
    ("unknown", NatureOfAddress::Unknown),
    ("national", NatureOfAddress::National),
    ("international", NatureOfAddress::International),
];
