//! What the driver has against what the configuration says: every difference is a sentence, and nothing is half-opened.

use config::Model;
use config::model::Setup;
use dahdi_sys::bring_up::{E1Coding, LinePlan, SpanPlan, TimeslotUse, bring_up};
use dahdi_sys::{Kernel, Law, Node, SignallingMode};
use hw_sim::{Line, Machine, SimKernel, SpanSpec};
use isup::mtp3::LinkId;
use spangate::control::input::SignallingLine;
use spangate::io::bring_up::bring_up_spans;
use spangate::io::gateway::links;
use spangate::io::place::Places;
use spangate::io::signalling::Lines;
use spangate::io::survey::survey;
use tests::{Plan, World};

fn e1(link: SignallingMode) -> SpanSpec {
    SpanSpec::clear("CARD/0/1", Line::E1, Law::A_LAW, 1, &[(16, link)])
}

fn kernel(spans: Vec<SpanSpec>) -> SimKernel {
    SimKernel::new(Machine::new(spans))
}

fn embedded(change: impl FnOnce(&mut Model)) -> Model {
    let mut model = config::parse("embedded", config::EMBEDDED).expect("it is sound");
    change(&mut model);
    model
}

fn said(spans: Vec<SpanSpec>, model: &Model) -> String {
    survey(&kernel(spans), model, &Places::of(model)).expect_err("it is not as configured").to_string()
}

#[test]
fn a_span_as_configured_passes_whatever_its_number() {
    let ours = || e1(SignallingMode::Mtp2);
    for (model, spans) in
        [(embedded(|_| {}), vec![ours()]), (embedded(|model| model.spans[0].number = 7), vec![ours().numbered(7)])]
    {
        survey(&kernel(spans), &model, &Places::of(&model)).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn an_absent_span_is_named_with_its_number() {
    let said = said(vec![e1(SignallingMode::Mtp2)], &embedded(|model| model.spans[0].number = 3));
    assert!(
        said.starts_with("span \"e1\" is DAHDI's span 3, which cannot be found") && said.contains("dahdi_scan"),
        "{said}"
    );
}

#[test]
fn a_t1_is_no_e1() {
    let said = said(vec![SpanSpec::clear("CARD/0/1", Line::T1, Law::MU_LAW, 1, &[])], &embedded(|_| {}));
    assert!(said.contains("configured as E1") && said.contains("(CARD/0/1) has 24 channels"), "{said}");
}

#[test]
fn a_channel_of_another_timeslot_is_told_with_what_it_is() {
    let said = said(vec![e1(SignallingMode::Mtp2)], &embedded(|model| model.spans[0].first_channel = 2));
    assert!(said.starts_with("timeslot 1 of span \"e1\" (DAHDI's span 1, channel 2)"), "{said}");
    assert!(said.contains("the channel is timeslot 2 of DAHDI's span 1") && said.contains("first_channel"), "{said}");
}

#[test]
fn a_timeslot_configured_for_something_else_is_told_with_the_remedy() {
    let other = SpanSpec::clear("CARD/0/1", Line::E1, Law::A_LAW, 1, &[(5, SignallingMode::HdlcFcs)]);
    let said = said(vec![other], &embedded(|_| {}));
    assert!(said.starts_with("timeslot 5 of span \"e1\"") && said.contains("bchan="), "{said}");
    let unconfigured = SpanSpec { running: true, ..SpanSpec::unconfigured("CARD/0/1", Line::E1, 1) };
    let said = self::said(vec![unconfigured], &embedded(|_| {}));
    assert!(said.contains("as a bearer, but the driver has it as none"), "{said}");
}

#[test]
fn a_d_channel_that_is_configured_for_ss7_is_told_with_the_remedy() {
    let pri = r#"
[[span]]
name = "pri"
line = "e1"

[[trunk]]
name = "pbx"
kind = "pri"
side = "network"
switch = "euroisdn"
spans = [{ span = "pri" }]

[[route]]
from = "pbx"
called = "."
to = "peer"
"#;
    let model =
        config::parse("a PRI", &(config::EMBEDDED.to_owned() + pri)).unwrap_or_else(|report| panic!("{report}"));
    let with =
        |mode| vec![e1(SignallingMode::Mtp2), SpanSpec::clear("CARD/0/2", Line::E1, Law::A_LAW, 32, &[(16, mode)])];
    survey(&kernel(with(SignallingMode::HdlcFcs)), &model, &Places::of(&model))
        .unwrap_or_else(|error| panic!("{error}"));
    let said = said(with(SignallingMode::Mtp2), &model);
    assert!(
        said.starts_with("timeslot 16 of span \"pri\" (DAHDI's span 2, channel 47) is needed as a D-channel")
            && said.contains("dchan="),
        "{said}"
    );
}

#[test]
fn a_link_whose_driver_knows_no_mtp2_is_used_as_hdlc_and_one_in_use_is_named() {
    let model = embedded(|_| {});
    let kernel = kernel(vec![e1(SignallingMode::HdlcFcs)]);
    let lines = Lines::open(&kernel, &links(&model), &Default::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lines.mode(SignallingLine::Link(LinkId(0))), Some(SignallingMode::HdlcFcs));
    let error = Lines::open(&kernel, &links(&model), &Default::default()).err().expect("the first has it").to_string();
    assert!(
        error.contains("timeslot 16 of span \"e1\" (DAHDI's span 1, channel 16)") && error.contains("fuser"),
        "{error}"
    );
    drop(lines);
    assert!(kernel.open(Node::Channel(16)).is_ok(), "a refusal leaves nothing open");
}

#[test]
fn a_span_that_spangate_configures_itself_carries_calls() {
    let line = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: true };
    let model = embedded(|model| model.spans[0].setup = Setup::Ours { line, clock_order: 1 });
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    let call = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
    assert!(view.compared > 0, "{view:?}");
}

#[test]
fn a_span_that_cannot_be_configured_is_told_by_name_and_number() {
    let line = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: true };
    let model = embedded(|model| {
        (model.spans[0].setup, model.spans[0].number) = (Setup::Ours { line, clock_order: 1 }, 2);
    });
    let kernel = kernel(vec![SpanSpec::unconfigured("CARD/0/1", Line::E1, 1)]);
    let said = bring_up_spans(&kernel, &model).expect_err("there is no span 2").to_string();
    assert!(said.starts_with("span \"e1\": there is no span 2"), "{said}");
}

