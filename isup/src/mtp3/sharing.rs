//! Load sharing within a linkset, Q.704 clauses 2.3 and 4.
//!
//! Promises: each value of the signalling link selection has one normal link; while that does not carry traffic, another
//! one has it, and the shares of the other links stay where they are. A share that is on its way from one link to
//! another is carried by none, so that its messages keep their order.
//! Leaves out: how long a share is on its way: see [`super::changeover`] and [`super::changeback`].

use super::LinkId;

/// Which link carries which value of the signalling link selection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sharing {
    /// In the order of the configuration.
    links: Vec<LinkId>,
    /// By value.
    carriers: Vec<Carrier>,
}

/// Who carries a share.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carrier {
    /// Nobody can.
    None,
    /// This link does.
    Link(LinkId),
    /// This link did, and its messages are still to be retrieved: changeover.
    Leaving(LinkId),
    /// It goes back to its normal link: changeback.
    Returning {
        /// Carried it so far.
        from: LinkId,
        /// Carries it from then on.
        to: LinkId,
    },
}

impl Sharing {
    /// No link carries anything yet.
    pub fn new(links: Vec<LinkId>, values: usize) -> Self {
        Self { links, carriers: vec![Carrier::None; values] }
    }

    /// Who carries this value.
    pub fn carrier(&self, value: usize) -> Carrier {
        self.carriers.get(value).copied().unwrap_or(Carrier::None)
    }

    /// Whether the share of any link waits for its changeover.
    pub fn is_leaving(&self) -> bool {
        self.carriers.iter().any(|carrier| matches!(carrier, Carrier::Leaving(_)))
    }

    /// The link carries nothing from now on; its share waits.
    pub fn leave(&mut self, link: LinkId) {
        for carrier in &mut self.carriers {
            match *carrier {
                Carrier::Link(by) if by == link => *carrier = Carrier::Leaving(link),
                Carrier::Returning { from, .. } if from == link => *carrier = Carrier::Leaving(link),
                Carrier::Returning { from, to } if to == link => *carrier = Carrier::Link(from),
                _ => {}
            }
        }
    }

    /// The share of a link that left is given to those that carry traffic. Where none does, it waits with that of another
    /// that left: another linkset may take both when the last one's messages are known.
    pub fn divert(&mut self, link: LinkId, available: &[LinkId]) {
        let leaving = self.carriers.iter().copied().find(|by| matches!(by, Carrier::Leaving(other) if *other != link));
        for value in 0..self.carriers.len() {
            if self.carriers[value] == Carrier::Leaving(link) {
                let substitute = self.substitute(value, available).map(Carrier::Link);
                self.carriers[value] = substitute.or(leaving).unwrap_or(Carrier::None);
            }
        }
    }

    /// The link carries traffic from now on. Answers which links carry its normal share now: for each of them a
    /// changeback begins.
    pub fn join(&mut self, link: LinkId) -> Vec<LinkId> {
        let mut carried_by = Vec::new();
        for value in 0..self.carriers.len() {
            match self.carriers[value] {
                Carrier::None => self.carriers[value] = Carrier::Link(link),
                Carrier::Link(from) if from != link && self.normal(value) == Some(link) => {
                    self.carriers[value] = Carrier::Returning { from, to: link };
                    if !carried_by.contains(&from) {
                        carried_by.push(from);
                    }
                }
                _ => {}
            }
        }
        carried_by
    }

    /// A changeback is over.
    pub fn arrive(&mut self, from: LinkId, to: LinkId) {
        for carrier in &mut self.carriers {
            if *carrier == (Carrier::Returning { from, to }) {
                *carrier = Carrier::Link(to);
            }
        }
    }

    fn normal(&self, value: usize) -> Option<LinkId> {
        let place = value.checked_rem(self.links.len())?;
        self.links.get(place).copied()
    }

    /// The normal link if it carries traffic, or else one for each further value of the same link.
    fn substitute(&self, value: usize, available: &[LinkId]) -> Option<LinkId> {
        let normal = self.normal(value).filter(|link| available.contains(link));
        let other = || available.get((value / self.links.len()).checked_rem(available.len())?).copied();
        normal.or_else(other)
    }
}
