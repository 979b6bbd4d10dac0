//! What happens on the wires of a simulated machine: cross-connection, cuts, faults and far ends.

use std::sync::{Arc, Mutex};

use dahdi_sys::abi::{EVENTS_MAX, LineConfig, Maintenance, MaintenanceCommand};
use dahdi_sys::{
    Alarms, BearerChannel, Device, Errno, Event, Kernel, Law, Node, Request, SignallingChannel, SignallingMode,
    SpanStatus,
};
use hw_sim::alarm::DEBOUNCE_MS;
use hw_sim::hdlc::{Deframer, Framer};
use hw_sim::machine::TIMERS_MAX;
use hw_sim::{Chunk, FarEnd, FaultPlan, Line, Machine, SimKernel, SpanSpec};

const BLOCK: usize = 40;

fn pair(line: Line, law: Law) -> SimKernel {
    let signalling = [(16, SignallingMode::HdlcFcs)];
    let mut machine = Machine::new(vec![
        SpanSpec::clear("near", line, law, 1, &signalling),
        SpanSpec::clear("far", line, law, 101, &signalling),
    ]);
    machine.connect(0, 1);
    SimKernel::new(machine)
}

fn bearer(kernel: &SimKernel, channel: u32) -> BearerChannel {
    BearerChannel::open(kernel, channel, Law::A_LAW, BLOCK, 8).unwrap()
}

fn read_octets(channel: &BearerChannel) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut block = [0; BLOCK];
    while channel.read(&mut block).is_ok() {
        octets.extend_from_slice(&block);
    }
    octets
}

fn event(device: &dyn Device) -> Option<Event> {
    let mut number = 0;
    device.ioctl(Request::GetEvent(&mut number)).unwrap();
    Event::from_number(number)
}

/// Counts octets up, timeslot by timeslot, so that every difference shows.
struct Counting(u8);

impl FarEnd for Counting {
    fn chunk(&mut self, _received: &Chunk, transmit: &mut Chunk) {
        for position in 0..8 {
            self.0 = self.0.wrapping_add(1);
            transmit.iter_mut().for_each(|octets| octets[position] = self.0);
        }
    }
}

fn with_counting_far_end() -> SimKernel {
    let mut machine = Machine::new(vec![SpanSpec::clear("one", Line::E1, Law::A_LAW, 1, &[])]);
    machine.attach(0, Box::new(Counting(0)));
    SimKernel::new(machine)
}

/// How each octet differs from the one before: 1 where nothing happened.
fn steps(octets: &[u8]) -> Vec<u8> {
    octets.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).filter(|step| *step != 1).collect()
}

#[test]
fn every_timeslot_of_an_e1_and_a_t1_carries_its_own_octets() {
    for (line, channels) in [(Line::E1, 31), (Line::T1, 24)] {
        let kernel = pair(line, Law::A_LAW);
        let open = |first: u32| {
            (0..channels).filter(|index| *index != 15).map(|index| bearer(&kernel, first + index)).collect::<Vec<_>>()
        };
        let (near, far) = (open(1), open(101));
        for channel in &near {
            assert_eq!(channel.write(&[channel.channel() as u8; BLOCK]), Ok(BLOCK));
        }
        kernel.advance(10);
        for (near, far) in near.iter().zip(&far) {
            let octets = read_octets(far);
            let own = octets.iter().filter(|octet| **octet == near.channel() as u8).count();
            assert_eq!((octets.len(), own), (2 * BLOCK, BLOCK));
        }
    }
}

#[test]
fn a_t1_has_no_channel_25() {
    assert_eq!(pair(Line::T1, Law::MU_LAW).open(Node::Channel(25)).err(), Some(Errno::EINVAL));
}

