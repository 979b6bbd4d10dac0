//! Supplementary services over remote operations: what libpri sends is understood and written again octet for octet.

mod q931_facilities;

use isup::q931::codec::{
    CallReference, DecodeError, Element, Facility, Message, MessageType, NumberingPlan, Screening, TypeOfNumber,
};
use isup::q931::rose::*;
use isup::q931::service::charge::*;
use isup::q931::service::diversion::*;
use isup::q931::service::name::*;
use isup::q931::service::party::*;
use isup::q931::service::transfer::*;
use isup::q931::service::user_user::*;
use isup::q931::service::waiting::*;
use isup::q931::service::{Answer, Argument, Dialect, Heard, Service, ServiceError, heard};
use q931_facilities::{FROM_LIBPRI, octets};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const ID: InvokeId = InvokeId(7);

fn facility(hex: &str) -> Facility {
    Facility(octets(hex))
}

/// The one invoke of an element.
fn invoke(facility: &Facility) -> Invoke {
    let information = FacilityInformation::decode(facility).expect("a facility");
    match information.components.as_slice() {
        [Component::Invoke(invoke)] => invoke.clone(),
        other => panic!("{other:?}"),
    }
}

fn service(dialect: Dialect, hex: &str) -> Service {
    Service::of(dialect, &invoke(&facility(hex))).expect("a fitting argument").expect("a known operation")
}

/// The vector of this description.
fn vector(dialect: Dialect, words: &str) -> Service {
    let row = FROM_LIBPRI.iter().find(|row| (row.0, row.2) == (dialect, words));
    service(dialect, row.expect("a vector").1)
}

/// What is sent means the same where it is heard.
#[track_caller]
fn survives(dialect: Dialect, sent: &Service) {
    let facility = sent.facility(dialect, ID).expect("the dialect has it");
    let mut message = Message::new(CallReference::DUMMY, MessageType::FACILITY);
    message.add(&facility);
    assert_eq!(heard(dialect, &message), [Heard::Service(ID, sent.clone())]);
}

#[test]
fn what_libpri_sends_is_understood_and_written_again_octet_for_octet() {
    for (dialect, hex, words) in FROM_LIBPRI {
        let element = facility(hex);
        let invoke = invoke(&element);
        let service = Service::of(*dialect, &invoke).unwrap_or_else(|error| panic!("{words}: {error}"));
        let service = service.unwrap_or_else(|| panic!("{words}: not known"));
        assert_eq!(service.facility(*dialect, invoke.id), Some(element), "{words}: {service:?}");
    }
}

#[test]
fn names_are_those_that_libpri_was_given() {
    let name = |text| Name::Allowed(NameText::new(text));
    assert_eq!(vector(Dialect::Qsig, "calling name"), Service::Name(NameOf::Calling, name("Alice Adler")));
    assert_eq!(vector(Dialect::Qsig, "connected name"), Service::Name(NameOf::Connected, name("Bob Berg")));
    assert_eq!(vector(Dialect::National, "calling name"), Service::Name(NameOf::Calling, name("Alice Adler")));
    assert_eq!(vector(Dialect::National, "name follows"), Service::NameFollows);
}

#[test]
fn charges_are_those_that_libpri_was_given() {
    let euros = |number, multiplier| Price { currency: "EUR".into(), amount: Amount { number, multiplier } };
    let recorded = Recorded::Currency(euros(674, Multiplier::HUNDREDTH));
    let during = ChargeDuringCall::Specific { recorded, total: false, billing: Some(Billing::CREDIT_CARD) };
    assert_eq!(vector(Dialect::Etsi, "charge during the call: currency"), Service::ChargeDuringCall(during));
    let units = vec![Units { number: Some(8523), kind: Some(13) }, Units { number: None, kind: None }];
    let during = ChargeDuringCall::Specific { recorded: Recorded::Units(units), total: false, billing: None };
    assert_eq!(vector(Dialect::Etsi, "charge during the call: units"), Service::ChargeDuringCall(during));
    let at_end = ChargeAtEnd::Known {
        recorded: Some(Recorded::Currency(euros(1999, Multiplier::HUNDREDTH))),
        billing: Some(Billing::DIVERSION_UNCONDITIONAL),
        association: Some(Association::Number(PartyNumber::public(TypeOfNumber::NATIONAL, "0307654321"))),
    };
    assert_eq!(vector(Dialect::Etsi, "charge at the end: currency"), Service::ChargeAtEnd(at_end));
    let Service::Rates(Rates::Items(items)) = vector(Dialect::Etsi, "rates of four kinds") else { panic!("rates") };
    let second = |length| TimeUnit { length, scale: TimeScale::SECOND };
    let by_time = Rate::Duration {
        price: euros(12, Multiplier::HUNDREDTH),
        stepped: true,
        time: second(60),
        granularity: Some(second(1)),
    };
    assert_eq!(items[0], ItemRate { item: ChargedItem::BASIC_COMMUNICATION, rate: by_time });
    assert_eq!(items[1].rate, Rate::Flat(euros(5, Multiplier::HUNDREDTH)));
    assert_eq!(items[2].rate, Rate::Volume { price: euros(300, Multiplier::THOUSANDTH), unit: 2 });
    assert_eq!(items[3].rate, Rate::SpecialCode(3));
}

