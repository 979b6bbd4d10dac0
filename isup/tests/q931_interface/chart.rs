//! A sequence chart: one interface on virtual time, messages of both ends in a short notation.
//!
//! `SETUP a1 ch3!` is a SETUP for our call reference 1 on channel 3 exclusive; `b1` is the far end's reference 1, `g` the
//! global one. Elements: `ch3` preferred, `ch2.3!` on interface 2, `any`; `cause16`, `state10`, `progress8`, `n123` digits,
//! `restart0`, `notify0`, `keypad1` digits, `status2` (change status of a channel), `class6` and `?` elements as in [`element`].

use std::time::{Duration, Instant};

use isup::cause::{Cause, Location};
use isup::lapd::Command;
use isup::q931::codec::*;
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;
use isup::q931::timer::Timers;

pub const SIDES: [Side; 2] = [Side::User, Side::Network];

pub struct Chart {
    pub interface: Interface,
    pub side: Side,
    pub now: Instant,
}

/// Four channels of one span.
pub fn config(side: Side, switch: SwitchType) -> InterfaceConfig {
    let timers = match side {
        Side::User => Timers::USER,
        Side::Network => Timers::NETWORK,
    };
    let channels = (1..=4).map(|timeslot| ChannelSpec { interface: InterfaceNumber(0), timeslot }).collect();
    InterfaceConfig {
        side,
        switch,
        location: Location::PRIVATE_LOCAL,
        d_channels: vec![InterfaceNumber(0)],
        channels,
        timers,
        maintenance: None,
    }
}

impl Chart {
    pub fn with(config: InterfaceConfig) -> Self {
        let side = config.side;
        let mut chart = Self { interface: Interface::new(config), side, now: crate::epoch() };
        chart.drain();
        chart
    }

    /// An interface that is up, its channels restarted.
    pub fn up(side: Side) -> Self {
        Self::up_with(config(side, SwitchType::EuroIsdnE1))
    }

    pub fn up_with(config: InterfaceConfig) -> Self {
        let count = config.channels.len();
        let mut chart = Self::with(config);
        chart.link(DataLink::Established);
        for _ in 0..count {
            let said = chart.drain();
            let restart = said.iter().find(|line| line.starts_with("RESTART")).expect("one by one").clone();
            chart.hears(&restart.replace("RESTART", "RESTART_ACKNOWLEDGE"));
        }
        chart.drain();
        chart
    }

    pub fn link(&mut self, event: DataLink) -> &mut Self {
        self.link_of(DChannelId(0), event)
    }

    pub fn link_of(&mut self, d_channel: DChannelId, event: DataLink) -> &mut Self {
        self.interface.handle_data_link(self.now, d_channel, event);
        self
    }

    pub fn hears(&mut self, line: &str) -> &mut Self {
        self.hears_on(DChannelId(0), line)
    }

    pub fn hears_on(&mut self, d_channel: DChannelId, line: &str) -> &mut Self {
        let mut octets = Vec::new();
        message(line, false).encode(&mut octets).expect("a chart's message fits");
        self.link_of(d_channel, DataLink::Data(octets))
    }

    pub fn hears_octets(&mut self, octets: &[u8]) -> &mut Self {
        self.link(DataLink::Data(octets.to_vec()))
    }

    /// We begin a call.
    pub fn calls(&mut self, choice: ChannelChoice) -> Result<CallId, Refusal> {
        self.interface.handle_setup(self.now, choice, message("SETUP a0 bearer n100", true))
    }

    pub fn asks(&mut self, call: u32, request: Request) -> &mut Self {
        self.interface.handle_request(self.now, CallId(call), request);
        self
    }

    pub fn maintains(&mut self, maintenance: Maintenance) -> &mut Self {
        self.interface.handle_maintenance(self.now, maintenance);
        self
    }

    pub fn after(&mut self, time: Duration) -> &mut Self {
        let end = self.now + time;
        while let Some(deadline) = self.interface.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.interface.handle_timeout(deadline);
        }
        self.now = end;
        self
    }

    pub fn after_s(&mut self, seconds: u64) -> &mut Self {
        self.after(Duration::from_secs(seconds))
    }

    /// Exactly this has been put out since.
    #[track_caller]
    pub fn says(&mut self, expected: &[&str]) -> &mut Self {
        assert_eq!(self.drain(), expected);
        self
    }

    #[track_caller]
    pub fn is_in(&mut self, state: u8) -> &mut Self {
        let calls: Vec<_> = self.interface.calls().map(|(_, view)| view.state.0).collect();
        assert_eq!(calls, [state]);
        self
    }

    pub fn drain(&mut self) -> Vec<String> {
        assert_eq!(self.interface.invariant(), Ok(()));
        std::iter::from_fn(|| self.interface.poll_output()).map(|output| show(&output)).collect()
    }
}

/// A message for a request.
pub fn bare(elements: &str) -> Message {
    message(&format!("SETUP a0 {elements}"), true)
}

pub fn release(cause: u8) -> Request {
    Request::Release(bare(&format!("cause{cause}")))
}

