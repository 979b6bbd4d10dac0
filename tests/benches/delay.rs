//! What a span group costs in real time on simulated spans; see `tests::delay`.
#![forbid(unsafe_code)]

use std::sync::Arc;

use dahdi_sys::{Kernel, Law};
use hw_sim::{Clock, Line, Machine, SimKernel, SpanSpec};

fn main() {
    let span = |name, first| SpanSpec::clear(name, Line::E1, Law::A_LAW, first, &[]);
    let mut machine = Machine::new(vec![span("near", 1), span("far", 32)]);
    machine.connect(0, 1);
    let kernel = SimKernel::new(machine);
    let _clock = Clock::start(&kernel).expect("a thread");
    tests::delay::measure("simulated spans", &(Arc::new(kernel) as Arc<dyn Kernel>));
}