#[test]
fn a_diverted_call_says_from_whom_and_how_often() {
    let Service::DivertedFrom(diverted) = vector(Dialect::Qsig, "diverted from") else { panic!("diverted") };
    let national = |digits| Some(Presented::Allowed(PartyNumber::public(TypeOfNumber::NATIONAL, digits)));
    assert_eq!((diverted.counter, diverted.reason), (2, Reason::UNCONDITIONAL));
    assert_eq!(diverted.original_reason, Some(Reason::BUSY));
    assert_eq!(diverted.diverting, national("0305550000"));
    assert_eq!(diverted.original_called, national("0305550001"));
    assert_eq!(diverted.original_called_name.as_ref().and_then(Name::shown), Some(&NameText::new("Dora Dune")));
    let Service::Rerouting(rerouting) = vector(Dialect::Qsig, "rerouting") else { panic!("rerouting") };
    assert_eq!(rerouting.called.number.digits, "0309999999");
    let number = PartyNumber::public(TypeOfNumber::NATIONAL, "0307654321");
    let calling = ScreenedNumber { number, screening: Screening::NETWORK };
    assert_eq!(rerouting.calling, Some(Presented::Allowed(calling)));
}

#[test]
fn messages_that_wait_are_those_that_libpri_was_given() {
    let Service::WaitingIndicated(waiting) = vector(Dialect::Etsi, "waiting: three messages") else { panic!() };
    let national = |digits| PartyNumber::public(TypeOfNumber::NATIONAL, digits);
    let expected = Waiting {
        user: None,
        basic_service: Some(1),
        centre: Some(MessageCentre::Number(national("030999"))),
        messages: Some(3),
        from: Some(PartyNumber::public(TypeOfNumber::INTERNATIONAL, "4930100")),
        since: Some("20261121150000Z".into()),
        priority: None,
        message: Some(MessageId { reference: 7, status: 0 }),
        mode: None,
    };
    assert_eq!((waiting.is_there(), waiting), (true, expected));
    let Service::WaitingIndicated(none) = vector(Dialect::Etsi, "waiting: none") else { panic!() };
    assert!(!none.is_there());
}

/// libpri writes a true boolean as one, which is as true as ours.
#[test]
fn a_boolean_of_one_is_true() {
    let shown = DivertedShown { allowed: true, name: None };
    assert_eq!(service(Dialect::Etsi, "91a109 020102 020113 010101"), Service::DivertedShown(shown));
    let name = Some(Name::Allowed(NameText::new("Bob Berg")));
    let hex = "9faa06800100820100 8b0100 a117 020101 020116 300f 010101 a00a8008426f622042657267";
    assert_eq!(service(Dialect::Qsig, hex), Service::DivertedShown(DivertedShown { allowed: true, name }));
}

#[test]
fn answers_of_libpri_are_results_and_errors() {
    let component = |hex| FacilityInformation::decode(&facility(hex)).expect("a facility").components.remove(0);
    let refused = ReturnError { id: InvokeId(2), error: Code::Local(7), parameter: vec![] };
    assert_eq!(component("91a306 020102 020107"), Component::ReturnError(refused));
    let Component::ReturnResult(result) = component("91a20a 020105 3005 02011e 0500") else { panic!("a result") };
    let (operation, values) = result.result.expect("values");
    assert_eq!(operation, Code::Local(30));
    assert_eq!(ChargingAnswer::read(&mut ber::Reader::new(&values)), Ok(ChargingAnswer::Follows));
    let Component::ReturnResult(result) = component("91a210 020106 300b 0606040082710104 020109") else { panic!() };
    let (_, values) = result.result.expect("values");
    assert_eq!(LinkId::read(&mut ber::Reader::new(&values)), Ok(LinkId(9)));
}