/// A message of a line; `ours` says who sends it.
fn message(line: &str, ours: bool) -> Message {
    let mut words = line.split(' ');
    let kind = words.next().expect("a kind");
    let kind = kind.replace('_', " ");
    let kind = *MessageType::NAMED.iter().find(|each| each.name() == Some(&kind)).expect("a known kind");
    let reference = words.next().expect("a reference");
    // `a` is ours: what we send about it comes from its origin.
    let flag = if reference.starts_with('a') == ours { Flag::FromOrigin } else { Flag::ToOrigin };
    let reference = match reference {
        "ga" => CallReference::primary(0, if ours { Flag::FromOrigin } else { Flag::ToOrigin }),
        "gb" => CallReference::primary(0, if ours { Flag::ToOrigin } else { Flag::FromOrigin }),
        _ => CallReference::primary(reference[1..].parse().expect("a number"), flag),
    };
    let mut message = Message::new(reference, kind);
    words.filter(|word| !word.is_empty()).for_each(|word| element(&mut message, word));
    message
}

fn element(message: &mut Message, word: &str) {
    let split = word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len());
    let (name, value) = word.split_at(split);
    let number = || value.trim_end_matches('!').parse::<u8>().expect("a number");
    match name {
        "any" => message.add(&ChannelIdentification::any()),
        "ch" => {
            let exclusive = value.ends_with('!');
            let element = match value.trim_end_matches('!').split_once('.') {
                Some((interface, channel)) => {
                    ChannelIdentification::primary(channel.parse().expect("a channel"), exclusive)
                        .on_interface(interface.parse().expect("an interface"))
                }
                None => ChannelIdentification::primary(number(), exclusive),
            };
            message.add(&element);
        }
        "cause" => message.add(&CauseIndicators::new(Location::USER, Cause(number()))),
        "state" => message.add(&CallState::new(CallStateValue(number()))),
        "progress" => {
            message.add(&ProgressIndicator::new(Location::PUBLIC_LOCAL, ProgressDescription(number())));
        }
        "restart" => message.add(&RestartIndicator(number())),
        "notify" => message.add(&NotificationIndicator(number())),
        "keypad" => message.add(&KeypadFacility(value.to_owned())),
        "status" => message.add(&ChangeStatus { channel: true, status: NewStatus(number()) }),
        "bearer" => message.add_octets(ElementCode::BEARER_CAPABILITY, &[0x80, 0x90, 0xa3]),
        "complete" => message.add(&SendingComplete),
        "n" => message.add_octets(ElementCode::CALLED_PARTY_NUMBER, &[&[0x80], value.as_bytes()].concat()),
        other => panic!("no element {other}"),
    }
}

fn show(output: &Output) -> String {
    match output {
        Output::DataLink(DChannelId(0), Command::Data(octets)) => line(&Message::decode(octets).expect("ours"), true),
        Output::DataLink(d, Command::Data(octets)) => {
            format!("{}: {}", d.0, line(&Message::decode(octets).expect("ours"), true))
        }
        Output::DataLink(_, command) => format!("DL-{command:?}").to_uppercase(),
        Output::Call(call, indication) => format!("{}: {}", call.0, indication_line(indication)),
        Output::Channel(channel, indication) => format!("channel {}: {indication:?}", channel.0),
        Output::Alarm(alarm) => format!("{alarm:?}"),
    }
}

fn indication_line(indication: &Indication) -> String {
    match indication {
        Indication::Setup(channel, _) => format!("Setup on {}", channel.0),
        Indication::Channel(channel) => format!("Channel {}", channel.0),
        Indication::Lost(cause) => format!("Lost {}", cause.0),
        Indication::Released => "Released".to_owned(),
        other => {
            let words = format!("{other:?}");
            words.split('(').next().expect("a name").to_owned()
        }
    }
}

/// A message in the notation.
fn line(message: &Message, ours: bool) -> String {
    let kind = message.kind.to_string().replace(' ', "_");
    let from_origin = message.call_reference.flag() == Flag::FromOrigin;
    let letter = if from_origin == ours { 'a' } else { 'b' };
    let mut words = match message.call_reference.value() {
        0 => vec![kind, format!("g{letter}")],
        value => vec![kind, format!("{letter}{value}")],
    };
    if let Some(channel) = message.find::<ChannelIdentification>() {
        let interface = channel.interface.as_deref().map_or(String::new(), |id| format!("{}.", id[0]));
        let mark = if channel.exclusive { "!" } else { "" };
        words.push(channel.channel().map_or("any".to_owned(), |number| format!("ch{interface}{number}{mark}")));
    }
    words.extend(message.find::<CauseIndicators>().map(|cause| format!("cause{}", cause.cause.0)));
    words.extend(message.find::<CallState>().map(|state| format!("state{}", state.value.0)));
    words.extend(message.find::<RestartIndicator>().map(|restart| format!("restart{}", restart.0)));
    words.extend(message.find::<ChangeStatus>().map(|change| format!("status{}", change.status.0)));
    words.join(" ")
}
