//! The dial plan: from whom and what was dialled to where it goes and what is dialled there.

use config::model::{Model, NatureOfAddress, Route, RouteFrom, RouteTo, SipParty, TrunkIndex};

/// Who placed a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A SIP peer or a registered user.
    Sip(SipParty),
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

/// What the plan says of a number to which digits may be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prospect {
    /// It goes there, and has every digit that the route takes.
    Whole(Choice),
    /// It goes there, and so does every longer one.
    Settled(Choice),
    /// It goes somewhere, and a longer one elsewhere.
    Open,
    /// It goes nowhere; a longer one may.
    TooShort,
    /// Neither it nor a longer one goes anywhere.
    Nowhere,
}

/// The first route of the plan that fits, with its digits already changed. `None`: the number is not allocated here.
pub fn choose(model: &Model, source: Source, digits: &str) -> Option<Choice> {
    let route = routes(model, source).find(|route| route.pattern.matches(digits))?;
    Some(choice(route, digits))
}

/// What the plan can say while digits may follow. A route stands behind all before it, as long as one of them may yet fit.
pub fn foresee(model: &Model, source: Source, digits: &str) -> Prospect {
    let mut earlier_may_fit = false;
    for route in routes(model, source) {
        if route.pattern.matches(digits) {
            return match (earlier_may_fit, route.pattern.is_open()) {
                (true, _) => Prospect::Open,
                (false, true) => Prospect::Settled(choice(route, digits)),
                (false, false) => Prospect::Whole(choice(route, digits)),
            };
        }
        earlier_may_fit |= route.pattern.may_match(digits);
    }
    if earlier_may_fit { Prospect::TooShort } else { Prospect::Nowhere }
}

/// Whether a trunk is for the calls of this source.
pub fn may_use(model: &Model, source: Source, trunk: TrunkIndex) -> bool {
    let allow = model.trunk(trunk).allow.as_ref();
    allow.is_none_or(|allow| allow.iter().any(|from| admits(*from, source)))
}

fn routes(model: &Model, source: Source) -> impl Iterator<Item = &Route> {
    model.routes.iter().filter(move |route| admits(route.from, source))
}

fn choice(route: &Route, digits: &str) -> Choice {
    Choice { to: route.to, digits: rewritten(route, digits), nature: route.nature }
}

fn admits(from: RouteFrom, source: Source) -> bool {
    match (from, source) {
        (RouteFrom::Sip, Source::Sip(_)) => true,
        (RouteFrom::Peer(wanted), Source::Sip(party)) => SipParty::Peer(wanted) == party,
        (RouteFrom::User(wanted), Source::Sip(party)) => SipParty::User(wanted) == party,
        (RouteFrom::Trunk(wanted), Source::Trunk(trunk)) => wanted == trunk,
        _ => false,
    }
}

/// A plus sign counts as a digit: `strip = 1` takes it off.
fn rewritten(route: &Route, digits: &str) -> String {
    let rest: String = digits.chars().skip(usize::from(route.strip)).collect();
    format!("{}{rest}", route.prepend)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The embedded default, its trunk's calls routed by these patterns.
    fn plan(patterns: &[&str]) -> Model {
        let model = config::parse("embedded", config::EMBEDDED).expect("it is sound");
        let from = RouteFrom::Trunk(model.trunk_indices().next().expect("there is a trunk"));
        let route = |pattern: &&str| Route {
            from,
            pattern: pattern.parse().expect("a test's pattern"),
            ..model.routes[0].clone()
        };
        let routes = patterns.iter().map(route).collect();
        Model { routes, ..model }
    }

    #[test]
    fn a_prospect_looks_at_every_route_that_stands_before() {
        use Prospect::{Nowhere, Open, Settled, TooShort, Whole};
        let model = plan(&["110", "6XX", "60.", "0XX."]);
        let source = Source::Trunk(model.trunk_indices().next().expect("there is a trunk"));
        let foresee = |digits| foresee(&model, source, digits);
        assert_eq!([foresee(""), foresee("1"), foresee("11"), foresee("6"), foresee("01")], [const { TooShort }; 5]);
        assert_eq!([foresee("2"), foresee("12"), foresee("1101"), foresee("612x")], [const { Nowhere }; 4]);
        assert!(matches!(foresee("110"), Whole(choice) if choice.digits == "110"));
        assert_eq!(foresee("60"), Open, "601 would go by the second route");
        assert!(matches!(foresee("601"), Whole(_)) && matches!(foresee("6012"), Settled(_)));
        assert!(matches!(foresee("012"), Settled(_)) && matches!(foresee("0123"), Settled(_)));
    }
}