#[test]
fn what_libpri_did_not_send_survives_too() {
    let number = PartyNumber { plan: NumberingPlan::PRIVATE, kind: TypeOfNumber(4), digits: "4711".into() };
    let screened = ScreenedNumber { number: number.clone(), screening: Screening::USER_VERIFIED_PASSED };
    let waiting = Waiting {
        user: Some(number.clone()),
        basic_service: Some(1),
        centre: Some(MessageCentre::Number(number.clone())),
        messages: Some(300),
        from: Some(PartyNumber::unknown("600")),
        since: Some("20260101120000Z".into()),
        priority: Some(9),
        ..Waiting::default()
    };
    let complete = TransferComplete {
        secondary: true,
        number: Presented::RestrictedNumber(screened),
        elements: vec![0x04, 0x00],
        name: Some(Name::Restricted(None)),
        alerting: false,
    };
    let diverted = DivertedTo {
        reason: Reason::NO_REPLY,
        subscription: Subscription::WITH_NUMBER,
        number: Some(Presented::Allowed(number.clone())),
    };
    for service in [
        Service::MessagesWaiting(waiting.clone()),
        Service::TransferComplete(complete),
        Service::DivertedTo(diverted.clone()),
        Service::Name(NameOf::Busy, Name::NotAvailable),
        Service::Name(NameOf::Called, Name::Restricted(Some(NameText::new("Ωmega")))),
    ] {
        survives(Dialect::Qsig, &service);
    }
    let message = Some(MessageId { reference: 500, status: 1 });
    let public = Waiting { priority: None, message, ..waiting.clone() };
    let asked = Waiting { mode: Some(2), ..public.clone() };
    let none = Waiting { messages: None, from: None, since: None, message: None, ..asked.clone() };
    for service in [
        Service::MessagesWaiting(asked),
        Service::NoMessagesWaiting(Waiting { centre: None, mode: None, ..none.clone() }),
        Service::NoMessagesWaiting(none),
        Service::WaitingIndicated(Waiting { user: None, ..public }),
        Service::WaitingIndicated(Waiting::default()),
        Service::UserUser(UserUserRequest { service: UserUserService::THREE, preferred: true }),
        Service::UserUser(UserUserRequest { service: UserUserService::ONE, preferred: false }),
    ] {
        survives(Dialect::Etsi, &service);
    }
    let transferred = Transferred { active: true, number: Some(Presented::NotAvailable) };
    let to = Address { number, subaddress: vec![0x04, 0x01, 0x50] };
    for service in [
        Service::DivertedTo(DivertedTo { number: None, ..diverted }),
        Service::Deflection(Deflection { to, shown: Some(false) }),
        Service::Transfer,
        Service::Transferred(transferred),
        Service::SpecialArrangement(SpecialArrangement::Number(9)),
        Service::Rates(Rates::NotAvailable),
    ] {
        survives(Dialect::Etsi, &service);
    }
    survives(Dialect::Dms100, &Service::ThirdParty(ThirdParty { call: 70_000, reason: 1 }));
}

#[test]
fn a_dialect_sends_and_understands_only_its_own() {
    let name = Service::Name(NameOf::Calling, Name::NotAvailable);
    assert_eq!(name.facility(Dialect::Etsi, ID), None);
    assert_eq!(Service::MaliciousCall.facility(Dialect::Qsig, ID), None);
    let element = facility(FROM_LIBPRI[0].1);
    let mut message = Message::new(CallReference::DUMMY, MessageType::FACILITY);
    message.add(&element);
    assert_eq!(heard(Dialect::Dms100, &message), [Heard::Unknown(invoke(&element))]);
}

#[test]
fn a_name_keeps_its_characters_and_its_bound() {
    assert_eq!(NameText::new("Zoë").octets, [0x5a, 0x6f, 0xeb]);
    assert_eq!(NameText::new("Zoë").text(), "Zoë");
    let cyrillic = "Я".repeat(NAME_OCTETS_MAX);
    let name = NameText::new(&cyrillic);
    assert_eq!((name.octets.len(), name.character_set), (NAME_OCTETS_MAX, CharacterSet::UTF_8));
    assert_eq!(name.text(), "Я".repeat(NAME_OCTETS_MAX / 2));
    assert_eq!(NameText::new(&"e".repeat(99)).octets.len(), NAME_OCTETS_MAX);
    let bmp = NameText { octets: vec![0x04, 0x2f], character_set: CharacterSet::BMP };
    assert_eq!(bmp.text(), "Я");
}

