//! STUN on the gateway's UDP port: strangers pay for their questions as for requests of SIP.

use std::net::SocketAddr;

use tests::World;

/// A Binding request as RFC 5389's messages are.
const ASK: [u8; 20] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

#[test]
fn a_stranger_that_asks_where_it_is_without_end_is_soon_unheard_and_a_peer_is_not() {
    let mut world = World::in_service();
    let answered = |world: &mut World, from: &str| {
        let from: SocketAddr = from.parse().expect("an address");
        (0..1_000).for_each(|_| world.send(from, &ASK));
        world.run(100);
        std::iter::from_fn(|| world.receive(from)).inspect(|answer| assert_eq!(answer.len(), 32)).count()
    };
    let stranger = answered(&mut world, "198.51.100.7:5060");
    assert!((200..=210).contains(&stranger), "{stranger} of a thousand questions are answered");
    assert_eq!(answered(&mut world, "127.0.0.1:5099"), 1_000);
    let sip = world.status().sip;
    assert_eq!((sip.sources_in_debt, sip.bindings_asked), (1, 1_000 + stranger as u64));
}
