//! Accounts, `[[sip.registration]]` and `[[sip.user]]`.

use super::{Check, Named, Taken, terms};
use crate::model::{Account, DigestHash, Host, NextHop, Password, Peer, PeerIndex, Registration, User};
use crate::raw::{self, Section};
use crate::wrong::{At, Place, Wrong};

/// The three keys of an account.
pub(super) struct AccountKeys {
    pub username: Option<At<String>>,
    pub password: Option<At<raw::Secret>>,
    pub realm: Option<At<String>>,
}

impl Check {
    /// `Some(None)`: there is none, and nobody asks for one.
    pub(super) fn account(&mut self, section: &Place, keys: AccountKeys) -> Option<Option<Account>> {
        let AccountKeys { username, password, realm } = keys;
        if username.is_none() && password.is_none() && realm.is_none() {
            return Some(None);
        }
        let username = self.required(section, "username", username, "the name that the password belongs to");
        let password = self.required(section, "password", password, "the password of the account");
        let user = username.and_then(|text| self.text(text));
        let password = password.and_then(|secret| self.password(secret));
        let realm = realm.map_or(Some(None), |text| self.text(text).map(Some));
        Some(Some(Account { user: user?, password: password?, realm: realm? }))
    }

    /// What may stand between quotation marks of a header field.
    pub(super) fn text(&mut self, text: At<String>) -> Option<String> {
        if !is_text(&text.value) {
            self.wrong(&text.place, expected_text(), "write a shorter text without control characters");
            return None;
        }
        Some(text.value)
    }

    fn password(&mut self, secret: At<raw::Secret>) -> Option<Password> {
        let text = secret.value.0;
        if !is_text(&text) {
            let remedy = "choose another, without control characters";
            self.wrong.push(Wrong::new(&secret.place, expected_text(), remedy).found(raw::NOT_SHOWN));
            return None;
        }
        Some(Password::new(text))
    }

    pub(super) fn digests(&mut self, list: Option<At<Vec<At<String>>>>) -> Option<Vec<DigestHash>> {
        let Some(list) = list else { return Some(vec![DigestHash::Sha256, DigestHash::Md5]) };
        let (mut taken, mut digests) = (Taken::new(), Vec::new());
        for word in &list.value {
            let digest = self.choice(word, DIGESTS)?;
            if taken.take(digest, "").is_some() {
                self.wrong(&word.place, "each hash function once", "remove the second one");
            }
            digests.push(digest);
        }
        if digests.is_empty() && !self.noted_below(&list.place) {
            self.wrong(&list.place, "at least one hash function", "write [\"SHA-256\", \"MD5\"]");
        }
        Some(digests)
    }

    pub(super) fn registrations(&mut self, list: Option<At<Vec<At<raw::Registration>>>>) -> Option<Vec<Registration>> {
        let mut taken = Taken::new();
        let list = list.into_iter().flat_map(|list| list.value);
        let registrations: Vec<_> = list.map(|section| self.registration(section, &mut taken)).collect();
        registrations.into_iter().collect()
    }

    fn registration(&mut self, section: At<raw::Registration>, taken: &mut Taken<String>) -> Option<Registration> {
        let At { place, value: raw } = section;
        let registrar = self.required(&place, "registrar", raw.registrar, "a SIP URI, as \"sip:pbx.example.com\"");
        let registrar = registrar.and_then(|text| self.peer_address(&text));
        let keys = AccountKeys { username: raw.username, password: raw.password, realm: raw.realm };
        let account = self.account(&place, keys);
        let address = self.required(&place, "aor", raw.aor, ADDRESS);
        let contact_user = raw.contact_user.map(|text| self.user_part(&text, text.value.as_str()));
        let expires_s = self.within_or(raw.expires_s, 60..=86_400, "s", 3600);
        let bulk = raw.bulk.is_some_and(|it| it.value);
        let outbound = self.outbound(raw.outbound);
        let registrar = registrar?;
        let address = address?;
        let (user, domain) = self.address(&address, &registrar)?;
        let registration = Registration {
            contact_user: contact_user.unwrap_or_else(|| Some(user.clone()))?,
            registrar,
            user,
            domain,
            bulk,
            outbound: outbound?,
            expires_s: u32::try_from(expires_s?).expect("within 60 to 86,400"),
            account: account?,
        };
        if taken.take(format!("{} {}", registration.registrar, registration.address()), "").is_some() {
            self.wrong(&address.place, "each address of a registrar once", "remove one of the two");
        }
        Some(registration)
    }

