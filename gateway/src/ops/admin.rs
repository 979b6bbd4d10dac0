//! The admin face over HTTP: questions become [`Ask`]s in a bounded queue to whoever holds the answers.
//!
//! | Request | Answer |
//! |---|---|
//! | `GET /status` | the [`Status`] as JSON |
//! | `GET /metrics` | the same as OpenMetrics |
//! | `POST /circuits` with a [`CircuitsOrder`] | a [`CircuitsReport`], once the far end has answered or its timer expired |
//! | `POST /link` with a [`LinkOrder`] | a [`LinkReport`], likewise |
//! | `POST /sim/call` with a [`SimOrder`] | 202 and a [`SimPlaced`] |
//! | `GET /sim/call/{id}` | a [`SimOutcome`]; 202 while the call lives |
//!
//! A refusal is a [`Problem`] in words: 404 for what does not exist, 409 for what cannot be done now, 503 when
//! [`ASKS_MAX`] questions wait or no answer comes within [`ANSWER_WAIT`]
//! or, of an order, [`ORDER_ANSWER_WAIT`]. Left out: passwords, hence loopback only.

use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::maintenance::{CircuitsOrder, CircuitsReport, LinkOrder, LinkReport, ORDER_WAIT_MAX};
use super::metrics;
use super::status::Status;

/// Questions that wait at most.
pub const ASKS_MAX: usize = 32;

/// How long an answer may take that the gateway has itself.
pub const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// How long one may take that waits for a far end: longer than any order waits.
pub const ORDER_ANSWER_WAIT: Duration = ANSWER_WAIT.saturating_add(ORDER_WAIT_MAX);

/// The longest body of a request.
const BODY_OCTETS_MAX: usize = 16 * 1024;

/// A question and where its answer goes. An answer that nobody waits for any more is dropped.
#[derive(Debug)]
pub struct Ask {
    /// What is asked.
    pub question: Question,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Answer>,
}

/// What may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The whole state.
    Status,
    /// Maintenance of circuits.
    Circuits(CircuitsOrder),
    /// Maintenance of a signalling link.
    Link(LinkOrder),
    /// A call from the simulated exchange.
    Place(SimOrder),
    /// What became of it.
    Outcome {
        /// The id from [`SimPlaced`].
        id: u64,
    },
}

impl Question {
    fn answer_wait(&self) -> Duration {
        match self {
            Question::Circuits(_) | Question::Link(_) => ORDER_ANSWER_WAIT,
            Question::Status | Question::Place(_) | Question::Outcome { .. } => ANSWER_WAIT,
        }
    }
}

/// What can be said to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The state.
    Status(Box<Status>),
    /// What the order came to.
    Circuits(Box<CircuitsReport>),
    /// What the order came to.
    Link(Box<LinkReport>),
    /// The call is placed under this id.
    Placed(u64),
    /// The call lives still.
    Pending,
    /// The call is over.
    Outcome(Box<SimOutcome>),
    /// No, and why.
    Refused(Refusal),
}

/// Why not, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing.
    Unknown(String),
    /// It cannot be done now.
    Conflict(String),
}

/// A call that the simulated exchange shall place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimOrder {
    /// The trunk whose exchange places it.
    pub trunk: String,
    /// The called number.
    pub called: String,
    /// The calling number; empty is none.
    #[serde(default)]
    pub calling: String,
    /// How long it lasts after the answer.
    pub hold_ms: u64,
    /// Send PRBS-15 and check what returns.
    #[serde(default)]
    pub verify: bool,
}

/// The call is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimPlaced {
    /// For `GET /sim/call/{id}`.
    pub id: u64,
}

/// What became of a call of the simulated exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimOutcome {
    /// The circuit; `None` when there was none to be had.
    pub cic: Option<u16>,
    /// Whether it was answered.
    pub answered: bool,
    /// Cause value of Q.850; `None` after a reset.
    pub cause: Option<u8>,
    /// Who ended it, in plain words.
    pub released_by: String,
    /// Octets of the test pattern that were compared.
    pub octets_checked: u64,
    /// Those that differed.
    pub differences: u64,
    /// Times that the pattern had to be found anew.
    pub lost_sync: u64,
    /// Delay there and back.
    pub round_trip_ms: Option<u32>,
}

