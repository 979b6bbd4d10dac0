//! Number portability in URIs: `npdi` and `rn` of RFC 4694, in TEL URIs and in the user part of SIP URIs.
//!
//! Who is not trusted is not believed, and not told (RFC 4694 5). Leaves out `cic`, which is passed over: no carrier is chosen
//! by it here.

use super::Terms;
use crate::interwork::hub::{Portability, Setup};
use crate::sip::Uri;

/// What the URI of a called number says.
pub fn read(uri: &Uri, terms: Terms) -> Portability {
    if !terms.trusted {
        return Portability::default();
    }
    let parameters = uri.telephone_parameters();
    let routing_number = parameters.value("rn").and_then(number);
    Portability { queried: parameters.get("npdi").is_some(), routing_number }
}

/// The same URI with what is known.
pub fn tell(mut uri: Uri, setup: &Setup, terms: Terms) -> Uri {
    let Portability { queried, routing_number } = &setup.portability;
    if !terms.trusted {
        return uri;
    }
    if let Some(number) = routing_number {
        uri = with(&uri, "rn", Some(number));
        if !number.starts_with('+') {
            // A local number needs its context: the network that it is handed to. A colon would end the user part.
            uri = with(&uri, "rn-context", Some(&uri.host().replace(':', "%3A")));
        }
    }
    if *queried { with(&uri, "npdi", None) } else { uri }
}

fn with(uri: &Uri, name: &str, value: Option<&str>) -> Uri {
    uri.with_telephone_parameter(name, value).expect("a number, and digits or a host")
}

/// Digits without visual separators, `+` before a global number.
fn number(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let (plus, rest) = text.strip_prefix('+').map_or(("", text), |rest| ("+", rest));
    let digits: String = rest.chars().filter(|character| !"-.()".contains(*character)).collect();
    let fits = (1..=DIGITS_MAX).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    fits.then(|| format!("{plus}{digits}"))
}

/// No numbering plan has longer ones.
const DIGITS_MAX: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use config::model::DiversionField;

    const TRUSTED: Terms = Terms { trusted: true, diversion: DiversionField::None };
    const STRANGER: Terms = Terms { trusted: false, diversion: DiversionField::None };

    fn of(text: &str, terms: Terms) -> (bool, Option<String>) {
        let read = read(&Uri::parse(text.as_bytes()).expect("a URI"), terms);
        (read.queried, read.routing_number)
    }

    #[test]
    fn the_parameters_are_read_in_both_kinds_of_uri_from_who_is_trusted() {
        let rn = Some("+12026219999".to_owned());
        // The example of RFC 4694 4.1.
        assert_eq!(of("tel:+1-202-533-1234;npdi;rn=+1-202-621-9999", TRUSTED), (true, rn.clone()));
        assert_eq!(of("sip:+12025331234;npdi;rn=+12026219999@gw.example.com;user=phone", TRUSTED), (true, rn));
        assert_eq!(of("tel:+12025331234;npdi=yes", TRUSTED), (true, None));
        assert_eq!(of("tel:+12025331234;rn=abc", TRUSTED), (false, None));
        assert_eq!(of("tel:+12025331234;npdi;rn=+12026219999", STRANGER), (false, None));
    }

    #[test]
    fn what_is_known_is_told_to_who_is_trusted() {
        let told_at = |hop: &str, rn: Option<&str>, terms| {
            let portability = Portability { queried: true, routing_number: rn.map(str::to_owned) };
            let setup = Setup { portability, ..Setup::unknown("+12025331234".into()) };
            let uri = Uri::parse(format!("sip:+12025331234@{hop};user=phone").as_bytes()).expect("a URI");
            tell(uri, &setup, terms).to_string()
        };
        let told = |rn, terms| told_at("192.0.2.7", rn, terms);
        assert_eq!(told(Some("+12026219999"), TRUSTED), "sip:+12025331234;rn=+12026219999;npdi@192.0.2.7;user=phone");
        assert_eq!(told(None, TRUSTED), "sip:+12025331234;npdi@192.0.2.7;user=phone");
        assert_eq!(
            told(Some("2026219999"), TRUSTED),
            "sip:+12025331234;rn=2026219999;rn-context=192.0.2.7;npdi@192.0.2.7;user=phone"
        );
        assert_eq!(
            told_at("[2001:db8::7]", Some("20"), TRUSTED),
            "sip:+12025331234;rn=20;rn-context=[2001%3Adb8%3A%3A7];npdi@[2001:db8::7];user=phone"
        );
        assert_eq!(told(Some("+12026219999"), STRANGER), "sip:+12025331234@192.0.2.7;user=phone");
    }
}
