//! A primary rate interface on a T1, National ISDN 2: `guest/checks` makes both spans T1 for it.

use super::pri::calls_both_ways;
use super::setup::{Pri, Side};

#[test]
fn the_user_calls_and_is_called_on_a_t1() {
    calls_both_ways(Pri::T1);
}

#[test]
fn the_network_calls_and_is_called_on_a_t1() {
    calls_both_ways(Pri { side: Side::Network, ..Pri::T1 });
}
