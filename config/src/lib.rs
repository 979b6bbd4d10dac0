//! One TOML file becomes types that cannot be wrong.
//!
//! [`load`] and [`parse`] give a whole [`Model`] or a [`Report`] with every mistake of the file; there
//! is nothing between, so a gateway never starts on half a configuration.
#![forbid(unsafe_code)]

mod check;
pub mod model;
mod network;
mod pattern;
mod raw;
mod report;
mod spelling;
mod wrong;

use std::path::Path;

pub use model::Model;
pub use report::{Mistake, Position, Report};

/// The longest text that is read; a configuration of a thousand spans is a tenth of it.
pub const FILE_OCTETS_MAX: u64 = 1 << 20;

/// Reads and checks a file.
///
/// # Errors
/// Every mistake in it, or the one that it could not be read.
pub fn load(path: &Path) -> Result<Model, Report> {
    let name = path.display().to_string();
    let text = read(path).map_err(|why| Report::unreadable(&name, &why))?;
    parse(&name, &text)
}

/// Checks a text; `name` stands in the report as its file name.
///
/// # Errors
/// Every mistake in it.
pub fn parse(name: &str, text: &str) -> Result<Model, Report> {
    check::check(name, text)
}

impl Model {
    /// What the gateway runs on without a file: two simulated E1 on loopback, one of ISUP and one of PRI.
    pub fn embedded() -> Self {
        parse("embedded default", WHOLE).expect("a test reads this very text")
    }
}

/// The text of [`Model::embedded`] without its PRI: one E1 of ISUP, to which whoever varies it adds its own.
pub const EMBEDDED: &str = concat!(include_str!("../embedded/isup.toml"), include_str!("../embedded/routes.toml"));

const WHOLE: &str = concat!(
    include_str!("../embedded/isup.toml"),
    include_str!("../embedded/pri.toml"),
    include_str!("../embedded/routes.toml"),
);

/// At most [`FILE_OCTETS_MAX`] octets, so that a device file or a log given by mistake does not fill memory.
fn read(path: &Path) -> Result<String, String> {
    use std::io::Read;
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut octets = Vec::new();
    file.take(FILE_OCTETS_MAX + 1).read_to_end(&mut octets).map_err(|error| error.to_string())?;
    if octets.len() as u64 > FILE_OCTETS_MAX {
        return Err(format!("it is longer than {FILE_OCTETS_MAX} octets"));
    }
    String::from_utf8(octets).map_err(|error| format!("octet {} is no UTF-8", error.utf8_error().valid_up_to()))
}

#[cfg(test)]
mod identity_tests;
#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
mod stir_tests;
#[cfg(test)]
mod tests;
