//! The page as an operator reads it.

use super::layout::{SIP_SHOWN, WIDTH};
use crate::ops::status::{
    Call, Circuits, DChannel, Dialog, Link, Peer, Registration, Span, Status, Transactions, Trunk, User,
};

fn busy() -> Status {
    let circuits = Circuits { idle: 29, busy: 1, ..Circuits::default() };
    Status {
        version: "0.1.0".into(),
        uptime_ms: 3_725_000,
        spans: vec![Span {
            name: "e1".into(),
            line: "E1".into(),
            alarms: vec!["RED".into()],
            slips: Some(3),
            interrupts_missed: 1,
            clock: "own".into(),
        }],
        links: vec![Link {
            name: "link".into(),
            span: "e1".into(),
            timeslot: 16,
            adjacent: "1-1-2".into(),
            state: Link::IN_SERVICE.into(),
            messages_sent: 4,
            messages_received: 5,
            ..Link::default()
        }],
        trunks: vec![Trunk {
            name: "trunk".into(),
            destination: "1-1-2".into(),
            reachable: true,
            circuits,
            ..Trunk::default()
        }],
        call_list: vec![Call {
            id: "call-1".into(),
            state: "talking".into(),
            calling: "4912345".into(),
            called: "600".into(),
            trunk: "trunk".into(),
            cic: Some(7),
            transport: Some("tls".into()),
            srtp: Some("AEAD_AES_256_GCM".into()),
            age_ms: 61_000,
            ..Call::default()
        }],
        ..Status::default()
    }
}

#[test]
fn an_operator_reads_spans_links_circuits_and_calls() {
    let text = busy().to_string();
    let expected = "spangate 0.1.0, up 1h02m

SPAN                 LINE CLOCK        SLIPS    MISSED   ALARMS
e1                   E1   own          3        1        RED

LINK           SPAN           TS TO       SENT     RECEIVED STATE
link           e1             16 1-1-2    4        5        in service

TRUNK           TO        IDLE  BUSY  RELEASING RESETTING BLOCKED OUT
trunk           1-1-2     29    1     0         0         0       0

CALL       FROM CALLING      CALLED       CIRCUIT      SIP BY   AGE    STATE
call-1     SIP  4912345      600          trunk/7      tls/srtp 1m01s  talking
";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn an_operator_reads_d_channels_b_channels_and_calls_of_pri_likewise() {
    let d_channel = |span: &str, role: &str, state: &str| DChannel {
        trunk: "pbx".into(),
        span: span.into(),
        timeslot: 24,
        role: role.into(),
        state: state.into(),
        frames_sent: 4,
        frames_received: 5,
        establishments: 1,
        ..DChannel::default()
    };
    let status = Status {
        d_channels: vec![
            DChannel { establishments: 2, rejects: 1, ..d_channel("t1", "primary", "out of service") },
            d_channel("t2", "backup", Link::IN_SERVICE),
        ],
        trunks: vec![Trunk {
            name: "pbx".into(),
            destination: "network".into(),
            mailboxes_told: 0,
            circuits: Circuits { idle: 44, busy: 1, blocked: 1, ..Circuits::default() },
            ..Trunk::default()
        }],
        call_list: vec![Call {
            trunk: "pbx".into(),
            cic: Some(101),
            transport: Some("udp".into()),
            srtp: None,
            ..busy().call_list[0].clone()
        }],
        ..Status::default()
    };
    let text = status.to_string();
    let expected = "
D-CHANNEL OF   SPAN           TS ROLE    SENT     RECEIVED STATE
pbx            t1             24 primary 4        5        out of service
pbx            t2             24 backup  4        5        in service

TRUNK           TO        IDLE  BUSY  RELEASING RESETTING BLOCKED OUT
pbx             network   44    1     0         0         1       0

D-CHANNEL OF   SPAN           TS AGAIN    REJECTED INVALID  NOT SENT TIMES UP
pbx            t1             24 0        1        0        0        2

CALL       FROM CALLING      CALLED       CIRCUIT      SIP BY   AGE    STATE
call-1     SIP  4912345      600          pbx/101      udp      1m01s  talking
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn an_operator_reads_peers_registrations_users_and_dialogs() {
    let peer = Peer {
        name: "pbx".into(),
        address: "sip:192.0.2.7:5060".into(),
        transport: Some("udp".into()),
        answers: Some(false),
        dialogs: 3,
        calls: 2,
        calls_max: Some(30),
        calls_per_second: Some(5),
        minutes_today: 17,
        ..Peer::default()
    };
    let registration = Registration {
        address: "sip:498912345@example.com".into(),
        transport: Some("tls".into()),
        state: Registration::REGISTERED.into(),
        expires_in_s: Some(590),
        next_in_s: Some(290),
        ..Registration::default()
    };
    let user = User {
        name: "alice".into(),
        contact: "sip:k3j@df7jal23ls0d.invalid;transport=ws".into(),
        hop: "sip:198.51.100.7:50123;transport=ws".into(),
        path: Vec::new(),
        transport: Some("ws".into()),
        calls: 1,
        refused: 0,
        q: 0.5,
        expires_in_s: 540,
    };
    let dialog = Dialog {
        call_id: "3848276298220188511@atlanta.example.com".into(),
        peer: Some("pbx".into()),
        remote: "udp:192.0.2.7:5060".into(),
        state: "established".into(),
        age_ms: 61_000,
    };
    let transactions = Transactions { invite_client: 1, other_client: 2, invite_server: 0, other_server: 4 };
    let (peers, users) = (vec![peer], vec![user]);
    let dialogs = vec![dialog; SIP_SHOWN + 2];
    let status = Status { peers, registrations: vec![registration], users, dialogs, transactions, ..Status::default() };
    let text = status.to_string();
    let expected = "
REGISTRATION                     BY  STATE        FOR S  NEXT S FAILED REFUSED
sip:498912345@example.com        tls registered   590    290    0

PEER       ADDRESS                BY  ANSWERS DIALOGS CALLS    A SECOND MINUTES
pbx        sip:192.0.2.7:5060     udp NO      3       2/30     5        17

USER         CONTACT                    Q     FOR S  CALLS BY  AT
alice        sip:k3j@df7jal23ls0d.inva~ 0.500 540    1     ws  198.51.100.7:50~

DIALOG                     PEER       WITH                   STATE       AGE
3848276298220188511@atlan~ pbx        udp:192.0.2.7:5060     established 1m01s
";
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("  and 2 more\n"), "{text}");
    assert!(text.contains("       3 transactions of ours, 4 of others, 1 and 0 of them INVITE\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

#[test]
fn no_line_is_wider_than_a_terminal_whatever_the_names() {
    let mut status = busy();
    status.journal_trouble = Some("µ".repeat(200));
    status.spans[0].name = "s".repeat(32);
    status.spans[0].alarms = vec!["YELLOW".into(); 20];
    status.call_list = vec![Call { calling: "1".repeat(99), age_ms: u64::MAX, ..status.call_list[0].clone() }; 99];
    status.media.concealed_octets = u64::MAX;
    status.media.slips = u64::MAX;
    let text = status.to_string();
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
    assert!(text.contains("and 79 more"));
}

#[test]
fn the_document_survives_json() {
    let json = serde_json::to_string(&busy()).expect("it serialises");
    assert_eq!(serde_json::from_str::<Status>(&json).expect("it reads"), busy());
}
