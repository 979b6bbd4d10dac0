//! Configurations that tests make of the embedded default of ISUP alone: spans and trunks of PRI beside it, and routes of their own.

use std::fmt::Write;

use config::Model;

/// A route: from whom, which numbers, whither.
pub type Route<'a> = (&'a str, &'a str, &'a str);

/// The embedded default with these routes in place of its own, and what a test adds to it.
///
/// # Panics
/// When that is no configuration.
pub fn embedded_with(more: &str, routes: &[Route<'_>]) -> Model {
    let (text, _) = config::EMBEDDED.split_once("[[route]]").expect("the embedded default routes");
    routed(text, more, routes)
}

/// A text without routes, with these.
///
/// # Panics
/// When that is no configuration.
pub fn routed(text: &str, more: &str, routes: &[Route<'_>]) -> Model {
    let mut whole = format!("{text}{more}");
    for (from, called, to) in routes {
        write!(whole, "\n[[route]]\nfrom = \"{from}\"\ncalled = \"{called}\"\nto = \"{to}\"\n")
            .expect("a string takes all");
    }
    config::parse("a test", &whole).unwrap_or_else(|report| panic!("{report}"))
}

/// A-law spans of these names, T1 too, so that no octet changes on its way.
pub fn spans(line: &str, names: &[&str]) -> String {
    names.iter().map(|name| format!("\n[[span]]\nname = \"{name}\"\nline = \"{line}\"\nlaw = \"alaw\"\n")).collect()
}

/// A cable between two spans.
pub fn cable(one: &str, other: &str) -> String {
    format!("\n[[sim.cable]]\nspans = [\"{one}\", \"{other}\"]\n")
}

/// A PRI trunk. `more` are further keys, and its tables.
pub fn pri_trunk(name: &str, side: &str, spans: &str, more: &str) -> String {
    format!("\n[[trunk]]\nname = \"{name}\"\nkind = \"pri\"\nside = \"{side}\"\nspans = [{spans}]\n{more}\n")
}

/// A PRI trunk on a span of its own name, with a far exchange at the other end.
pub fn pri_far_exchange(name: &str, side: &str, line: &str, more: &str) -> String {
    let far = format!("\n[[sim.far_exchange]]\nspan = \"{name}\"\n");
    far + &spans(line, &[name]) + &pri_trunk(name, side, &format!("{{ span = \"{name}\" }}"), more)
}

/// PRI over a cable whose two ends are ours: trunk "net", network side, on span "n", and trunk "user" on span "u".
pub fn pri_cable(switch: &str, line: &str, net: &str, user: &str) -> String {
    let switch = format!("switch = \"{switch}\"\n");
    cable("n", "u")
        + &spans(line, &["n", "u"])
        + &pri_trunk("net", "network", "{ span = \"n\" }", &format!("{switch}{net}"))
        + &pri_trunk("user", "user", "{ span = \"u\" }", &format!("{switch}hunt = \"descending\"\n{user}"))
}