#[test]
fn a_cut_raises_red_and_los_after_the_debounce_and_ends_as_late() {
    let kernel = pair(Line::E1, Law::A_LAW);
    let (channel, control) = (kernel.open(Node::Channel(1)).unwrap(), kernel.control(0));
    assert_eq!(control.alarms(), Alarms::NONE);
    control.cut();
    control.step(DEBOUNCE_MS - 1);
    assert_eq!(control.alarms(), Alarms::NONE);
    control.step(1);
    assert_eq!(control.alarms(), Alarms::RED | Alarms::LOS);
    assert_eq!(kernel.control(1).alarms(), Alarms::RED | Alarms::LOS, "a cut has two ends");
    assert_eq!(SpanStatus::read(&kernel, 1).unwrap().alarms, Alarms::RED | Alarms::LOS);
    assert_eq!(channel.read(&mut [0; 1024]), Err(Errno::ELAST));
    assert_eq!((event(&*channel), event(&*channel)), (Some(Event::Alarm), None));
    control.restore();
    control.step(DEBOUNCE_MS);
    assert_eq!(control.alarms(), Alarms::NONE);
    assert_eq!(event(&*channel), Some(Event::NoAlarm));
    assert_eq!(control.count().cut_ms, u64::from(DEBOUNCE_MS));
}

#[test]
fn a_short_cut_raises_no_alarm() {
    let kernel = pair(Line::E1, Law::A_LAW);
    kernel.control(0).cut();
    kernel.advance(DEBOUNCE_MS / 2);
    kernel.control(0).restore();
    kernel.advance(1);
    kernel.control(0).cut();
    kernel.advance(DEBOUNCE_MS / 2);
    assert_eq!(kernel.control(0).alarms(), Alarms::NONE);
}

#[test]
fn a_span_without_a_cable_is_in_alarm_from_the_beginning() {
    let kernel = SimKernel::new(Machine::new(vec![SpanSpec::clear("alone", Line::E1, Law::A_LAW, 1, &[])]));
    let channel = kernel.open(Node::Channel(1)).unwrap();
    kernel.advance(500);
    assert_eq!(kernel.control(0).alarms(), Alarms::RED | Alarms::LOS);
    assert_eq!(event(&*channel), None, "nothing changed");
}

#[test]
fn a_span_is_brought_up_by_the_requests_of_dahdi_cfg() {
    let mut machine = Machine::new(vec![SpanSpec::unconfigured("bare", Line::E1, 1)]);
    machine.attach(0, Box::new(Counting(0)));
    let kernel = SimKernel::new(machine);
    assert_eq!(kernel.open(Node::Channel(1)).err(), Some(Errno::ENXIO));
    let ctl = kernel.open(Node::Ctl).unwrap();
    let line = LineConfig { span: 1, lineconfig: dahdi_sys::abi::line_config::CCS, ..LineConfig::default() };
    ctl.ioctl(Request::SpanConfig(&line)).unwrap();
    let mut config = dahdi_sys::abi::ChannelConfig {
        chan: 1,
        sigtype: dahdi_sys::SignalType::CLEAR,
        master: 1,
        ..Default::default()
    };
    ctl.ioctl(Request::ChannelConfig(&mut config)).unwrap();
    let channel = bearer(&kernel, 1);
    kernel.advance(20);
    assert_eq!(read_octets(&channel), [], "not started yet");
    ctl.ioctl(Request::StartUp(1)).unwrap();
    kernel.advance(20);
    assert_eq!(read_octets(&channel).len(), 160);
    drop(channel);
    ctl.ioctl(Request::ShutDown(1)).unwrap();
    assert_eq!(kernel.open(Node::Channel(1)).err(), Some(Errno::ENXIO), "shutting down leaves no channel configured");
}

#[test]
fn a_local_loop_returns_what_is_sent() {
    let kernel = with_counting_far_end();
    let channel = bearer(&kernel, 3);
    let command =
        |command| kernel.open(Node::Ctl).unwrap().ioctl(Request::Maintenance(&Maintenance { spanno: 1, command }));
    command(MaintenanceCommand::LOCAL_LOOP).unwrap();
    assert_eq!(kernel.control(0).alarms(), Alarms::LOOPBACK);
    channel.write(&[7; BLOCK]).unwrap();
    kernel.advance(5);
    assert_eq!(read_octets(&channel), [7; BLOCK]);
    command(MaintenanceCommand::NONE).unwrap();
    assert_eq!(command(MaintenanceCommand(99)), Err(Errno::ENOSYS));
}

