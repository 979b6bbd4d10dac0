//! Errors on the line, drawn from a seed: calls may be hurt, circuits and link must come back.

use hw_sim::far_end::CallOrder;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::wire::Wire;

/// One octet of the signalling timeslot in `apart` is spoilt, in both directions, while calls come and go.
fn noisy_calls(seed: u8, apart: u32) -> Wire {
    println!("seed {:?}", [seed; 32]);
    let mut random = ChaCha20Rng::from_seed([seed; 32]);
    let mut wire = Wire::in_service();
    wire.noise = Some(Box::new(move |octet| {
        if random.next_u32() % apart == 0 {
            *octet ^= 1 << (random.next_u32() % 8)
        }
    }));
    for round in 0..200 {
        let called = ["600", "603", "607", "606"][round % 4];
        wire.left.place(CallOrder::conversation(called, "301234567", 50));
        wire.right.place(CallOrder::conversation(called, "", 50));
        wire.run(20);
    }
    wire.noise = None;
    wire
}

#[test]
fn after_rare_errors_the_link_has_stood_and_every_message_came_once_and_in_place() {
    let mut wire = noisy_calls(1, 2_000);
    wire.run_until_idle();
    for status in [wire.left.status(), wire.right.status()] {
        assert!(status.units_errored > 0 && status.units_retransmitted > 0);
        assert_eq!((status.link_failures, status.unexpected, status.undecodable, status.stuck), (0, 0, 0, 0));
    }
}

#[test]
fn after_a_storm_of_errors_every_circuit_comes_back() {
    let mut wire = noisy_calls(2, 40);
    assert!(wire.left.status().link_failures > 0);
    // T1 and T16 repeat what the failed link lost; T7 and T9 end what was never answered.
    for _ in 0..14 {
        wire.run(10_000);
        if wire.left.status().circuits.idle + wire.right.status().circuits.idle == 60 {
            break;
        }
    }
    wire.run_until_idle();
    assert_eq!((wire.left.status().stuck, wire.right.status().stuck), (0, 0));
}