#[test]
fn a_name_with_a_manufacturers_extension_is_read() {
    let hex = "9faa06800100820100 8b0100 a112 020101 020100 300a 8003416461 8203010203";
    let name = Name::Allowed(NameText::new("Ada"));
    assert_eq!(service(Dialect::Qsig, hex), Service::Name(NameOf::Calling, name));
}

#[test]
fn a_problem_keeps_its_list_and_a_reject_may_have_no_invocation() {
    for (hex, id, problem) in [
        ("91a405 0500 800102", None, Problem::BADLY_STRUCTURED_COMPONENT),
        ("91a406 02010a 810101", Some(InvokeId(10)), Problem::UNRECOGNIZED_OPERATION),
        ("91a406 02010b 820102", Some(InvokeId(11)), Problem { kind: ProblemKind::ReturnResult, code: 2 }),
        ("91a406 02010c 830101", Some(InvokeId(12)), Problem { kind: ProblemKind::ReturnError, code: 1 }),
    ] {
        let information = FacilityInformation::decode(&facility(hex)).expect("a facility");
        assert_eq!(information.components, [Component::Reject(Reject { id, problem })]);
        assert_eq!(information.encode(), facility(hex));
    }
}

#[test]
fn what_is_malformed_is_named_with_its_place() {
    let error = |hex| FacilityInformation::decode(&facility(hex)).expect_err("malformed");
    let at = |offset, fault| MalformedFacility { offset, fault };
    assert_eq!(error("91a105 0201"), at(1, Fault::Truncated));
    assert_eq!(error("91a180 0000"), at(1, Fault::Length));
    assert_eq!(error("91bf8100"), at(1, Fault::Tag(ber::Tag(0xbf))));
    assert_eq!(error("91a103 0a0101"), at(3, Fault::Tag(ber::Tag::ENUMERATED)));
    assert_eq!(error("91a107 0205 0102030405"), at(5, Fault::Contents));
    assert_eq!(Facility::decode(&[]).map_err(|DecodeError { offset, .. }| offset), Err(0));
}

#[test]
fn integers_are_written_in_their_shortest_form() {
    for (number, hex) in [(0, "00"), (127, "7f"), (128, "0080"), (-128, "80"), (-129, "ff7f"), (65_536, "010000")] {
        let mut out = Vec::new();
        ber::integer(&mut out, ber::Tag::INTEGER, number);
        assert_eq!(out[2..], octets(hex), "{number}");
        assert_eq!(ber::Reader::new(&out).value().and_then(|value| value.integer()), Ok(number));
    }
}

const SEED: u64 = 932;
const ROUNDS: u32 = 40_000;

/// Whatever is read is written again with the same meaning.
fn check(dialect: Dialect, octets: &[u8]) -> bool {
    let Ok(information) = FacilityInformation::decode(&Facility(octets.to_vec())) else { return false };
    let again = information.encode();
    assert_eq!(FacilityInformation::decode(&again).as_ref(), Ok(&information));
    for component in &information.components {
        let Component::Invoke(invoke) = component else { continue };
        let Ok(Some(service)) = Service::of(dialect, invoke) else { continue };
        let facility = service.facility(dialect, invoke.id).expect("what a dialect has, it can send");
        let again = FacilityInformation::decode(&facility).expect("what is written can be read").components;
        let [Component::Invoke(again)] = again.as_slice() else { panic!("{again:?}") };
        let again = Service::of(dialect, again).expect("a fitting argument").expect("a known operation");
        assert_eq!(again.facility(dialect, invoke.id), Some(facility));
    }
    true
}

