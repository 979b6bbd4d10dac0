//! Calls both ways at once, by stories that each end plays by its own rules.
//!
//! Outgoing calls take the circuits that we control, incoming ones the others, so that no seizure is dual.

use super::near::CICS;
use super::rig::{Event, Rig};
use isup::cause::{Cause, Location};
use isup::codec::{
    BackwardCallIndicators, BearerCapability, CalledPartyNumber, CallingPartyNumber, CauseIndicators, Layer1Protocol,
    Message, MessageType, NatureOfAddress, ParameterCode, Presentation, Screening, SuspendResumeIndicators,
    TransferCapability, UserServiceInformation,
};
use isup::exchange::{Indication, Request};
use std::collections::BTreeMap;

/// How a call goes.
#[derive(Clone, Copy, Debug)]
enum Story {
    /// ACM, ANM, released by the caller.
    CallerReleases,
    /// ACM, ANM, released by the called.
    CalledReleases,
    /// ACM, CPG, ANM, suspended and resumed, released by the caller.
    Rings,
    /// CON, released by the caller.
    Connects,
    /// REL with cause 17.
    Busy,
    /// ACM, and the caller releases.
    Abandoned,
}

/// All of them; CON comes last, since ANSI has none.
const STORIES: [Story; 6] =
    [Story::CallerReleases, Story::CalledReleases, Story::Rings, Story::Busy, Story::Abandoned, Story::Connects];

/// A call on a circuit and what has been told of it so far.
#[derive(Debug)]
struct Call {
    outgoing: bool,
    story: Story,
    told: Vec<String>,
}

/// How many calls are still to be placed in one direction.
struct Queue {
    network: Network,
    outgoing: bool,
    left: u32,
}

#[test]
fn calls_of_every_story_both_ways_leave_no_circuit_and_no_record_behind() {
    leave_nothing_behind(Rig::ready(), Network { stories: &STORIES, setup: setup("4930600", "4420700") });
}

#[test]
fn ansi_calls_of_every_story_both_ways_leave_no_circuit_and_no_record_behind() {
    let mut iam = setup("4930600", "4420700");
    iam.remove(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT);
    let speech = BearerCapability::circuit(TransferCapability::SPEECH, Some(Layer1Protocol::G711_MU_LAW));
    iam.set(&UserServiceInformation(speech));
    leave_nothing_behind(Rig::ready_ansi(), Network { stories: &STORIES[..5], setup: iam });
}

/// What calls of a network consist of.
#[derive(Clone)]
struct Network {
    stories: &'static [Story],
    setup: Message,
}

fn leave_nothing_behind(mut rig: Rig, network: Network) {
    // What libss7 allocates once, and keeps, is allocated by then.
    play(&mut rig, &network, 30);
    let (records, before) = rig.records();
    assert_eq!(records, 0, "libss7 holds no call");
    let count = each_way();
    play(&mut rig, &network, count);
    let (records, after) = rig.records();
    assert_eq!(records, 0, "libss7 holds no call");
    println!("{count} calls each way; libss7 had {before} octets allocated before them and {after} after");
    rig.near.assert_clean();
}

/// How many calls each way: 1,000, or what the environment says.
fn each_way() -> u32 {
    match std::env::var("LIBSS7_CALLS") {
        Ok(count) => count.parse().expect("LIBSS7_CALLS is a number of calls each way"),
        Err(_) => 1_000,
    }
}

fn play(rig: &mut Rig, network: &Network, count: u32) {
    let mut calls: BTreeMap<u16, Call> = BTreeMap::new();
    let mut queues = [true, false].map(|outgoing| Queue { network: network.clone(), outgoing, left: count });
    rig.until("every call to end", |rig, event| {
        if let Some(event) = event {
            let cic = circuit_of(&event);
            let call = calls.get_mut(&cic).unwrap_or_else(|| panic!("{event:?} without a call"));
            react(rig, cic, call, event);
            if call.has_ended() {
                call.assert_as_expected(cic);
                calls.remove(&cic);
            }
        }
        for queue in &mut queues {
            queue.place(rig, &mut calls);
        }
        calls.is_empty() && queues.iter().all(|queue| queue.left == 0)
    });
}

