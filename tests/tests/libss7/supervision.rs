//! Alignment, blocking and resets with libss7.

use super::calls::{release, setup};
use super::near::{CICS, FAR};
use super::rig::{Event, Rig};
use isup::codec::{Cic, ParameterCode};
use isup::exchange::{CircuitRange, CircuitState, GroupRequest, Indication, Refusal, Request, Supervision};
use isup::mtp3;

fn near(cic: u16, indication: Indication) -> Event {
    Event::Near(cic, indication)
}

fn far(line: &str) -> Event {
    Event::Far(line.to_owned())
}

#[test]
fn the_link_aligns_passes_its_tests_and_comes_back_after_a_stop() {
    let mut rig = Rig::ready();
    for _ in 0..2 {
        rig.link(0, mtp3::Command::DeactivateLink);
        let mut down = (false, false);
        rig.until("both ends to see the link down", |_, event| {
            down.0 |= event == Some(Event::Reachable(false));
            down.1 |= event == Some(far("down"));
            down == (true, true)
        });
        rig.link(0, mtp3::Command::ActivateLink);
        let mut up = (false, false);
        rig.until("both ends in service again", |_, event| {
            up.0 |= event == Some(Event::Reachable(true));
            up.1 |= event == Some(far("up"));
            up == (true, true)
        });
    }
    rig.near.assert_clean();
}

#[test]
fn either_end_blocks_and_unblocks_a_circuit() {
    let mut rig = Rig::ready();
    rig.request(5, Request::Block);
    rig.expect(&[far("BLO 5"), near(5, Indication::BlockConfirmed)]);
    rig.order("blo 6");
    rig.expect(&[near(6, Indication::Blocked), far("BLA 6")]);
    assert!(!rig.near.is_available(5) && !rig.near.is_available(6));
    rig.request(5, Request::Unblock);
    rig.expect(&[far("UBL 5"), near(5, Indication::UnblockConfirmed)]);
    rig.order("ubl 6");
    rig.expect(&[near(6, Indication::Unblocked), far("UBA 6")]);
    assert!(rig.near.is_available(5) && rig.near.is_available(6));
    assert_eq!(rig.records().0, 0);
    rig.near.assert_clean();
}

#[test]
fn either_end_resets_a_circuit_with_a_call_on_it() {
    let mut rig = Rig::ready();
    for cic in [1, 3] {
        rig.request(cic, Request::Setup(setup("4930600", "4420700")));
        rig.expect(&[far(&format!("IAM {cic} 4930600 4420700"))]);
    }
    rig.request(1, Request::Reset);
    let lost = |cic| near(cic, Indication::Lost(isup::cause::Cause::NORMAL_UNSPECIFIED));
    rig.expect(&[lost(1), far("RSC 1"), near(1, Indication::Released), near(1, Indication::ResetConfirmed)]);
    // Before its first backward message the call may take another circuit; afterwards it is lost.
    rig.order("rsc 3");
    rig.expect(&[near(3, Indication::SetupRefused(Refusal::Reset)), far("RLC 3")]);
    rig.request(3, Request::Setup(setup("4930600", "4420700")));
    rig.expect(&[far("IAM 3 4930600 4420700")]);
    rig.order("con 3");
    rig.until("the answer", |_, event| matches!(event, Some(Event::Near(3, Indication::Connect(_)))));
    rig.order("rsc 3");
    rig.expect(&[lost(3)]);
    rig.request(3, Request::ReleaseResponse);
    rig.expect(&[near(3, Indication::Released), far("RLC 3")]);
    assert_eq!(rig.records().0, 0);
    rig.near.assert_clean();
}

#[test]
fn either_end_resets_a_range_of_circuits() {
    let mut rig = Rig::ready();
    rig.group_request(GroupRequest::Reset(FAR));
    let mut events: Vec<Event> = CICS.iter().map(|cic| near(*cic, Indication::ResetConfirmed)).collect();
    events.extend([far("GRS 1 15"), far("GRS 17 31")]);
    rig.expect(&events);
    rig.order("grs 1 15");
    rig.expect(&[far("GRA 1 15")]);
    assert_eq!(rig.records().0, 0);
    rig.near.assert_clean();
}

#[test]
fn either_end_blocks_and_unblocks_a_range_of_circuits_for_either_reason() {
    let mut rig = Rig::ready();
    let told = |first: u16, indication: Indication| (first..first + 15).map(move |cic| near(cic, indication.clone()));
    let range = CircuitRange { destination: FAR, first: Cic(1), last: Cic(15) };
    for (code, why) in [(0, Supervision::Maintenance), (1, Supervision::HardwareFailure)] {
        rig.group_request(GroupRequest::Block(range, why));
        let confirmed = told(1, Indication::BlockConfirmed);
        rig.expect(&confirmed.chain([far(&format!("CGB 1 15 {code}"))]).collect::<Vec<_>>());
        rig.order(&format!("cgb 17 31 {code}"));
        let blocked = told(17, Indication::Blocked);
        rig.expect(&blocked.chain([far(&format!("CGBA 17 31 {code}"))]).collect::<Vec<_>>());
        assert!(CICS.iter().all(|cic| !rig.near.is_available(*cic)));
        rig.group_request(GroupRequest::Unblock(range, why));
        let confirmed = told(1, Indication::UnblockConfirmed);
        rig.expect(&confirmed.chain([far(&format!("CGU 1 15 {code}"))]).collect::<Vec<_>>());
        rig.order(&format!("cgu 17 31 {code}"));
        let unblocked = told(17, Indication::Unblocked);
        rig.expect(&unblocked.chain([far(&format!("CGUA 17 31 {code}"))]).collect::<Vec<_>>());
        assert!(CICS.iter().all(|cic| rig.near.is_available(*cic)));
    }
    assert_eq!(rig.records().0, 0);
    rig.near.assert_clean();
}

#[test]
fn a_call_without_a_calling_number_goes_on_when_we_have_told_that_there_is_none() {
    let mut rig = Rig::ready();
    let mut iam = setup("4930600", "4420700");
    iam.remove(ParameterCode::CALLING_PARTY_NUMBER);
    rig.request(9, Request::Setup(iam));
    // libss7 holds the call back until INF answers its INR.
    rig.expect(&[far("IAM 9 4930600")]);
    rig.request(9, Request::Release(release(16)));
    rig.expect(&[far("REL 9 16"), near(9, Indication::Released)]);
    assert_eq!(rig.records().0, 0);
    rig.near.assert_clean();
}

#[test]
fn a_circuit_seized_by_both_ends_is_the_controlling_ends() {
    let mut rig = Rig::ready();
    // The lower point code controls the odd circuits: ours is 7, theirs is 8.
    for cic in [7, 8] {
        rig.order(&format!("iam {cic} 4420700 4930600"));
        rig.request(cic, Request::Setup(setup("4930600", "4420700")));
    }
    rig.until("the dual seizures to be seen", |rig, _| {
        rig.near.state(8) == CircuitState::IncomingSetup && rig.near.state(7) == CircuitState::AwaitingAddressComplete
    });
    rig.idle(std::time::Duration::from_millis(100));
    assert_eq!(rig.near.state(7), CircuitState::AwaitingAddressComplete, "ours goes on");
    for cic in [7, 8] {
        rig.request(cic, Request::Release(release(16)));
    }
    rig.until("both circuits to be free", |rig, _| [7, 8].iter().all(|cic| rig.near.is_available(*cic)));
    rig.idle(std::time::Duration::from_millis(100));
    rig.near.assert_clean();
}
