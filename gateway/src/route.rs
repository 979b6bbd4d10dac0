//! The dial plan: from whom and what was dialled to where it goes and what is dialled there.

use config::model::{Model, NatureOfAddress, PeerIndex, Route, RouteFrom, RouteTo, TrunkIndex};

/// Who placed a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A SIP peer.
    Peer(PeerIndex),
    /// A trunk group.
    Trunk(TrunkIndex),
}

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The trunk or peer.
    pub to: RouteTo,
    /// The called number as dialled there.
    pub digits: String,
    /// The nature of address that the route prescribes.
    pub nature: Option<NatureOfAddress>,
}

/// The first route of the plan that fits, with its digits already changed. `None`: the number is not allocated here.
pub fn choose(model: &Model, source: Source, digits: &str) -> Option<Choice> {
    let route = model.routes.iter().find(|route| admits(route.from, source) && route.pattern.matches(digits))?;
    Some(Choice { to: route.to, digits: rewritten(route, digits), nature: route.nature })
}

fn admits(from: RouteFrom, source: Source) -> bool {
    match (from, source) {
        (RouteFrom::Sip, Source::Peer(_)) => true,
        (RouteFrom::Peer(wanted), Source::Peer(peer)) => wanted == peer,
        (RouteFrom::Trunk(wanted), Source::Trunk(trunk)) => wanted == trunk,
        _ => false,
    }
}

/// A plus sign counts as a digit: `strip = 1` takes it off.
fn rewritten(route: &Route, digits: &str) -> String {
    let rest: String = digits.chars().skip(usize::from(route.strip)).collect();
    format!("{}{rest}", route.prepend)
}
