//! Activation, deactivation and restoration of a signalling link, Q.704 link management.

use std::time::Duration;

use crate::mtp2::{Output, Reason};
use crate::mtp3::{Command, Event, LinkState};

use super::super::{Outcome, Record, has, same};
use super::chart::{A0, A1, Chart};

const START: &str = "A0 start { emergency: false }";

/// A deactivated link is stopped and stays down until it is activated, tested and carries traffic again.
pub(super) fn case_activation(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::DeactivateLink(A0));
    same(chart.said(), ["A0 retrieve", "A0 stop"])?;
    chart.told(A0, Output::OutOfService(Reason::Stopped));
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[0x21, 127]);
    same(chart.said(), ["A1 COO 0 77"])?;
    chart.pass(Duration::from_secs(30));
    same(chart.router.link_state(A0), LinkState::Inactive)?;
    same(chart.said(), [""; 0])?;
    chart.command(Command::ActivateLink(A0));
    same(chart.said(), [START])?;
    chart.align(A0);
    chart.said();
    same(chart.router.link_state(A0), LinkState::Available)?;
    has(&chart.events, Event::LinkAvailable(A0))
}

/// A link that fails is started again T17 after each failure.
pub(super) fn case_t17(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[0x21, 127]);
    chart.said();
    for _ in 0..5 {
        chart.pass_ms(1_149);
        same(chart.said(), [""; 0])?;
        chart.pass_ms(1);
        same(chart.said(), [START])?;
        chart.told(A0, Output::OutOfService(Reason::AlignmentNotPossible));
    }
    same(chart.router.link_state(A0), LinkState::Waiting)
}

/// A far end whose processor is out gets no traffic until it is back and answers the link test.
pub(super) fn case_outage(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.told(A0, Output::RemoteProcessorOutage);
    same(chart.router.link_state(A0), LinkState::RemoteProcessorOutage)?;
    chart.pass_ms(1_000);
    chart.said();
    same(chart.paths(&[0, 1, 2, 3]), "A1 A1 A1 A1")?;
    chart.told(A0, Output::RemoteProcessorRecovered);
    has(&chart.said(), "A0 test")?;
    chart.pass_test(A0);
    chart.pass_ms(1_000);
    same(chart.router.link_state(A0), LinkState::Available)
}
