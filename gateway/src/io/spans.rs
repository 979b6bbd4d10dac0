//! The spans as the driver has them: their alarms and slips, and whether they are there at all.
//!
//! ```text
//!   There ──EVENT_REMOVED, or no status──▶ Gone: its timeslots are closed ──status again──▶ brought up, looked at, opened
//!     ◀─────────────────────────────────────────────────────────────────────────── all of it done ──┘
//! ```
//!
//! Read when a signalling timeslot or a bearer says that something changed, and once a second for those that say nothing. A
//! span that is gone has the alarm NOTOPEN for control, until it can carry calls again: what is then done to its
//! calls and circuits is control's, as for any alarm.

use super::bring_up::{BringUpError, bring_up_span};
use super::place::Places;
use super::signalling::{Lines, LinesError};
use super::survey::{SurveyError, survey_span};
use crate::control::input::SpanHealth;
use crate::rt::{self, Bearers, Exchange};
use config::Model;
use config::model::SpanIndex;
use dahdi_sys::{Alarms, ChannelError, Kernel, SpanStatus};
use std::sync::Arc;

/// All spans of the configuration.
pub struct Spans {
    kernel: Arc<dyn Kernel>,
    model: Model,
    places: Places,
    media: rt::Spec,
    spans: Vec<Watched>,
}

struct Watched {
    index: SpanIndex,
    name: String,
    number: u32,
    presence: Presence,
    last: SpanHealth,
}

/// Whether the driver has a span.
enum Presence {
    There,
    /// Why it was not taken back into service when it was last looked at.
    Gone(Option<String>),
}

/// Why a span that is there again is not in service yet.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    #[error(transparent)]
    BringUp(#[from] BringUpError),
    #[error(transparent)]
    Survey(#[from] SurveyError),
    #[error(transparent)]
    Lines(#[from] LinesError),
    #[error(transparent)]
    Bearers(#[from] ChannelError),
    #[error("the TDM thread takes no bearers")]
    Busy,
}

/// Those whose timeslots come and go with a span.
pub struct Owners<'a> {
    /// The signalling timeslots.
    pub lines: &'a mut Lines,
    /// Hands bearers to the TDM thread; `false` if it takes none now.
    pub exchange: &'a mut dyn FnMut(Exchange) -> bool,
}

impl Spans {
    /// The model's spans, all there and without any alarm; `media` is what their TDM thread was started with.
    pub fn new(kernel: Arc<dyn Kernel>, model: &Model, media: rt::Spec) -> Self {
        let watched = |index: SpanIndex| {
            let span = model.span(index);
            let (name, number) = (span.name.clone(), span.number);
            Watched { index, name, number, presence: Presence::There, last: SpanHealth::UNKNOWN }
        };
        let spans = model.span_indices().map(watched).collect();
        Self { kernel, places: Places::of(model), model: model.clone(), media, spans }
    }

    /// DAHDI's number of a span of the configuration.
    pub fn number(&self, span: usize) -> Option<u32> {
        self.spans.get(span).map(|watched| watched.number)
    }

    /// A timeslot said that DAHDI's span `number` is being taken away.
    pub fn removed(&mut self, number: u32, owners: &mut Owners<'_>) {
        let here = self.spans.iter_mut().filter(|watched| watched.number == number);
        here.filter(|watched| matches!(watched.presence, Presence::There)).for_each(|watched| leave(watched, owners));
    }

    /// Reads all spans and tells of those that changed, by their index in the configuration.
    pub fn poll(&mut self, owners: &mut Owners<'_>, mut take: impl FnMut(usize, SpanHealth)) {
        for index in 0..self.spans.len() {
            let status = SpanStatus::read(&*self.kernel, self.spans[index].number);
            // One that is being taken away still has a status, until those who have it open have closed.
            let is_there = status.as_ref().is_ok_and(|status| !status.alarms.contains(Alarms::NOT_OPEN));
            if status.is_err() {
                leave(&mut self.spans[index], owners);
            } else if is_there && matches!(self.spans[index].presence, Presence::Gone(_)) {
                self.take_back(index, owners);
            }
            let watched = &mut self.spans[index];
            let health = watched.health(status, &*self.kernel);
            if watched.last != health {
                watched.last = health;
                take(index, health);
            }
        }
    }

    /// Tries to take a span that is there again into service.
    fn take_back(&mut self, index: usize, owners: &mut Owners<'_>) {
        let tried = self.open(index, owners);
        let watched = &mut self.spans[index];
        match (tried, &mut watched.presence) {
            (Ok(()), presence) => {
                tracing::info!(span = watched.name, "the span is there again");
                *presence = Presence::There;
            }
            (Err(reason), Presence::Gone(told)) => {
                owners.lines.close(watched.number);
                let reason = reason.to_string();
                if told.as_ref() != Some(&reason) {
                    tracing::warn!(span = watched.name, reason, "the span is there again, but not in service");
                    *told = Some(reason);
                }
            }
            (Err(_), Presence::There) => {}
        }
    }

    fn open(&self, index: usize, owners: &mut Owners<'_>) -> Result<(), NotYet> {
        let Self { kernel, model, places, media, spans } = self;
        let (span, number) = (spans[index].index, spans[index].number);
        bring_up_span(&**kernel, model, span)?;
        survey_span(&**kernel, model.span(span), places)?;
        owners.lines.open_again(&**kernel, number)?;
        let bearers = Bearers::open(&**kernel, &media.spans[index], media.buffering)?;
        // The spans of a group are numbered as those of the model, of which there are fewer than 256.
        match (owners.exchange)(Exchange { span: index as u8, bearers }) {
            true => Ok(()),
            false => Err(NotYet::Busy),
        }
    }
}

/// Closes what is open of a span: until then the driver does not let it go.
fn leave(watched: &mut Watched, owners: &mut Owners<'_>) {
    if matches!(watched.presence, Presence::Gone(_)) {
        return;
    }
    tracing::warn!(span = watched.name, number = watched.number, "the span is gone");
    watched.presence = Presence::Gone(None);
    owners.lines.close(watched.number);
    let span = u8::try_from(watched.index.get()).expect("a model has fewer than 256 spans");
    let taken = (owners.exchange)(Exchange { span, bearers: Bearers::none() });
    if !taken {
        tracing::warn!(span = watched.name, "the TDM thread keeps the bearers of the span");
    }
}

impl Watched {
    fn health(&self, status: Result<SpanStatus, ChannelError>, kernel: &dyn Kernel) -> SpanHealth {
        match (status, &self.presence) {
            (Ok(status), Presence::There) => SpanHealth {
                alarms: status.alarms,
                slips: kernel.timing_slips(self.number),
                interrupts_missed: status.errors.interrupts_missed.into(),
                clock_source: status.clock_source,
            },
            _ => SpanHealth { alarms: Alarms::NOT_OPEN, ..self.last },
        }
    }
}
