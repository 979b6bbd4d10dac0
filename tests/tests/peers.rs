//! Peers that are asked by OPTIONS, and what becomes of a trunk whose peers are silent.

use config::Model;
use hw_sim::far_end::CallOrder;
use tests::World;
use tests::peer::Peer;

/// The embedded default, with its peer at port 5999 asked every 10 s, and this key for its trunk.
fn world(peers_down: &str) -> World {
    let text = config::EMBEDDED;
    let text = text.replace("address = \"sip:127.0.0.1:5070\"", "address = \"sip:127.0.0.1:5999\"\nping_s = 10");
    let keys = format!("name = \"trunk\"\npeers_down = {peers_down:?}\npeers_down_after_s = 20\npeers_down_cause = 27");
    let text = text.replace("name = \"trunk\"", &keys);
    let model: Model = config::parse("peers.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

fn is_asked(world: &mut World, peer: &mut Peer, status: u16) {
    let options = peer.hears(world, "OPTIONS sip:127.0.0.1:5999 SIP/2.0");
    assert!(options.contains("\r\nFrom: <sip:127.0.0.1:5060>;tag="), "{options}");
    peer.answers(world, &options, status, "As It Is");
    // It may have been repeated before the gateway was ready.
    world.run(10);
    peer.heard(world);
}

#[test]
fn a_trunk_whose_only_peer_is_silent_is_blocked_and_unblocked_when_it_answers() {
    let (mut world, mut peer) = (world("block"), Peer::new(5999));
    is_asked(&mut world, &mut peer, 200);
    is_asked(&mut world, &mut peer, 405);
    // The third OPTIONS has no answer: 20 s after it the circuits are blocked.
    world.run(10_000 + 19_000);
    assert_eq!((world.circuits().blocked, world.circuits().idle), (0, 30));
    world.run(2_000);
    assert_eq!(world.circuits().blocked, 30);
    // No operator did it, and nothing of it outlives the process.
    assert!(world.journal().is_empty(), "{:?}", world.journal());
    peer.heard(&mut world);
    is_asked(&mut world, &mut peer, 200);
    world.run(500);
    assert_eq!((world.circuits().blocked, world.circuits().idle), (0, 30));
}

#[test]
fn calls_of_a_trunk_whose_peers_say_503_are_released_with_the_configured_cause() {
    let (mut world, mut peer) = (world("release"), Peer::new(5999));
    for _ in 0..3 {
        is_asked(&mut world, &mut peer, 503);
    }
    world.run(2_000);
    assert_eq!(world.circuits().idle, 30);
    let order = world.place(CallOrder::conversation("200", "100", 1_000));
    assert_eq!(world.outcome(order).cause, Some(27));
    is_asked(&mut world, &mut peer, 200);
    world.place(CallOrder::conversation("200", "100", 1_000));
    let mut leg = peer.takes(&mut world);
    peer.says(&mut world, &mut leg, "BYE", "");
    world.settle();
}

#[test]
fn a_trunk_that_ignores_its_peers_goes_on() {
    let mut world = world("ignore");
    world.run(60_000);
    assert_eq!(world.circuits().idle, 30);
}
