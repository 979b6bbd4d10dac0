//! Calls whose audio is encrypted, through the whole gateway in virtual time: a phone with keys of its own and one without.

use config::Model;
use config::model::{Srtp, SrtpKeys};
use hw_sim::far_end::CallOrder;
use spangate::dtls::{Digest, Fingerprint, HANDSHAKE_MAX};
use spangate::srtp::Suite;
use tests::{Crypt, Plan, Shake, Weather, World};

/// The embedded default, whose only peer is asked for encryption so.
fn world(srtp: Srtp) -> World {
    let mut model = Model::embedded();
    model.sip.peers[0].terms.srtp = srtp;
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

fn crypt(profile: &'static str, suite: Suite) -> Option<Crypt> {
    Some(Crypt { profile, suite })
}

#[test]
fn every_octet_comes_back_by_every_suite_and_the_record_names_it() {
    for suite in Suite::ALL {
        let mut world = world(Srtp::Required);
        world.phone.crypt = crypt("RTP/SAVP", suite);
        let call = world.phone.call("600", Plan::talk(3_000));
        world.run(1_500);
        assert_eq!(world.status().call_list[0].srtp.as_deref(), Some(suite.name()));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{suite:?}: {view:?}");
        assert!(view.compared > 18_000, "{suite:?}: {view:?}");
        assert_eq!(world.records()[0].srtp.as_deref(), Some(suite.name()));
    }
}

#[test]
fn a_call_from_the_pstn_offers_keys_and_its_pattern_returns_unchanged() {
    for srtp in [Srtp::Optional, Srtp::Required] {
        let mut world = world(srtp);
        world.phone.crypt = crypt("RTP/SAVP", Suite::AeadAes128Gcm);
        let order = world.place(CallOrder::verified("4930100", "4930200", 4_000));
        let outcome = world.outcome(order);
        world.settle();
        assert!(outcome.answered && outcome.octets_checked > 25_000, "{srtp:?}: {outcome:?}");
        assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{srtp:?}: {outcome:?}");
        assert_eq!(world.records()[0].srtp.as_deref(), Some("AEAD_AES_128_GCM"));
    }
}

#[test]
fn whoever_has_no_keys_is_served_in_the_clear_where_they_are_optional_and_refused_where_they_are_required() {
    for (srtp, status) in [(Srtp::Optional, 200), (Srtp::Required, 488)] {
        let mut world = world(srtp);
        let call = world.phone.call("600", Plan::talk(1_000));
        world.settle();
        assert_eq!(world.phone.view(call).status, Some(status), "{srtp:?}");
        assert_eq!(world.records()[0].srtp, None);
        let order = world.place(CallOrder::conversation("100", "200", 1_000));
        let outcome = world.outcome(order);
        world.settle();
        assert_eq!(outcome.answered, status == 200, "{srtp:?}: {outcome:?}");
    }
}

#[test]
fn keys_beside_rtp_avp_are_taken_where_they_are_optional_and_passed_over_where_they_are_off() {
    for (srtp, profile, status) in
        [(Srtp::Optional, "RTP/AVP", Some(200)), (Srtp::Off, "RTP/AVP", Some(200)), (Srtp::Off, "RTP/SAVP", Some(488))]
    {
        let mut world = world(srtp);
        world.phone.crypt = crypt(profile, Suite::AesCm128HmacSha1_32);
        let call = world.phone.call("600", Plan::talk(2_000));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (status, 0), "{srtp:?} {profile}");
        let is_secure = srtp == Srtp::Optional;
        assert_eq!(world.records()[0].srtp.is_some(), is_secure, "{srtp:?} {profile}");
        assert!(status == Some(488) || view.compared > 10_000, "{srtp:?} {profile}: {view:?}");
    }
}

/// The same, whose peer shakes hands.
fn shaking(srtp: Srtp) -> World {
    let mut model = Model::embedded();
    (model.sip.peers[0].terms.srtp, model.sip.peers[0].terms.srtp_keys) = (srtp, SrtpKeys::Dtls);
    let mut world = World::with(model, 1);
    world.wait_until("ready", World::is_ready);
    world
}

