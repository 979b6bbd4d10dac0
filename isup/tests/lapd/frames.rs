//! Frame octets: drawn by hand from clause 3, published ones, and malformed ones with the octet that is wrong.

use isup::lapd::frame::{Address, Control, Frame, FrameError, Sapi, Sequence, Supervisory, Tei, Unnumbered};
use isup::lapd::{ErrorCode, Side};
use serde_json::Value;

use crate::recorded::{from_hex, shared};

/// The information field limit of every table of default values.
const N201: usize = 260;

fn control(octets: &[u8]) -> Control {
    Frame::decode(octets, N201).unwrap_or_else(|error| panic!("{octets:02x?}: {error}")).control
}

#[test]
fn frames_stand_on_the_line_as_q921_draws_them() {
    let unnumbered = |function, poll_final| Control::Unnumbered { function, poll_final };
    let supervisory =
        |function, receive, poll_final| Control::Supervisory { function, receive: Sequence::new(receive), poll_final };
    let information =
        |send, receive, poll| Control::Information { send: Sequence::new(send), receive: Sequence::new(receive), poll };
    let cases: [(&[u8], Control); 14] = [
        (&[0x00, 0x01, 0x7f], unnumbered(Unnumbered::SetMode, true)),
        (&[0x02, 0x01, 0x0f], unnumbered(Unnumbered::DisconnectedMode, false)),
        (&[0x02, 0x01, 0x1f], unnumbered(Unnumbered::DisconnectedMode, true)),
        (&[0x00, 0x01, 0x03, 0xaa], unnumbered(Unnumbered::Information, false)),
        (&[0x00, 0x01, 0x53], unnumbered(Unnumbered::Disconnect, true)),
        (&[0x02, 0x01, 0x73], unnumbered(Unnumbered::Acknowledgement, true)),
        (&[0x02, 0x01, 0x87, 1, 2, 3, 4, 5], unnumbered(Unnumbered::FrameReject, false)),
        (&[0x02, 0x01, 0xbf, 0x82], unnumbered(Unnumbered::ExchangeIdentification, true)),
        (&[0x00, 0x01, 0x01, 0x06], supervisory(Supervisory::ReceiveReady, 3, false)),
        (&[0x00, 0x01, 0x05, 0xff], supervisory(Supervisory::ReceiveNotReady, 127, true)),
        (&[0x00, 0x01, 0x09, 0x01], supervisory(Supervisory::Reject, 0, true)),
        (&[0x02, 0x01, 0x00, 0x00, 0x08], information(0, 0, false)),
        (&[0x02, 0x01, 0xfe, 0x03, 0x08], information(127, 1, true)),
        (&[0x02, 0x01, 0xfe, 0x02], information(127, 1, false)),
    ];
    for (octets, expected) in cases {
        assert_eq!(control(octets), expected, "{octets:02x?}");
        assert_eq!(Frame::decode(octets, N201).expect("decoded before").encode(), octets);
    }
}

#[test]
fn the_address_field_names_service_terminal_and_direction() {
    let address = Address::decode(&[0xfe, 0xff]).expect("two octets");
    assert_eq!((address.sapi, address.tei, address.command_response), (Sapi::MANAGEMENT, Tei(127), true));
    // Clause 3.3.2: a network's commands and a user's responses carry 1.
    for (octet, network_commands, user_commands) in [(0x00, false, true), (0x02, true, false)] {
        let address = Address::decode(&[octet, 0x01]).expect("two octets");
        assert_eq!(address.is_command(Side::Network), network_commands);
        assert_eq!(address.is_command(Side::User), user_commands);
        assert_eq!(Address::call_control(Side::Network, network_commands), address);
        assert_eq!(Address::call_control(Side::User, user_commands), address);
    }
}

#[test]
fn the_reserved_bits_of_a_supervisory_frame_are_not_read() {
    assert_eq!(control(&[0x00, 0x01, 0xf1, 0x02]), control(&[0x00, 0x01, 0x01, 0x02]));
}

