use super::*;
use crate::io::aside::Aside;
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::proto::op::{Message, MessageType};
use hickory_resolver::proto::rr::rdata::{A, NAPTR, SRV};
use hickory_resolver::proto::rr::{Name, Record};
use hickory_resolver::proto::xfer::Protocol;
use std::net::{SocketAddr, UdpSocket};

fn in_runtime(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(body);
}

/// A name server with three records, on a thread that ends with the process.
fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let query = Message::from_vec(&buffer[..length]).unwrap();
            let mut answer = Message::new();
            answer.set_id(query.id()).set_message_type(MessageType::Response).add_queries(query.queries().to_vec());
            let asked = &query.queries()[0];
            let data = match (asked.query_type(), asked.name().to_ascii().as_str()) {
                (RecordType::NAPTR, "example.com.") => {
                    let service = Name::from_ascii("_sip._tcp.example.com.").unwrap();
                    let (flags, name) = (b"s".to_vec().into(), b"SIP+D2T".to_vec().into());
                    Some(RData::NAPTR(NAPTR::new(10, 20, flags, name, Vec::new().into(), service)))
                }
                (RecordType::SRV, "_sip._tcp.example.com.") => {
                    Some(RData::SRV(SRV::new(1, 2, 5070, Name::from_ascii("a.example.com.").unwrap())))
                }
                (RecordType::A, "a.example.com.") => Some(RData::A(A::new(192, 0, 2, 7))),
                _ => None,
            };
            answer.add_answers(data.map(|data| Record::from_rdata(asked.name().clone(), 60, data)));
            socket.send_to(&answer.to_vec().unwrap(), from).unwrap();
        }
    });
    address
}

fn resolver(aside: &Aside) -> Resolver {
    let mut config = ResolverConfig::new();
    config.add_name_server(NameServerConfig::new(name_server(), Protocol::Udp));
    Resolver::new(aside.handle(), config)
}

#[test]
fn each_kind_of_record_is_found_and_what_is_not_there_is_nothing() {
    let aside = Aside::start().unwrap();
    let mut resolver = resolver(&aside);
    let naptr = Naptr {
        order: 10,
        preference: 20,
        flags: "s".into(),
        service: "SIP+D2T".into(),
        replacement: "_sip._tcp.example.com.".into(),
    };
    let srv = Srv { priority: 1, weight: 2, port: 5070, target: "a.example.com.".into() };
    let rows = [
        (Question::Naptr("example.com".into()), Records::Naptr(vec![naptr])),
        (Question::Srv("_sip._tcp.example.com.".into()), Records::Srv(vec![srv])),
        (Question::Addresses("a.example.com.".into()), Records::Addresses(vec!["192.0.2.7".parse().unwrap()])),
        (Question::Naptr("nowhere.example.".into()), Records::Naptr(Vec::new())),
        (Question::Srv("_sip._udp.example.com.".into()), Records::Srv(Vec::new())),
        (Question::Addresses("b.example.com.".into()), Records::Addresses(Vec::new())),
    ];
    in_runtime(async {
        for (question, records) in rows {
            assert_eq!(resolver.ask(ResolveId(7), question.clone()), None);
            assert_eq!(resolver.answer().await, (ResolveId(7), question, records));
        }
    });
}

#[test]
fn more_questions_than_may_be_open_find_nothing() {
    let aside = Aside::start().unwrap();
    let mut resolver = resolver(&aside);
    let question = || Question::Addresses("a.example.com.".into());
    in_runtime(async {
        for _ in 0..LOOKUPS_MAX {
            assert_eq!(resolver.ask(ResolveId(1), question()), None);
        }
        let nothing = Records::Addresses(Vec::new());
        assert_eq!(resolver.ask(ResolveId(2), question()), Some((ResolveId(2), question(), nothing)));
        // One answer makes room for one more.
        assert_eq!(resolver.answer().await.0, ResolveId(1));
        assert_eq!(resolver.ask(ResolveId(3), question()), None);
    });
}
