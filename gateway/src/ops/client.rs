//! What the command line asks of a running gateway over its admin address.

use std::net::SocketAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::admin::{ANSWER_WAIT, Problem, SimOrder, SimOutcome, SimPlaced};
use super::status::Status;

/// A running gateway.
#[derive(Debug)]
pub struct Client {
    admin: SocketAddr,
    agent: Agent,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing listens there, or it does not speak as it should.
    #[error("no answer from http://{admin}: {why}; is a gateway running with this admin address?")]
    Unreachable {
        /// The address that was asked.
        admin: SocketAddr,
        /// What went wrong.
        why: Box<ureq::Error>,
    },
    /// The gateway says no.
    #[error("{0}")]
    Refused(String),
}

impl Client {
    /// A client of this admin address; it connects when asked.
    pub fn new(admin: SocketAddr) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(WAIT)).proxy(None);
        Self { admin, agent: config.build().into() }
    }

    /// The state of the gateway.
    ///
    /// # Errors
    /// No gateway answers.
    pub fn status(&self) -> Result<Status, ClientError> {
        self.read(self.agent.get(self.url("/status")).call())
    }

    /// Has the simulated exchange place a call; the id is for [`Client::outcome`].
    ///
    /// # Errors
    /// No gateway answers, or it has no such exchange.
    pub fn place(&self, order: &SimOrder) -> Result<u64, ClientError> {
        self.read(self.agent.post(self.url("/sim/call")).send_json(order)).map(|SimPlaced { id }| id)
    }

    /// What became of a call; `None` while it lives.
    ///
    /// # Errors
    /// No gateway answers, or it knows no such call.
    pub fn outcome(&self, id: u64) -> Result<Option<SimOutcome>, ClientError> {
        match self.agent.get(self.url(&format!("/sim/call/{id}"))).call() {
            Ok(response) if response.status() == StatusCode::ACCEPTED => Ok(None),
            response => self.read(response).map(Some),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.admin)
    }

    fn read<T: DeserializeOwned>(&self, response: Result<Response<Body>, ureq::Error>) -> Result<T, ClientError> {
        let unreachable = |why| ClientError::Unreachable { admin: self.admin, why: Box::new(why) };
        let mut response = response.map_err(unreachable)?;
        if response.status().is_success() {
            return response.body_mut().read_json().map_err(unreachable);
        }
        let status = response.status();
        let problem = response.body_mut().read_json().map(|Problem { error }| error);
        Err(ClientError::Refused(problem.unwrap_or_else(|_| format!("the gateway says {status}"))))
    }
}

/// A little longer than the gateway takes to say that it has no answer.
const WAIT: Duration = ANSWER_WAIT.saturating_add(Duration::from_secs(5));
