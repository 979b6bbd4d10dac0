//! One description after another: RFC 3264 6 and 8.

use super::*;

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
