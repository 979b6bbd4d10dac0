//! A span that the gateway configures, and one that goes away under it.

use dahdi_sys::abi::Params;
use dahdi_sys::{Kernel, LinuxKernel, Node, Request, SignalType};
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use super::gateway::log;
use super::setup::{Setup, link_mode};
use super::{HERE, Intent, Phone, assert_exact, call, joined, measured, talk};

/// The first span, whose numbers were taken from it: to the driver that is a card which is pulled.
struct Pulled {
    device: PathBuf,
}

impl Pulled {
    /// Returns when nobody has a channel of it open any more.
    fn out() -> Pulled {
        let span = fs::canonicalize("/sys/bus/dahdi_spans/devices/span-1").expect("the span is there");
        let device = span.parent().expect("a span is on a device").to_owned();
        // The one span of its device.
        fs::write(device.join("unassign_span"), "1").expect("it has numbers");
        Pulled { device }
    }
}

/// Put back, it has its numbers again, and no channel of it is configured; other tests need it.
impl Drop for Pulled {
    fn drop(&mut self) {
        fs::write(self.device.join("assign_span"), "1:1:1").expect("its numbers are free");
    }
}

fn signal_type(channel: i32) -> SignalType {
    let mut params = Params { channo: channel, ..Params::default() };
    let control = LinuxKernel.open(Node::Ctl).expect("there is a driver");
    control.ioctl(Request::GetParams(&mut params)).expect("a span has the channel");
    params.sigtype
}

#[test]
fn a_span_that_nobody_has_configured_is_brought_up_with_mtp2_or_what_the_driver_knows_instead() {
    drop(Pulled::out());
    assert_eq!([signal_type(1), signal_type(16)], [SignalType::NONE; 2]);
    let (_exchange, gateway) = joined(&Setup::own_span());
    let knows_mtp2 = link_mode() == "mtp2";
    let expected = if knows_mtp2 { SignalType::MTP2 } else { SignalType::HDLC_FCS };
    assert_eq!([signal_type(1), signal_type(16)], [SignalType::CLEAR, expected]);
    let said = log();
    let fell_back = said.lines().any(|line| line.contains("the driver knows no MTP2") && line.contains("channel=16"));
    assert_eq!(fell_back, !knows_mtp2, "{said}");
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    gateway.settle();
}

#[test]
fn a_span_that_goes_away_and_returns_ends_its_call_and_carries_the_next_without_a_restart() {
    let (exchange, gateway) = joined(&Setup::own_span());
    let sip = gateway.sip();
    let caller = thread::spawn(move || {
        Phone::new(HERE, sip).expect("a telephone").call("600", Intent::Talk(Duration::from_secs(60)))
    });
    exchange.line("incoming");
    gateway.until("a call", |status| status.call_list.iter().any(|call| call.state == "talking"));
    let pulled = Pulled::out();
    gateway.until("a span that is gone", |status| status.spans[0].alarms == ["NOTOPEN"]);
    let ended = caller.join().expect("it told how it went").expect("a call with an end");
    assert!(ended.status == 200 && ended.released_by_peer, "{ended:?}");
    assert_eq!(call(&gateway, "600", talk(1)).status, 503, "no circuit is left");
    drop(pulled);
    let returned = Instant::now();
    gateway.until("a span that is there", |status| status.spans[0].alarms.is_empty());
    gateway.settle();
    measured(&format!("a span returns: {} ms until all its circuits are idle", returned.elapsed().as_millis()));
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    gateway.settle();
}
