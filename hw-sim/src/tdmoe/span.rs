//! A span of a machine as what stands behind a TDMoE end: a program on simulated DAHDI calls one on real DAHDI.
//!
//! Each millisecond that comes over the wire advances the machine by one.

use std::sync::{Arc, Mutex, PoisonError};

use crate::kernel::SimKernel;
use crate::machine::Machine;
use crate::wire::{Chunk, FarEnd, IDLE_CHUNK};

/// A simulated span seen from its wire.
pub struct SimulatedSpan {
    kernel: SimKernel,
    wire: Arc<Mutex<Wire>>,
}

/// A millisecond of both directions, on its way between the two ends.
struct Wire {
    to_span: Chunk,
    from_span: Chunk,
}

/// What is plugged into the span.
struct Plug(Arc<Mutex<Wire>>);

impl SimulatedSpan {
    /// The machine, whose clock is the wire of this span from now on: nobody else may advance it.
    ///
    /// # Panics
    /// When there is no such span, counted from 0.
    pub fn new(mut machine: Machine, span: usize) -> Self {
        let wire = Arc::new(Mutex::new(Wire { to_span: IDLE_CHUNK, from_span: IDLE_CHUNK }));
        machine.attach(span, Box::new(Plug(Arc::clone(&wire))));
        let kernel = SimKernel::new(machine);
        kernel.enter_real_time();
        SimulatedSpan { kernel, wire }
    }

    /// The machine as a driver.
    pub fn kernel(&self) -> SimKernel {
        self.kernel.clone()
    }
}

impl FarEnd for SimulatedSpan {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        with(&self.wire, |wire| wire.to_span = *received);
        self.kernel.advance(1);
        with(&self.wire, |wire| *transmit = wire.from_span);
    }
}

impl FarEnd for Plug {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        with(&self.0, |wire| {
            wire.from_span = *received;
            *transmit = wire.to_span;
        });
    }
}

fn with(wire: &Mutex<Wire>, act: impl FnOnce(&mut Wire)) {
    // Two copies of octets cannot panic in between, so there is nothing that poison could mean.
    act(&mut wire.lock().unwrap_or_else(PoisonError::into_inner));
}