#[test]
fn muted_and_corrupted_octets_are_counted() {
    let kernel = with_counting_far_end();
    let (channel, control) = (bearer(&kernel, 3), kernel.control(0));
    control.mute(3);
    kernel.advance(5);
    assert_eq!(read_octets(&channel), [0xff; BLOCK]);
    control.unmute(3);
    control.corrupt(3, 12);
    kernel.advance(5);
    let octets = read_octets(&channel);
    assert_eq!(octets[0] ^ 0x10, 41, "one bit is wrong");
    assert_eq!(steps(&octets[12..]), []);
    let counters = control.count();
    assert_eq!((counters.muted_octets, counters.corrupted_octets), (40, 12));
    control.corrupt(200, 1);
    control.mute(200);
}

#[test]
fn slips_repeat_a_frame_and_leave_one_out_in_turn() {
    let kernel = with_counting_far_end();
    let (channel, control) = (bearer(&kernel, 31), kernel.control(0));
    let mut octets = Vec::new();
    for expected in [&[0][..], &[0, 2], &[0, 2, 0]] {
        kernel.advance(7);
        control.slip();
        kernel.advance(13);
        octets.extend(read_octets(&channel));
        assert_eq!(steps(&octets), expected);
    }
    assert_eq!(control.count().slips, 3);
}

#[test]
fn a_late_reader_is_counted_octet_by_octet() {
    let kernel = with_counting_far_end();
    let channel = bearer(&kernel, 1);
    kernel.advance(100);
    assert_eq!(kernel.control(0).count().overrun_octets, 800 - 8 * BLOCK as u64);
    assert_eq!(read_octets(&channel).len(), 8 * BLOCK);
    channel.write(&[1; BLOCK]).unwrap();
    kernel.advance(8);
    assert_eq!(kernel.control(0).count().underrun_octets, 24);
}

#[test]
fn damaged_frames_are_events_and_the_next_frame_passes() {
    let kernel = pair(Line::E1, Law::A_LAW);
    let near = SignallingChannel::open(&kernel, 16, SignallingMode::HdlcFcs).unwrap();
    let far = SignallingChannel::open(&kernel, 116, SignallingMode::HdlcFcs).unwrap();
    kernel.advance(5);
    near.write_frame(&[0x55; 40]).unwrap();
    kernel.advance(3);
    kernel.control(1).corrupt(16, 1);
    kernel.advance(10);
    let mut buffer = [0; 512];
    assert_eq!(far.read_frame(&mut buffer), Err(Errno::ELAST));
    assert_eq!((far.next_event(), far.next_event()), (Ok(Some(Event::BadFcs)), Ok(None)));
    near.write_frame(&[0x55; 40]).unwrap();
    kernel.advance(3);
    kernel.control(1).mute(16);
    kernel.advance(10);
    assert_eq!(far.next_event(), Ok(Some(Event::Abort)));
    kernel.control(1).unmute(16);
    kernel.advance(5);
    near.write_frame(&[0x66; 40]).unwrap();
    kernel.advance(20);
    assert_eq!(far.read_frame(&mut buffer), Ok(40));
}

#[test]
fn a_channel_holds_63_events_and_drops_the_rest() {
    let kernel = pair(Line::E1, Law::A_LAW);
    let near = SignallingChannel::open(&kernel, 16, SignallingMode::HdlcFcs).unwrap();
    let far = kernel.open(Node::Channel(116)).unwrap();
    for _ in 0..EVENTS_MAX + 20 {
        near.write_frame(&[0x55; 40]).unwrap();
        kernel.advance(3);
        kernel.control(1).corrupt(16, 1);
        kernel.advance(10);
    }
    let mut events = 0;
    while event(&*far).is_some() {
        events += 1;
    }
    assert_eq!(events, EVENTS_MAX - 1);
}

#[test]
fn a_line_in_alarm_makes_no_hdlc_events() {
    let kernel = pair(Line::E1, Law::A_LAW);
    let near = SignallingChannel::open(&kernel, 16, SignallingMode::HdlcFcs).unwrap();
    let far = SignallingChannel::open(&kernel, 116, SignallingMode::HdlcFcs).unwrap();
    kernel.advance(5);
    near.write_frame(&[0x55; 400]).unwrap();
    kernel.control(1).cut();
    kernel.advance(DEBOUNCE_MS);
    kernel.control(1).restore();
    kernel.advance(1);
    assert_eq!(far.next_event(), Ok(Some(Event::Alarm)));
    assert_eq!(near.next_event(), Ok(Some(Event::Alarm)));
    near.write_frame(&[0x55; 40]).unwrap();
    kernel.advance(3);
    kernel.control(1).corrupt(16, 1);
    kernel.advance(20);
    assert_eq!(far.next_event(), Ok(None));
}

