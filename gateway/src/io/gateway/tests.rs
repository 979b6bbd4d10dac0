//! A whole gateway in this process: real sockets, real threads, simulated spans.

use super::*;
use crate::lab::embedded::Embedded;
use crate::lab::phone::{Answering, Intent, Phone};
use crate::ops::admin::SimOrder;
use crate::ops::cdr::{Disposition, Record};
use crate::ops::client::Client;
use config::model::Driver;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A gateway on free ports with a folder of its own.
struct World {
    folder: PathBuf,
    embedded: Embedded,
    gateway: Gateway,
}

impl World {
    fn start(name: &str, change: impl FnOnce(&mut Model)) -> Self {
        let folder = folder(name);
        let model = model(&folder, change);
        let Driver::Sim(sim) = model.driver.clone() else { panic!("the embedded default is simulated") };
        let embedded = Embedded::start(&model, &sim).unwrap();
        let gateway = Gateway::start(model, embedded.surroundings()).unwrap();
        Self { folder, embedded, gateway }
    }

    fn sip(&self) -> SocketAddr {
        self.gateway.addresses().sip[0].1
    }

    /// Drains, and gives back the records that it left.
    fn stop(self) -> Vec<Record> {
        self.gateway.shut_down();
        assert_eq!(self.gateway.join(), Ended::Drained);
        drop(self.embedded);
        let records = records(&self.folder);
        std::fs::remove_dir_all(&self.folder).unwrap();
        records
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("spangate-gateway-{name}-{}", std::process::id()));
    let _absent = std::fs::remove_dir_all(&folder);
    folder
}

fn model(folder: &Path, change: impl FnOnce(&mut Model)) -> Model {
    let mut model = Model::embedded();
    let anywhere = SocketAddr::new(HERE, 0);
    (model.sip.listeners[0].address, model.sip.listeners[0].advertised) = (anywhere, anywhere);
    model.admin.listen = anywhere;
    model.journal.directory = Some(folder.to_owned());
    change(&mut model);
    model
}

fn records(folder: &Path) -> Vec<Record> {
    let lines = journal::file::lines(&journal::file::path_in(folder)).unwrap();
    lines.map(|line| serde_json::from_str(&line.unwrap()).expect("the journal holds records")).collect()
}

fn dispositions(records: &[Record]) -> Vec<Disposition> {
    let closed = records.iter().filter_map(|record| match record {
        Record::Closed(closed) => Some(closed.disposition),
        _ => None,
    });
    closed.collect()
}

#[test]
fn calls_both_ways_end_with_one_record_each_and_every_circuit_idle() {
    let callee = Answering::start(HERE).unwrap();
    let mut world = World::start("calls", |model| model.sip.peers[0].address = callee.address().into());
    assert!(world.gateway.ready());
    let client = Client::new(world.gateway.addresses().admin);
    let order =
        SimOrder { trunk: "trunk".into(), called: "700".into(), calling: "100".into(), hold_ms: 500, verify: true };
    let incoming = client.place(&order).unwrap();
    let phone = Phone::new(HERE, world.sip()).unwrap();
    assert_eq!(phone.call("603", Intent::Talk(Duration::ZERO)).unwrap().status, 486);
    let echo = phone.call("600", Intent::Talk(Duration::from_millis(500))).unwrap();
    let heard = echo.heard.expect("an answered call has audio");
    assert!(heard.verdict.compared > 0, "{heard:?}");
    let outcome = loop {
        match client.outcome(incoming).unwrap() {
            Some(outcome) => break outcome,
            None => thread::park_timeout(Duration::from_millis(10)),
        }
    };
    assert!(outcome.answered && outcome.octets_checked > 0, "{outcome:?}");
    let records = world.stop();
    assert_eq!(callee.finish().unwrap().iter().filter(|call| call.ended).count(), 1);
    let mut dispositions = dispositions(&records);
    dispositions.sort_by_key(|disposition| *disposition == Disposition::Unanswered);
    assert_eq!(dispositions, [Disposition::Answered, Disposition::Answered, Disposition::Unanswered]);
}

#[test]
fn a_flood_of_nonsense_leaves_a_running_call_untouched() {
    let mut world = World::start("flood", |_| {});
    assert!(world.gateway.ready());
    let (sip, phone) = (world.sip(), Phone::new(HERE, world.sip()).unwrap());
    let call = thread::spawn(move || phone.call("600", Intent::Talk(Duration::from_millis(600))).unwrap());
    let flood = std::net::UdpSocket::bind((HERE, 0)).unwrap();
    let mut sent = 0;
    while !call.is_finished() {
        let _refused = flood.send_to(b"\xff\xfe nonsense that is no SIP\r\n\r\n", sip);
        sent += 1;
        if sent % 64 == 0 {
            thread::park_timeout(Duration::from_millis(1));
        }
    }
    let placed = call.join().unwrap();
    assert_eq!(placed.status, 200);
    let media = world.stop().into_iter().find_map(|record| match record {
        Record::Closed(closed) => closed.media,
        _ => None,
    });
    let verdict = placed.heard.expect("an answered call has audio").verdict;
    let explained = media.expect("an answered call has media").explained_octets + verdict.missing;
    assert!(verdict.compared > 0 && verdict.differences <= explained, "{verdict:?}, {explained} explained");
}

#[test]
fn calls_that_the_last_run_left_open_are_interrupted_and_told_once() {
    let folder = folder("orphan");
    let orphan = cdr::Open {
        id: "1-1".into(),
        setup_time: clock::wall().into(),
        direction: cdr::Direction::SipToPstn,
        calling: "100".into(),
        called: "600".into(),
        trunk: "trunk".into(),
        cic: Some(1),
        from_trunk: None,
        from_cic: None,
        sip_call_id: "a@b".into(),
    };
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(journal::file::path_in(&folder), Record::Open(orphan).to_line() + "\n{\"record\":\"op").unwrap();
    for _ in 0..2 {
        let model = model(&folder, |_| {});
        let (mut journal, blocked, _) = open_journal(&model).unwrap();
        assert_eq!((journal.health().lost, blocked), (0, Vec::new()));
        assert_eq!(journal.close(), 0);
    }
    let text = std::fs::read_to_string(journal::file::path_in(&folder)).unwrap();
    assert_eq!(text.matches("interrupted").count(), 1, "{text}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_address_in_use_ends_the_start_with_a_sentence_that_names_it() {
    let holder = std::net::UdpSocket::bind((HERE, 0)).unwrap();
    let taken = holder.local_addr().unwrap();
    let folder = folder("taken");
    let model = model(&folder, |model| model.sip.listeners[0].address = taken);
    let Driver::Sim(sim) = model.driver.clone() else { panic!("the embedded default is simulated") };
    let embedded = Embedded::start(&model, &sim).unwrap();
    let error = Gateway::start(model, embedded.surroundings()).unwrap_err();
    assert!(error.to_string().contains(&format!("udp:{taken}")), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}
