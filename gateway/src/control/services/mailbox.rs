//! What a message centre on PRI says of somebody's messages goes to whom the dial plan would call by that number: by NOTIFY of a message
//! summary (RFC 3842) to a user's telephones, and to a peer that wants it.

use std::time::Instant;

use config::model::RouteTo;
use tracing::info;

use super::Control;
use crate::interwork::hub::Mailbox;
use crate::interwork::sip::waiting;
use crate::route::{self, Source};
use crate::sip::{self, NameAddr, Place, Standalone, What};

impl Control {
    /// It stands in the log and is counted, whoever else hears of it.
    pub(in crate::control) fn mailbox_told(&mut self, now: Instant, interface: usize, mailbox: &Mailbox) {
        let Mailbox { user, waits, messages, centre } = mailbox;
        info!(trunk = self.trunk_name(interface), user, waits, ?messages, ?centre, "message waiting");
        self.pri[interface].mailboxes_told += 1;
        let from = Source::Trunk(self.pri[interface].trunk);
        let Some(choice) = route::choose(&self.model, from, user).filter(|_| !user.is_empty()) else { return };
        let (summary, number) = (waiting::summary(mailbox), choice.digits);
        match choice.to {
            RouteTo::User(user) => {
                let user = self.model.user(user).name.as_str().into();
                self.sip.handle_command(now, sip::Command::Summarise { user, number, summary });
            }
            RouteTo::Peer(peer) if self.model.peer(peer).message_waiting => {
                let peer = self.peer_towards(now, peer);
                let place = Place { route: peer.route, ..Place::at(peer.hop.for_user(&number), peer.hop) };
                let own = NameAddr::new(sip::Uri::sip("", peer.own.ip(), Some(peer.own.port())));
                let session = self.sip.next_session();
                let (to, what) = (NameAddr::new(place.target.clone()), What::Summary(summary));
                let request = Standalone { session, place, from: own, to, account: peer.account, what };
                self.sip.handle_command(now, sip::Command::Ask(Box::new(request)));
            }
            RouteTo::Peer(_) | RouteTo::Trunk(_) => {}
        }
    }
}
