//! Orders for signalling links: activation and deactivation, inhibiting and uninhibiting (Q.704 clause 10: LIN, LUN).
//!
//! Promises: a link whose loss would leave a destination without any is not inhibited, as Q.704 has it; it may be
//! deactivated, and the answer says what is out of reach then.

use std::time::Instant;

use config::model::Signalling;
use isup::mtp3::{Command, Event, InhibitRequest, LinkId, LinkState};

use super::super::output::Reply;
use super::super::{Control, operator};
use super::{Begun, Work, words};
use crate::ops::maintenance::{LinkAction, LinkOrder, LinkReport, ORDER_WAIT_MAX, Outcome};

/// An order for a link under way.
#[derive(Debug)]
pub(in super::super) struct LinkWork {
    link: LinkId,
    action: LinkAction,
    said: Option<(Outcome, String)>,
}

impl LinkWork {
    pub fn is_known(&self) -> bool {
        self.said.is_some()
    }

    pub fn heard(&mut self, event: Event) {
        let (link, outcome, detail) = match (self.action, event) {
            (LinkAction::Inhibit, Event::Inhibited(link, true)) => {
                (link, Outcome::Acknowledged, "its traffic goes over other links (LIA)")
            }
            (LinkAction::Inhibit, Event::InhibitDenied(link, false)) => {
                (link, Outcome::Refused, "a destination would be out of reach without it")
            }
            (LinkAction::Inhibit, Event::InhibitDenied(link, true)) => {
                (link, Outcome::Refused, "the far end needs it (LID)")
            }
            (LinkAction::Inhibit, Event::InhibitUnanswered(link, InhibitRequest::Inhibit)) => {
                (link, Outcome::Unanswered, "no LIA to two LIN (T14); it carries its traffic as before")
            }
            (LinkAction::Uninhibit, Event::Uninhibited(link, true)) => {
                (link, Outcome::Acknowledged, "it carries traffic again (LUA)")
            }
            (LinkAction::Uninhibit, Event::InhibitUnanswered(link, InhibitRequest::Uninhibit)) => {
                (link, Outcome::Unanswered, "no LUA to two LUN (T12); it stays inhibited until it is ordered again")
            }
            _ => return,
        };
        if link == self.link {
            self.said.get_or_insert((outcome, detail.into()));
        }
    }
}

impl Control {
    pub(in super::super) fn order_link(&mut self, now: Instant, order: &LinkOrder) -> Begun {
        let named = self.model.links().iter().position(|link| link.name == order.link);
        let Some(index) = named else {
            let names = self.model.links().iter().map(|link| link.name.as_str());
            return Err(Reply::Unknown(words::nothing_of_that_name("signalling link", &order.link, names)));
        };
        let (link, action) = (LinkId(index as u16), order.action);
        self.refuse_link(link, action).map_or(Ok(()), |why| Err(Reply::Refused(why)))?;
        let command = match action {
            LinkAction::Activate => Command::ActivateLink(link),
            LinkAction::Deactivate => Command::DeactivateLink(link),
            LinkAction::Inhibit => Command::InhibitLink(link),
            LinkAction::Uninhibit => Command::UninhibitLink(link),
        };
        self.router.handle_command(now, command);
        Ok((now + ORDER_WAIT_MAX, Work::Link(LinkWork { link, action, said: None })))
    }

    fn refuse_link(&self, link: LinkId, action: LinkAction) -> Option<String> {
        let state = operator::state_in_words(self.router.link_state(link));
        let name = self.link_name(link);
        match (action, self.router.link_state(link), self.router.is_inhibited_here(link)) {
            (LinkAction::Inhibit, _, true) => Some(format!("link {name:?} is inhibited by us already")),
            (LinkAction::Inhibit, LinkState::Available | LinkState::Inhibited, false) => None,
            (LinkAction::Inhibit, ..) => Some(format!("link {name:?} is {state}: only a link in service is inhibited")),
            (LinkAction::Uninhibit, LinkState::Inhibited, false) => {
                Some(format!("link {name:?} is inhibited by the far end, which alone can end that"))
            }
            (LinkAction::Uninhibit, _, false) => Some(format!("link {name:?} is {state}, and not inhibited by us")),
            _ => None,
        }
    }

    /// Activation and deactivation have come to their end when the state says so.
    pub(super) fn look_at_links(&mut self) {
        if !self.desk.waits_for_links() {
            return;
        }
        let lost = self.out_of_reach();
        for order in self.desk.orders.values_mut() {
            let Work::Link(work) = &mut order.work else { continue };
            let said = match (work.action, self.router.link_state(work.link)) {
                (LinkAction::Activate, LinkState::Available | LinkState::Inhibited) => {
                    (Outcome::Acknowledged, "aligned and tested (SLTA)".to_owned())
                }
                (LinkAction::Deactivate, LinkState::Inactive) => (Outcome::Here, format!("SIOS is sent{lost}")),
                _ => continue,
            };
            work.said.get_or_insert(said);
        }
    }

    /// The destinations of trunks that no link leads to now, as the end of a sentence.
    fn out_of_reach(&self) -> String {
        let isup = self.model.trunks.iter().filter_map(|trunk| match &trunk.signalling {
            Signalling::Isup(isup) => Some(isup.destination),
            Signalling::Pri(_) => None,
        });
        let mut lost: Vec<String> =
            isup.filter(|code| !self.router.is_reachable(*code)).map(|code| self.point_code_text(code)).collect();
        lost.dedup();
        if lost.is_empty() { String::new() } else { format!("; out of reach now: {}", lost.join(", ")) }
    }

    pub(super) fn link_report(&self, work: LinkWork) -> LinkReport {
        let LinkWork { link, action, said } = work;
        let (outcome, detail) = said.unwrap_or_else(|| {
            let state = operator::state_in_words(self.router.link_state(link));
            (Outcome::Unanswered, format!("it is {state} after {} s, and is tried further", ORDER_WAIT_MAX.as_secs()))
        });
        LinkReport { link: self.link_name(link).to_owned(), action, outcome, detail }
    }
}
