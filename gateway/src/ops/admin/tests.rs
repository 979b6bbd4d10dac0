//! The admin face and its client over a real socket, with a gateway that has one circuit and one call.

use std::net::SocketAddr;

use super::*;
use crate::ops::cli::SimCall;
use crate::ops::client::{Client, ClientError};
use crate::ops::maintenance::{CircuitAction, CircuitRow, LinkAction, Numbers, Outcome};
use crate::ops::sim;
use crate::ops::status::Calls;

/// Serves one test's gateway on a port of the system's choice while `client` runs in a thread of its own.
fn with_gateway<T: Send + 'static>(client: impl FnOnce(SocketAddr) -> T + Send + 'static) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (asks, questions) = mpsc::channel(ASKS_MAX);
        let client = tokio::task::spawn_blocking(move || client(address));
        tokio::select! {
            result = client => result.expect("the client's own assertions"),
            _ = serve(listener, asks) => panic!("the listener failed"),
            () = gateway(questions) => panic!("the gateway ended"),
        }
    })
}

async fn gateway(mut questions: mpsc::Receiver<Ask>) {
    let mut looks = 0;
    while let Some(Ask { question, answer }) = questions.recv().await {
        let said = match question {
            Question::Status => Answer::Status(Box::new(status_of_test())),
            Question::Circuits(order) if order.trunk == "trunk" => Answer::Circuits(Box::new(CircuitsReport {
                trunk: order.trunk,
                action: order.action,
                circuits: vec![row(1, Outcome::Acknowledged), row(2, Outcome::Unanswered)],
            })),
            Question::Circuits(_) => Answer::Refused(Refusal::Unknown("there is \"trunk\" only".into())),
            Question::Link(LinkOrder { link, action }) => Answer::Link(Box::new(LinkReport {
                link,
                action,
                outcome: Outcome::Here,
                detail: "SIOS is sent".into(),
            })),
            Question::Place(order) if order.trunk == "trunk" => Answer::Placed(5),
            Question::Place(_) => Answer::Refused(Refusal::Conflict("no exchange on that trunk".into())),
            Question::Outcome { id: 5 } if looks == 0 => {
                looks += 1;
                Answer::Pending
            }
            Question::Outcome { id: 5 } => {
                let outcome = SimOutcome { answered: true, cic: Some(1), octets_checked: 80, ..SimOutcome::default() };
                Answer::Outcome(Box::new(outcome))
            }
            Question::Outcome { .. } => Answer::Refused(Refusal::Unknown("no such call".into())),
        };
        // The client may have gone.
        let _ = answer.send(said);
    }
}

fn status_of_test() -> Status {
    Status { version: "9".into(), calls: Calls { active: 7, ..Calls::default() }, ..Status::default() }
}

fn text(method: &str, url: String, body: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let response = match method {
        "POST" => agent.post(url).content_type("application/json").send(body),
        _ => agent.get(url).call(),
    };
    let mut response = response.expect("an answer");
    (response.status().as_u16(), response.body_mut().read_to_string().expect("text"))
}

#[test]
fn the_status_comes_as_a_document_and_as_metrics() {
    with_gateway(|address| {
        assert_eq!(Client::new(address).status().expect("an answer"), status_of_test());
        let (code, metrics) = text("GET", format!("http://{address}/metrics"), "");
        assert_eq!(code, 200);
        assert!(metrics.contains("spangate_calls_active 7\n"), "{metrics}");
    });
}

#[test]
fn an_order_for_circuits_comes_back_with_a_row_for_each() {
    with_gateway(|address| {
        let client = Client::new(address);
        let order = CircuitsOrder { numbers: "1-2".parse().expect("right"), ..order("trunk") };
        let report = client.circuits(&order).expect("an answer");
        assert_eq!(report.circuits.len(), 2);
        assert!(!report.is_success(), "one circuit is unanswered");
        let unknown = client.circuits(&CircuitsOrder { trunk: "other".into(), ..order });
        assert!(matches!(unknown, Err(ClientError::Refused(why)) if why == "there is \"trunk\" only"));
    });
}

