//! Both ends on one simulated cable, in virtual time: our tester tests our exchange, over level 2 and level 3.

use super::*;
use crate::lab::embedded;
use hw_sim::SimKernel;
use isup::acceptance::q784;

/// One end of the cable between spans "a" and "b".
pub fn model(own: &str, other: &str, span: &str) -> Model {
    let text = format!(
        r#"driver = "sim"
[sip]
listen = ["udp:127.0.0.1:5060"]
[[sip.peer]]
name = "peer"
address = "sip:127.0.0.1:5070"
accept_from = ["127.0.0.0/8"]
[rtp]
address = "127.0.0.1"
[sim]
[[sim.cable]]
spans = ["a", "b"]
[[span]]
name = "a"
line = "e1"
[[span]]
name = "b"
line = "e1"
[ss7]
point_code = "{own}"
network = "national"
[[ss7.link]]
name = "link"
span = "{span}"
timeslot = 16
mode = "hdlc"
adjacent = "{other}"
[[trunk]]
name = "trunk"
destination = "{other}"
spans = [{{ span = "{span}", cic_base = 0 }}]
[[route]]
from = "sip"
called = "."
to = "trunk"
"#
    );
    config::parse("an end", &text).unwrap_or_else(|report| panic!("{report}"))
}

struct Bench {
    kernel: SimKernel,
    now: Instant,
    ends: [Live; 2],
}

/// The exchange that is tested and its tester.
fn bench() -> Bench {
    let now = Instant::now();
    let [tested, tester] = [model("1-1-1", "1-1-2", "a"), model("1-1-2", "1-1-1", "b")];
    let Driver::Sim(sim) = &tested.driver else { panic!("it is simulated") };
    let kernel = SimKernel::new(embedded::build(&tested, sim).0);
    let ends = [
        Live::on(&kernel, tested, "a", Role::Iut, now).expect("its link is free"),
        Live::on(&kernel, tester, "b", Role::Tester, now).expect("its link is free"),
    ];
    Bench { kernel, now, ends }
}

impl Bench {
    /// Each end performs its part of a case, which ought to be the same; the verdicts of the exchange's end and the tester's, and
    /// what happened there.
    fn perform(&mut self, cases: [&Case; 2]) -> [(Verdict, Vec<String>); 2] {
        let mut performers = [0, 1].map(|end| {
            let (record, verdict) = cases[end].run(self.now);
            assert_eq!(verdict, Verdict::Passed, "{} on virtual time", cases[end].number);
            self.ends[end].begin(self.now, &record)
        });
        let mut verdicts = [None, None];
        while verdicts.iter().any(Option::is_none) {
            self.now += Duration::from_millis(1);
            self.kernel.advance(1);
            for (end, performer) in performers.iter_mut().enumerate() {
                let verdict = self.ends[end].step(self.now, performer);
                verdicts[end] = verdicts[end].take().or(verdict);
            }
        }
        let mut performers = performers.into_iter();
        verdicts.map(|verdict| {
            let performer = performers.next().expect("two ends");
            let lines = performer.sequence().iter().map(|line| format!("{:>7} {}", line.at_ms, line.text)).collect();
            (verdict.expect("both are over"), lines)
        })
    }
}

/// Every second case that passes on virtual time and needs no word of MTP; how many there were.
fn perform_every_second(from: usize) -> usize {
    let mut bench = bench();
    let (mut performed, mut failed) = (0, Vec::new());
    for case in q784::cases().into_iter().skip(from).step_by(2) {
        let (record, verdict) = case.run(bench.now);
        if verdict != Verdict::Passed || Performer::obstacle(&record).is_some() {
            continue;
        }
        performed += 1;
        for (end, (verdict, lines)) in ["tested", "tester"].into_iter().zip(bench.perform([&case; 2])) {
            if verdict != Verdict::Passed {
                failed.push(format!("{} {}, {end}: {verdict:?}\n  {}", case.number, case.purpose, lines.join("\n  ")));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {performed} failed\n{}", failed.len(), failed.join("\n"));
    performed
}

#[test]
fn every_case_of_q784_that_needs_no_word_of_mtp_passes_at_both_ends_of_a_span_the_first_half() {
    assert_eq!(perform_every_second(0), 73);
}

#[test]
fn every_case_of_q784_that_needs_no_word_of_mtp_passes_at_both_ends_of_a_span_the_second_half() {
    assert_eq!(perform_every_second(1), 70);
}

#[test]
fn ends_that_perform_different_cases_depart_with_a_sentence_and_the_next_case_passes() {
    let mut bench = bench();
    let case = |number: &str| q784::cases().into_iter().find(|case| case.number == number).expect("it is in the table");
    let [(tested, _), (tester, _)] = bench.perform([&case("2.1.1"), &case("2.2.1b")]);
    let Verdict::Failed { departure, .. } = tested else { panic!("{tested:?}") };
    assert_eq!(departure.to_string(), "expected ACM on circuit 1, found IAM on circuit 1");
    let Verdict::Failed { departure, .. } = tester else { panic!("{tester:?}") };
    assert_eq!(departure.to_string(), "expected ACM on circuit 1, found IAM on circuit 1");
    assert_eq!(bench.perform([&case("2.1.1"); 2]).map(|(verdict, _)| verdict), [const { Verdict::Passed }; 2]);
}

#[test]
fn an_end_that_cannot_be_is_refused_with_a_sentence() {
    let refused = |model: Model, span: &str, role| {
        let Driver::Sim(sim) = &model.driver else { panic!("it is simulated") };
        let kernel = SimKernel::new(embedded::build(&model, sim).0);
        Live::on(&kernel, model, span, role, Instant::now()).err().expect("it cannot be").to_string()
    };
    let ours = || model("1-1-1", "1-1-2", "a");
    assert!(refused(ours(), "c", Role::Iut).contains("no ISUP trunk has 4 circuits on a span named \"c\""));
    assert!(refused(ours(), "a", Role::Tester).contains("must have the lower point code"));
    assert!(
        Live::open(ours(), "a", Role::Iut).err().expect("it is simulated").to_string().contains("driver = \"dahdi\"")
    );
    let Driver::Sim(sim) = &ours().driver else { panic!("it is simulated") };
    let kernel = SimKernel::new(embedded::build(&ours(), sim).0);
    let _holder = Live::on(&kernel, ours(), "a", Role::Iut, Instant::now()).expect("it is free");
    let held = Live::on(&kernel, ours(), "a", Role::Iut, Instant::now()).err().expect("it is held").to_string();
    assert!(held.contains("timeslot 16 of span \"a\"") && held.contains("EBUSY"), "{held}");
}