#[test]
fn mutated_facilities_are_refused_or_keep_their_meaning() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut accepted = 0;
    for round in 0..ROUNDS {
        let (dialect, hex, _) = FROM_LIBPRI[random.next_u32() as usize % FROM_LIBPRI.len()];
        let mut mutated = octets(hex);
        for _ in 0..random.next_u32() % 4 {
            let at = random.next_u32() as usize % mutated.len();
            match random.next_u32() % 4 {
                0 => mutated[at] ^= 1 << (random.next_u32() % 8),
                1 => mutated[at] = random.next_u32() as u8,
                2 => mutated.truncate(at.max(1)),
                _ => mutated.insert(at, random.next_u32() as u8),
            }
        }
        let outcome = std::panic::catch_unwind(|| check(dialect, &mutated));
        accepted += u32::from(outcome.unwrap_or_else(|_| panic!("seed {SEED}, round {round}: {mutated:02x?}")));
    }
    assert!((ROUNDS / 5..ROUNDS).contains(&accepted), "{accepted} accepted: the mutations no longer try both ways");
}

/// What libpri sends for a name that it is given, by switch type and side; see the vectors' own file for its facilities.
#[test]
fn a_name_goes_where_the_switch_type_has_it() {
    use isup::lapd::Side::{Network, User};
    use isup::q931::codec::DisplayInformation;
    use isup::q931::service::naming::{tell, told};
    use isup::q931::switch::SwitchType as S;
    let ada = Name::Allowed(NameText::new("Ada"));
    let marked = Some(&b"\xb1Ada"[..]);
    for (switch, side, by_facility, display) in [
        (S::EuroIsdnE1, Network, false, Some(&b"Ada"[..])),
        (S::EuroIsdnT1, User, false, None),
        (S::Ni1, User, false, marked),
        (S::Ni2, User, true, marked),
        (S::Dms100, Network, false, marked),
        (S::Att4Ess, Network, false, marked),
        (S::Lucent5Ess, User, false, marked),
        (S::Qsig, Network, true, None),
        (S::Qsig, User, true, None),
    ] {
        let mut setup = Message::new(CallReference::DUMMY, MessageType::SETUP);
        tell(switch.profile(), side, NameOf::Calling, &ada, &mut setup);
        assert_eq!(setup.find::<Facility>().is_some(), by_facility, "{switch:?}");
        assert_eq!(setup.find::<DisplayInformation>().map(|display| display.0).as_deref(), display, "{switch:?}");
        let heard = told(switch.profile(), NameOf::Calling, &setup);
        assert_eq!(heard, Some(ada.clone()).filter(|_| by_facility || display.is_some()), "{switch:?}");

        let mut setup = Message::new(CallReference::DUMMY, MessageType::SETUP);
        let restricted = Name::Restricted(Some(NameText::new("Ada")));
        tell(switch.profile(), side, NameOf::Calling, &restricted, &mut setup);
        assert_eq!(setup.find::<DisplayInformation>(), None, "{switch:?}");
    }
}

#[test]
fn what_a_call_is_told_of_itself_is_read_as_it_was_written() {
    let id = InvokeId(9);
    let value = |dialect, answer: Answer, service: &Service| {
        let facility = answer.facility(dialect, id, Some(service));
        let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility);
        match heard(dialect, &message).as_slice() {
            [Heard::ReturnResult(result)] => result.result.as_ref().map(|(_, value)| value.clone()),
            other => panic!("{other:?}"),
        }
    };
    let link = value(Dialect::Etsi, Answer::LinkId(LinkId(-5)), &Service::LinkIdRequest).expect("a value");
    assert_eq!(LinkId::read(&mut ber::Reader::new(&link)), Ok(LinkId(-5)));
    let call = value(Dialect::Dms100, Answer::TrunkCall(TrunkCall(0x8001)), &Service::ReleaseLink).expect("a value");
    assert_eq!(TrunkCall::read(&mut ber::Reader::new(&call)), Ok(TrunkCall(0x8001)));
    assert_eq!(value(Dialect::National, Answer::Done, &Service::JoinCall(2)), None);
    // An error of explicit call transfer is named by its list, one that all services share by its number alone.
    let error = |error| {
        let facility = Answer::Refused(error).facility(Dialect::Etsi, id, Some(&Service::TransferTo(LinkId(1))));
        let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility);
        match heard(Dialect::Etsi, &message).pop() {
            Some(Heard::ReturnError(error)) => error.error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(error(ServiceError::NOT_AVAILABLE), Code::Local(3));
    let identifier = vec![0x04, 0x00, 0x82, 0x71, 0x01, 21];
    assert_eq!(error(ServiceError::LINK_ID_NOT_ASSIGNED), Code::Global(ber::ObjectIdentifier(identifier)));
}