impl Queue {
    /// Places a call on each circuit of this direction that has none.
    fn place(&mut self, rig: &mut Rig, calls: &mut BTreeMap<u16, Call>) {
        let free: Vec<u16> =
            CICS.into_iter().filter(|cic| (cic % 2 == 1) == self.outgoing && !calls.contains_key(cic)).collect();
        for cic in free.into_iter().take(self.left as usize) {
            self.left -= 1;
            let story = self.network.stories[self.left as usize % self.network.stories.len()];
            calls.insert(cic, Call { outgoing: self.outgoing, story, told: Vec::new() });
            if self.outgoing {
                rig.request(cic, Request::Setup(self.network.setup.clone()));
            } else {
                rig.order(&format!("iam {cic} 4420700 4930600"));
            }
        }
    }
}

impl Call {
    /// Both ends have told that the circuit is free.
    fn has_ended(&self) -> bool {
        let told = |prefix: &str| self.told.iter().any(|line| line.starts_with(prefix));
        told("Released") && (told("far REL") || told("far RLC"))
    }

    /// Each end told what it should, in this order; which of two ends tells first is a matter of scheduling.
    fn assert_as_expected(&self, cic: u16) {
        for is_far in [false, true] {
            let of = |line: &&str| line.starts_with("far ") == is_far;
            let told: Vec<&str> = self.told.iter().map(|line| &**line).filter(of).collect();
            let expected: Vec<&str> = expected(self.outgoing, self.story).iter().copied().filter(of).collect();
            assert_eq!(told, expected, "circuit {cic}: {self:?}");
        }
    }
}

/// Plays both ends' part.
fn react(rig: &mut Rig, cic: u16, call: &mut Call, event: Event) {
    let told = line(&event);
    call.told.push(told.clone());
    let words = if told.starts_with("far ") { 2 } else { 1 };
    let what = told.split(' ').take(words).collect::<Vec<_>>().join(" ");
    match (&*what, call.story) {
        ("far IAM", Story::Busy) => rig.order(&format!("rel {cic} 17")),
        ("far IAM", Story::Connects) => rig.order(&format!("con {cic}")),
        ("far IAM", Story::Abandoned) => rig.order(&format!("acm {cic}")),
        ("far IAM", Story::Rings) => rig.order(&format!("acm {cic}\ncpg {cic} 1\nanm {cic}\nsus {cic}\nres {cic}")),
        ("far IAM", Story::CallerReleases | Story::CalledReleases) => rig.order(&format!("acm {cic}\nanm {cic}")),
        ("Answer", Story::CalledReleases) => rig.order(&format!("rel {cic} 16")),
        ("Answer" | "Connect", Story::CallerReleases | Story::Connects)
        | ("Resumed", Story::Rings)
        | ("AddressComplete", Story::Abandoned) => rig.request(cic, Request::Release(release(16))),

        ("Setup", Story::Busy) => rig.request(cic, Request::Release(release(17))),
        ("Setup", Story::Connects) => rig.request(cic, Request::Connect(backward(MessageType::CON))),
        ("Setup", _) => {
            rig.request(cic, Request::AddressComplete(backward(MessageType::ACM)));
            if matches!(call.story, Story::Rings) {
                rig.request(cic, Request::Progress(alerting()));
            }
            if !matches!(call.story, Story::Abandoned) {
                rig.request(cic, Request::Answer(Message::new(MessageType::ANM)));
            }
            if matches!(call.story, Story::Rings) {
                rig.request(cic, Request::Suspend(by_network(MessageType::SUS)));
                rig.request(cic, Request::Resume(by_network(MessageType::RES)));
            }
        }
        ("far ANM", Story::CalledReleases) => rig.request(cic, Request::Release(release(16))),
        ("far ANM" | "far CON", Story::CallerReleases | Story::Connects)
        | ("far RES", Story::Rings)
        | ("far ACM", Story::Abandoned) => rig.order(&format!("rel {cic} 16")),

        ("Release", _) => rig.request(cic, Request::ReleaseResponse),
        _ => {}
    }
}

