//! LAPD frames: the decoder, and a link that hears them.

use std::time::{Duration, Instant};

use isup::lapd::frame::Frame;
use isup::lapd::{Command, Link, LinkConfig, OUTPUTS_MAX, Side};

/// A frame from its address field on: a link of either side, released or being established, that hears it falls quiet.
pub fn lapd_frame(octets: &[u8]) -> bool {
    for side in [Side::User, Side::Network] {
        let now = Instant::now();
        let mut link = Link::new(LinkConfig::primary_rate(side));
        for command in [None, Some(Command::Establish), Some(Command::Data(vec![8]))] {
            if let Some(command) = command {
                link.handle_command(now, command);
            }
            link.handle_frame(now, octets);
            assert!(std::iter::from_fn(|| link.poll_output()).take(OUTPUTS_MAX + 1).count() <= OUTPUTS_MAX);
        }
        link.handle_timeout(now + Duration::from_secs(100));
        assert!(std::iter::from_fn(|| link.poll_output()).take(OUTPUTS_MAX + 1).count() <= OUTPUTS_MAX);
    }
    Frame::decode(octets, LinkConfig::primary_rate(Side::User).n201).is_ok()
}
