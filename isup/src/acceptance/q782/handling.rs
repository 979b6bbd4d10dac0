//! Discrimination, distribution and load sharing, Q.704 signalling message handling; messages that cannot be read.

use crate::mtp2::Output;
use crate::mtp3::label::Signal;
use crate::mtp3::management::Heading;
use crate::mtp3::{Discard, Event, Format, NetworkIndicator, PointCode, ServiceIndicator, Sls};

use super::super::{Outcome, Record, has, same};
use super::chart::{A, A0, Chart, OWN};

/// What A sends to the user part here.
const FOR_US: Signal<'_> = Signal {
    service: ServiceIndicator::ISUP,
    network: NetworkIndicator::NATIONAL,
    spare: 0,
    dpc: OWN,
    opc: A,
    sls: Sls(5),
    payload: &[7, 0, 0x12],
};

/// A message for our user part is delivered to it.
pub(super) fn case_distribution(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    receive(&mut chart, FOR_US);
    same(chart.said().len(), 1)?;
    same(chart.router.counters().delivered, 1)
}

/// A message for another point or of another network goes no further.
pub(super) fn case_discrimination(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    receive(&mut chart, Signal { dpc: PointCode(7), ..FOR_US });
    receive(&mut chart, Signal { network: NetworkIndicator::INTERNATIONAL, ..FOR_US });
    same(chart.said(), [""; 0])?;
    has(&chart.events, Event::Discarded(A0, Discard::Destination(PointCode(7))))?;
    has(&chart.events, Event::Discarded(A0, Discard::Network(NetworkIndicator::INTERNATIONAL)))
}

/// The selections share the links evenly, and each keeps its link.
pub(super) fn case_sharing(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    let all: Vec<u8> = (0..16).collect();
    let first = chart.paths(&all);
    let over_a0 = first.split(' ').filter(|link| *link == "A0").count();
    same(over_a0, 8)?;
    same(chart.paths(&all), first)?;
    // Both linksets lead there as well as each other: each link gets a quarter.
    let mut chart = Chart::new(record, 0, 0);
    let paths = chart.paths(&all);
    let shares = ["A0", "A1", "B0", "B1"].map(|name| paths.split(' ').filter(|link| *link == name).count());
    same(shares, [4, 4, 4, 4])
}

/// What is too short, of an unknown heading or no management message is discarded, told and moves nothing.
pub(super) fn case_invalid(record: &mut Record) -> Outcome {
    let mut chart = Chart::new(record, 0, 1);
    chart.told(A0, Output::Received(vec![0x85, 0, 0]));
    chart.collect();
    has(&chart.events, Event::Discarded(A0, Discard::Malformed))?;
    for payload in [&[0xff][..], &[0x08], &[0x14, 0x2c], &[0x11]] {
        chart.hears(A0, payload);
        chart.collect();
    }
    same(chart.said(), [""; 0])?;
    has(&chart.events, Event::ManagementIgnored(A0, Heading(0xff)))?;
    let counters = chart.router.counters();
    same((counters.management_ignored, counters.malformed), (2, 3))?;
    let paths = chart.paths(&[0, 1]);
    same(paths, "A0 A1")
}

fn receive(chart: &mut Chart<'_>, signal: Signal<'_>) {
    chart.told(A0, Output::Received(signal.encode(Format::ITU)));
    chart.collect();
}
