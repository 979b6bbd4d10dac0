//! The gateway in a process of its own, as `spangate run` has it, but for its links.

use crate::plan::{self, Side};
use crate::timeslots::Kernels;
use config::model::Driver;
use hw_sim::{Clock, SimKernel};
use spangate::io::gateway::{Gateway, Surroundings};
use spangate::lab::embedded;
use spangate::ops::log;
use std::path::Path;
use std::sync::Arc;

/// Until it is killed.
pub fn run(folder: &Path) {
    let model = plan::model(folder, Side::Gateway);
    let _log = log::start(model.log.level).expect("a thread");
    let Driver::Sim(sim) = &model.driver else { panic!("the plan is one of simulated spans") };
    let (machine, _none) = embedded::build(&model, sim);
    let driver = SimKernel::new(machine);
    let _clock = Clock::start(&driver).expect("a thread");
    let lateness = driver.clone();
    let surroundings = Surroundings {
        kernel: Arc::new(Kernels::new(driver, folder)),
        laboratory: None,
        patience_ms: Box::new(move || lateness.lateness().waited_ms),
        outlive_us: false,
    };
    let mut gateway = Gateway::start(model, surroundings).unwrap_or_else(|error| panic!("{error}"));
    assert!(gateway.ready(), "no link came into service");
    println!("ready");
    gateway.join();
}
