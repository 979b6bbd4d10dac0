//! Signalling timeslots over a driver that answers as the test has written.

use super::*;
use dahdi_sys::abi::Params;
use dahdi_sys::{Device, Node, Request, SignalType};
use isup::mtp3::LinkId;
use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixDatagram;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

/// A driver with one MTP2 channel.
#[derive(Clone, Default)]
struct Driver(Arc<Mutex<Script>>);

#[derive(Default)]
struct Script {
    /// Frames and events in order of arrival, frames with two octets of frame check sequence.
    arrived: VecDeque<Result<Vec<u8>, i32>>,
    sent: Vec<Vec<u8>>,
    room: usize,
}

impl Kernel for Driver {
    fn open(&self, _: Node) -> Result<Box<dyn Device>, Errno> {
        Ok(Box::new(self.clone()))
    }

    fn timing_slips(&self, _: u32) -> Option<u64> {
        None
    }
}

impl Device for Driver {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        let mut script = self.0.lock().unwrap();
        match request {
            Request::GetParams(params) => *params = Params { sigtype: SignalType::MTP2, ..Params::default() },
            Request::GetEvent(event) => {
                *event = match script.arrived.front() {
                    Some(Err(number)) => *number,
                    _ => 0,
                };
                if *event != 0 {
                    script.arrived.pop_front();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut script = self.0.lock().unwrap();
        match script.arrived.front() {
            None => Err(Errno::EAGAIN),
            Some(Err(_)) => Err(Errno::ELAST),
            Some(Ok(_)) => {
                let frame = script.arrived.pop_front().unwrap().unwrap();
                buffer[..frame.len()].copy_from_slice(&frame);
                Ok(frame.len())
            }
        }
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        let mut script = self.0.lock().unwrap();
        script.room = script.room.checked_sub(1).ok_or(Errno::EAGAIN)?;
        script.sent.push(octets.to_vec());
        Ok(octets.len())
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

const LINK: SignallingLine = SignallingLine::Link(LinkId(0));
const BAD_FCS: i32 = 8;
const ALARM: i32 = 4;

fn lines(driver: &Driver) -> Lines {
    let place = Place { span: "e1".into(), number: 1, timeslot: 16, channel: 16 };
    Lines::open(driver, &[LineSpec { line: LINK, place, mode: SignallingMode::Mtp2 }], &Arc::default()).unwrap()
}

fn heard(lines: &mut Lines) -> Vec<String> {
    let mut all = Vec::new();
    lines.receive(|_, heard| all.push(format!("{heard:?}")));
    all
}

#[test]
fn units_and_events_are_heard_in_order_without_the_check_sequence() {
    let driver = Driver::default();
    let mut lines = lines(&driver);
    let fisu = Ok(vec![0xff, 0xff, 0, 0xaa, 0xbb]);
    driver.0.lock().unwrap().arrived.extend([fisu.clone(), Err(BAD_FCS), fisu, Err(ALARM)]);
    assert_eq!(
        heard(&mut lines),
        ["Unit([255, 255, 0])", "Error(Check)", "Unit([255, 255, 0])", "Error(SignalLost)", "Alarms"]
    );
    assert!(heard(&mut lines).is_empty());
}

#[test]
fn no_more_units_are_taken_in_a_turn_than_the_driver_holds() {
    let driver = Driver::default();
    let mut lines = lines(&driver);
    driver.0.lock().unwrap().arrived.extend((0..=UNITS_PER_TURN).map(|_| Ok(vec![1, 2, 3, 4, 5])));
    let mut taken = 0;
    assert!(lines.receive(|_, _| taken += 1));
    assert_eq!(taken, UNITS_PER_TURN);
    assert!(!lines.receive(|_, _| taken += 1));
    assert_eq!(taken, UNITS_PER_TURN + 1);
}

#[test]
fn a_refused_unit_is_kept_and_offered_again_before_any_other() {
    let driver = Driver::default();
    let mut lines = lines(&driver);
    let mut units = (1u8..=3).map(|number| vec![number; 3]);
    let mut pull = |_: SignallingLine, unit: &mut Vec<u8>| units.next().map(|next| *unit = next).is_some();
    driver.0.lock().unwrap().room = 1;
    lines.transmit(&mut pull);
    assert_eq!(lines.offer_again(), Some(OFFER_AGAIN_AFTER));
    driver.0.lock().unwrap().room = 5;
    lines.transmit(&mut pull);
    assert_eq!(lines.offer_again(), None);
    let sent: Vec<u8> = driver.0.lock().unwrap().sent.iter().map(|unit| unit[0]).collect();
    assert_eq!(sent, [1, 2, 3]);
}

#[test]
fn a_link_that_is_never_silent_does_not_hold_the_reactor() {
    let driver = Driver::default();
    let mut lines = lines(&driver);
    driver.0.lock().unwrap().room = usize::MAX;
    let mut pulled = 0;
    lines.transmit(|_, unit| {
        *unit = vec![0; 3];
        pulled += 1;
        true
    });
    assert_eq!(pulled, UNITS_PER_TURN);
}

/// A channel whose frames are datagrams, and who counts how often it is asked.
#[derive(Clone)]
struct Counted {
    socket: Arc<UnixDatagram>,
    reads: Arc<AtomicU32>,
}

/// Several of them, by their channel numbers.
struct Several(Vec<Counted>);

impl Kernel for Several {
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno> {
        let Node::Channel(channel) = node else { return Err(Errno::ENXIO) };
        Ok(Box::new(self.0[channel as usize].clone()))
    }

    fn timing_slips(&self, _: u32) -> Option<u64> {
        None
    }
}

impl Device for Counted {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        if let Request::GetParams(params) = request {
            *params = Params { sigtype: SignalType::MTP2, ..Params::default() };
        }
        Ok(())
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.socket.recv(buffer).map_err(|_| Errno::EAGAIN)
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        Ok(octets.len())
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        Some(self.socket.as_fd())
    }
}

#[test]
fn of_many_timeslots_the_one_that_has_a_unit_is_asked_and_no_other() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (mut far, mut near) = (Vec::new(), Vec::new());
        for _ in 0..16 {
            let (here, there) = UnixDatagram::pair().unwrap();
            here.set_nonblocking(true).unwrap();
            near.push(Counted { socket: Arc::new(here), reads: Arc::default() });
            far.push(there);
        }
        let reads = |near: &[Counted]| near.iter().map(|one| one.reads.load(Ordering::Relaxed)).collect::<Vec<_>>();
        let kernel = Several(near.clone());
        let spec = |link: u16| LineSpec {
            line: SignallingLine::Link(LinkId(link)),
            place: Place { span: "e1".into(), number: 1, timeslot: 16, channel: link.into() },
            mode: SignallingMode::Mtp2,
        };
        let (specs, woken) = ((0..16).map(spec).collect::<Vec<_>>(), Arc::new(Notify::new()));
        let mut lines = Lines::open(&kernel, &specs, &woken).unwrap();
        // The first look finds what came before it.
        assert!(heard(&mut lines).is_empty());
        let before = reads(&near);
        far[9].send(&[1, 2, 3, 0xaa, 0xbb]).unwrap();
        woken.notified().await;
        assert_eq!(heard(&mut lines), ["Unit([1, 2, 3])"]);
        let asked: Vec<_> = reads(&near).iter().zip(before).map(|(now, before)| now - before).collect();
        assert_eq!(asked.iter().sum::<u32>(), asked[9], "{asked:?}");
    });
}
