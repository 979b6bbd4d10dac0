//! What is to be registered where, and how a registration is seen from outside.

use super::super::digest::answer::Account;
use super::super::octets::Octets;
use super::super::uri::Uri;
use std::net::SocketAddr;
use std::time::Instant;

/// What is to be registered where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationConfig {
    /// The registrar: Request-URI, and where it is looked for.
    pub registrar: Uri,
    /// The address of record.
    pub address: Uri,
    /// What our Contact stands for.
    pub contact: ContactOf,
    /// One flow among several; `None`: the address is bound to where we listen.
    pub flow: Option<OurFlow>,
    /// How long a binding is asked for.
    pub expires_s: u32,
    /// Who we are to the registrar.
    pub account: Option<Account>,
}

/// What a Contact stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactOf {
    /// The address, by this user part.
    User(String),
    /// All numbers of the address of record, which is a PBX's (RFC 6140).
    AllNumbers,
}

/// A flow that we begin and keep alive (RFC 5626).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurFlow {
    /// The outbound proxy at which it ends; it may be the registrar.
    pub proxy: Uri,
    /// `+sip.instance`: our own URN, the same after every start.
    pub instance: Octets,
    /// `reg-id`: which of our flows it is, from 1.
    pub number: u32,
}

/// How a registration is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationView {
    /// The address of record.
    pub address: Uri,
    /// Which of several flows.
    pub flow: Option<u32>,
    /// What it is doing.
    pub phase: RegistrationPhase,
    /// Until when the binding holds, where there is one.
    pub expires_at: Option<Instant>,
    /// When a REGISTER goes next.
    pub next_at: Option<Instant>,
    /// Failures in a row.
    pub failures: u32,
    /// By which address the other end of a flow over UDP sees us.
    pub seen_as: Option<SocketAddr>,
    /// The last final status that was not 200; `None`: there was none since, or no answer at all.
    pub refused: Option<u16>,
}

/// What a registration is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationPhase {
    /// A REGISTER is out, or its servers are being found.
    Registering,
    /// Bound.
    Registered,
    /// It failed, and is tried again later.
    Waiting,
    /// The binding is being taken back.
    Removing,
    /// Nothing is bound, and nothing will be.
    Removed,
}
