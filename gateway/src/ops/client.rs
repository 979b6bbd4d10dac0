//! What the command line asks of a running gateway over its admin address.

use std::net::SocketAddr;
use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body};

use super::admin::{ANSWER_WAIT, ORDER_ANSWER_WAIT, Problem, SimOrder, SimOutcome, SimPlaced};
use super::maintenance::{CircuitsOrder, CircuitsReport, LinkOrder, LinkReport};
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
        Self { admin, agent: agent(ANSWER_WAIT) }
    }

    /// The state of the gateway.
    ///
    /// # Errors
    /// No gateway answers.
    pub fn status(&self) -> Result<Status, ClientError> {
        self.read(self.agent.get(self.url("/status")).call())
    }

    /// Has circuits maintained, and waits for what it came to.
    ///
    /// # Errors
    /// No gateway answers, or it refuses the order.
    pub fn circuits(&self, order: &CircuitsOrder) -> Result<CircuitsReport, ClientError> {
        self.read(self.patient().post(self.url("/circuits")).send_json(order))
    }

    /// Has a signalling link maintained, and waits for what it came to.
    ///
    /// # Errors
    /// No gateway answers, or it refuses the order.
    pub fn link(&self, order: &LinkOrder) -> Result<LinkReport, ClientError> {
        self.read(self.patient().post(self.url("/link")).send_json(order))
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

    /// One that waits as long as an order does.
    fn patient(&self) -> Agent {
        agent(ORDER_ANSWER_WAIT)
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

fn agent(answer: Duration) -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(answer + MARGIN)).proxy(None);
    config.build().into()
}

/// A little longer than the gateway takes to say that it has no answer.
const MARGIN: Duration = Duration::from_secs(5);