#[test]
fn timers_are_bounded() {
    let kernel = with_counting_far_end();
    let timers: Vec<_> = (0..TIMERS_MAX).map(|_| kernel.open(Node::Timer).unwrap()).collect();
    assert_eq!(kernel.open(Node::Timer).err(), Some(Errno::ENOMEM));
    drop(timers);
    kernel.open(Node::Timer).unwrap();
}

#[test]
fn faults_follow_from_their_plan_and_every_difference_is_counted() {
    let run = || {
        let kernel = with_counting_far_end();
        let plan = FaultPlan { bit_errors: 30_000, slips: 3_000, lost_ticks: 3_000, ..FaultPlan::draw([7; 32]) };
        kernel.control(0).set_faults(FaultPlan { cuts: 0, ..plan });
        let channel = bearer(&kernel, 5);
        let mut octets = Vec::new();
        for _ in 0..800 {
            kernel.advance(5);
            octets.extend(read_octets(&channel));
        }
        (octets, kernel.control(0).count())
    };
    let (octets, counters) = run();
    assert_eq!((octets.clone(), counters), run());
    assert!(counters.slips > 0 && counters.lost_ticks > 0 && counters.corrupted_octets > 0, "{counters:?}");
    let differences = steps(&octets).len() as u64;
    assert!(differences <= counters.slips + counters.lost_ticks + 2 * counters.corrupted_octets);
}

#[test]
fn a_planned_cut_ends_by_itself() {
    let kernel = pair(Line::E1, Law::A_LAW);
    kernel.control(0).set_faults(FaultPlan { cuts: 2_000, cut_ms: 300, ..FaultPlan::default() });
    let mut alarms = Vec::new();
    for _ in 0..5_000 {
        kernel.advance(1);
        alarms.push(kernel.control(0).alarms());
    }
    alarms.dedup();
    assert!(alarms.len() > 3 && alarms.contains(&Alarms::NONE), "{alarms:?}");
}

/// Answers every frame of timeslot 16 with the same frame.
struct Mirror {
    framer: Framer,
    deframer: Deframer,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl FarEnd for Mirror {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        self.deframer.octets(&received[16], |frame| {
            if let Ok(frame) = frame {
                self.seen.lock().unwrap().push(frame.to_vec());
                self.framer.push_frame(frame);
            }
        });
        self.framer.octets(&mut transmit[16]);
    }
}

#[test]
fn a_far_end_speaks_hdlc_with_the_driver() {
    for mode in [SignallingMode::HdlcFcs, SignallingMode::Mtp2] {
        let seen = Arc::default();
        let mut machine = Machine::new(vec![SpanSpec::clear("one", Line::E1, Law::A_LAW, 1, &[(16, mode)])]);
        let mirror = Mirror { framer: Framer::new(300), deframer: Deframer::new(300), seen: Arc::clone(&seen) };
        machine.attach(0, Box::new(mirror));
        let kernel = SimKernel::new(machine);
        let channel = SignallingChannel::open(&kernel, 16, mode).unwrap();
        kernel.advance(5);
        for frame in [&[1u8, 2, 3][..], &[0xff; 30], &[4, 5, 6, 7]] {
            channel.write_frame(frame).unwrap();
            kernel.advance(30);
            let mut buffer = [0; 512];
            assert_eq!(channel.read_frame(&mut buffer), Ok(frame.len()), "{mode:?}");
            assert_eq!(&buffer[..frame.len()], frame);
            assert_eq!(channel.read_frame(&mut buffer), Err(Errno::EAGAIN), "{mode:?}: equal units are hidden");
        }
        let seen = seen.lock().unwrap().len();
        assert!(if mode == SignallingMode::Mtp2 { seen > 3 } else { seen == 3 }, "{mode:?}: {seen}");
    }
}