#[test]
fn an_order_for_a_link_comes_back_with_its_outcome() {
    with_gateway(|address| {
        let order = LinkOrder { link: "a".into(), action: LinkAction::Deactivate };
        let report = Client::new(address).link(&order).expect("an answer");
        assert_eq!(report.to_string(), "deactivate a: done here: SIOS is sent\n");
    });
}

#[test]
fn what_is_no_order_is_refused_with_words() {
    with_gateway(|address| {
        let ask = |body: &str| text("POST", format!("http://{address}/circuits"), body);
        assert_eq!(ask(r#"{"trunk":"trunk","action":"block"}"#).0, 200, "no numbers are all of them");
        for body in [
            r#"{"trunk":"trunk","action":"paint"}"#,
            r#"{"trunk":"trunk","numbers":"7-1","action":"block"}"#,
            r#"{"trunk":"trunk","numbers":"x","action":"block"}"#,
        ] {
            let (code, told) = ask(body);
            assert!(code == 422 && told.contains("expected"), "{body}: {code} {told}");
        }
    });
}

fn order(trunk: &str) -> CircuitsOrder {
    CircuitsOrder { trunk: trunk.into(), numbers: Numbers::All, action: CircuitAction::Block }
}

fn row(number: u16, outcome: Outcome) -> CircuitRow {
    CircuitRow { number, outcome, detail: String::new(), ours: None, theirs: None }
}

#[test]
fn calls_of_the_simulated_exchange_are_placed_and_their_outcome_is_waited_for() {
    with_gateway(|admin| {
        let call = SimCall {
            trunk: "trunk".into(),
            called: "1".into(),
            calling: None,
            count: 3,
            rate: 1000.0,
            hold: Duration::ZERO,
            verify: true,
            admin,
        };
        let mut out = Vec::new();
        let summary = sim::run(&call, &mut out).expect("outcomes");
        assert!(summary.is_success(), "{summary}");
        assert_eq!((summary.placed, summary.answered, summary.octets_checked), (3, 3, 240));
        assert_eq!(String::from_utf8(out).expect("text").lines().count(), 3);
        let elsewhere = SimCall { trunk: "other".into(), ..call };
        let refused = sim::run(&elsewhere, &mut Vec::new()).expect_err("no such trunk");
        assert_eq!(refused.to_string(), "no exchange on that trunk");
    });
}

#[test]
fn a_body_that_is_no_order_is_refused_in_words() {
    with_gateway(|address| {
        let url = || format!("http://{address}/sim/call");
        let (code, body) = text("POST", url(), r#"{"trunk":"trunk"}"#);
        assert!(code == 422 && body.contains("called"), "{code} {body}");
        let (code, body) = text("POST", url(), "{");
        assert!(code == 400 && body.contains("error"), "{code} {body}");
        let long = format!("{{\"trunk\":\"{}\"}}", "x".repeat(BODY_OCTETS_MAX));
        assert_eq!(text("POST", url(), &long).0, 413);
        assert_eq!(text("GET", format!("http://{address}/sim/call/x"), "").0, 404);
        assert!(matches!(Client::new(address).outcome(6), Err(ClientError::Refused(why)) if why == "no such call"));
    });
}

#[test]
#[expect(clippy::disallowed_types, reason = "a port that was free a moment ago")]
fn nobody_at_home_is_a_sentence() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = free.local_addr().expect("it is bound");
    drop(free);
    let error = Client::new(address).status().expect_err("nobody listens");
    assert!(error.to_string().contains("is a gateway running"), "{error}");
}

#[test]
fn more_questions_than_the_bound_are_refused_at_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (asks, _unread) = mpsc::channel(1);
        let first = answer(&asks, Question::Status);
        let second = async { ask(State(asks.clone()), Question::Status).await.status() };
        let refused = tokio::select! { biased; _ = first => None, status = second => Some(status) };
        assert_eq!(refused, Some(StatusCode::SERVICE_UNAVAILABLE));
    });
}
