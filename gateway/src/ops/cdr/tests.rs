//! One record for each call, read back from the lines of a journal.

use std::time::{Duration, SystemTime};

use super::*;

fn moment(ms: u64) -> Time {
    Time::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_000 + ms))
}

fn open(call: u64, cic: u16) -> Open {
    Open {
        id: record_id(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000), call),
        setup_time: moment(0),
        direction: Direction::SipToPstn,
        calling: "4930123456".into(),
        called: "600".into(),
        trunk: "trunk".into(),
        cic: Some(cic),
        from_trunk: None,
        from_cic: None,
        sip_call_id: "a\"b@127.0.0.1".into(),
    }
}

fn closed(call: Open) -> Record {
    Record::Closed(Box::new(Closed {
        call,
        alerting_time: Some(moment(300)),
        answer_time: Some(moment(1000)),
        release_time: Some(moment(4500)),
        duration_ms: Some(3500),
        disposition: Disposition::Answered,
        released_by: Some(ReleasedBy::Sip),
        cause: Some(16),
        srtp: None,
        sip_status: None,
        charge: None,
        stir: None,
        malicious: false,
        transfer_time: None,
        transferred_to: None,
        joined: None,
        media: Some(Media { packets_sent: 175, jitter_us: 120, ..Media::default() }),
    }))
}

#[test]
fn a_record_is_one_line_of_json_with_times_of_iso_8601() {
    let line = closed(open(7, 3)).to_line();
    assert_eq!(line.lines().count(), 1);
    let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(json["record"], "closed");
    assert_eq!(json["id"], "1800000000000-7");
    assert_eq!(json["setup_time"], "2027-01-15T08:00:00.000Z");
    assert_eq!(json["answer_time"], "2027-01-15T08:00:01.000Z");
    assert_eq!(json["release_time"], "2027-01-15T08:00:04.500Z");
    assert_eq!((&json["duration_ms"], &json["cause"]), (&3500.into(), &16.into()));
    assert_eq!((&json["direction"], &json["disposition"]), (&"sip_to_pstn".into(), &"answered".into()));
    assert_eq!(json["released_by"], "sip");
    assert_eq!(json["media"]["packets_sent"], 175);
}

#[test]
fn a_record_reads_back_as_it_was_written() {
    for record in [Record::Open(open(1, 1)), closed(open(2, 2))] {
        assert_eq!(serde_json::from_str::<Record>(&record.to_line()).expect("our own line"), record);
    }
}

#[test]
fn a_call_without_its_closing_record_is_an_orphan_and_is_interrupted() {
    let lines = [
        Record::Open(open(1, 1)).to_line(),
        Record::Open(open(2, 2)).to_line(),
        Record::Open(open(3, 3)).to_line(),
        closed(open(2, 2)).to_line(),
    ];
    let recovery = orphans(&lines);
    let ids: Vec<_> = recovery.orphans.iter().map(interrupted_id).collect();
    assert_eq!(ids, ["1800000000000-1", "1800000000000-3"]);
    assert_eq!((recovery.unreadable, recovery.given_up), (0, 0));
}

fn interrupted_id(record: &Record) -> &str {
    let Record::Closed(closed) = record else { panic!("an orphan is closed") };
    assert_eq!(closed.disposition, Disposition::Interrupted);
    assert_eq!((closed.release_time, closed.duration_ms, closed.cause), (None, None, None));
    &closed.call.id
}

#[test]
fn a_second_start_finds_no_orphan_left() {
    let mut lines = vec![Record::Open(open(1, 1)).to_line()];
    let first = orphans(&lines);
    lines.extend(first.orphans.iter().map(Record::to_line));
    assert_eq!(orphans(&lines), Recovery::default());
}

#[test]
fn a_call_that_moved_to_another_circuit_is_one_orphan_on_the_last() {
    let lines = [Record::Open(open(1, 1)).to_line(), Record::Open(open(1, 2)).to_line()];
    let recovery = orphans(&lines);
    let [Record::Closed(closed)] = &recovery.orphans[..] else { panic!("{recovery:?}") };
    assert_eq!(closed.call.cic, Some(2));
}

#[test]
fn a_torn_line_is_counted_and_spoils_no_other() {
    let whole = Record::Open(open(1, 1)).to_line();
    let torn = &whole[..whole.len() / 2];
    let recovery = orphans([torn, "", "not json", "{\"record\":\"other\"}", &whole]);
    assert_eq!((recovery.orphans.len(), recovery.unreadable), (1, 3));
}

