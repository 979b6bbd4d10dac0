//! Where a channel is: the words that every sentence about a timeslot has in common.

use config::Model;
use config::model::{Signalling, SpanIndex};
use std::collections::BTreeMap;
use std::fmt;

/// A timeslot by all its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The span's name in the configuration.
    pub span: String,
    /// DAHDI's number for the span.
    pub number: u32,
    /// The timeslot, from 1.
    pub timeslot: u8,
    /// DAHDI's number for the channel.
    pub channel: u32,
}

impl Place {
    /// A timeslot of the model.
    pub fn of(model: &Model, span: SpanIndex, timeslot: u8) -> Place {
        let span = model.span(span);
        Place { span: span.name.clone(), number: span.number, timeslot, channel: span.channel(timeslot) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { span, number, timeslot, channel } = self;
        write!(f, "timeslot {timeslot} of span {span:?} (DAHDI's span {number}, channel {channel})")
    }
}

/// The timeslots that the gateway serves: circuits, signalling links and D-channels.
#[derive(Clone, Debug)]
pub struct Places {
    bearers: BTreeMap<u32, Place>,
    links: BTreeMap<u32, Place>,
    d_channels: BTreeMap<u32, Place>,
}

impl Places {
    /// Those of a configuration.
    pub fn of(model: &Model) -> Places {
        let place = |span, timeslot| {
            let place = Place::of(model, span, timeslot);
            (place.channel, place)
        };
        let circuits = model.trunks.iter().flat_map(|trunk| &trunk.circuits);
        let interfaces = model.trunks.iter().filter_map(|trunk| match &trunk.signalling {
            Signalling::Pri(pri) => Some(pri),
            Signalling::Isup(_) => None,
        });
        Places {
            bearers: circuits.map(|circuit| place(circuit.span, circuit.timeslot)).collect(),
            links: model.links().iter().map(|link| place(link.span, link.timeslot)).collect(),
            d_channels: interfaces
                .flat_map(|pri| pri.d_channels())
                .map(|(span, timeslot)| place(span, timeslot))
                .collect(),
        }
    }

    /// The circuits' timeslots, by channel.
    pub fn bearers(&self) -> impl Iterator<Item = &Place> {
        self.bearers.values()
    }

    /// The links' timeslots, by channel.
    pub fn links(&self) -> impl Iterator<Item = &Place> {
        self.links.values()
    }

    /// The D-channels' timeslots, by channel.
    pub fn d_channels(&self) -> impl Iterator<Item = &Place> {
        self.d_channels.values()
    }

    /// The timeslot on a channel.
    pub fn at(&self, channel: u32) -> Option<&Place> {
        [&self.bearers, &self.links, &self.d_channels].into_iter().find_map(|places| places.get(&channel))
    }
}
