//! The signalling link test, Q.707.

use crate::mtp2::{Output, Reason};
use crate::mtp3::test_control::TestMessage;
use crate::mtp3::{Event, Format, LinkState, ServiceIndicator};

use super::super::{Outcome, Record, has, same};
use super::chart::{A0, Chart};

/// A test is answered with its pattern.
pub(super) fn case_sltm(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    let (_, test) = TestMessage::Test(&[0xaa, 0x55]).encode(Format::ITU, 0);
    chart.receive(A0, ServiceIndicator::TEST, 0, &test);
    same(chart.said(), ["A0 test acknowledgement aa55"])
}

/// An answer with another pattern or code does not pass the test.
pub(super) fn case_slta(record: &mut Record) -> Outcome {
    let mut chart = tested(record);
    let (_, other) = TestMessage::Acknowledgement(b"other").encode(Format::ITU, 0);
    chart.receive(A0, ServiceIndicator::TEST, 0, &other);
    let (_, another_link) = TestMessage::Acknowledgement(b"spangate").encode(Format::ITU, 1);
    chart.receive(A0, ServiceIndicator::TEST, 1, &another_link);
    same(chart.router.counters().test_unreasonable, 2)?;
    chart.pass_ms(8_000);
    same(chart.said(), ["A0 test"])?;
    chart.pass_ms(8_000);
    has(&chart.said(), "A0 stop")
}

/// Two tests without an answer fail the link, which is restored after T17.
pub(super) fn case_t1(record: &mut Record) -> Outcome {
    let mut chart = tested(record);
    chart.pass_ms(7_999);
    same(chart.said(), [""; 0])?;
    chart.pass_ms(1);
    same(chart.said(), ["A0 test"])?;
    chart.pass_ms(8_000);
    has(&chart.said(), "A0 stop")?;
    has(&chart.events, Event::TestFailed(A0))?;
    chart.told(A0, Output::OutOfService(Reason::Stopped));
    chart.pass_ms(1_150);
    has(&chart.said(), "A0 start { emergency: false }")?;
    chart.passes_tests = true;
    chart.align(A0);
    chart.said();
    same(chart.router.link_state(A0), LinkState::Available)
}

/// A link in service is tested again every T2.
pub(super) fn case_t2(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.passes_tests = false;
    // Five seconds of the period went by while the other links came into service.
    chart.pass_ms(54_999);
    same(chart.said(), [""; 0])?;
    chart.pass_ms(1);
    same(chart.said(), ["A0 test", "A1 test", "B0 test", "B1 test"])
}

/// The next test of A0 has just gone out, and nobody answers.
fn tested(record: &mut Record) -> Chart<'_> {
    let mut chart = Chart::new(record, 0, 1);
    chart.pass_ms(54_999);
    chart.passes_tests = false;
    chart.pass_ms(1);
    chart.said();
    for link in [super::chart::A1, super::chart::B0, super::chart::B1] {
        chart.align(link);
    }
    chart.said();
    chart
}
