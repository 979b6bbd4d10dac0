//! What a span group costs in real time on the DAHDI driver, whose two spans are each the other's far end; see `tests::delay`.
#![forbid(unsafe_code)]

use std::sync::Arc;

use dahdi_sys::{Kernel, LinuxKernel};

fn main() {
    tests::delay::measure("the driver", &(Arc::new(LinuxKernel) as Arc<dyn Kernel>));
}
