//! Names of hosts to addresses, asked of the system beside the reactor.
//!
//! Literal addresses need nobody. A look-up takes a thread of the runtime for as long as the system's resolver wants;
//! at most [`LOOKUPS_MAX`] run, and what is asked beyond has no address, which SIP answers with 503. It leaves out
//! NAPTR and SRV (RFC 3263).

use crate::sip::{ResolveId, Uri};
use std::net::{SocketAddr, ToSocketAddrs};
use tokio::sync::mpsc;

/// An answer: the addresses of a host, none if it has none.
pub type Resolved = (ResolveId, Vec<SocketAddr>);

/// The look-ups that run.
#[derive(Debug)]
pub struct Resolver {
    running: usize,
    answers: mpsc::Sender<Resolved>,
    answered: mpsc::Receiver<Resolved>,
}

impl Resolver {
    /// Nothing asked yet.
    pub fn new() -> Self {
        let (answers, answered) = mpsc::channel(LOOKUPS_MAX);
        Self { running: 0, answers, answered }
    }

    /// Asks for the host of a URI; an answer that needs no look-up comes back at once.
    pub fn ask(&mut self, id: ResolveId, target: &Uri) -> Option<Resolved> {
        if let Some(address) = target.address() {
            return Some((id, vec![address]));
        }
        if self.running >= LOOKUPS_MAX {
            return Some((id, Vec::new()));
        }
        self.running += 1;
        let (host, port) = (target.host().to_owned(), target.port().unwrap_or(SIP_PORT));
        let answers = self.answers.clone();
        tokio::task::spawn_blocking(move || {
            let addresses = (host.as_str(), port).to_socket_addrs().map(Iterator::collect).unwrap_or_default();
            // The channel holds an answer of every look-up that may run.
            let _reactor_gone = answers.try_send((id, addresses));
        });
        None
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Resolved {
        let answer = self.answered.recv().await.expect("this resolver holds a sender itself");
        self.running -= 1;
        answer
    }
}

impl Default for Resolver {
    fn default() -> Self {
        Self::new()
    }
}

/// Look-ups that run at a time.
pub const LOOKUPS_MAX: usize = 32;
/// Where SIP over UDP is heard unless said otherwise (RFC 3261 clause 19.1.2).
const SIP_PORT: u16 = 5060;

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        Uri::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_literal_address_is_answered_at_once_with_its_port() {
        let mut resolver = Resolver::new();
        let answer = resolver.ask(ResolveId(1), &uri("sip:700@127.0.0.1:5070"));
        assert_eq!(answer, Some((ResolveId(1), vec!["127.0.0.1:5070".parse().unwrap()])));
        let answer = resolver.ask(ResolveId(2), &uri("sip:700@[::1]"));
        assert_eq!(answer, Some((ResolveId(2), vec!["[::1]:5060".parse().unwrap()])));
    }

    #[test]
    fn more_names_than_may_be_looked_up_at_once_have_no_address() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut resolver = Resolver::new();
            for _ in 0..LOOKUPS_MAX {
                assert_eq!(resolver.ask(ResolveId(1), &uri("sip:700@localhost")), None);
            }
            assert_eq!(resolver.ask(ResolveId(2), &uri("sip:700@localhost")), Some((ResolveId(2), Vec::new())));
            // One answer makes room for one more.
            assert_eq!(resolver.answer().await.0, ResolveId(1));
            assert_eq!(resolver.ask(ResolveId(3), &uri("sip:700@localhost")), None);
        });
    }
}
