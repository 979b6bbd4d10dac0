//! What a running gateway has in service, and nobody else may take: its links and its circuits.
//!
//! The driver refuses a timeslot that is open; the circuits of a trunk are not opened for their signalling, so that the gateway has to
//! be asked, at the admin address of the file. Left out: gateways elsewhere, which nobody here can ask.

use std::io;

use config::Model;
use config::model::Trunk;

use crate::ops::client::{Client, ClientError};
use crate::ops::status::{Link, Status};

/// Refuses what the gateway at the file's admin address has in service, if there is one.
pub fn refuse(model: &Model, trunk: Option<&Trunk>) -> io::Result<()> {
    let status = match Client::new(model.admin.listen).status() {
        Ok(status) => status,
        Err(ClientError::Unreachable { .. }) => return Ok(()),
        Err(refused) => return Err(io::Error::other(refused)),
    };
    match conflict(model, trunk, &status) {
        None => Ok(()),
        Some(what) => Err(io::Error::other(format!("{what} in the gateway at {}: stop it first", model.admin.listen))),
    }
}

/// The first link of the file that is in service there, or the trunk whose circuits are.
fn conflict(model: &Model, trunk: Option<&Trunk>, status: &Status) -> Option<String> {
    let has = |link: &&config::model::Link| {
        let (span, timeslot) = (&model.span(link.span).name, link.timeslot);
        let here = |theirs: &&Link| theirs.span == *span && theirs.timeslot == timeslot;
        status.links.iter().find(here).is_some_and(|theirs| theirs.state == Link::IN_SERVICE)
    };
    if let Some(link) = model.links().iter().find(has) {
        let span = &model.span(link.span).name;
        return Some(format!("link {:?}, timeslot {} of span {span:?}, is in service", link.name, link.timeslot));
    }
    let theirs = status.trunks.iter().find(|theirs| trunk.is_some_and(|trunk| trunk.name == theirs.name))?;
    let circuits = theirs.circuits.idle + theirs.circuits.busy + theirs.circuits.releasing + theirs.circuits.resetting;
    (circuits > 0).then(|| format!("trunk {:?} has {circuits} circuits in service", theirs.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::status::{Circuits, Trunk as TrunkStatus};

    fn status(state: &str, circuits: Circuits) -> Status {
        let link = Link { span: "a".into(), timeslot: 16, state: state.into(), ..Link::default() };
        let trunk = TrunkStatus { name: "trunk".into(), circuits, ..TrunkStatus::default() };
        Status { links: vec![link], trunks: vec![trunk], ..Status::default() }
    }

    #[test]
    fn a_link_or_trunk_that_a_gateway_has_in_service_is_named_and_one_that_it_has_not_may_be_taken() {
        let model = super::super::tests::model("1-1-1", "1-1-2", "a");
        let conflict = |state: &str, circuits| super::conflict(&model, model.trunks.first(), &status(state, circuits));
        let idle = Circuits { idle: 3, blocked: 27, ..Circuits::default() };
        let blocked = Circuits { blocked: 20, unavailable: 10, ..Circuits::default() };
        let link = "link \"link\", timeslot 16 of span \"a\", is in service";
        assert_eq!(conflict(Link::IN_SERVICE, idle).as_deref(), Some(link));
        assert_eq!(conflict("inactive", idle).as_deref(), Some("trunk \"trunk\" has 3 circuits in service"));
        assert_eq!(conflict("inactive", blocked), None);
    }
}
