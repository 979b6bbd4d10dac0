//! The DNS, asked beside the reactor: NAPTR, SRV, A and AAAA by `hickory-resolver`.
//!
//! The name servers are those of `/etc/resolv.conf`, and `/etc/hosts` counts. Answers are remembered for as long as they
//! say, [`CACHE_RECORDS_MAX`] of them. At most [`LOOKUPS_MAX`] questions are open; what is asked beyond finds nothing.

use crate::sip::{Naptr, Question, Records, ResolveId, Srv};
use hickory_resolver::config::{ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::name_server::TokioConnectionProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{TokioResolver, system_conf};
use std::net::IpAddr;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// An answer, whatever it is.
pub type Resolved = (ResolveId, Question, Records);

/// The questions that are open.
#[derive(Debug)]
pub struct Resolver {
    runtime: Handle,
    resolver: TokioResolver,
    open: usize,
    answers: mpsc::Sender<Resolved>,
    answered: mpsc::Receiver<Resolved>,
}

impl Resolver {
    /// Asks the name servers of the system, from that runtime.
    pub fn of_system(runtime: &Handle) -> Self {
        let config = system_conf::read_system_conf().map(|(config, _)| config).unwrap_or_else(|error| {
            tracing::warn!(%error, "no name server is known: peers are found by address and /etc/hosts alone");
            ResolverConfig::new()
        });
        Self::new(runtime, config)
    }

    /// Asks these name servers.
    pub fn new(runtime: &Handle, config: ResolverConfig) -> Self {
        let mut options = ResolverOpts::default();
        options.cache_size = CACHE_RECORDS_MAX;
        options.use_hosts_file = ResolveHosts::Always;
        options.timeout = ATTEMPT_MAX;
        options.attempts = ATTEMPTS;
        options.edns0 = true;
        let resolver = TokioResolver::builder_with_config(config, TokioConnectionProvider::default());
        let (answers, answered) = mpsc::channel(LOOKUPS_MAX);
        let resolver = resolver.with_options(options).build();
        Self { runtime: runtime.clone(), resolver, open: 0, answers, answered }
    }

    /// Asks; an answer that needs no question comes back at once.
    pub fn ask(&mut self, id: ResolveId, question: Question) -> Option<Resolved> {
        if self.open >= LOOKUPS_MAX {
            let nothing = question.unanswered();
            return Some((id, question, nothing));
        }
        self.open += 1;
        let (resolver, answers) = (self.resolver.clone(), self.answers.clone());
        self.runtime.spawn(async move {
            let records = look_up(&resolver, &question).await;
            // The channel holds an answer to every question that may be open.
            let _reactor_gone = answers.try_send((id, question, records));
        });
        None
    }

    /// The next answer.
    pub async fn answer(&mut self) -> Resolved {
        let answer = self.answered.recv().await.expect("this resolver holds a sender itself");
        self.open -= 1;
        answer
    }
}

async fn look_up(resolver: &TokioResolver, question: &Question) -> Records {
    match question {
        Question::Naptr(domain) => Records::Naptr(naptr(resolver, domain).await),
        Question::Srv(service) => Records::Srv(srv(resolver, service).await),
        Question::Addresses(host) => Records::Addresses(addresses(resolver, host).await),
    }
}

async fn naptr(resolver: &TokioResolver, domain: &str) -> Vec<Naptr> {
    let Ok(found) = resolver.lookup(domain, RecordType::NAPTR).await else { return Vec::new() };
    let records = found.iter().filter_map(|record| match record {
        RData::NAPTR(record) => Some(Naptr {
            order: record.order(),
            preference: record.preference(),
            flags: String::from_utf8_lossy(record.flags()).into_owned(),
            service: String::from_utf8_lossy(record.services()).into_owned(),
            replacement: record.replacement().to_ascii(),
        }),
        _ => None,
    });
    records.take(RECORDS_MAX).collect()
}

async fn srv(resolver: &TokioResolver, service: &str) -> Vec<Srv> {
    let Ok(found) = resolver.srv_lookup(service).await else { return Vec::new() };
    let records = found.iter().map(|record| Srv {
        priority: record.priority(),
        weight: record.weight(),
        port: record.port(),
        target: record.target().to_ascii(),
    });
    records.take(RECORDS_MAX).collect()
}

async fn addresses(resolver: &TokioResolver, host: &str) -> Vec<IpAddr> {
    let Ok(found) = resolver.lookup_ip(host).await else { return Vec::new() };
    found.iter().take(RECORDS_MAX).collect()
}

/// Questions that are open at a time.
pub const LOOKUPS_MAX: usize = 32;
/// Records that are remembered.
pub const CACHE_RECORDS_MAX: usize = 1_024;
/// Records of one answer that are looked at.
const RECORDS_MAX: usize = 32;
/// How long one name server is waited for.
const ATTEMPT_MAX: Duration = Duration::from_secs(2);
/// How often one is asked again.
const ATTEMPTS: usize = 1;

#[cfg(test)]
mod tests;