    /// RFC 5626 4.2.1 asks for two at least and four at most where there are several.
    fn outbound(&mut self, list: Option<At<Vec<At<String>>>>) -> Option<Vec<NextHop>> {
        let Some(list) = list else { return Some(Vec::new()) };
        if list.value.len() > OUTBOUND_MAX {
            self.wrong(&list.place, format!("at most {OUTBOUND_MAX} proxies"), "leave out the others");
        }
        let hops: Vec<_> = list.value.iter().map(|text| self.peer_address(text)).collect();
        hops.into_iter().collect()
    }

    /// `USER@DOMAIN`, or `USER` at the registrar's own host.
    fn address(&mut self, text: &At<String>, registrar: &NextHop) -> Option<(String, String)> {
        match text.value.split_once('@') {
            None => Some((self.user_part(text, &text.value)?, host(registrar))),
            Some((user, domain)) => {
                let domain_hop: Option<NextHop> = format!("sip:{domain}").parse().ok();
                let plain = domain_hop.filter(|hop| hop.port.is_none() && hop.transport.is_none());
                if plain.is_none() {
                    self.wrong(&text.place, ADDRESS, "write it in that form");
                }
                Some((self.user_part(text, user)?, host(&plain?)))
            }
        }
    }

    /// RFC 3261 25.1: `unreserved` and what else a user part has without escapes.
    fn user_part(&mut self, text: &At<String>, user: &str) -> Option<String> {
        let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,/".contains(&octet);
        let is_user = (1..=USER_OCTETS_MAX).contains(&user.len()) && user.bytes().all(plain);
        if !is_user {
            self.wrong(&text.place, ADDRESS, "write it in that form");
        }
        is_user.then(|| user.to_owned())
    }

    pub(super) fn users(&mut self, list: Option<At<Vec<At<raw::User>>>>, peers: &Named<Peer>) -> Named<User> {
        let (mut users, mut names) = (Named::new("sip.user"), Taken::new());
        for (_, peer) in peers.iter().filter(|(_, peer)| peer.challenge) {
            if let Some(account) = &peer.account {
                names.take(account.user.clone(), format!("the challenged peer {}", peer.name));
            }
        }
        for At { place, value: raw } in list.into_iter().flat_map(|list| list.value) {
            let name = self.name(&place, raw.name, &mut names);
            let password = self.required(&place, "password", raw.password, "the password of the user");
            let password = password.and_then(|secret| self.password(secret));
            let bindings_max = self.within_or(raw.bindings_max, 1..=i64::from(BINDINGS_MAX), "", 1);
            let bulk = raw.bulk.is_some_and(|it| it.value);
            let message_waiting = raw.message_waiting.is_some_and(|it| it.value);
            let has_peer = raw.peer.is_some();
            let peer = raw.peer.map_or(Some(None), |name| peers.find(self, &name).map(|at| Some(PeerIndex(at))));
            for written in raw.terms.places().into_iter().filter(|_| has_peer) {
                self.wrong(written, "nothing here", "the terms of a user with a peer are the peer's: write it there");
            }
            let terms = self.terms(raw.terms, &terms::OF_USERS);
            let user = (|| {
                let bindings_max = u8::try_from(bindings_max?).expect("within 1 to BINDINGS_MAX");
                let (name, password, peer, terms) = (name.clone(), password?, peer?, terms?);
                Some(User { name, password, bindings_max, bulk, message_waiting, peer, terms })
            })();
            users.members.push((name, user));
        }
        users
    }
}

fn is_text(text: &str) -> bool {
    (1..=TEXT_OCTETS_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
}

fn expected_text() -> String {
    format!("1 to {TEXT_OCTETS_MAX} octets of text on one line")
}

fn host(hop: &NextHop) -> String {
    match &hop.host {
        Host::Address(std::net::IpAddr::V6(address)) => format!("[{address}]"),
        Host::Address(address) => address.to_string(),
        Host::Name(name) => name.clone(),
    }
}

const DIGESTS: &[(&str, DigestHash)] =
    &[("MD5", DigestHash::Md5), ("SHA-256", DigestHash::Sha256), ("SHA-512-256", DigestHash::Sha512_256)];
const ADDRESS: &str = "an address of record, as \"alice@example.com\" or \"alice\"";
const TEXT_OCTETS_MAX: usize = 128;
const USER_OCTETS_MAX: usize = 64;
/// Flows of one registration.
const OUTBOUND_MAX: usize = 4;
/// Devices of one user.
const BINDINGS_MAX: u8 = 8;
