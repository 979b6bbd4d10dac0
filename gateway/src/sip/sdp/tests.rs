//! Vectors in the manner of RFC 3264 section 10 and of what phones send.

use std::sync::{Arc, LazyLock};

use super::*;
use crate::dtls::{Identity, Role};

const OFFER: &str = "v=0\r\no=alice 2890844526 2890844526 IN IP4 host.anywhere.com\r\ns=\r\nc=IN IP4 192.0.2.10\r\n\
    t=0 0\r\nm=video 51372 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\nm=audio 49170 RTP/AVP 18 0 8 97\r\n\
    a=rtpmap:18 G729/8000\r\na=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=ptime:30\r\na=sendonly\r\n";

fn ours() -> Capabilities {
    Capabilities {
        address: "198.51.100.1".parse().unwrap(),
        port: 16384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 7,
        version: 1,
    }
}

fn description(text: &str) -> Description {
    Description::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_answer_takes_one_codec_and_refuses_the_other_streams_in_their_order() {
    let agreement = answer(&description(OFFER), &ours()).unwrap();
    assert_eq!((agreement.codec, agreement.payload_type), (Codec::Pcma, 8));
    assert_eq!(agreement.telephone_event, Some(97));
    assert_eq!(agreement.packet_ms, 30);
    assert_eq!(agreement.remote, Some("192.0.2.10:49170".parse().unwrap()));
    assert_eq!(agreement.remote_rtcp, Some("192.0.2.10:49171".parse().unwrap()));
    assert!(!agreement.send && agreement.receive, "the offer was sendonly");
    let text = String::from_utf8(agreement.ours.to_octets()).unwrap();
    let expected = "v=0\r\no=- 7 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n\
        m=video 0 RTP/AVP 31\r\nm=audio 16384 RTP/AVP 8 97\r\na=rtpmap:8 PCMA/8000\r\n\
        a=rtpmap:97 telephone-event/8000\r\na=fmtp:97 0-15\r\na=ptime:30\r\na=recvonly\r\n";
    assert_eq!(text, expected);
}

#[test]
fn the_offer_is_met_by_the_first_common_format_of_the_answer() {
    let offer = ours().offer();
    let theirs = description(
        "v=0\no=- 1 1 IN IP4 192.0.2.2\ns=-\nc=IN IP4 192.0.2.2\nt=0 0\nm=audio 4000 RTP/AVP 0 8 101\na=rtpmap:101 telephone-event/8000\na=rtcp:4100 IN IP4 192.0.2.3",
    );
    let agreement = agree(&offer, &theirs, &Encryption::Off).unwrap();
    assert_eq!((agreement.codec, agreement.payload_type), (Codec::Pcmu, 0));
    assert_eq!(agreement.second, Some((8, Codec::Pcma)), "whoever answers with two may send both");
    assert_eq!(agreement.remote_rtcp, Some("192.0.2.3:4100".parse().unwrap()));
    assert_eq!((agreement.telephone_event, agreement.packet_ms), (Some(101), 20));
    assert!(agreement.send && agreement.receive);
}

#[test]
fn hold_is_read_in_the_new_and_in_the_old_way() {
    let inactive = description(&OFFER.replace("sendonly", "inactive"));
    let agreement = answer(&inactive, &ours()).unwrap();
    assert!(!agreement.send && !agreement.receive);
    let old = description(&OFFER.replace("IP4 192.0.2.10", "IP4 0.0.0.0").replace("a=sendonly\r\n", ""));
    let agreement = answer(&old, &ours()).unwrap();
    assert!(!agreement.send && agreement.receive);
    assert_eq!(agreement.remote, None);
}

#[test]
fn disagreements_say_which() {
    let refused = |from: &str, to: &str| answer(&description(&OFFER.replace(from, to)), &ours()).unwrap_err();
    assert_eq!(refused("18 0 8 97", "18 97"), Disagreement::NoCommonCodec);
    assert_eq!(refused("audio 49170", "audio 0"), Disagreement::Refused);
    assert_eq!(refused("49170 RTP/AVP", "49170 RTP/SAVP"), Disagreement::Transport);
    assert_eq!(refused("IP4 192.0.2.10", "IP6 2001:db8::1"), Disagreement::Family);
}

#[test]
fn a_dynamic_payload_type_may_carry_g_711() {
    let offer = description(&OFFER.replace("18 0 8 97", "96 97").replace("18 G729", "96 pcma"));
    assert_eq!(answer(&offer, &ours()).unwrap().payload_type, 96);
}

#[test]
fn lines_in_another_charset_and_a_missing_last_line_end_do_not_cost_the_call() {
    let mut octets = OFFER.replace("s=\r\n", "s=@\r\n").into_bytes();
    let at = octets.iter().position(|&octet| octet == b'@').unwrap();
    octets[at] = 0xfc;
    octets.truncate(octets.len() - 2);
    assert_eq!(Description::parse(&octets).unwrap().direction, Direction::SendOnly);
}

#[test]
fn session_attributes_hold_where_the_stream_has_none_and_per_stream_addresses_win() {
    let text = "v=0\r\no=- 1 99999999999999999999 IN IP4 192.0.2.2\r\n";
    assert!(matches!(Description::parse(text.as_bytes()), Err(SdpError::Grammar(_))));
    let text = "v=0\r\no=- 99999999999999999999 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\na=inactive\r\n\
        m=audio 9 RTP/AVP 8\r\nc=IN IP6 2001:db8::2\r\n";
    let description = description(text);
    assert_eq!(description.direction, Direction::Inactive);
    assert_eq!(description.address, "2001:db8::2".parse::<IpAddr>().unwrap());
    assert_eq!(description.origin.session, "99999999999999999999");
}

#[test]
fn what_is_no_description_of_audio_is_refused() {
    assert_eq!(Description::parse(b"v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\n"), Err(SdpError::NoAudio));
    assert_eq!(Description::parse(b"v=0\r\nm=audio 9 RTP/AVP 0\r\n"), Err(SdpError::NoAddress));
    let name = b"v=0\r\nc=IN IP4 host.example\r\nm=audio 9 RTP/AVP 0\r\n";
    assert_eq!(Description::parse(name), Err(SdpError::Address("host.example".into())));
    assert!(matches!(Description::parse(b"\0\xff"), Err(SdpError::Grammar(_))));
}

#[test]
fn reading_what_we_write_gives_the_same_description() {
    let answer = answer(&description(OFFER), &ours()).unwrap().ours;
    assert_eq!(Description::parse(&answer.to_octets()), Ok(answer));
    let offer = ours().offer();
    assert_eq!(Description::parse(&offer.to_octets()), Ok(offer));
}

/// What becomes of our keys.
type With = fn(Means) -> Encryption;

fn with(encryption: With) -> Capabilities {
    Capabilities { encryption: encryption(Means::Keys(Box::new(OurKeys::draw([5; 32])))), ..ours() }
}

const KEY: &str = "a=crypto:7 F8_128_HMAC_SHA1_80 inline:AAAA\r\n\
    a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4\r\n\
    a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2\r\n";
const UNUSABLE: &str = "a=crypto:7 F8_128_HMAC_SHA1_80 inline:AAAA\r\n";

/// An offer of one stream.
fn offered(protocol: &str, keys: &str) -> Description {
    let head = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\n";
    description(&format!("{head}m=audio 4000 {protocol} 8\r\n{keys}"))
}

#[test]
fn offers_with_and_without_keys_meet_what_is_configured() {
    use Disagreement as D;
    let none = |_| Encryption::Off;
    let table: [(&str, &str, With, Result<bool, D>); 14] = [
        ("RTP/AVP", "", none, Ok(false)),
        ("RTP/AVP", KEY, none, Ok(false)),
        ("RTP/SAVP", KEY, none, Err(D::Transport)),
        ("RTP/AVP", "", Encryption::Optional, Ok(false)),
        ("RTP/AVP", KEY, Encryption::Optional, Ok(true)),
        ("RTP/AVP", UNUSABLE, Encryption::Optional, Ok(false)),
        ("RTP/SAVP", KEY, Encryption::Optional, Ok(true)),
        ("RTP/SAVP", UNUSABLE, Encryption::Optional, Err(D::NoCommonKey)),
        ("RTP/SAVP", "", Encryption::Optional, Err(D::NoCommonKey)),
        ("RTP/AVP", "", Encryption::Required, Err(D::Unencrypted)),
        ("RTP/AVP", KEY, Encryption::Required, Ok(true)),
        ("RTP/SAVP", KEY, Encryption::Required, Ok(true)),
        ("RTP/SAVP", "", Encryption::Required, Err(D::NoCommonKey)),
        ("UDP/TLS/RTP/SAVP", KEY, Encryption::Required, Err(D::Transport)),
    ];
    for (protocol, keys, encryption, expected) in table {
        let result = answer(&offered(protocol, keys), &with(encryption));
        assert_eq!(result.as_ref().map(|it| it.security.is_some()).map_err(|why| *why), expected, "{protocol} {keys}");
        if let Ok(agreement) = result {
            assert_eq!(agreement.ours.protocol, protocol);
            assert_eq!(agreement.ours.crypto.lines.len(), usize::from(agreement.security.is_some()));
        }
    }
}

#[test]
fn an_answer_takes_the_first_line_that_it_can_by_tag_and_suite_and_brings_a_key_of_its_own() {
    let offer = offered("RTP/SAVP", KEY);
    let agreement = answer(&offer, &with(Encryption::Required)).unwrap();
    let keys = keys_of(&agreement);
    assert_eq!(
        (keys.theirs.lifetime, keys.theirs.mki.map(|mki| (mki.value, mki.octets))),
        (Some(1 << 20), Some((1, 4)))
    );
    assert_eq!(keys.ours.suite(), keys.theirs.key.suite());
    assert_ne!(keys.ours, keys.theirs.key);
    let text = String::from_utf8(agreement.ours.to_octets()).unwrap();
    assert!(text.contains("m=audio 16384 RTP/SAVP 8\r\na=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:"), "{text}");
    assert_eq!(Description::parse(text.as_bytes()), Ok(agreement.ours));
}

#[test]
fn an_offer_and_its_answer_have_the_keys_of_both() {
    for encryption in [Encryption::Optional, Encryption::Required] {
        let offer = with(encryption).offer();
        let answerer =
            Capabilities { encryption: Encryption::Optional(Means::Keys(Box::new(OurKeys::draw([6; 32])))), ..ours() };
        let theirs = answer(&offer, &answerer).unwrap();
        let ours = agree(&offer, &theirs.ours, &with(encryption).encryption).unwrap();
        let (theirs, ours) = (keys_of(&theirs), keys_of(&ours));
        assert_eq!((&ours.ours, &ours.theirs.key), (&theirs.theirs.key, &theirs.ours));
    }
}

#[test]
fn answers_that_do_not_fit_the_offer_are_refused() {
    use Disagreement as D;
    let line = |rest: &str| format!("a=crypto:{rest}\r\n");
    let chosen = line("3 AES_CM_128_HMAC_SHA1_80 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2");
    let untold = line("4 AES_CM_128_HMAC_SHA1_80 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2");
    let other = line("1 AES_CM_128_HMAC_SHA1_80 inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2");
    let none = |_| Encryption::Off;
    let table: [(With, &str, &str, Result<bool, D>); 12] = [
        (Encryption::Required, "RTP/SAVP", &chosen, Ok(true)),
        (Encryption::Required, "RTP/SAVP", &untold, Err(D::NoCommonKey)),
        (Encryption::Required, "RTP/SAVP", &other, Err(D::NoCommonKey)),
        (Encryption::Required, "RTP/SAVP", UNUSABLE, Err(D::NoCommonKey)),
        (Encryption::Required, "RTP/SAVP", "", Err(D::Unencrypted)),
        (Encryption::Required, "RTP/AVP", "", Err(D::Unencrypted)),
        (Encryption::Optional, "RTP/AVP", &chosen, Ok(true)),
        (Encryption::Optional, "RTP/AVP", "", Ok(false)),
        (Encryption::Optional, "RTP/AVP", UNUSABLE, Err(D::NoCommonKey)),
        (Encryption::Optional, "RTP/SAVP", "", Err(D::Unencrypted)),
        (none, "RTP/AVP", &chosen, Ok(false)),
        (none, "RTP/SAVP", &chosen, Err(D::NoCommonKey)),
    ];
    for (encryption, protocol, keys, expected) in table {
        let result = agree(&with(encryption).offer(), &offered(protocol, keys), &with(encryption).encryption);
        assert_eq!(result.map(|it| it.security.is_some()), expected, "{protocol} {keys}");
    }
}

/// Every length of a description with keys, and seeded noise in it: nothing panics, and what is answered has a key or none is asked for.
#[test]
fn mutated_keys_harm_nobody() {
    use rand_core::{Rng, SeedableRng};
    const SEED: u64 = 4568;
    println!("seed {SEED}");
    let mut random = rand_chacha::ChaCha20Rng::seed_from_u64(SEED);
    let octets = offered("RTP/SAVP", KEY).to_octets();
    let ours = with(Encryption::Required);
    let check = |octets: &[u8]| {
        let Ok(description) = Description::parse(octets) else { return };
        if let Ok(agreement) = answer(&description, &ours) {
            assert!(agreement.security.is_some());
        }
    };
    (0..octets.len()).for_each(|length| check(&octets[..length]));
    for _ in 0..3000 {
        let mut octets = octets.clone();
        for _ in 0..1 + random.next_u32() % 4 {
            let at = random.next_u32() as usize % octets.len();
            octets[at] = random.next_u32() as u8;
        }
        check(&octets);
    }
}

#[test]
fn of_two_streams_side_by_side_the_one_that_fits_is_answered() {
    let second = |first: &str, second: &str| {
        let mut text = String::from_utf8(offered(first, "").to_octets())
            .unwrap()
            .replace("RTP/SAVP 8\r\n", &format!("RTP/SAVP 8\r\n{KEY}"));
        text += &format!("m=audio 4002 {second} 8\r\n{}", if second == "RTP/SAVP" { KEY } else { "" });
        description(&text)
    };
    let none = |_| Encryption::Off;
    let table: [(With, bool); 3] = [(none, false), (Encryption::Optional, true), (Encryption::Required, true)];
    for (encryption, is_secure) in table {
        for (first, other) in [("RTP/AVP", "RTP/SAVP"), ("RTP/SAVP", "RTP/AVP")] {
            let agreement = answer(&second(first, other), &with(encryption)).unwrap();
            assert_eq!(agreement.security.is_some(), is_secure, "{first} and {other}");
            assert_eq!(agreement.ours.protocol, if is_secure { "RTP/SAVP" } else { "RTP/AVP" });
            assert_eq!((agreement.ours.others.len(), agreement.ours.others[0].port), (1, 0));
        }
    }
}

/// The keys that stand in the descriptions of an agreement.
fn keys_of(agreement: &Agreement) -> crate::srtp::Keys {
    match &agreement.security {
        Some(Security::Keys(keys)) => keys.clone(),
        other => panic!("there should be keys, not {other:?}"),
    }
}

/// Somebody who can shake hands.
fn our_end() -> OurEnd {
    static IDENTITY: LazyLock<Arc<Identity>> =
        LazyLock::new(|| Arc::new(Identity::draw().expect("the system has random numbers")));
    OurEnd::new(IDENTITY.clone())
}

fn shaking(encryption: With) -> Capabilities {
    Capabilities { encryption: encryption(Means::Handshake(our_end())), ..ours() }
}

/// A fingerprint that somebody else has, and one that nobody can check.
const THEIRS: &str = "a=fingerprint:sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD\r\n";
const OF_SHA_1: &str = "a=fingerprint:sha-1 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3\r\n";

fn role_of(agreement: &Agreement) -> Option<Role> {
    match &agreement.security {
        Some(Security::Handshake(arrangement)) => Some(arrangement.role),
        _ => None,
    }
}

#[test]
fn offers_of_a_handshake_meet_what_is_configured_and_we_begin_if_we_may() {
    use Disagreement as D;
    let none = |_| Encryption::Off;
    let (active, passive) = (Some(Role::Active), Some(Role::Passive));
    type Row = (&'static str, &'static str, &'static str, With, Result<Option<Role>, D>);
    let table: [Row; 13] = [
        ("UDP/TLS/RTP/SAVP", THEIRS, "actpass", Encryption::Required, Ok(active)),
        ("UDP/TLS/RTP/SAVP", THEIRS, "active", Encryption::Required, Ok(passive)),
        ("UDP/TLS/RTP/SAVPF", THEIRS, "passive", Encryption::Optional, Ok(active)),
        ("RTP/SAVP", THEIRS, "actpass", Encryption::Required, Ok(active)),
        ("RTP/AVP", THEIRS, "actpass", Encryption::Optional, Ok(active)),
        ("RTP/AVP", THEIRS, "unheard-of", Encryption::Optional, Ok(active)),
        ("RTP/AVP", "", "actpass", Encryption::Optional, Ok(None)),
        ("RTP/AVP", "", "actpass", Encryption::Required, Err(D::Unencrypted)),
        ("UDP/TLS/RTP/SAVP", THEIRS, "holdconn", Encryption::Required, Err(D::NoCommonKey)),
        ("UDP/TLS/RTP/SAVP", OF_SHA_1, "actpass", Encryption::Required, Err(D::NoCommonKey)),
        ("UDP/TLS/RTP/SAVP", "", "actpass", Encryption::Required, Err(D::NoCommonKey)),
        ("RTP/SAVP", KEY, "actpass", Encryption::Required, Err(D::NoCommonKey)),
        ("UDP/TLS/RTP/SAVP", THEIRS, "actpass", none, Err(D::Transport)),
    ];
    for (protocol, lines, setup, with, expected) in table {
        let offer = offered(protocol, &format!("{lines}a=setup:{setup}\r\n"));
        let agreement = answer(&offer, &shaking(with));
        assert_eq!(agreement.as_ref().map(role_of).map_err(|why| *why), expected, "{protocol} {setup} {lines}");
        let Ok(agreement) = agreement else { continue };
        let text = String::from_utf8(agreement.ours.to_octets()).unwrap();
        assert!(text.contains(&format!("RTP/{}", protocol.rsplit('/').next().unwrap())), "{text}");
        let word = match role_of(&agreement) {
            Some(Role::Active) => "a=setup:active\r\n",
            Some(Role::Passive) => "a=setup:passive\r\n",
            None => continue,
        };
        assert!(text.contains(word) && text.contains("a=fingerprint:sha-256 "), "{text}");
    }
}

#[test]
fn our_offer_of_a_handshake_leaves_the_choice_and_the_answer_takes_it() {
    use Disagreement as D;
    let ours = shaking(Encryption::Required);
    let text = String::from_utf8(ours.offer().to_octets()).unwrap();
    assert!(text.contains("UDP/TLS/RTP/SAVP 8") && text.contains("a=setup:actpass\r\n"), "{text}");
    assert_eq!(Description::parse(text.as_bytes()), Ok(ours.offer()));
    let table = [
        (THEIRS, "active", Ok(Some(Role::Passive))),
        (THEIRS, "passive", Ok(Some(Role::Active))),
        (THEIRS, "actpass", Err(D::NoCommonKey)),
        (OF_SHA_1, "active", Err(D::NoCommonKey)),
        ("", "active", Err(D::Unencrypted)),
    ];
    for (lines, setup, expected) in table {
        let answer = offered("UDP/TLS/RTP/SAVP", &format!("{lines}a=setup:{setup}\r\n"));
        let agreement = agree(&ours.offer(), &answer, &ours.encryption);
        assert_eq!(agreement.map(|agreement| role_of(&agreement)), expected, "{setup} {lines}");
    }
    let optional = shaking(Encryption::Optional);
    assert_eq!(optional.offer().protocol, "RTP/AVP");
    let clear = agree(&optional.offer(), &offered("RTP/AVP", ""), &optional.encryption);
    assert_eq!(clear.map(|agreement| agreement.security), Ok(None));
}

#[test]
fn a_fingerprint_may_stand_for_the_whole_session_and_an_association_keeps_its_roles() {
    let text = format!(
        "v=0\no=- 1 1 IN IP4 192.0.2.2\ns=-\nc=IN IP4 192.0.2.2\n{THEIRS}a=setup:actpass\nt=0 0\nm=audio 4000 UDP/TLS/RTP/SAVPF 8\n"
    );
    let offer = description(&text.replace("\nt=0 0", "").replace("m=audio", "t=0 0\nm=audio"));
    let mut ours = shaking(Encryption::Required);
    assert_eq!(role_of(&answer(&offer, &ours).unwrap()), Some(Role::Active));
    let waiting = offered("UDP/TLS/RTP/SAVP", &format!("{THEIRS}a=setup:active\r\n"));
    ours.encryption.settle(answer(&waiting, &ours).unwrap().security.as_ref());
    assert_eq!(role_of(&answer(&offer, &ours).unwrap()), Some(Role::Passive), "who waits goes on so");
}

#[test]
fn an_answer_has_the_time_of_its_offer() {
    let offer = description(&OFFER.replace("t=0 0", "t=2873397496 2873404696"));
    let text = String::from_utf8(answer(&offer, &ours()).unwrap().ours.to_octets()).unwrap();
    assert!(text.contains("\r\nt=2873397496 2873404696\r\n"), "{text}");
}

#[test]
fn packets_are_no_longer_than_maxptime() {
    for (lines, expected) in [
        ("a=ptime:30\r\na=maxptime:20\r\n", 20),
        ("a=maxptime:10\r\n", 10),
        ("a=maxptime:15\r\n", 10),
        ("a=maxptime:60\r\n", 20),
        ("a=ptime:25\r\n", 20),
        ("a=ptime:5\r\n", 20),
    ] {
        let offer = description(&OFFER.replace("a=ptime:30\r\n", lines));
        assert_eq!(answer(&offer, &ours()).unwrap().packet_ms, expected, "{lines}");
    }
}

#[test]
fn an_offer_that_follows_keeps_every_stream_in_its_place_and_every_number() {
    let previous = answer(&description(OFFER), &ours()).unwrap().ours;
    let text = String::from_utf8(ours().offer().following(&previous).to_octets()).unwrap();
    let streams: Vec<_> = text.split("\r\n").filter(|line| line.starts_with("m=")).collect();
    assert_eq!(streams, ["m=video 0 RTP/AVP 31", "m=audio 16384 RTP/AVP 8 0 97"]);
    assert!(text.contains("\r\na=rtpmap:97 telephone-event/8000\r\n"), "{text}");
}

#[test]
fn a_stream_that_is_taken_away_is_off_in_the_answer_and_nothing_flows() {
    let before = answer(&description(OFFER), &ours()).unwrap();
    let offer = description(&OFFER.replace("m=audio 49170", "m=audio 0"));
    assert_eq!(answer(&offer, &ours()).unwrap_err(), Disagreement::Refused);
    let agreement = remove(&offer, &ours(), before);
    assert!(!agreement.send && !agreement.receive && agreement.remote.is_none());
    let text = String::from_utf8(agreement.ours.to_octets()).unwrap();
    assert!(text.contains("m=video 0 RTP/AVP 31\r\nm=audio 0 RTP/AVP 18\r\n"), "{text}");
}
