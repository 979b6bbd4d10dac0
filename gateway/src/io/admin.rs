//! The admin server's thread, and the way of its questions to who can answer them.
//!
//! HTTP has a runtime of its own: neither a slow client nor a heavy document delays signalling. Questions about the
//! gateway go to the reactor through its bounded channel, questions to the simulated exchange to the laboratory, if
//! there is one.

use super::reactor::Request;
use crate::control::input::OperatorRequest;
use crate::control::output::Reply;
use crate::ops::admin::{self, ASKS_MAX, Answer, Ask, Question, Refusal, SimOrder, SimOutcome};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use tokio::sync::{mpsc, oneshot};

/// Simulated exchanges that can be told to place calls.
pub trait Laboratory: Send + Sync {
    /// Orders a call; its number is for [`Laboratory::outcome`].
    fn place(&self, order: &SimOrder) -> Result<u64, String>;
    /// What became of it; none while it lives.
    fn outcome(&self, id: u64) -> Option<SimOutcome>;
}

/// Begins to serve `address`, and gives the address with the port that the system chose for port 0. The thread ends
/// with the process.
pub fn start(
    address: SocketAddr,
    reactor: mpsc::Sender<Request>,
    laboratory: Option<Arc<dyn Laboratory>>,
) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("admin".into()).spawn(move || {
        runtime.block_on(async {
            let (asks, mut asked) = mpsc::channel::<Ask>(ASKS_MAX);
            tokio::spawn(async move {
                while let Some(Ask { question, answer }) = asked.recv().await {
                    tokio::spawn(self::answer(question, answer, reactor.clone(), laboratory.clone()));
                }
            });
            let served = async { admin::serve(tokio::net::TcpListener::from_std(listener)?, asks).await };
            if let Err(error) = served.await {
                tracing::error!(%error, "the admin address is no longer served");
            }
        });
    })?;
    Ok(bound)
}

async fn answer(
    question: Question,
    asker: oneshot::Sender<Answer>,
    reactor: mpsc::Sender<Request>,
    laboratory: Option<Arc<dyn Laboratory>>,
) {
    let answer = match question {
        Question::Status => ask(&reactor, OperatorRequest::Status).await,
        Question::Circuits(order) => ask(&reactor, OperatorRequest::Circuits(order)).await,
        Question::Link(order) => ask(&reactor, OperatorRequest::Link(order)).await,
        Question::Place(order) => Some(match laboratory {
            Some(laboratory) => {
                laboratory.place(&order).map_or_else(|why| Answer::Refused(Refusal::Unknown(why)), Answer::Placed)
            }
            None => no_laboratory(),
        }),
        Question::Outcome { id } => Some(match laboratory {
            Some(laboratory) => {
                laboratory.outcome(id).map_or(Answer::Pending, |outcome| Answer::Outcome(Box::new(outcome)))
            }
            None => no_laboratory(),
        }),
    };
    // Without an answer, or a listener to it, the asker is told by the closed channel.
    let _gone = answer.map(|answer| asker.send(answer));
}

fn no_laboratory() -> Answer {
    Answer::Refused(Refusal::Conflict("the spans of this gateway are not simulated".into()))
}

/// Asks the reactor; none if it has ended, or has too much to do.
async fn ask(reactor: &mpsc::Sender<Request>, request: OperatorRequest) -> Option<Answer> {
    let (asker, reply) = oneshot::channel();
    reactor.try_send(Request::Operator(request, asker)).ok()?;
    Some(match reply.await.ok()? {
        Reply::Status(status) => Answer::Status(status),
        Reply::Circuits(report) => Answer::Circuits(report),
        Reply::Link(report) => Answer::Link(report),
        Reply::Unknown(why) => Answer::Refused(Refusal::Unknown(why)),
        Reply::Refused(why) => Answer::Refused(Refusal::Conflict(why)),
    })
}
