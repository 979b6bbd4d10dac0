//! Messages against states of one circuit and of a group, without a link.

use super::super::circuits::Circuits;
use super::super::order::TIMELINE_ENTRIES_MAX;
use super::super::script::Say;
use super::super::spec::ExchangeSpec;
use super::*;
use isup::codec::ParameterCode;

/// Circuits 1 to 4; this exchange has the higher point code, so it prevails on 2 and 4.
struct Bench {
    circuits: Circuits,
    now_ms: u64,
    effects: Effects,
}

impl Bench {
    fn new() -> Self {
        Bench {
            circuits: Circuits::new(&ExchangeSpec::prevailing_on_even([1, 2, 3, 4])),
            now_ms: 0,
            effects: Effects::default(),
        }
    }

    /// A message arrives; what is answered, by CIC and acronym.
    fn hear(&mut self, cic: u16, message: Message) -> (Option<bool>, Vec<String>) {
        let taken = self.circuits.receive(self.now_ms, cic, &message, &mut self.effects);
        (taken, self.said())
    }

    /// Time passes; what is said in it.
    fn wait(&mut self, ms: u64) -> Vec<String> {
        for _ in 0..ms {
            self.now_ms += 1;
            self.circuits.tick(self.now_ms, &mut self.effects);
        }
        self.said()
    }

    fn order(&mut self, cic: u16, called: &str) {
        let circuit = self.circuits.find(cic).expect("a circuit of the bench");
        circuit.seize(self.now_ms, OrderId(1), CallOrder::conversation(called, "", 100), &mut self.effects);
        assert_eq!(self.said(), [format!("{cic} IAM")]);
    }

    fn said(&mut self) -> Vec<String> {
        let label = |(cic, message): (u16, Message)| format!("{cic} {}", super::super::message::label(&message));
        self.effects.transmit.drain(..).map(label).collect()
    }
}

fn plain(kind: MessageType) -> Message {
    Message::new(kind)
}

fn iam(called: &str) -> Message {
    message::initial_address(&CallOrder::conversation(called, "", 0))
}

const NOTHING: Vec<String> = Vec::new();

/// Q.764 2.3: REL on an idle circuit is answered all the same.
#[test]
fn rel_is_always_answered_by_rlc_and_out_of_place_it_is_unexpected() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear(1, message::release(16)), (Some(false), vec!["1 RLC".into()]));
    bench.hear(1, iam("600"));
    assert_eq!(bench.hear(1, message::release(16)), (Some(true), vec!["1 RLC".into()]));
}

#[test]
fn when_both_release_at_once_each_answers_and_waits_for_the_others_answer() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear(1, iam("603")).1, ["1 REL 17"]);
    assert_eq!(bench.hear(1, message::release(16)), (Some(true), vec!["1 RLC".into()]));
    assert_eq!(bench.circuits.counts().releasing, 1);
    assert_eq!(bench.hear(1, plain(MessageType::RLC)), (Some(true), NOTHING));
    assert_eq!(bench.circuits.counts().idle, 4);
}

#[test]
fn messages_out_of_place_are_unexpected_and_change_nothing() {
    let mut bench = Bench::new();
    for kind in
        [MessageType::ACM, MessageType::ANM, MessageType::RLC, MessageType::BLA, MessageType::UBA, MessageType::CFN]
    {
        assert_eq!(bench.hear(2, plain(kind)), (Some(false), NOTHING), "{kind} on an idle circuit");
    }
    bench.hear(2, iam("600"));
    for kind in [MessageType::ACM, MessageType::ANM, MessageType::RLC, MessageType::IAM] {
        assert_eq!(bench.hear(2, plain(kind)), (Some(false), NOTHING), "{kind} on an incoming call");
    }
    assert_eq!(bench.circuits.counts().busy, 1);
    assert_eq!(bench.hear(9, iam("600")), (None, NOTHING), "no circuit 9");
}

#[test]
fn a_call_that_hears_nothing_is_released_after_t7_with_cause_31() {
    let mut bench = Bench::new();
    bench.order(2, "600");
    assert_eq!(bench.wait(25_000), ["2 REL 31"]);
    bench.hear(2, plain(MessageType::RLC));
    let (_, outcome) = bench.effects.outcomes.pop().expect("the call has ended");
    assert_eq!((outcome.cause, outcome.released_by), (Some(31), ReleasedBy::FarExchange));
}

#[test]
fn a_call_that_rings_unanswered_is_released_after_t9_with_cause_19() {
    let mut bench = Bench::new();
    bench.order(2, "604");
    bench.wait(1_000);
    bench.hear(2, message::backward(Say::SubscriberFree));
    assert_eq!(bench.wait(119_999), NOTHING);
    assert_eq!(bench.wait(1), ["2 REL 19"]);
}

#[test]
fn rel_is_repeated_every_t1_until_t5_then_rsc() {
    let mut bench = Bench::new();
    bench.order(2, "600");
    bench.hear(2, message::backward(Say::Answer));
    assert_eq!(bench.wait(101), ["2 REL 16"]);
    assert_eq!(bench.circuits.stuck(), 0);
    assert_eq!(bench.wait(299_999), vec!["2 REL 16"; 19]);
    assert_eq!((bench.wait(1), bench.circuits.stuck()), (vec!["2 RSC".to_owned()], 0));
    assert_eq!((bench.wait(15_000), bench.circuits.stuck()), (vec!["2 RSC".to_owned()], 1));
    assert_eq!(bench.hear(2, plain(MessageType::RLC)), (Some(true), NOTHING));
    let (_, outcome) = bench.effects.outcomes.pop().expect("the call has ended");
    assert_eq!((outcome.released_by, outcome.cause), (ReleasedBy::FarExchange, Some(16)));
    assert_eq!(bench.circuits.counts().idle, 4);
}

