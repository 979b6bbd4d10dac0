//! Load sharing, Q.704 clause 4: which link carries which value of the signalling link selection.
//!
//! Promises: the messages of one value keep their order, over changeover and changeback too: while a value is on its
//! way from one link to another its messages wait, at most [`WAITING_MAX`].

use std::collections::VecDeque;

/// One value of the selection.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// The link that carries it, by its place; while it waits, the one that did.
    pub(super) carrier: Option<usize>,
    gate: Gate,
    waiting: VecDeque<Vec<u8>>,
}

/// Whether the messages of a value pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gate {
    #[default]
    Open,
    /// Until what the carrier had is retrieved.
    Changeover,
    /// Until the other end has all that the carrier was given.
    Changeback { to: usize },
}

/// All values.
#[derive(Debug, Default)]
pub(super) struct Sharing {
    shares: [Share; SELECTIONS],
}

/// Where a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Link(usize),
    Waits,
    /// No link carries traffic, or too much waits.
    Lost,
}

impl Sharing {
    /// Takes a message that is ready for a link, or says that it may go to one.
    pub(super) fn way(&mut self, selection: u8, message: &[u8]) -> Way {
        let share = &mut self.shares[usize::from(selection) % SELECTIONS];
        match (share.gate, share.carrier) {
            (Gate::Open, Some(link)) => Way::Link(link),
            (Gate::Open, None) => Way::Lost,
            (Gate::Changeover | Gate::Changeback { .. }, _) if share.waiting.len() < WAITING_MAX => {
                share.waiting.push_back(message.to_vec());
                Way::Waits
            }
            (Gate::Changeover | Gate::Changeback { .. }, _) => Way::Lost,
        }
    }

    /// A link carries nothing any more. Answers what waited to return to it, by selection.
    pub(super) fn leave(&mut self, link: usize) -> Vec<(u8, Vec<u8>)> {
        for share in self.shares.iter_mut().filter(|share| share.carrier == Some(link)) {
            share.gate = Gate::Changeover;
        }
        self.open(|gate, carrier| (gate == Gate::Changeback { to: link }).then_some(carrier))
    }

    /// What a link had left behind goes to those that carry traffic. Answers what waited, by selection.
    pub(super) fn divert(&mut self, link: usize, links: usize, carrying: &[usize]) -> Vec<(u8, Vec<u8>)> {
        let mut value = 0;
        self.open(|gate, carrier| {
            let substitute = substitute(value, links, carrying);
            value += 1;
            (gate == Gate::Changeover && carrier == Some(link)).then_some(substitute)
        })
    }

    /// A link carries traffic from now on. Answers which links carry its normal share: from each a changeback begins.
    pub(super) fn join(&mut self, link: usize, links: usize) -> Vec<usize> {
        let mut substitutes = Vec::new();
        for (value, share) in self.shares.iter_mut().enumerate() {
            match (share.gate, share.carrier) {
                (Gate::Open, None) => share.carrier = Some(link),
                (Gate::Open, Some(from)) if from != link && value % links == link => {
                    share.gate = Gate::Changeback { to: link };
                    if !substitutes.contains(&from) {
                        substitutes.push(from);
                    }
                }
                _ => {}
            }
        }
        substitutes
    }

    /// A changeback is over. Answers what waited, by selection.
    pub(super) fn arrive(&mut self, from: usize, to: usize) -> Vec<(u8, Vec<u8>)> {
        self.open(|gate, carrier| (gate == Gate::Changeback { to } && carrier == Some(from)).then_some(Some(to)))
    }

    /// Opens the gates for which a new carrier is named, in the order of the values.
    fn open(&mut self, mut carrier: impl FnMut(Gate, Option<usize>) -> Option<Option<usize>>) -> Vec<(u8, Vec<u8>)> {
        let mut released = Vec::new();
        for (value, share) in (0..).zip(&mut self.shares) {
            if let Some(carrier) = carrier(share.gate, share.carrier) {
                share.carrier = carrier;
                share.gate = Gate::Open;
                released.extend(share.waiting.drain(..).map(|message| (value, message)));
            }
        }
        released
    }
}

/// The normal link if it carries traffic, or else another by turns.
fn substitute(value: usize, links: usize, carrying: &[usize]) -> Option<usize> {
    let normal = value % links;
    let other = || carrying.get((value / links).checked_rem(carrying.len())?).copied();
    if carrying.contains(&normal) { Some(normal) } else { other() }
}

/// Values of an ITU label; wider ones share by their low bits.
const SELECTIONS: usize = 16;
/// Messages of one value that wait for a changeover or a changeback.
pub(super) const WAITING_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn carriers(sharing: &Sharing) -> Vec<Option<usize>> {
        sharing.shares.iter().map(|share| share.carrier).collect()
    }

    fn two_links() -> Sharing {
        let mut sharing = Sharing::default();
        assert!(sharing.join(0, 2).is_empty());
        assert_eq!(sharing.join(1, 2), [0]);
        sharing.arrive(0, 1);
        sharing
    }

    #[test]
    fn two_links_carry_every_other_value() {
        assert_eq!(carriers(&two_links()), [Some(0), Some(1)].repeat(8));
    }

    #[test]
    fn what_waits_for_a_changeover_goes_to_the_other_link_and_returns_by_changeback() {
        let mut sharing = two_links();
        sharing.leave(1);
        assert_eq!(sharing.way(3, &[3]), Way::Waits);
        assert_eq!(sharing.way(2, &[2]), Way::Link(0));
        assert_eq!(sharing.divert(1, 2, &[0]), [(3, vec![3])]);
        assert_eq!(carriers(&sharing), [Some(0); 16]);
        assert_eq!(sharing.join(1, 2), [0]);
        assert_eq!(sharing.way(5, &[5]), Way::Waits);
        assert_eq!(sharing.arrive(0, 1), [(5, vec![5])]);
        assert_eq!(carriers(&sharing), [Some(0), Some(1)].repeat(8));
    }

    #[test]
    fn a_link_that_fails_again_in_its_changeback_gives_back_what_waited() {
        let mut sharing = two_links();
        sharing.leave(1);
        sharing.divert(1, 2, &[0]);
        sharing.join(1, 2);
        assert_eq!(sharing.way(1, &[1]), Way::Waits);
        assert_eq!(sharing.leave(1), [(1, vec![1])]);
        assert_eq!(sharing.way(1, &[1]), Way::Link(0));
    }

    #[test]
    fn no_more_than_the_bound_waits_and_without_links_nothing_passes() {
        let mut sharing = two_links();
        sharing.leave(0);
        let waiting = (0..=WAITING_MAX).filter(|_| sharing.way(0, &[0]) == Way::Waits).count();
        assert_eq!(waiting, WAITING_MAX);
        sharing.leave(1);
        assert_eq!(sharing.divert(0, 2, &[]).len(), WAITING_MAX);
        assert_eq!(sharing.way(0, &[0]), Way::Lost);
    }
}