#[test]
fn every_prefix_of_a_journal_gives_one_closing_record_for_each_call_opened() {
    let text = [open(1, 1), open(2, 2)].map(|call| Record::Open(call).to_line() + "\n").concat()
        + &closed(open(1, 1)).to_line();
    for cut in 0..=text.len() {
        let Some(prefix) = text.get(..cut) else { continue };
        let opened = prefix.lines().filter(|line| matches!(serde_json::from_str(line), Ok(Record::Open(_)))).count();
        let recovery = orphans(prefix.lines());
        let all = prefix.lines().map(str::to_owned).chain(recovery.orphans.iter().map(Record::to_line));
        let ended = all.filter(|line| matches!(serde_json::from_str(line), Ok(Record::Closed(_)))).count();
        assert_eq!(ended, opened, "cut at {cut}");
    }
}

#[test]
fn calls_beyond_the_bound_are_given_up_and_counted() {
    let lines = (0..OPEN_MAX as u64 + 2).map(|call| Record::Open(open(call, 1)).to_line());
    let recovery = orphans(lines);
    assert_eq!((recovery.orphans.len(), recovery.given_up), (OPEN_MAX, 2));
    assert_eq!(interrupted_id(&recovery.orphans[0]), "1800000000000-2");
}

fn circuit(destination: u32, cic: u16) -> Blockable {
    Blockable::Circuit { destination, cic }
}

fn blocking(cic: u16, blocked: bool) -> String {
    Record::Blocking(Blocking { circuit: circuit(2058, cic), blocked }).to_line()
}

#[test]
fn a_circuit_stays_blocked_over_a_restart_until_it_is_unblocked() {
    let lines = [blocking(3, true), blocking(1, true), blocking(2, false), blocking(3, false), blocking(1, true)];
    assert_eq!(orphans(lines).blocked, [circuit(2058, 1)]);
}

#[test]
fn a_b_channel_stays_blocked_likewise_by_its_trunk_and_number() {
    let channel = || Blockable::Channel { trunk: "pbx".into(), channel: 7 };
    let line = Record::Blocking(Blocking { circuit: channel(), blocked: true }).to_line();
    assert_eq!(line, r#"{"record":"blocking","trunk":"pbx","channel":7,"blocked":true}"#);
    assert_eq!(orphans([line, blocking(1, true)]).blocked, [circuit(2058, 1), channel()]);
}

#[test]
fn circuits_blocked_beyond_the_bound_are_passed_over() {
    let circuit = |number: u32| Blocking { circuit: circuit(number >> 12, (number & 0xFFF) as u16), blocked: true };
    let numbers = (0..=BLOCKED_MAX as u32).chain([0]);
    let lines = numbers.map(|number| Record::Blocking(circuit(number)).to_line());
    assert_eq!(orphans(lines).blocked.len(), BLOCKED_MAX);
}

fn registered(user: &str, contacts: &[&str]) -> Registered {
    let binding = |contact: &&str| Binding {
        contact: (*contact).into(),
        hop: "sip:192.0.2.9:5060;transport=udp".into(),
        path: Vec::new(),
        q_thousandths: 1000,
        call_id: "r@192.0.2.9".into(),
        cseq: 7,
        expires: Time::from(SystemTime::UNIX_EPOCH),
    };
    Registered { user: user.into(), bindings: contacts.iter().map(binding).collect(), mailbox: None }
}

#[test]
fn the_last_registration_of_a_user_counts_and_who_has_left_is_forgotten() {
    let first = registered("alice", &["sip:alice@192.0.2.9"]);
    let last = registered("alice", &["sip:a@192.0.2.9", "sip:b@192.0.2.9"]);
    let waiting = Mailbox { number: "4711".into(), waits: true, messages: Some(2), centre: None };
    let carol = Registered { mailbox: Some(waiting), ..registered("carol", &[]) };
    let bob = registered("bob", &["sip:bob@192.0.2.9"]);
    let records = [first, bob, last.clone(), registered("bob", &[]), carol.clone()];
    let lines = records.map(|record| Record::Registered(record).to_line());
    assert!(
        lines[0].starts_with(r#"{"record":"registered","user":"alice","bindings":[{"contact":"sip:alice@192.0.2.9""#)
    );
    assert_eq!(orphans(lines).registered, [last, carol], "who is nowhere may have messages");
}

#[test]
fn users_registered_beyond_the_bound_are_passed_over() {
    let users = (0..=REGISTERED_MAX).map(|number| registered(&number.to_string(), &["sip:a@192.0.2.9"]));
    let lines = users.map(|user| Record::Registered(user).to_line());
    assert_eq!(orphans(lines).registered.len(), REGISTERED_MAX);
}
