//! PRI: a call set up and released over two interfaces and their data links, in octets. Time and allocations per call.
#![forbid(unsafe_code)]

use std::time::Instant;

use divan::{AllocProfiler, Bencher};
use isup::cause::{Cause, Location};
use isup::lapd::{self, Link, LinkConfig};
use isup::q931::codec::{CallReference, CauseIndicators, ElementCode, Message, MessageType, SendingComplete};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;
use isup::q931::timer::Timers;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// One end of the line.
struct End {
    link: Link,
    interface: Interface,
    released: u32,
}

impl End {
    fn new(side: Side) -> Self {
        let timers = if side == Side::User { Timers::USER } else { Timers::NETWORK };
        let timeslots = (1..=31).filter(|timeslot| *timeslot != 16);
        let interface = Interface::new(InterfaceConfig {
            side,
            switch: SwitchType::EuroIsdnE1,
            location: Location::PRIVATE_LOCAL,
            d_channels: vec![InterfaceNumber(0)],
            channels: timeslots.map(|timeslot| ChannelSpec { interface: InterfaceNumber(0), timeslot }).collect(),
            timers,
            maintenance: None,
        });
        Self { link: Link::new(LinkConfig::primary_rate(side)), interface, released: 0 }
    }

    /// One output of one layer; what is for the line is given back.
    fn step(&mut self, now: Instant) -> Option<Option<Vec<u8>>> {
        let d_channel = DChannelId(0);
        match self.link.poll_output() {
            Some(lapd::Output::Frame(frame)) => return Some(Some(frame)),
            Some(lapd::Output::Established(_)) => {
                self.interface.handle_data_link(now, d_channel, DataLink::Established);
                return Some(None);
            }
            Some(lapd::Output::Data(octets)) => {
                self.interface.handle_data_link(now, d_channel, DataLink::Data(octets));
                return Some(None);
            }
            // Both ends began at once, and say so.
            Some(lapd::Output::Error(_)) => return Some(None),
            Some(other) => panic!("a good line: {other:?}"),
            None => {}
        }
        match self.interface.poll_output()? {
            Output::DataLink(_, command) => self.link.handle_command(now, command),
            Output::Call(call, indication) => self.told(now, call, &indication),
            Output::Channel(..) | Output::Connectionless(_) | Output::Alarm(_) => {}
        }
        Some(None)
    }

    fn told(&mut self, now: Instant, call: CallId, indication: &Indication) {
        let mut ask = |request| self.interface.handle_request(now, call, request);
        match indication {
            Indication::Setup(..) => {
                ask(Request::CallProceeding(bare()));
                ask(Request::Alerting(bare()));
                ask(Request::Connect(bare()));
            }
            Indication::ConnectAcknowledge(_) | Indication::Disconnect(_) => ask(Request::Release(
                bare().with(CauseIndicators::new(Location::PRIVATE_LOCAL, Cause::NORMAL_CLEARING)),
            )),
            Indication::Released => self.released += 1,
            _ => {}
        }
    }
}

fn bare() -> Message {
    Message::new(CallReference::DUMMY, MessageType::SETUP)
}

fn setup() -> Message {
    let mut setup = bare().with(SendingComplete);
    setup.add_octets(ElementCode::BEARER_CAPABILITY, &[0x80, 0x90, 0xa3]);
    setup.add_octets(ElementCode::CALLED_PARTY_NUMBER, b"\x8130123456");
    setup
}

/// Both ends until nothing moves.
fn pump(ends: &mut [End; 2], now: Instant) {
    let mut quiet = 0;
    while quiet < 2 {
        for from in 0..2 {
            quiet += 1;
            while let Some(frame) = ends[from].step(now) {
                quiet = 0;
                if let Some(frame) = frame {
                    ends[1 - from].link.handle_frame(now, &frame);
                }
            }
        }
    }
}

/// SETUP to CONNECT ACKNOWLEDGE, DISCONNECT to RELEASE COMPLETE: eight messages in numbered frames, both ends.
#[divan::bench]
fn call_set_up_and_released(bencher: Bencher<'_, '_>) {
    let now = Instant::now();
    let mut ends = [End::new(Side::Network), End::new(Side::User)];
    pump(&mut ends, now);
    let mut calls = 0;
    bencher.bench_local(|| {
        let choice = ChannelChoice::Exclusive(ChannelId(3));
        ends[0].interface.handle_setup(now, choice, setup()).expect("the channel is free");
        pump(&mut ends, now);
        calls += 1;
    });
    assert_eq!(ends.map(|end| end.released), [calls, calls]);
}
