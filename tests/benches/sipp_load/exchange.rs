//! The far exchange in a process of its own: sixteen simulated spans at 64 kbit/s a link, and the units of their links in sockets.

use crate::plan::{self, LINKS, Side};
use crate::timeslots::connect;
use config::model::Driver;
use dahdi_sys::signalling::{BUFFER_OCTETS, SignallingChannel, SignallingMode};
use hw_sim::{Clock, SimKernel};
use spangate::lab::embedded;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// Until it is killed.
pub fn run(folder: &Path) {
    let model = plan::model(folder, Side::Exchange);
    let Driver::Sim(sim) = &model.driver else { panic!("the plan is one of simulated spans") };
    let (machine, _exchanges) = embedded::build(&model, sim);
    let kernel = SimKernel::new(machine);
    let _clock = Clock::start(&kernel).expect("a thread");
    let open = |link| SignallingChannel::open(&kernel, plan::channel(link), SignallingMode::Mtp2).expect("it is ours");
    let mut links: Vec<Link> = (0..LINKS)
        .map(|link| Link { channel: open(link), socket: connect(folder, Side::Exchange, link), waiting: None })
        .collect();
    loop {
        links.iter_mut().for_each(Link::carry);
        thread::sleep(EVERY);
    }
}

struct Link {
    channel: SignallingChannel,
    socket: UnixDatagram,
    /// A unit that the line has had no room for yet, with the two octets that the driver wants besides.
    waiting: Option<Vec<u8>>,
}

impl Link {
    /// Units of both directions, as far as there is room.
    fn carry(&mut self) {
        let mut buffer = [0; BUFFER_OCTETS];
        while let Ok(length) = self.channel.read_frame(&mut buffer) {
            // As a driver hands it on: with room for its check. A gateway that does not read loses it.
            let _lost = self.socket.send(&buffer[..length + CHECK_OCTETS]);
        }
        while let Ok(Some(_)) = self.channel.next_event() {}
        loop {
            let unit = self.waiting.take().or_else(|| {
                let length = self.socket.recv(&mut buffer).ok()?;
                Some(buffer[..length.saturating_sub(CHECK_OCTETS)].to_vec())
            });
            let Some(unit) = unit else { return };
            if self.channel.write_frame(&unit).is_err() {
                self.waiting = Some(unit);
                return;
            }
        }
    }
}

const CHECK_OCTETS: usize = 2;
const EVERY: Duration = Duration::from_millis(1);
