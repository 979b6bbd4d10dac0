//! The SIP half: an endpoint and its socket, which ring and answer as SIPp's answerer does.

use spangate::io::udp::Listeners;
use spangate::sip::{
    Access, Capabilities, Codec, Command, Description, Direction, Encryption, Endpoint, EndpointConfig, Event, Limits,
    Listener, Output, Standing, Timers, Transport,
};
use std::net::SocketAddr;
use std::time::Instant;

/// Until it is killed.
pub fn run(address: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
    runtime.block_on(async {
        let listeners = Listeners::bind([(0, address)], 0).unwrap_or_else(|error| panic!("{error}"));
        Answerer { endpoint: endpoint(address), listeners, answer: answer(address) }.run().await;
    });
}

struct Answerer {
    endpoint: Endpoint,
    listeners: Listeners,
    answer: Description,
}

impl Answerer {
    async fn run(mut self) {
        println!("ready");
        let mut heard = Vec::new();
        loop {
            let more = self.listeners.receive(|_, remote, octets| heard.push((remote, octets.to_vec())));
            for (remote, octets) in heard.drain(..) {
                let now = Instant::now();
                self.endpoint.handle_datagram(now, 0, (remote, Standing::Peer), &octets);
                self.perform(now);
            }
            let now = Instant::now();
            if self.endpoint.poll_timeout().is_some_and(|due| due <= now) {
                self.endpoint.handle_timeout(now);
                self.perform(now);
            }
            match (more, self.endpoint.poll_timeout()) {
                (true, _) => tokio::task::yield_now().await,
                (false, None) => self.listeners.ready().await,
                (false, Some(due)) => {
                    // An elapsed timeout is a timer that is due.
                    let _due = tokio::time::timeout_at(due.into(), self.listeners.ready()).await;
                }
            }
        }
    }

    fn perform(&mut self, now: Instant) {
        while let Some(output) = self.endpoint.poll_output() {
            match output {
                Output::Send { listener, remote, octets } => self.listeners.send(listener, remote, &octets),
                Output::Event(Event::Incoming(incoming)) => {
                    let (session, answer) = (incoming.session, self.answer.clone());
                    self.endpoint
                        .handle_command(now, Command::Ring { session, status: 180, answer: None, early_media: None });
                    self.endpoint.handle_command(now, Command::Accept { session, answer });
                }
                _ => {}
            }
        }
    }
}

fn endpoint(address: SocketAddr) -> Endpoint {
    Endpoint::new(EndpointConfig {
        local: vec![Listener { transport: Transport::Udp, address, advertised: address }],
        timers: Timers::default(),
        user_agent: "spangate".into(),
        retry_after_s: 5,
        limits: Limits::default(),
        access: Access::default(),
        began_s: 0,
        seed: [7; 32],
    })
}

fn answer(address: SocketAddr) -> Description {
    let ours = Capabilities {
        address: address.ip(),
        port: 16_384,
        codecs: vec![Codec::Pcmu],
        telephone_event: None,
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    };
    ours.offer()
}
