//! Our interface on our data link at one end, libpri at the other, in real time.

use super::far::Far;
use isup::cause::{Cause, Location};
use isup::lapd::{self, Link, LinkConfig, Side};
use isup::q931::codec::{
    BearerCapability, CallReference, CalledPartyNumber, CallingPartyNumber, CauseIndicators, Layer1Protocol, Message,
    MessageType, SendingComplete, TransferCapability,
};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;
use isup::q931::timer::Timers;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::{Duration, Instant};

/// Both ends of an interface.
pub struct Ends {
    pub side: Side,
    pub switch: SwitchType,
    pub interface: Interface,
    /// The first, and its backup.
    d_channels: Vec<DChannel>,
    far: Far,
    /// Lines that libpri's end told, and what our calls and channels told, since they were last looked at.
    pub lines: Vec<String>,
    pub calls: Vec<(CallId, Indication)>,
    pub channels: Vec<(ChannelId, ChannelIndication)>,
    pub alarms: Vec<Alarm>,
}

/// Our end of a D-channel.
struct DChannel {
    link: Link,
    line: UnixDatagram,
    is_cut: bool,
}

/// Why a scenario did not come to its end.
pub type Failure = String;

impl Ends {
    /// Both ends up, and no restart under way.
    pub fn ready(side: Side, switch: SwitchType) -> Result<Self, Failure> {
        let (far, line) = Far::start(side.other(), switch, T200, T203);
        Ends::brought_up(side, switch, far, [line])
    }

    /// The same with two spans, each with a D-channel: the second is the backup of the first (NFAS).
    pub fn ready_nfas(side: Side, switch: SwitchType) -> Result<Self, Failure> {
        let (far, lines) = Far::start_nfas(side.other(), switch, T200, T203);
        let mut ends = Ends::brought_up(side, switch, far, lines)?;
        ends.until("the backup up", |ends| {
            ends.lines.iter().any(|line| line == "backup up") && ends.alarms.contains(&Alarm::Up(DChannelId(1)))
        })?;
        Ok(ends)
    }

    fn brought_up<const N: usize>(
        side: Side,
        switch: SwitchType,
        far: Far,
        lines: [UnixDatagram; N],
    ) -> Result<Self, Failure> {
        let profile = switch.profile();
        let spans = || (0..N as u8).map(InterfaceNumber);
        let timeslots = || (1..=profile.timeslots).filter(|timeslot| *timeslot != profile.d_channel);
        let of_span = |interface| timeslots().map(move |timeslot| ChannelSpec { interface, timeslot });
        let interface = Interface::new(InterfaceConfig {
            side,
            switch,
            location: Location::PRIVATE_LOCAL,
            d_channels: spans().collect(),
            channels: spans().flat_map(of_span).collect(),
            timers: if side == Side::Network { Timers::NETWORK } else { Timers::USER },
            maintenance: None,
        });
        let timers = lapd::Timers { t200: T200, t203: T203 };
        let link = || Link::new(LinkConfig { timers, ..LinkConfig::primary_rate(side) });
        let d_channels = lines.into_iter().map(|line| DChannel { link: link(), line, is_cut: false }).collect();
        let mut ends = Ends {
            side,
            switch,
            interface,
            d_channels,
            far,
            lines: Vec::new(),
            calls: Vec::new(),
            channels: Vec::new(),
            alarms: Vec::new(),
        };
        ends.until("both ends up", |ends| {
            let is_idle = |(_, view): (ChannelId, ChannelView)| view.is_available();
            ends.lines.iter().any(|line| line == "up") && ends.interface.channels().all(is_idle)
        })?;
        Ok(ends)
    }

    /// What is sent over a D-channel is lost, both ways.
    pub fn cut(&mut self, d_channel: DChannelId) {
        self.d_channels[usize::from(d_channel.0)].is_cut = true;
    }

    pub fn mend(&mut self, d_channel: DChannelId) {
        self.d_channels[usize::from(d_channel.0)].is_cut = false;
    }

    /// Our SETUP to these digits.
    pub fn call(&mut self, called: &str, is_complete: bool) -> Result<CallId, Failure> {
        let setup = self.setup(called, is_complete);
        self.begin(setup)
    }

    /// A SETUP of ours, not yet sent.
    pub fn setup(&self, called: &str, is_complete: bool) -> Message {
        let bearer = BearerCapability::circuit(TransferCapability::AUDIO, Some(Layer1Protocol::G711_A_LAW));
        let mut setup = Message::new(CallReference::DUMMY, MessageType::SETUP)
            .with(bearer)
            .with(CallingPartyNumber { digits: CALLING.into(), ..CallingPartyNumber::default() })
            .with(CalledPartyNumber { digits: called.into(), ..CalledPartyNumber::default() });
        if is_complete && self.switch.profile().sending_complete {
            setup.add(&SendingComplete);
        }
        setup
    }

    /// Sends a SETUP.
    pub fn begin(&mut self, setup: Message) -> Result<CallId, Failure> {
        self.begin_on(ChannelId(CHANNEL), setup)
    }

    /// Sends a SETUP for that channel.
    pub fn begin_on(&mut self, channel: ChannelId, setup: Message) -> Result<CallId, Failure> {
        let choice = ChannelChoice::Exclusive(channel);
        self.interface.handle_setup(Instant::now(), choice, setup).map_err(|refusal| format!("{refusal:?}"))
    }

    /// A request without elements.
    pub fn ask(&mut self, call: CallId, request: fn(Message) -> Request, kind: MessageType) {
        let request = request(Message::new(CallReference::DUMMY, kind));
        self.interface.handle_request(Instant::now(), call, request);
    }