/// A refusal as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What is wrong, in a sentence.
    pub error: String,
}

/// Answers requests until the listener fails or the future is dropped.
///
/// # Errors
/// The listener's.
pub async fn serve(listener: TcpListener, asks: mpsc::Sender<Ask>) -> std::io::Result<()> {
    axum::serve(listener, router(asks)).await
}

fn router(asks: mpsc::Sender<Ask>) -> Router {
    Router::new()
        .route("/status", get(status))
        .route("/metrics", get(prometheus))
        .route("/circuits", post(circuits))
        .route("/link", post(link))
        .route("/sim/call", post(place))
        .route("/sim/call/{id}", get(outcome))
        .layer(DefaultBodyLimit::max(BODY_OCTETS_MAX))
        .with_state(asks)
}

type Asks = State<mpsc::Sender<Ask>>;

async fn status(asks: Asks) -> Response {
    ask(asks, Question::Status).await
}

async fn prometheus(State(asks): Asks) -> Response {
    match answer(&asks, Question::Status).await {
        Ok(Answer::Status(status)) => {
            ([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], metrics::render(&status)).into_response()
        }
        Ok(other) => reply(other),
        Err(why) => unavailable(why),
    }
}

async fn circuits(asks: Asks, order: Result<Json<CircuitsOrder>, JsonRejection>) -> Response {
    match order {
        Ok(Json(order)) => ask(asks, Question::Circuits(order)).await,
        Err(rejection) => problem(rejection.status(), &rejection.body_text()),
    }
}

async fn link(asks: Asks, order: Result<Json<LinkOrder>, JsonRejection>) -> Response {
    match order {
        Ok(Json(order)) => ask(asks, Question::Link(order)).await,
        Err(rejection) => problem(rejection.status(), &rejection.body_text()),
    }
}

async fn place(asks: Asks, order: Result<Json<SimOrder>, JsonRejection>) -> Response {
    match order {
        Ok(Json(order)) => ask(asks, Question::Place(order)).await,
        Err(rejection) => problem(rejection.status(), &rejection.body_text()),
    }
}

async fn outcome(asks: Asks, id: Result<Path<u64>, PathRejection>) -> Response {
    match id {
        Ok(Path(id)) => ask(asks, Question::Outcome { id }).await,
        Err(_) => problem(StatusCode::NOT_FOUND, "expected /sim/call/ and a number"),
    }
}

async fn ask(State(asks): Asks, question: Question) -> Response {
    answer(&asks, question).await.map_or_else(unavailable, reply)
}

/// The answer, or why there is none.
async fn answer(asks: &mpsc::Sender<Ask>, question: Question) -> Result<Answer, &'static str> {
    let (answer, reply) = oneshot::channel();
    let wait = question.answer_wait();
    asks.try_send(Ask { question, answer }).map_err(|_| "too many questions wait, or the gateway is about to end")?;
    match tokio::time::timeout(wait, reply).await {
        Ok(answer) => answer.map_err(|_| "the gateway is about to end"),
        Err(_) => Err("no answer came in time"),
    }
}

fn unavailable(why: &str) -> Response {
    problem(StatusCode::SERVICE_UNAVAILABLE, why)
}

fn reply(answer: Answer) -> Response {
    match answer {
        Answer::Status(status) => Json(status).into_response(),
        Answer::Circuits(report) => Json(report).into_response(),
        Answer::Link(report) => Json(report).into_response(),
        Answer::Pending => StatusCode::ACCEPTED.into_response(),
        Answer::Placed(id) => (StatusCode::ACCEPTED, Json(SimPlaced { id })).into_response(),
        Answer::Outcome(outcome) => Json(outcome).into_response(),
        Answer::Refused(Refusal::Unknown(why)) => problem(StatusCode::NOT_FOUND, &why),
        Answer::Refused(Refusal::Conflict(why)) => problem(StatusCode::CONFLICT, &why),
    }
}

fn problem(status: StatusCode, why: &str) -> Response {
    (status, Json(Problem { error: why.to_owned() })).into_response()
}

#[cfg(test)]
mod tests;
