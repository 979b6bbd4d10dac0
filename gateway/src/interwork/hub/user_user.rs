//! User-user signalling by request: services 1 to 3 of Q.957.1 and Q.737.1, and what they carry.

use ::isup::codec::Message;

/// What one end says of each service; `None`: nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserUserServices(pub [Option<UserUserWord>; 3]);

/// What is said of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserUserWord {
    /// It is wanted, and the call is worth something without it.
    Preferred,
    /// It is wanted, and without it there is to be no call.
    Required,
    /// It is provided.
    Provided,
    /// It is not provided.
    Refused,
}

/// What one user tells the other in a message of its own (USER INFORMATION, USR).
#[derive(Debug, Clone, PartialEq)]
pub struct UserInformation {
    /// From the protocol discriminator on.
    pub octets: Vec<u8>,
    /// Another one continues it.
    pub more: bool,
    /// The USR, where there was one.
    pub isup: Option<Message>,
}

impl UserUserServices {
    /// What is said of a service, by its number from 1 to 3.
    pub fn of(self, service: u8) -> Option<UserUserWord> {
        self.0.get(usize::from(service).checked_sub(1)?).copied().flatten()
    }

    /// The same, and this of one of them; of a number that is none's, nothing.
    #[must_use]
    pub fn with(mut self, service: u8, word: UserUserWord) -> Self {
        if let Some(said) = usize::from(service).checked_sub(1).and_then(|at| self.0.get_mut(at)) {
            *said = Some(word);
        }
        self
    }

    /// Every service of which something is said, by its number.
    pub fn said(self) -> impl Iterator<Item = (u8, UserUserWord)> {
        (1..).zip(self.0).filter_map(|(service, word)| Some((service, word?)))
    }

    /// What either says of each service; where both do, what came later.
    #[must_use]
    pub fn then(self, later: UserUserServices) -> Self {
        later.said().fold(self, |services, (service, word)| services.with(service, word))
    }

    /// Whether there is to be no call without one of them.
    pub fn is_required(self) -> bool {
        self.0.contains(&Some(UserUserWord::Required))
    }
}
