//! What the driver has, against what the configuration says: looked at once, before anything is opened.
//!
//! Opening would find most of it too, but one timeslot at a time and in the driver's words. Here the first thing that
//! is not as configured ends the start with a sentence that names span, timeslot and remedy. A driver without its control
//! device is left to say so when the first channel is opened.

use super::place::{Place, Places};
use config::Model;
use config::model::Span;
use dahdi_sys::abi::Params;
use dahdi_sys::{ChannelError, Device, Errno, Kernel, Node, Request, SignalType, SpanStatus};

/// Something that is not as the configuration says.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// There is no such span.
    #[error("span {name:?} is DAHDI's span {number}, which cannot be found: {source}")]
    Absent {
        /// Its name.
        name: String,
        /// Its number.
        number: u32,
        /// What the driver said.
        source: ChannelError,
    },
    /// It is another kind of line.
    #[error(
        "span {name:?} is configured as {configured}, but DAHDI's span {number} ({found}) has {channels} channels; \
         correct `line` or `number`"
    )]
    Line {
        /// Its name.
        name: String,
        /// Its number.
        number: u32,
        /// What the configuration says.
        configured: String,
        /// The driver's name for it.
        found: String,
        /// How many channels it has.
        channels: u32,
    },
    /// The channel is another timeslot, or no span has it.
    #[error(
        "{place}: {found}; correct `first_channel`, `number` or the timeslot (dahdi_scan tells the spans' channels)"
    )]
    Elsewhere {
        /// Where it should be.
        place: Place,
        /// What is there.
        found: String,
    },
    /// The timeslot is configured for something else.
    #[error("{place} is needed as {needed}, but the driver has it as {found}; {remedy}")]
    Signalling {
        /// Where.
        place: Place,
        /// `a bearer` or `a signalling link`.
        needed: &'static str,
        /// What the driver has.
        found: String,
        /// What to write where.
        remedy: &'static str,
    },
}

/// Compares every span. Spans without a link or circuit are not looked at.
pub fn survey(kernel: &dyn Kernel, model: &Model, places: &Places) -> Result<(), SurveyError> {
    model.spans.iter().try_for_each(|span| survey_span(kernel, span, places))
}

/// Compares one span.
pub fn survey_span(kernel: &dyn Kernel, span: &Span, places: &Places) -> Result<(), SurveyError> {
    let Ok(control) = kernel.open(Node::Ctl) else { return Ok(()) };
    let is_here = |place: &&Place| place.number == span.number;
    if !places.bearers().chain(places.links()).any(|place| is_here(&place)) {
        return Ok(());
    }
    survey_line(kernel, span)?;
    places.bearers().filter(is_here).try_for_each(|place| survey_timeslot(&*control, place, &BEARER))?;
    places.links().filter(is_here).try_for_each(|place| survey_timeslot(&*control, place, &LINK))
}

fn survey_line(kernel: &dyn Kernel, span: &Span) -> Result<(), SurveyError> {
    let (name, number) = (span.name.clone(), span.number);
    let status = SpanStatus::read(kernel, number).map_err(|source| SurveyError::Absent {
        name: name.clone(),
        number,
        source,
    })?;
    let channels = status.channels.0;
    if channels == u32::from(span.line.last_timeslot()) {
        return Ok(());
    }
    Err(SurveyError::Line { name, number, configured: span.line.to_string(), found: status.name, channels })
}

/// What a timeslot may be.
struct Need {
    name: &'static str,
    fits: fn(SignalType) -> bool,
    remedy: &'static str,
}

const BEARER: Need = Need {
    name: "a bearer",
    fits: |found| found == SignalType::CLEAR,
    remedy: "write bchan= for it into /etc/dahdi/system.conf and run dahdi_cfg",
};

const LINK: Need = Need {
    name: "a signalling link",
    fits: |found| matches!(found, SignalType::MTP2 | SignalType::HDLC_FCS | SignalType::HARD_HDLC | SignalType::CLEAR),
    remedy: "write mtp2= or fcshdlc= for it into /etc/dahdi/system.conf and run dahdi_cfg",
};

fn survey_timeslot(control: &dyn Device, place: &Place, need: &Need) -> Result<(), SurveyError> {
    let elsewhere = |found| SurveyError::Elsewhere { place: place.clone(), found };
    let params =
        params(control, place.channel).map_err(|errno| elsewhere(format!("no span has this channel: {errno}")))?;
    let at = (u32::try_from(params.spanno).unwrap_or(0), params.chanpos);
    if at != (place.number, i32::from(place.timeslot)) {
        return Err(elsewhere(format!("the channel is timeslot {} of DAHDI's span {}", at.1, at.0)));
    }
    if (need.fits)(params.sigtype) {
        return Ok(());
    }
    let (place, needed, remedy) = (place.clone(), need.name, need.remedy);
    Err(SurveyError::Signalling { place, needed, found: format!("{:?}", params.sigtype), remedy })
}

fn params(control: &dyn Device, channel: u32) -> Result<Params, Errno> {
    let channo = i32::try_from(channel).map_err(|_| Errno::EINVAL)?;
    let mut params = Params { channo, ..Params::default() };
    control.ioctl(Request::GetParams(&mut params))?;
    Ok(params)
}
