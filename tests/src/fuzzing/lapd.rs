//! LAPD frames: the decoder, a link that hears one, and a link over a script of frames, requests and times.

use std::time::{Duration, Instant};

use isup::lapd::frame::Frame;
use isup::lapd::{Command, Link, LinkConfig, OUTPUTS_MAX, Output, Side, State};

/// A frame from its address field on: a link of either side, released, being established or up, that hears it falls quiet.
pub fn lapd_frame(octets: &[u8]) -> bool {
    for side in [Side::User, Side::Network] {
        let mut end = End::new(side);
        for preparation in [Step::Wait(0), Step::Command(0), Step::Command(2), Step::Frame(answer(side))] {
            end.take(&preparation);
            end.take(&Step::Frame(octets));
        }
        end.take(&Step::Wait(100));
    }
    Frame::decode(octets, LinkConfig::primary_rate(Side::User).n201).is_ok()
}

/// A script: an octet that says how long a frame is, and that frame; or 0 and for how many seconds nothing comes; or 255 and
/// a request. Accepted is one with which the user's link comes up.
pub fn lapd_link(octets: &[u8]) -> bool {
    let mut end = End::new(Side::User);
    let mut rest = octets;
    let mut steps = 0;
    while let Some((step, after)) = step(rest).filter(|_| steps < STEPS_MAX) {
        end.take(&step);
        rest = after;
        steps += 1;
    }
    end.link.counters().established > 0
}

/// What happens to a link.
enum Step<'a> {
    Frame(&'a [u8]),
    /// For so many seconds nothing comes.
    Wait(u8),
    /// One of the requests.
    Command(u8),
}

fn step(octets: &[u8]) -> Option<(Step<'_>, &[u8])> {
    let (&length, rest) = octets.split_first()?;
    match length {
        0 => rest.split_first().map(|(seconds, rest)| (Step::Wait(*seconds), rest)),
        255 => rest.split_first().map(|(request, rest)| (Step::Command(*request), rest)),
        _ => rest.split_at_checked(length.into()).map(|(frame, rest)| (Step::Frame(frame), rest)),
    }
}

/// A link and what its layer 3 may believe.
struct End {
    link: Link,
    side: Side,
    now: Instant,
    is_established: bool,
}

impl End {
    fn new(side: Side) -> Self {
        Self { link: Link::new(LinkConfig::primary_rate(side)), side, now: Instant::now(), is_established: false }
    }

    fn take(&mut self, step: &Step<'_>) {
        match step {
            Step::Frame(octets) => self.link.handle_frame(self.now, octets),
            Step::Wait(seconds) => self.wait(Duration::from_secs((*seconds).into())),
            Step::Command(request) => self.link.handle_command(self.now, command(*request)),
        }
        self.check();
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.link.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.link.handle_timeout(deadline);
            assert!(self.link.poll_timeout().is_none_or(|next| next > deadline), "a timer that has expired runs");
            self.check();
        }
        self.now = end;
    }

    /// It says what can be read, tells of information only while it is up, and has a timer in every state but the released one.
    fn check(&mut self) {
        let outputs: Vec<_> = std::iter::from_fn(|| self.link.poll_output()).take(OUTPUTS_MAX + 2).collect();
        assert!(outputs.len() <= OUTPUTS_MAX + 1, "it does not fall quiet");
        for output in outputs {
            match output {
                Output::Frame(octets) => {
                    let frame = Frame::decode(&octets, LinkConfig::primary_rate(self.side).n201);
                    assert!(frame.is_ok_and(|frame| frame.encode() == octets));
                }
                Output::Established(_) => self.is_established = true,
                Output::Released(_) => self.is_established = false,
                Output::Data(_) => assert!(self.is_established, "information from a link that is not up"),
                Output::UnitData(_) | Output::Error(_) => {}
            }
        }
        assert_eq!(self.link.state() == State::TeiAssigned, self.link.poll_timeout().is_none());
    }
}

fn command(request: u8) -> Command {
    match request % 5 {
        0 => Command::Establish,
        1 => Command::Release,
        2 => Command::Data(vec![8]),
        3 => Command::UnitData(vec![8]),
        _ => Command::Deactivated,
    }
}

/// UA with F = 1, as the far end of that side sends it.
fn answer(side: Side) -> &'static [u8] {
    match side {
        Side::User => &[0x00, 0x01, 0x73],
        Side::Network => &[0x02, 0x01, 0x73],
    }
}

/// Steps of one script: more than any timer's series needs, and few enough for many scripts.
const STEPS_MAX: usize = 400;