#[test]
fn errors_name_the_octet_and_the_error_code() {
    let cases: [(&[u8], FrameError, Option<ErrorCode>); 9] = [
        (&[], FrameError::Short { offset: 0, field: "address" }, None),
        (&[0x00], FrameError::Short { offset: 1, field: "address" }, None),
        (&[0x01, 0x01, 0x7f], FrameError::AddressExtension { offset: 0 }, None),
        (&[0x00, 0x00, 0x7f], FrameError::AddressExtension { offset: 1 }, None),
        (&[0x00, 0x01], FrameError::Short { offset: 2, field: "control" }, None),
        (&[0x00, 0x01, 0x00], FrameError::Short { offset: 3, field: "control" }, None),
        (&[0x00, 0x01, 0x23], FrameError::ControlUndefined { offset: 2, octet: 0x23 }, Some(ErrorCode::L)),
        (&[0x00, 0x01, 0x7f, 0], FrameError::InformationNotPermitted { offset: 3 }, Some(ErrorCode::M)),
        (&[0x00, 0x01, 0x01, 0, 0], FrameError::WrongSize { offset: 4 }, Some(ErrorCode::N)),
    ];
    for (octets, error, code) in cases {
        assert_eq!(Frame::decode(octets, N201), Err(error), "{octets:02x?}");
        assert_eq!(error.rejection(), code, "{error}");
    }
    assert_eq!(
        Frame::decode(&[0x00, 0x01, 0x0d, 0], N201),
        Err(FrameError::ControlUndefined { offset: 2, octet: 0x0d })
    );
}

#[test]
fn the_information_field_ends_at_n201() {
    let frame = |octets: usize| [&[0x00, 0x01, 0x00, 0x00][..], &vec![0x08; octets]].concat();
    assert!(Frame::decode(&frame(N201), N201).is_ok());
    let error = Frame::decode(&frame(N201 + 1), N201).expect_err("one octet too many");
    assert_eq!(error, FrameError::InformationTooLong { offset: 264, n201: N201 });
    assert_eq!(error.rejection(), Some(ErrorCode::O));
}

#[test]
fn published_frames_keep_their_octets_and_read_as_the_other_dissector_read_them() {
    let Some(text) = shared("published LAPD frames", "spec/q931_vectors.json") else { return };
    let file: Value = serde_json::from_str(&text).expect("the shared files were checked to be JSON");
    let mut compared = 0;
    for vector in file["vectors"].as_array().expect("an array").iter().filter(|vector| vector["has_lapd"] == true) {
        let octets = from_hex(vector["hex"].as_str().expect("hex"));
        let frame = Frame::decode(&octets, N201).unwrap_or_else(|error| panic!("{vector}: {error}"));
        assert_eq!(frame.encode(), octets, "{vector}");
        let lapd = &vector["tshark"]["lapd"];
        let theirs = |name: &str| lapd["lapd.address_tree"][name].as_str().map(str::to_owned);
        let Some(sapi) = theirs("lapd.sapi") else { continue };
        assert_eq!(sapi, frame.address.sapi.0.to_string(), "{vector}");
        assert_eq!(theirs("lapd.tei"), Some(frame.address.tei.0.to_string()), "{vector}");
        assert_eq!(theirs("lapd.cr"), Some(u8::from(frame.address.command_response).to_string()), "{vector}");
        let number = |name: &str| lapd["lapd.control_tree"][name].as_str().map(str::to_owned);
        let (send, receive) = match frame.control {
            Control::Information { send, receive, .. } => (Some(send), Some(receive)),
            Control::Supervisory { receive, .. } => (None, Some(receive)),
            Control::Unnumbered { .. } => (None, None),
        };
        assert_eq!(number("lapd.control.n_s"), send.map(|send| send.to_string()), "{vector}");
        assert_eq!(number("lapd.control.n_r"), receive.map(|receive| receive.to_string()), "{vector}");
        compared += 1;
    }
    assert!(compared >= 20, "{compared} frames compared");
}