/// What both ends tell of a call.
fn expected(outgoing: bool, story: Story) -> &'static [&'static str] {
    const IAM: &str = "far IAM 4930600 4420700";
    const SETUP: &str = "Setup 4420700 4930600";
    match (outgoing, story) {
        (true, Story::CallerReleases) => &[IAM, "AddressComplete", "Answer", "far REL 16", "Released"],
        (true, Story::CalledReleases) => &[IAM, "AddressComplete", "Answer", "Release 16", "Released", "far RLC"],
        (true, Story::Rings) => {
            &[IAM, "AddressComplete", "Progress", "Answer", "Suspended", "Resumed", "far REL 16", "Released"]
        }
        (true, Story::Connects) => &[IAM, "Connect", "far REL 16", "Released"],
        (true, Story::Busy) => &[IAM, "Release 17", "Released", "far RLC"],
        (true, Story::Abandoned) => &[IAM, "AddressComplete", "far REL 16", "Released"],
        (false, Story::CallerReleases) => &[SETUP, "far ACM", "far ANM", "Release 16", "Released", "far RLC"],
        (false, Story::CalledReleases) => &[SETUP, "far ACM", "far ANM", "far REL 16", "Released"],
        (false, Story::Rings) => {
            &[SETUP, "far ACM", "far CPG 1", "far ANM", "far SUS", "far RES", "Release 16", "Released", "far RLC"]
        }
        (false, Story::Connects) => &[SETUP, "far CON", "Release 16", "Released", "far RLC"],
        (false, Story::Busy) => &[SETUP, "far REL 17", "Released"],
        (false, Story::Abandoned) => &[SETUP, "far ACM", "Release 16", "Released", "far RLC"],
    }
}

fn circuit_of(event: &Event) -> u16 {
    let cic = match event {
        Event::Near(cic, _) => Some(*cic),
        Event::Far(line) => line.split(' ').nth(1).and_then(|word| word.parse().ok()),
        Event::Reachable(_) => None,
    };
    cic.unwrap_or_else(|| panic!("{event:?} is of no circuit"))
}

/// An event without its circuit.
fn line(event: &Event) -> String {
    match event {
        Event::Near(_, Indication::Setup(message)) => format!("Setup {}", numbers(message)),
        Event::Near(_, Indication::Release(message)) => {
            format!("Release {}", message.find::<CauseIndicators>().expect("it is mandatory").cause.0)
        }
        Event::Near(_, Indication::Lost(cause)) => format!("Lost {}", cause.0),
        Event::Near(_, indication) => format!("{indication:?}").split('(').next().unwrap_or_default().to_owned(),
        Event::Far(line) => {
            let words: Vec<&str> = line.split(' ').collect();
            let told: Vec<&str> = words.iter().enumerate().filter(|(place, _)| *place != 1).map(|(_, w)| *w).collect();
            format!("far {}", told.join(" "))
        }
        Event::Reachable(reachable) => format!("Reachable {reachable}"),
    }
}

fn numbers(message: &Message) -> String {
    let called = message.find::<CalledPartyNumber>().expect("it is mandatory").digits;
    let calling = message.find::<CallingPartyNumber>().expect("libss7 sends it").digits;
    format!("{} {calling}", called.to_string().trim_end_matches('F'))
}

/// IAM as a gateway would send it.
pub fn setup(called: &str, calling: &str) -> Message {
    let mut iam = Message::new(MessageType::IAM);
    for (code, octets) in [
        (ParameterCode::NATURE_OF_CONNECTION_INDICATORS, &[0x00][..]),
        (ParameterCode::FORWARD_CALL_INDICATORS, &[0x20, 0x01]),
        (ParameterCode::CALLING_PARTYS_CATEGORY, &[0x0a]),
        (ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT, &[0x03]),
    ] {
        iam.set_octets(code, octets);
    }
    iam.with(CalledPartyNumber {
        nature: NatureOfAddress::NATIONAL,
        digits: called.parse().expect("digits"),
        ..Default::default()
    })
    .with(CallingPartyNumber {
        nature: NatureOfAddress::NATIONAL,
        presentation: Presentation::ALLOWED,
        screening: Screening::NETWORK,
        digits: calling.parse().expect("digits"),
        ..Default::default()
    })
}

/// ACM or CON.
fn backward(kind: MessageType) -> Message {
    Message::new(kind).with(BackwardCallIndicators::default())
}

/// SUS or RES.
fn by_network(kind: MessageType) -> Message {
    Message::new(kind).with(SuspendResumeIndicators { network_initiated: true, ..Default::default() })
}

fn alerting() -> Message {
    let mut progress = Message::new(MessageType::CPG);
    progress.set_octets(ParameterCode::EVENT_INFORMATION, &[0x01]);
    progress
}

/// REL with this cause.
pub fn release(cause: u8) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(Location::USER, Cause(cause)))
}
