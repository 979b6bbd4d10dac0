//! A far end of PRI whose layer 3 is the test: it says what the test has written by hand, and remembers what it hears.

use hw_sim::far_end::{Handle, LinkStatus};
use isup::q931::codec::{CallReference, ElementCode, Facility, Flag, Message, MessageType};
use isup::q931::rose::{Component, FacilityInformation};
use spangate::lab::world::World;

/// The far exchange behind a trunk, which says nothing by itself any more but on its data link.
#[derive(Debug)]
pub struct Script {
    far: Handle,
    heard: Vec<Message>,
}

/// Elements by their octets in hex, where blanks do not count.
pub type Elements<'a> = &'a [(ElementCode, &'a str)];

impl Script {
    /// Takes over, once the trunk is in service and its channels are restarted.
    ///
    /// # Panics
    /// When the far end has too many requests to do.
    pub fn behind(world: &mut World, trunk: &str) -> Script {
        let far = world.behind(trunk);
        world.wait_until("the far end's data link", |_| far.status().link == LinkStatus::InService);
        world.run(500);
        assert!(far.ignore_messages(true));
        world.run(10);
        far.heard();
        Script { far, heard: Vec::new() }
    }

    /// Says something.
    ///
    /// # Panics
    /// When the far end has too many requests to do.
    pub fn say(&self, reference: CallReference, kind: MessageType, elements: Elements<'_>) {
        let mut message = Message::new(reference, kind);
        elements.iter().for_each(|(code, hex)| message.add_octets(*code, &octets(hex)));
        assert!(self.far.say(None, message));
    }

    /// SETUP of a call from here on timeslot 5; its call reference.
    pub fn call(&self, called: &str, elements: Elements<'_>) -> CallReference {
        self.call_on(5, called, elements)
    }

    /// The same on another timeslot.
    pub fn call_on(&self, timeslot: u8, called: &str, elements: Elements<'_>) -> CallReference {
        let reference = CallReference::primary(u16::from(timeslot), Flag::FromOrigin);
        let channel = format!("a983{:02x}", 0x80 | timeslot);
        let digits: String = called.bytes().map(|digit| format!("{digit:02x}")).collect();
        let called = format!("81{digits}");
        let own = [
            (ElementCode::SENDING_COMPLETE, ""),
            (ElementCode::BEARER_CAPABILITY, "9090a3"),
            (ElementCode::CHANNEL_IDENTIFICATION, channel.as_str()),
            (ElementCode::CALLED_PARTY_NUMBER, called.as_str()),
        ];
        self.say(reference, MessageType::SETUP, &[&own[..], elements].concat());
        reference
    }

    /// The next message of this kind, which has come or comes soon; it and those before it are forgotten.
    ///
    /// # Panics
    /// When none comes.
    #[track_caller]
    pub fn hears(&mut self, world: &mut World, kind: MessageType) -> Message {
        for _ in 0..WAIT_MS {
            self.heard.extend(self.far.heard());
            if let Some(at) = self.heard.iter().position(|message| message.kind == kind) {
                return self.heard.drain(..=at).next_back().expect("the range holds the one that was found");
            }
            world.run(1);
        }
        panic!("no {kind}, but {:?}", self.heard.iter().map(|message| message.kind.to_string()).collect::<Vec<_>>());
    }

    /// How often a message of this kind has come that nobody has asked for yet.
    pub fn count(&mut self, kind: MessageType) -> usize {
        self.heard.extend(self.far.heard());
        self.heard.iter().filter(|message| message.kind == kind).count()
    }
}

/// The components of a message's facility elements.
///
/// # Panics
/// When one is none.
pub fn components(message: &Message) -> Vec<Component> {
    let facilities = message.all::<Facility>().flatten();
    let decoded = facilities.map(|each| FacilityInformation::decode(&each).expect("what the gateway writes"));
    decoded.flat_map(|information| information.components).collect()
}

/// The octets of a text in hex.
///
/// # Panics
/// When it is none.
pub fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hex");
    digits.chunks(2).map(octet).collect()
}

/// How long a message may take in virtual time.
const WAIT_MS: u64 = 5_000;