    /// Ends a call of ours.
    pub fn release(&mut self, call: CallId, cause: Cause) {
        let message = Message::new(CallReference::DUMMY, MessageType::DISCONNECT)
            .with(CauseIndicators::new(Location::PRIVATE_LOCAL, cause));
        self.interface.handle_request(Instant::now(), call, Request::Release(message));
    }

    pub fn request(&mut self, call: CallId, request: Request) {
        self.interface.handle_request(Instant::now(), call, request);
    }

    pub fn maintain(&mut self, maintenance: Maintenance) {
        self.interface.handle_maintenance(Instant::now(), maintenance);
    }

    pub fn order(&mut self, order: &str) {
        self.far.order(order);
    }

    /// Libpri's end tells a line with this beginning; it and those before it are taken away.
    pub fn hears(&mut self, beginning: &str) -> Result<String, Failure> {
        self.until(beginning, |ends| ends.lines.iter().any(|line| line.starts_with(beginning)))?;
        let found = self.lines.iter().position(|line| line.starts_with(beginning));
        let at = found.ok_or("a line that was there has gone")?;
        Ok(self.lines.drain(..=at).next_back().unwrap_or_default())
    }

    /// One of our calls tells this; it and what was told before it are taken away.
    pub fn told(&mut self, what: &str, is: impl Fn(&Indication) -> bool) -> Result<(CallId, Indication), Failure> {
        self.until(what, |ends| ends.calls.iter().any(|(_, told)| is(told)))?;
        let at = self.calls.iter().position(|(_, told)| is(told)).ok_or("what was told has gone")?;
        Ok(self.calls.drain(..=at).next_back().expect("the range holds the one that was found"))
    }

    /// No call is left at our end, and libpri's has told nothing that was not expected.
    pub fn over(&mut self) -> Result<(), Failure> {
        self.until("no call at our end", |ends| ends.interface.calls().next().is_none())?;
        self.interface.invariant()?;
        match self.lines.iter().find(|line| line.starts_with("error") || line.starts_with("refused")) {
            Some(line) => Err(line.clone()),
            None => Ok(()),
        }
    }

    /// Both ends go on until `look` is content, at most [`PATIENCE`].
    pub fn until(&mut self, what: &str, mut look: impl FnMut(&Ends) -> bool) -> Result<(), Failure> {
        let deadline = Instant::now() + PATIENCE;
        while !look(self) {
            if Instant::now() >= deadline {
                return Err(format!("waited for {what}; libpri: {:?}; we: {:?}", self.lines, self.calls));
            }
            self.step(Instant::now());
            thread::sleep(STEP);
        }
        Ok(())
    }

    fn step(&mut self, now: Instant) {
        while let Some(line) = self.far.told() {
            self.lines.push(line);
        }
        for id in (0..self.d_channels.len() as u8).map(DChannelId) {
            self.hear_line(now, id);
            self.d_channels[usize::from(id.0)].link.handle_timeout(now);
        }
        self.interface.handle_timeout(now);
        self.settle(now);
    }

    fn hear_line(&mut self, now: Instant, id: DChannelId) {
        let mut octets = [0; FRAME_OCTETS_MAX];
        loop {
            let DChannel { link, line, is_cut } = &mut self.d_channels[usize::from(id.0)];
            match line.recv(&mut octets) {
                Ok(_) if *is_cut => {}
                Ok(count) => link.handle_frame(now, &octets[..count.saturating_sub(CHECK_SEQUENCE.len())]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("their end of the line is gone: {error}"),
            }
            self.settle(now);
        }
    }

    fn settle(&mut self, now: Instant) {
        loop {
            let mut moved = false;
            for id in (0..self.d_channels.len() as u8).map(DChannelId) {
                while let Some(output) = self.d_channels[usize::from(id.0)].link.poll_output() {
                    moved = true;
                    self.heard_link(now, id, output);
                }
            }
            while let Some(output) = self.interface.poll_output() {
                moved = true;
                match output {
                    Output::DataLink(id, command) => {
                        self.d_channels[usize::from(id.0)].link.handle_command(now, command);
                    }
                    Output::Call(call, indication) => self.calls.push((call, indication)),
                    Output::Channel(channel, indication) => self.channels.push((channel, indication)),
                    Output::Alarm(alarm) => self.alarms.push(alarm),
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn heard_link(&mut self, now: Instant, id: DChannelId, output: lapd::Output) {
        let DChannel { line, is_cut, .. } = &self.d_channels[usize::from(id.0)];
        let event = match output {
            lapd::Output::Frame(_) if *is_cut => return,
            lapd::Output::Frame(frame) => {
                line.send(&[&frame[..], &CHECK_SEQUENCE].concat()).expect("the line has room");
                return;
            }
            lapd::Output::Established(_) => DataLink::Established,
            lapd::Output::Released(_) => DataLink::Released,
            lapd::Output::Data(octets) => DataLink::Data(octets),
            // The interface has no use for these.
            lapd::Output::UnitData(_) | lapd::Output::Error(_) => return,
        };
        self.interface.handle_data_link(now, id, event);
    }
}

/// The channel that our calls are on, as index: timeslot 3. Libpri's are on timeslot 5.
pub const CHANNEL: u32 = 2;
/// Our number.
pub const CALLING: &str = "0307654321";
/// libpri reads and writes frames with room for the check sequence, which no one looks at here.
const CHECK_SEQUENCE: [u8; 2] = [0; 2];
/// Longer than any frame with an information field of N201 octets.
const FRAME_OCTETS_MAX: usize = 512;
/// Short, so that the loss of a D-channel is soon seen.
const T200: Duration = Duration::from_millis(300);
const T203: Duration = Duration::from_millis(700);
/// How often both ends are looked at.
const STEP: Duration = Duration::from_millis(1);
/// How long anything may take on a machine that stalls.
const PATIENCE: Duration = Duration::from_secs(8);