#[test]
fn a_seizure_of_a_blocked_circuit_is_refused_by_saying_the_blocking_again() {
    let mut bench = Bench::new();
    let Bench { circuits, effects, .. } = &mut bench;
    circuits.find(3).expect("a circuit of the bench").block(0, effects);
    assert_eq!(bench.said(), ["3 BLO"]);
    assert_eq!(bench.hear(3, plain(MessageType::BLA)), (Some(true), NOTHING));
    assert_eq!(bench.hear(3, iam("600")), (Some(false), vec!["3 BLO".into()]));
}

#[test]
fn a_seizure_by_the_end_that_blocked_lifts_the_blocking() {
    let mut bench = Bench::new();
    assert_eq!(bench.hear(3, plain(MessageType::BLO)), (Some(true), vec!["3 BLA".into()]));
    assert_eq!(bench.hear(3, iam("600")).0, Some(false));
    assert_eq!((bench.circuits.counts().blocked_there, bench.circuits.counts().busy), (0, 1));
}

#[test]
fn blo_and_ubl_are_repeated_until_they_are_answered() {
    let mut bench = Bench::new();
    let Bench { circuits, effects, .. } = &mut bench;
    circuits.find(3).expect("a circuit of the bench").block(0, effects);
    assert_eq!(bench.wait(30_000), ["3 BLO", "3 BLO", "3 BLO"]);
    bench.hear(3, plain(MessageType::BLA));
    assert_eq!(bench.wait(30_000), NOTHING);
}

#[test]
fn a_seizure_of_our_own_circuit_waits_for_its_answer_and_of_theirs_gives_way() {
    let mut bench = Bench::new();
    bench.order(2, "600");
    assert_eq!(bench.hear(2, iam("600")), (Some(true), NOTHING));
    bench.order(3, "600");
    assert_eq!(bench.hear(3, iam("603")), (Some(true), vec!["3 REL 17".into()]));
    assert_eq!(bench.effects.retries.len(), 1);
    assert_eq!(bench.effects.calls.dual_seizures, 2);
}

#[test]
fn group_reset_is_repeated_after_t22_and_its_acknowledgement_brings_the_blockings() {
    let mut bench = Bench::new();
    let Bench { circuits, effects, .. } = &mut bench;
    circuits.reset_all(0, effects);
    assert_eq!(bench.said(), ["1 GRS"]);
    assert_eq!(bench.wait(15_000), ["1 GRS"]);
    assert_eq!((bench.circuits.counts().resetting, bench.circuits.stuck()), (4, 4));
    let answer = |range| message::group_reset_acknowledgement(range, [false, true].into_iter());
    assert_eq!(bench.hear(1, answer(2)), (Some(false), NOTHING), "another range");
    assert_eq!(bench.hear(1, answer(3)), (Some(true), NOTHING));
    let counts = bench.circuits.counts();
    assert_eq!((counts.idle, counts.blocked_there, bench.circuits.stuck()), (4, 1, 0));
}

#[test]
fn group_reset_by_the_other_end_ends_calls_and_tells_our_blockings() {
    let mut bench = Bench::new();
    let Bench { circuits, effects, .. } = &mut bench;
    circuits.find(2).expect("a circuit of the bench").block(0, effects);
    bench.said();
    bench.hear(1, iam("600"));
    bench.said();
    bench.circuits.receive(0, 1, &message::group_reset(3), &mut bench.effects);
    let (cic, answer) = bench.effects.transmit.pop().expect("GRA");
    assert_eq!((cic, answer.octets(ParameterCode::RANGE_AND_STATUS)), (1, Some(&[3, 0b0010][..])));
    assert_eq!(bench.circuits.counts().idle, 4);
    for range in [0, 32, 255] {
        assert_eq!(bench.hear(1, message::group_reset(range)), (None, NOTHING), "range {range}");
    }
}

/// CGB of a libss7 end for circuits 8 to 15, and the CGBA of another.
#[test]
fn group_blocking_is_answered_with_the_same_circuits() {
    let mut bench =
        Bench { circuits: Circuits::new(&ExchangeSpec::prevailing_on_even([8, 9, 10, 15])), ..Bench::new() };
    let order = Message::decode(&[0x18, 0x00, 0x01, 0x02, 0x07, 0xff]).expect("a foreign CGB");
    assert_eq!(bench.circuits.receive(0, 8, &order, &mut bench.effects), Some(true));
    let mut octets = Vec::new();
    bench.effects.transmit[0].1.encode(&mut octets).expect("complete");
    assert_eq!(octets, [0x1a, 0x00, 0x01, 0x02, 0x07, 0xff]);
    assert_eq!(bench.circuits.counts().blocked_there, 4);
}

#[test]
fn a_timeline_is_bounded() {
    let mut bench = Bench::new();
    bench.order(2, "600");
    for _ in 0..2 * TIMELINE_ENTRIES_MAX {
        bench.hear(2, plain(MessageType::CPG));
    }
    bench.hear(2, message::release(16));
    let (_, outcome) = bench.effects.outcomes.pop().expect("the call has ended");
    assert_eq!(outcome.timeline.len(), TIMELINE_ENTRIES_MAX);
}
