//! What came one way, by name, until a line of the case has asked for it.

use std::collections::VecDeque;

use isup::mtp2::Correction;

/// The names that came one way.
#[derive(Debug, Default)]
pub struct Arrivals {
    last: String,
    unmet: VecDeque<String>,
    /// What of this link was asked for and had come last.
    met: Option<String>,
    /// Fill has been met: what comes between messages does not count.
    is_in_service: bool,
}

/// What an awaited name met.
#[derive(Debug, PartialEq, Eq)]
pub enum Met {
    /// It.
    Awaited,
    /// Nothing yet.
    Nothing,
    /// Another one.
    Another(String),
}

impl Arrivals {
    /// Something came; `true` when it is another name than before.
    pub fn come(&mut self, name: &str) -> bool {
        let is_new = self.last != name;
        if is_new {
            name.clone_into(&mut self.last);
            self.come_again(name);
        }
        is_new
    }

    /// The same of what counts each time.
    pub fn come_again(&mut self, name: &str) {
        if self.unmet.len() < UNMET_MAX {
            self.unmet.push_back(name.to_owned());
        }
    }

    /// Begins with a link that is made anew: what came before is forgotten, unless it is how such a link begins.
    pub fn begin(&mut self, first: &str) {
        self.unmet.clear();
        if self.last == first {
            self.unmet.push_back(first.to_owned());
        }
        (self.met, self.is_in_service) = (None, false);
    }

    /// Takes what came until the awaited name, as far as that may come in between.
    pub fn meet(&mut self, awaited: &str, correction: Correction) -> Met {
        while let Some(name) = self.unmet.pop_front() {
            if name == awaited {
                self.is_in_service |= name.starts_with(FILL);
                self.met = Some(name);
                return Met::Awaited;
            }
            if !self.may_come_between(&name, correction) {
                return Met::Another(name);
            }
        }
        Met::Nothing
    }

    /// Before the first awaited name the other end may still be in its last case. Fill comes after a message and, in service,
    /// whenever there is no message; by cyclic correction messages come again.
    fn may_come_between(&self, name: &str, correction: Correction) -> bool {
        let Some(met) = &self.met else { return true };
        let fill = name.starts_with(FILL) && (self.is_in_service || met.starts_with(MESSAGE));
        fill || self.is_in_service && name.starts_with(MESSAGE) && matches!(correction, Correction::Cyclic { .. })
    }
}

/// How the names of fill-in and message signal units begin.
const FILL: &str = "FISU";
const MESSAGE: &str = "MSU";
/// Names that wait for their line; more than the longest case has one way.
const UNMET_MAX: usize = 512;
