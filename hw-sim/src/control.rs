//! What a test may do to a span: step it, pull its cable, silence, corrupt or slip it, and count.

use dahdi_sys::Alarms;

use crate::fault::FaultPlan;
use crate::kernel::SimKernel;
use crate::span::Counters;

/// The second interface of a simulated span; the first is the driver's.
#[derive(Clone)]
pub struct Span {
    kernel: SimKernel,
    span: usize,
}

impl Span {
    pub(crate) fn new(kernel: SimKernel, span: usize) -> Self {
        Span { kernel, span }
    }

    /// Lets so many milliseconds pass, for the whole machine: there is one clock.
    pub fn step(&self, chunks: u32) {
        self.kernel.advance(chunks);
    }

    /// Pulls the cable: neither end receives a signal. [`crate::alarm`] says when the alarm follows.
    pub fn cut(&self) {
        self.change(|span| span.cut = true);
    }

    /// Plugs the cable in again.
    pub fn restore(&self) {
        self.change(|span| span.cut = false);
    }

    /// What the span receives on a timeslot becomes ones, until unmuted.
    pub fn mute(&self, timeslot: u8) {
        self.change(|span| span.muted |= bit(timeslot));
    }

    /// Ends [`Span::mute`].
    pub fn unmute(&self, timeslot: u8) {
        self.change(|span| span.muted &= !bit(timeslot));
    }

    /// One wrong bit in each of the next `octets` that the span receives on a timeslot. A timeslot that is none is left alone.
    pub fn corrupt(&self, timeslot: u8, octets: u32) {
        self.change(|span| {
            if let Some(left) = span.corrupt.get_mut(usize::from(timeslot)) {
                *left = left.saturating_add(octets);
            }
        });
    }

    /// One controlled slip in what the span receives: the first repeats a frame, the next leaves one out, and so on.
    pub fn slip(&self) {
        self.change(|span| span.slip = true);
    }

    /// Takes the span away while the machine runs, as a card that is pulled or `unassign_span` does. Channels that are open get
    /// [`Event::Removed`](dahdi_sys::Event::Removed) and an alarm; [`REMOVAL_NOTICE_MS`](crate::span::REMOVAL_NOTICE_MS) later (at once when none is open) the
    /// span, its channels and its number are gone, and every device that is still open answers ENODEV for ever.
    pub fn remove(&self) {
        self.change(|span| span.remove());
    }

    /// The span that was removed is there again under its old numbers. No channel of it is configured and it is not started: it must be
    /// brought up again.
    pub fn bring_back(&self) {
        self.change(|span| span.bring_back());
    }

    /// From now on the far end's clock is so much faster than nominal, at most
    /// [`DRIFT_PPM_MAX`](crate::span::DRIFT_PPM_MAX). Slips follow unless the card takes its clock from this span.
    pub fn drift(&self, line_ppm: i32) {
        self.change(|span| span.set_drift(line_ppm));
    }

    /// From now on the span suffers what the plan says.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.change(|span| span.set_faults(plan));
    }

    /// What happened on the span so far.
    pub fn count(&self) -> Counters {
        self.kernel.with_machine(|machine| machine.counters(self.span))
    }

    /// Its alarms.
    pub fn alarms(&self) -> Alarms {
        self.kernel.with_machine(|machine| machine.alarms(self.span))
    }

    fn change(&self, change: impl FnOnce(&mut crate::span::Span)) {
        self.kernel.with_machine(|machine| change(machine.span_mut(self.span)));
        self.kernel.raise();
    }
}

fn bit(timeslot: u8) -> u32 {
    1u32.checked_shl(timeslot.into()).unwrap_or(0)
}
