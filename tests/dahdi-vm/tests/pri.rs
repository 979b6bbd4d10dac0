//! A primary rate interface: the gateway is the user on the first span, libpri the network on the second, and between them the
//! driver's HDLC.

use super::exchange::Exchange;
use super::gateway::Gateway;
use super::setup::{Setup, Signalling};
use super::{assert_exact, call, sipp, talk};

fn joined(setup: Setup) -> (Exchange, Gateway) {
    let exchange = Exchange::start_pri();
    let gateway = Gateway::start(&Setup { signalling: Signalling::Pri, ..setup });
    exchange.line("up");
    gateway.settle();
    (exchange, gateway)
}

#[test]
fn every_octet_of_a_caller_on_sipp_comes_back_from_libpri() {
    let (exchange, gateway) = joined(Setup::first_span());
    sipp::calls(&gateway, &exchange, "libpri");
}

#[test]
fn libpri_calls_sipp_whose_echo_returns_every_octet() {
    let own = sipp::free_address();
    let (exchange, gateway) = joined(Setup::first_span().calling(own));
    sipp::is_called(own, &gateway, &exchange, "libpri");
}

#[test]
fn an_interface_on_a_span_of_the_gateways_own_carries_calls_and_their_causes() {
    let (_exchange, gateway) = joined(Setup::own_span());
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    assert_eq!(call(&gateway, "603", talk(1)).status, 486);
    assert_eq!(call(&gateway, "605", talk(1)).status, 404);
    gateway.settle();
}

#[test]
fn a_network_that_goes_away_and_comes_back_carries_the_next_call() {
    let (exchange, gateway) = joined(Setup::first_span());
    drop(exchange);
    gateway.until("a D-channel out of service", |status| status.d_channels[0].state == "out of service");
    assert_eq!(call(&gateway, "600", talk(1)).status, 503, "nobody hears a SETUP");
    let exchange = Exchange::start_pri();
    exchange.line("up");
    gateway.until("a D-channel in service", |status| status.d_channels[0].state == "in service");
    gateway.settle();
    assert_exact(&call(&gateway, "600", talk(2)), 12_000);
    gateway.settle();
}
