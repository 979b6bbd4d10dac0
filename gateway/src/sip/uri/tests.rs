//! URIs of RFC 3261 19.1 and of the torture messages, part by part.

use super::*;

fn uri(text: &str) -> Uri {
    Uri::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_parameter_of_a_number_stands_in_the_user_part_of_a_sip_uri() {
    let with = |text: &str| {
        let uri = Uri::parse(text.as_bytes()).expect("a URI").with_telephone_parameter("a", Some("b"));
        uri.map(|uri| uri.to_string())
    };
    assert_eq!(with("sip:+1;x@h:5060;user=phone").as_deref(), Ok("sip:+1;x;a=b@h:5060;user=phone"));
    assert_eq!(with("sip:+1:secret@h").as_deref(), Ok("sip:+1;a=b:secret@h"));
    assert_eq!(with("tel:+1;x").as_deref(), Ok("tel:+1;x;a=b"));
    assert!(with("sip:h").is_err());
}

#[test]
fn parts_are_found_where_rfc_3261_puts_them() {
    let full = uri("sips:alice:secret@example.com:5071;transport=tcp;lr?Subject=x&Priority=urgent");
    assert_eq!(full.scheme(), Scheme::Sips);
    assert_eq!(full.raw_user(), Some(&b"alice"[..]));
    assert_eq!(full.password(), Some(&b"secret"[..]));
    assert_eq!((full.host(), full.port()), ("example.com", Some(5071)));
    assert_eq!(full.parameters().value("Transport"), Some(&b"tcp"[..]));
    assert_eq!(full.parameters().get("lr"), Some(None));
    assert_eq!(full.headers(), b"Subject=x&Priority=urgent");
}

#[test]
fn a_semicolon_before_the_at_sign_belongs_to_the_user() {
    let uri = uri("sip:user;par=u%40example.net@example.com");
    assert_eq!(uri.user(), Some(Octets::from("user;par=u@example.net")));
    assert_eq!(uri.host(), "example.com");
}

#[test]
fn escapes_are_resolved_once_and_nul_does_not_cut() {
    assert_eq!(uri("sip:a%2525b@h").user(), Some(Octets::from("a%25b")));
    assert_eq!(uri("sip:null-%00-null@h").user(), Some(Octets::from("null-\0-null")));
}

#[test]
fn a_port_behind_brackets_is_a_port_and_inside_them_is_not() {
    assert_eq!(uri("sip:[2001:db8::10:5070]").port(), None);
    let bracketed = uri("sip:[2001:db8::10]:5070");
    assert_eq!((bracketed.ip(), bracketed.port()), (Some("2001:db8::10".parse().unwrap()), Some(5070)));
}

#[test]
fn numbers_are_read_without_visual_separators() {
    let number = |text: &str| uri(text).telephone_number().map(|number| (number.global, number.digits));
    assert_eq!(number("tel:+1-201-555-0123"), Some((true, "12015550123".into())));
    assert_eq!(number("tel:7042;phone-context=example.com"), Some((false, "7042".into())));
    assert_eq!(number("sip:+49(0)89.1234@h;user=phone"), Some((true, "490891234".into())));
    assert_eq!(number("sip:%2B4989@h;user=phone"), Some((true, "4989".into())));
    assert_eq!(number("sip:*21#@h"), Some((false, "*21#".into())), "unescaped against the grammar, yet phones do it");
    assert_eq!(number("sip:*21%23@h"), Some((false, "*21#".into())));
    assert_eq!(number("sip:alice@h"), None);
    assert_eq!(number("sip:h"), None);
}

#[test]
fn what_is_no_uri_says_where() {
    for (text, offset) in [
        ("sip:2001:db8::10", 9),
        ("sip:a@b@c", 7),
        ("<sip:a@b>", 0),
        ("sip:a b@c", 5),
        ("sip:%zz@c", 4),
        ("sip:a@c:99999", 8),
        ("nothing", 0),
        ("sip:", 4),
    ] {
        assert_eq!(Uri::parse(text.as_bytes()).map_err(|error| error.offset), Err(offset), "{text}");
    }
}

#[test]
fn a_built_uri_escapes_its_user_part() {
    let uri = Uri::sip("600 @x#", "192.0.2.1".parse().unwrap(), Some(5060));
    assert_eq!(uri.octets(), b"sip:600%20%40x%23@192.0.2.1:5060");
    assert_eq!(uri.user(), Some(Octets::from("600 @x#")));
    let phone = uri.with_parameter("user", Some("phone")).unwrap();
    assert!(phone.is_telephone());
}