#[test]
fn a_span_that_goes_away_and_returns_is_served_again_without_a_restart() {
    let line = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: false };
    let model = embedded(|model| model.spans[0].setup = Setup::Ours { line, clock_order: 1 });
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    let lost = world.phone.call("600", Plan { hold_ms: None, ..Plan::ANSWER });
    world.run(3_000);

    world.kernel().control(0).remove();
    world.run(6_000);
    let view = world.phone.view(lost);
    assert!(view.over && view.hung_up_by_peer, "its call is released: {view:?}");
    assert_eq!(world.status().spans[0].alarms, ["NOTOPEN"]);
    assert_eq!(world.circuits().idle, 0);
    let refused = world.phone.call("600", Plan::talk(1_000));
    world.run(1_000);
    assert_eq!(world.phone.view(refused).status, Some(503));

    world.kernel().control(0).bring_back();
    world.wait_until("its circuits are idle again", |world| world.circuits().idle == 30);
    let call = world.phone.call("600", Plan::talk(2_000));
    world.settle();
    let view = world.phone.view(call);
    assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
    assert!(view.compared > 10_000, "{view:?}");
}

#[test]
fn a_span_that_returns_unconfigured_stays_out_of_service_until_somebody_configures_it() {
    let mut world = World::in_service();
    world.kernel().control(0).remove();
    world.run(3_000);
    world.kernel().control(0).bring_back();
    world.run(20_000);
    assert_eq!(world.status().spans[0].alarms, ["NOTOPEN"], "dahdi_cfg has not run");
    let plan = SpanPlan {
        span: 1,
        line: LinePlan::E1 { coding: E1Coding::Hdb3, crc4: false },
        clock_order: 1,
        law: Law::A_LAW,
        first_channel: 1,
        timeslots: (1..=31)
            .map(|timeslot| (timeslot, if timeslot == 16 { TimeslotUse::Mtp2 } else { TimeslotUse::Bearer }))
            .collect(),
    };
    bring_up(world.kernel(), &plan).expect("the span is there");
    world.wait_until("its circuits are idle again", |world| world.circuits().idle == 30);
}

#[test]
fn a_line_with_another_clock_slips_unless_the_card_goes_by_it() {
    let line = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: false };
    for (clock_order, clock, slips) in [(1, "e1", 0), (0, "own", 3)] {
        let model = embedded(|model| model.spans[0].setup = Setup::Ours { line, clock_order });
        let mut world = World::with(model, 1);
        world.wait_until("ready", World::is_ready);
        // 50 millionths are a frame of 125 microseconds every two and a half seconds.
        world.kernel().control(0).drift(50);
        world.run(9_000);
        let span = &world.status().spans[0];
        assert_eq!((span.clock.as_str(), span.slips), (clock, Some(slips)));
    }
}
