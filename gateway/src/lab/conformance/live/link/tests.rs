//! Both ends of a link on one simulated cable, in virtual time.

use std::time::Duration;

use super::super::tests::model;
use super::*;
use crate::lab::embedded;
use config::model::{Driver, LinkMode, Ss7};
use hw_sim::{Clock, SimKernel};
use isup::acceptance::{Record, q781};

struct Bench {
    kernel: SimKernel,
    now: Instant,
    ends: [LiveLink; 2],
}

fn ss7(model: &mut Model) -> &mut Ss7 {
    model.ss7.as_mut().expect("both ends have a link")
}

/// The link that is tested and its tester, on timeslots that the driver treats so.
fn bench(mode: LinkMode) -> Bench {
    let [tested, tester] = [model("1-1-1", "1-1-2", "a"), model("1-1-2", "1-1-1", "b")].map(|mut model| {
        ss7(&mut model).links[0].mode = mode;
        model
    });
    let Driver::Sim(sim) = &tested.driver else { panic!("it is simulated") };
    let mut whole = tested.clone();
    ss7(&mut whole).links.extend(tester.links().iter().cloned());
    let kernel = SimKernel::new(embedded::build(&whole, sim).0);
    let now = Instant::now();
    let ends = [
        LiveLink::on(&kernel, tested, "a", Role::Iut, now).expect("its link is free"),
        LiveLink::on(&kernel, tester, "b", Role::Tester, now).expect("its link is free"),
    ];
    Bench { kernel, now, ends }
}

impl Bench {
    /// Each end performs its part of a case; the verdicts of the tested end and the tester's, and what happened there.
    fn perform(&mut self, cases: [&Case; 2]) -> [(Verdict, Vec<String>); 2] {
        for (end, case) in self.ends.iter_mut().zip(cases) {
            end.performer.begin(self.now, &case.run(self.now).0);
        }
        let mut verdicts: [Option<Verdict>; 2] = [None, None];
        while verdicts.iter().any(Option::is_none) {
            self.now += Duration::from_millis(1);
            self.kernel.advance(1);
            for (end, verdict) in self.ends.iter_mut().zip(&mut verdicts) {
                let came = end.step(self.now);
                *verdict = verdict.take().or(came);
            }
        }
        let shown = |end: &LiveLink| {
            end.performer.sequence().iter().map(|line| format!("{:>7} {}", line.at_ms, line.text)).collect()
        };
        let [tested, tester] = verdicts.map(|verdict| verdict.expect("both are over"));
        [(tested, shown(&self.ends[0])), (tester, shown(&self.ends[1]))]
    }
}

/// Every second case that such a line allows and `besides` does not; how many there were.
fn perform_every_second(mode: LinkMode, from: usize, besides: Option<LinkMode>) -> usize {
    let (mut bench, besides) = (bench(mode), besides.map(self::bench));
    let obstacle = |bench: &Bench, record: &Record| bench.ends[0].performer.obstacle(record);
    let (mut performed, mut failed) = (0, Vec::new());
    for case in q781::cases().into_iter().skip(from).step_by(2) {
        let (record, verdict) = case.run(bench.now);
        let is_seen = besides.as_ref().is_some_and(|besides| obstacle(besides, &record).is_none());
        if verdict != Verdict::Passed || is_seen || obstacle(&bench, &record).is_some() {
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
fn every_case_of_q781_passes_at_both_ends_where_the_driver_repeats_units_the_first_half() {
    assert_eq!(perform_every_second(LinkMode::Mtp2, 0, None), 37);
}

#[test]
fn every_case_of_q781_passes_at_both_ends_where_the_driver_repeats_units_the_second_half() {
    assert_eq!(perform_every_second(LinkMode::Mtp2, 1, None), 39);
}

#[test]
fn what_such_a_driver_hides_passes_at_both_ends_where_we_make_the_bits() {
    let performed = [0, 1].map(|from| perform_every_second(LinkMode::Raw, from, Some(LinkMode::Mtp2)));
    assert_eq!(performed.iter().sum::<usize>(), 10);
}

#[test]
fn ends_that_perform_different_cases_depart_with_a_sentence_and_the_next_case_passes() {
    let mut bench = bench(LinkMode::Hdlc);
    let case = |number: &str| q781::cases().into_iter().find(|case| case.number == number).expect("it is in the table");
    let [_, (tester, _)] = bench.perform([&case("1.5(a)"), &case("1.19")]);
    let Verdict::Failed { departure, .. } = tester else { panic!("{tester:?}") };
    assert_eq!(departure.to_string(), "expected SIE, found SIN");
    assert_eq!(bench.perform([&case("1.19"); 2]).map(|(verdict, _)| verdict), [const { Verdict::Passed }; 2]);
}

#[test]
fn a_span_without_a_link_and_a_link_that_another_has_are_refused_with_a_sentence() {
    let ours = || model("1-1-1", "1-1-2", "a");
    let Driver::Sim(sim) = &ours().driver else { panic!("it is simulated") };
    let kernel = SimKernel::new(embedded::build(&ours(), sim).0);
    let open = |span: &str| LiveLink::on(&kernel, ours(), span, Role::Tester, Instant::now());
    let refused = |span: &str| open(span).err().expect("it cannot be").to_string();
    assert_eq!(refused("b"), "no signalling link on a span named \"b\"");
    let _holder = open("a").expect("it is free");
    assert!(refused("a").contains("timeslot 16 of span \"a\"") && refused("a").contains("EBUSY"), "{}", refused("a"));
}

#[test]
fn two_ends_that_run_by_themselves_pass_in_real_time_and_tell_each_line() {
    let [tested, tester] = [model("1-1-1", "1-1-2", "a"), model("1-1-2", "1-1-1", "b")];
    let Driver::Sim(sim) = &tested.driver else { panic!("it is simulated") };
    let mut whole = tested.clone();
    ss7(&mut whole).links.extend(tester.links().iter().cloned());
    let kernel = SimKernel::new(embedded::build(&whole, sim).0);
    let _clock = Clock::start(&kernel).expect("a thread");
    let case = q781::cases().into_iter().find(|case| case.number == "1.21").expect("it is in the table");
    let end = |model: Model, span: &'static str, role| {
        let kernel = kernel.clone();
        thread::spawn(move || {
            let ground = Ground::new(&kernel, &model).expect("the span is as configured");
            let mut standing =
                ground.stand(|| LiveLink::on(&kernel, model, span, role, Instant::now())).expect("its link is free");
            let mut out = Vec::new();
            let performed = standing.end.perform(case, &mut out).expect("memory");
            (performed.verdict, String::from_utf8(out).expect("text"))
        })
    };
    let ends = [end(tested, "a", Role::Iut), end(tester, "b", Role::Tester)];
    let [(tested, _), (tester, text)] = ends.map(|end| end.join().expect("it ends"));
    assert_eq!([tested, tester], [const { Verdict::Passed }; 2], "{text}");
    assert!(text.contains("ask: Start (at the exchange that is tested)") && text.contains("-> SIE"), "{text}");
}
