//! Spans that the configuration leaves to us: brought up as `dahdi_cfg` would, before anything on them is opened.

use config::Model;
use config::model::{Law, LinkMode, Setup, Signalling, Span, SpanIndex};
use dahdi_sys::bring_up::{SpanPlan, TimeslotUse, bring_up};
use dahdi_sys::bring_up_error::SpanError;
use dahdi_sys::{Kernel, Law as DriverLaw};

/// A span that could not be brought up.
#[derive(Debug, thiserror::Error)]
#[error("span {name:?}: {source}")]
pub struct BringUpError {
    /// Its name in the configuration.
    name: String,
    /// What went wrong.
    source: SpanError,
}

/// Brings up every span that is ours to configure; the others are left alone.
pub fn bring_up_spans(kernel: &dyn Kernel, model: &Model) -> Result<(), BringUpError> {
    model.span_indices().try_for_each(|index| bring_up_span(kernel, model, index))
}

/// Brings up one span, if it is ours to configure: at the start, and when it has gone and returned.
pub fn bring_up_span(kernel: &dyn Kernel, model: &Model, index: SpanIndex) -> Result<(), BringUpError> {
    let span = model.span(index);
    let Some(plan) = plan(model, index, span) else { return Ok(()) };
    let brought_up = bring_up(kernel, &plan).map_err(|source| BringUpError { name: span.name.clone(), source })?;
    for channel in brought_up.without_mtp2 {
        tracing::warn!(
            span = span.name,
            channel,
            "the driver knows no MTP2: the signalling link's channel became HDLC"
        );
    }
    Ok(())
}

fn plan(model: &Model, index: SpanIndex, span: &Span) -> Option<SpanPlan> {
    let Setup::Ours { line, clock_order } = span.setup else { return None };
    let law = match span.law {
        Law::A => DriverLaw::A_LAW,
        Law::Mu => DriverLaw::MU_LAW,
    };
    let mut timeslots: Vec<_> =
        links(model, index).chain(d_channels(model, index)).chain(bearers(model, index)).collect();
    timeslots.sort_by_key(|(timeslot, _)| *timeslot);
    Some(SpanPlan { span: span.number, line, clock_order, law, first_channel: span.first_channel, timeslots })
}

fn links(model: &Model, index: SpanIndex) -> impl Iterator<Item = (u8, TimeslotUse)> {
    let here = model.links().iter().filter(move |link| link.span == index);
    here.map(|link| match link.mode {
        LinkMode::Mtp2 => (link.timeslot, TimeslotUse::Mtp2),
        LinkMode::Hdlc => (link.timeslot, TimeslotUse::HdlcFcs),
        LinkMode::Raw => (link.timeslot, TimeslotUse::Bearer),
    })
}

fn d_channels(model: &Model, index: SpanIndex) -> impl Iterator<Item = (u8, TimeslotUse)> {
    let interfaces = model.trunks.iter().filter_map(|trunk| match &trunk.signalling {
        Signalling::Pri(pri) => Some(&pri.spans),
        Signalling::Isup(_) => None,
    });
    let here = interfaces.flatten().filter(move |on| on.span == index);
    here.filter_map(|on| on.d_channel).map(|timeslot| (timeslot, TimeslotUse::HdlcFcs))
}

fn bearers(model: &Model, index: SpanIndex) -> impl Iterator<Item = (u8, TimeslotUse)> {
    let circuits = model.trunks.iter().flat_map(|trunk| &trunk.circuits);
    circuits.filter(move |circuit| circuit.span == index).map(|circuit| (circuit.timeslot, TimeslotUse::Bearer))
}
