//! Every typed element of Q.931, octets and words, both written out by hand from the figures of
//! Q.931 clause 4.5.

use isup::q931::codec::*;

type E = ElementCode;

/// Code, contents in hex, and the words that the type must find in them.
pub const WRITTEN_OUT: &[(E, &str, &str)] = &[
    (E::SEGMENTED_MESSAGE, "82 05", "SETUP, 2 more, the first"),
    (E::SEGMENTED_MESSAGE, "01 62", "FACILITY, 1 more"),
    (E::CHANGE_STATUS, "c0", "channel in service"),
    (E::CHANGE_STATUS, "82", "interface out of service"),
    (E::BEARER_CAPABILITY, "80 90 a3", "speech, circuit mode, 64 kbit/s, G.711 A-law"),
    (E::BEARER_CAPABILITY, "88 90", "unrestricted digital information, circuit mode, 64 kbit/s"),
    (E::BEARER_CAPABILITY, "90 90 a2", "3.1 kHz audio, circuit mode, 64 kbit/s, G.711 mu-law"),
    (E::BEARER_CAPABILITY, "88 98 86", "unrestricted digital information, circuit mode, multirate x 6"),
    // V.110 at 56 kbit/s: octets 5a.
    (
        E::BEARER_CAPABILITY,
        "88 90 21 8f",
        "unrestricted digital information, circuit mode, 64 kbit/s, V.110 rate adaption",
    ),
    // X.25 on a circuit, with octets 4a and 4b of an older edition.
    (
        E::BEARER_CAPABILITY,
        "88 40 00 80 c6 e6",
        "unrestricted digital information, packet mode, packet mode, X.25 link layer, X.25 packet layer",
    ),
    (E::CAUSE, "81 90", "16 normal call clearing, private network serving the local user"),
    (
        E::CAUSE,
        "02 80 e4 1e",
        "100 invalid information element contents, public network serving the local user, diagnostics 1e",
    ),
    (E::CALL_IDENTITY, "07", "07"),
    (E::CALL_STATE, "0a", "10 active"),
    (E::CALL_STATE, "3d", "61 restart request"),
    (E::CALL_STATE, "81", "1 of national coding"),
    (E::CHANNEL_IDENTIFICATION, "a9 83 81", "B-channels 1, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "a1 83 9f", "B-channels 31, preferred"),
    (E::CHANNEL_IDENTIFICATION, "a9 83 01 82", "B-channels 1 2, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "e9 82 83 97", "B-channels 23, exclusive, interface 2"),
    (E::CHANNEL_IDENTIFICATION, "e9 01 82 83 97", "B-channels 23, exclusive, interface [01, 02]"),
    (E::CHANNEL_IDENTIFICATION, "e9 81", "as indicated, exclusive, interface 1"),
    (E::CHANNEL_IDENTIFICATION, "a9 93 80 00 00 06", "B-channels 1 2 31, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "a9 93 80 00 03", "B-channels 1 2 24, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "a9 96 03", "H0-channels 1 2, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "a3", "any channel, preferred"),
    (E::CHANNEL_IDENTIFICATION, "a0", "no channel, preferred"),
    (E::CHANNEL_IDENTIFICATION, "89", "B1, exclusive"),
    (E::CHANNEL_IDENTIFICATION, "82", "B2, preferred"),
    (E::CHANNEL_IDENTIFICATION, "83", "any channel, preferred"),
    (E::CHANNEL_IDENTIFICATION, "ac", "D-channel, exclusive"),
    // A return result without a result, to invocation 1.
    (E::FACILITY, "91 a2 03 02 01 01", "91a203020101"),
    (E::PROGRESS_INDICATOR, "82 88", "in-band information is available, public network serving the local user"),
    (E::PROGRESS_INDICATOR, "80 83", "origination address is not ISDN, user"),
    (E::PROGRESS_INDICATOR, "8a 90", "ProgressDescription 0x10, network beyond interworking point"),
    (E::NETWORK_SPECIFIC_FACILITIES, "00 e1", "e1"),
    (E::NETWORK_SPECIFIC_FACILITIES, "04 a1 32 38 38 e5", "288, national network, carrier identification code: e5"),
    (E::NOTIFICATION_INDICATOR, "f9", "remote hold"),
    (E::DISPLAY, "41 6c 69 63 65", "Alice"),
    (E::DISPLAY, "b1 42 6f 62", "\\xb1Bob"),
    (E::DATE_TIME, "1a 0b 15 03 25 30", "26-11-21 03:37:48"),
    (E::DATE_TIME, "1a 0b 15", "26-11-21"),
    (E::DATE_TIME, "1a 0b 15 03", "26-11-21 03 h"),
    (E::DATE_TIME, "1a 0b 15 03 25", "26-11-21 03:37"),
    (E::KEYPAD_FACILITY, "2a 32 31 23", "*21#"),
    (E::SIGNAL, "00", "dial tone on"),
    (E::SIGNAL, "4f", "alerting off"),
    (E::CONNECTED_NUMBER, "21 83 33 30", "30, national number, E.164, presentation allowed, network provided"),
    (E::CONNECTED_SUBADDRESS, "80 50 31", "NSAP, 5031"),
    (E::CALLING_PARTY_NUMBER, "a1 33 30", "30, national number, E.164"),
    (
        E::CALLING_PARTY_NUMBER,
        "11 a1 34 39 33 30",
        "4930, international number, E.164, presentation restricted, user provided, verified and passed",
    ),
    (E::CALLING_PARTY_NUMBER, "00 c3", ", unknown type, unknown plan, address not available, network provided"),
    (E::CALLING_PARTY_SUBADDRESS, "a8 12 30", "user's own, 1230, odd"),
    (E::CALLED_PARTY_NUMBER, "80", ", unknown type, unknown plan"),
    (E::CALLED_PARTY_NUMBER, "c9 36 30 30", "600, subscriber number, private plan"),
    (E::CALLED_PARTY_SUBADDRESS, "80 50 35", "NSAP, 5035"),
    (
        E::ORIGINAL_CALLED_NUMBER,
        "21 80 35",
        "5, national number, E.164, presentation allowed, user provided, not verified",
    ),
    (
        E::REDIRECTING_NUMBER,
        "21 00 82 36 30 30",
        "600, national number, E.164, presentation allowed, user provided, not verified, call forwarding no reply",
    ),
    (E::REDIRECTING_NUMBER, "a1 36", "6, national number, E.164"),
    (E::REDIRECTING_SUBADDRESS, "80 50 36", "NSAP, 5036"),
    (
        E::REDIRECTION_NUMBER,
        "21 a0 37",
        "7, national number, E.164, presentation restricted, user provided, not verified",
    ),
    (E::TRANSIT_NETWORK_SELECTION, "a1 32 38 38", "288, national network, carrier identification code"),
    (E::RESTART_INDICATOR, "80", "indicated channels"),
    (E::RESTART_INDICATOR, "87", "all interfaces"),
    (E::LOW_LAYER_COMPATIBILITY, "80 90 a3", "speech, circuit mode, 64 kbit/s, G.711 A-law"),
    // Octet 3a: out-band negotiation possible.
    (
        E::LOW_LAYER_COMPATIBILITY,
        "08 c0 90 21 8f 42 c0 e6",
        "unrestricted digital information, circuit mode, 64 kbit/s, V.110 rate adaption, Q.921, X.25 packet layer",
    ),
    (E::HIGH_LAYER_COMPATIBILITY, "91 81", "high layer 1"),
    (E::HIGH_LAYER_COMPATIBILITY, "91 60 81", "high layer 96 extended 1"),
    (E::USER_USER, "04 68 69", "IA5 characters: hi"),
    (E::USER_USER, "00 01 02", "user's own protocol: 0102"),
    (E::MORE_DATA, "", "more"),
    (E::SENDING_COMPLETE, "", "complete"),
    (E::CONGESTION_LEVEL, "0f", "receiver not ready"),
    (E::REPEAT_INDICATOR, "02", "prioritized list, one to be selected"),
];

pub fn octets(hex: &str) -> Vec<u8> {
    let digits = hex.chars().filter(|character| !character.is_whitespace());
    let digits: Vec<u8> = digits.map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
