//! The TDM half of a span group.
use std::sync::Arc;

use rtrb::Consumer;

use crate::ring::TdmEnd;
use crate::{BearerCommand, Counters, GroupSpec, SpanBlock};

/// The TDM half of a span group: exchanges blocks with the worker and between patched timeslots.
#[derive(Debug)]
pub struct Bearer {
    commands: Consumer<BearerCommand>,
}

impl Bearer {
    pub(crate) fn new(_: &GroupSpec, _: Vec<TdmEnd>, commands: Consumer<BearerCommand>, _: Arc<Counters>) -> Self {
        Self { commands }
    }

    /// Takes one received block of `span` and fills the block that is due out at the same frame.
    pub fn exchange(&mut self, _span: u8, _received: &SpanBlock, _transmit: &mut SpanBlock) {}
}