#[test]
fn a_phone_agrees_on_keys_by_a_handshake_and_every_octet_comes_back() {
    for (srtp, profile) in [(Srtp::Required, "UDP/TLS/RTP/SAVP"), (Srtp::Optional, "RTP/AVP")] {
        let mut world = shaking(srtp);
        world.phone.shake = Some(Shake::by(profile));
        let call = world.phone.call("600", Plan::talk(3_000));
        world.run(1_500);
        assert_eq!(world.status().call_list[0].srtp.as_deref(), Some("AEAD_AES_256_GCM"));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{srtp:?}: {view:?}");
        assert!(view.compared > 15_000, "{srtp:?}: {view:?}");
        assert_eq!(world.records()[0].srtp.as_deref(), Some("AEAD_AES_256_GCM"));
    }
}

#[test]
fn a_call_from_the_pstn_offers_a_handshake_and_its_pattern_returns_unchanged() {
    for srtp in [Srtp::Optional, Srtp::Required] {
        let mut world = shaking(srtp);
        world.phone.shake = Some(Shake::by(""));
        let order = world.place(CallOrder::verified("4930100", "4930200", 4_000));
        let outcome = world.outcome(order);
        world.settle();
        assert!(outcome.answered && outcome.octets_checked > 25_000, "{srtp:?}: {outcome:?}");
        assert_eq!((outcome.differences, outcome.lost_sync), (0, 0), "{srtp:?}: {outcome:?}");
        assert_eq!(world.records()[0].srtp.as_deref(), Some("AEAD_AES_256_GCM"));
    }
}

#[test]
fn whoever_cannot_shake_hands_is_served_in_the_clear_where_that_is_optional_and_refused_where_it_is_required() {
    for (srtp, status) in [(Srtp::Optional, 200), (Srtp::Required, 488)] {
        let mut world = shaking(srtp);
        let call = world.phone.call("600", Plan::talk(1_000));
        world.settle();
        assert_eq!(world.phone.view(call).status, Some(status), "{srtp:?}");
        let order = world.place(CallOrder::conversation("100", "200", 1_000));
        let outcome = world.outcome(order);
        world.settle();
        assert_eq!(outcome.answered, status == 200, "{srtp:?}: {outcome:?}");
        assert!(world.records().iter().all(|record| record.srtp.is_none()));
    }
}

#[test]
fn a_handshake_is_completed_over_a_network_that_loses_a_tenth() {
    for seed in 1..4 {
        let mut model = Model::embedded();
        (model.sip.peers[0].terms.srtp, model.sip.peers[0].terms.srtp_keys) = (Srtp::Required, SrtpKeys::Dtls);
        let mut world = World::with(model, seed);
        world.wait_until("ready", World::is_ready);
        world.set_weather(Weather { loss_permille: 100, delay_ms: 20, jitter_ms: 5 });
        world.phone.shake = Some(Shake::by("UDP/TLS/RTP/SAVP"));
        let call = world.phone.call("600", Plan::talk(20_000));
        world.settle();
        let view = world.phone.view(call);
        assert_eq!(view.status, Some(200), "seed {seed}: {view:?}");
        assert!(view.packets > 300, "seed {seed}: {view:?}");
        assert!(world.records()[0].srtp.is_some());
    }
}

#[test]
fn whoever_proves_to_be_another_is_released_without_an_octet_heard() {
    let mut world = shaking(Srtp::Required);
    let told = Fingerprint::of(Digest::Sha256, b"another certificate");
    world.phone.shake = Some(Shake { told, ..Shake::by("UDP/TLS/RTP/SAVP") });
    let call = world.phone.call("600", Plan::talk(60_000));
    world.settle();
    let view = world.phone.view(call);
    assert!(view.hung_up_by_peer && view.packets == 0, "{view:?}");
    let record = world.records()[0];
    assert_eq!((record.cause, &record.srtp), (Some(58), &None), "{record:?}");
}

#[test]
fn whoever_never_shakes_hands_though_it_said_so_is_released_when_patience_ends() {
    let mut world = shaking(Srtp::Required);
    world.phone.shake = Some(Shake::by("UDP/TLS/RTP/SAVP"));
    world.phone.calling_voice = tests::Voice::Silent;
    let call = world.phone.call("600", Plan::talk(120_000));
    world.settle();
    assert!(world.phone.view(call).hung_up_by_peer);
    assert_eq!(world.records()[0].cause, Some(58));
    assert!(world.elapsed_ms() < 3 * HANDSHAKE_MAX.as_millis() as u64);
}
