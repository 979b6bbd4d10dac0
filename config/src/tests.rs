//! The embedded default, the example, and one file for each mistake that there is.

use std::collections::BTreeSet;

use isup::continuity::CheckTones;
use isup::exchange::Origin;
use isup::mtp2::Correction;
use isup::mtp3;
use isup::timer::Timers;
use toml::de::{DeTable, DeValue};

use crate::model::*;
use crate::*;

/// The embedded text with one piece replaced, which must stand there.
fn changed(from: &str, to: &str) -> Result<Model, Report> {
    assert!(EMBEDDED.contains(from), "the embedded text has no {from:?}");
    parse("test.toml", &EMBEDDED.replacen(from, to, 1))
}

/// The one mistake of such a text.
fn mistake(from: &str, to: &str) -> Mistake {
    let report = changed(from, to).expect_err("a mistake");
    assert_eq!(report.mistakes.len(), 1, "{report}");
    report.mistakes[0].clone()
}

#[test]
fn the_embedded_default_is_an_e1_of_isup_and_one_of_pri_with_thirty_circuits_each() {
    let model = Model::embedded();
    assert_eq!(model.circuit_count(), 60);
    let Signalling::Pri(pri) = &model.trunks[1].signalling else { panic!("the second trunk is PRI") };
    assert_eq!((model.trunks[1].name.as_str(), pri.side, pri.switch), ("pri", Side::Network, Switch::EuroIsdn));
    let cics: Vec<u16> = model.trunks[0].circuits.iter().map(|circuit| circuit.number).collect();
    assert_eq!(cics, (1..=15).chain(17..=31).collect::<Vec<_>>());
    assert_eq!(model.sip.listeners[0].address.to_string(), "127.0.0.1:5060");
    assert_eq!((model.rtp.ports.first, model.rtp.ports.last, model.rtp.playout_ms), (16384, 32767, 120));
    assert_eq!(model.admin.listen.to_string(), "127.0.0.1:9060");
    assert_eq!(model.sip.peers[0].address.to_string(), "sip:127.0.0.1:5070");
    assert_eq!(model.peer_at("127.9.9.9".parse().expect("an address")).map(PeerIndex::get), Some(0));
    assert_eq!(model.spans[0].channel(16), 16);
    let Driver::Sim(sim) = &model.driver else { panic!("the default is simulated") };
    assert!(matches!(sim.pacing, Pacing::Patient { .. }));
    let FarSignalling::Isup { linkset } = sim.far_exchanges[0].signalling else { panic!("it speaks ISUP") };
    assert_eq!((sim.far_exchanges[0].spans.len(), sim.far_exchanges[0].circuits.len()), (1, 30));
    let adjacent = model.linkset(linkset).adjacent;
    let continuity = Continuity { tones: CheckTones::LOOP_2000, every: 0 };
    assert_eq!(
        model.trunks[0].signalling,
        Signalling::Isup(Isup { destination: adjacent, continuity, ported: Ported::Concatenated })
    );
}

/// One E1 with PRI, and nothing of SS7.
const PRI_ALONE: &str = r#"
driver = "sim"
[sip]
listen = ["udp:127.0.0.1:5060"]
[rtp]
address = "127.0.0.1"
[[sim.far_exchange]]
span = "e1"
[[span]]
name = "e1"
[[trunk]]
name = "pri"
kind = "pri"
switch = "euroisdn"
side = "user"
spans = [{ span = "e1" }]
[[route]]
from = "sip"
called = "."
to = "pri"
"#;

#[test]
fn a_gateway_with_pri_alone_needs_no_ss7() {
    let model = parse("test.toml", PRI_ALONE).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!((model.ss7.is_none(), model.links().len(), model.circuit_count()), (true, 0, 30));
    let mistakes = |text: &str| {
        let report = parse("test.toml", text).expect_err("a mistake");
        report.mistakes.iter().map(|mistake| mistake.key.clone()).collect::<Vec<_>>()
    };
    let isup = "[[trunk]]\nname = \"isup\"\ndestination = \"1-1-2\"\nspans = [{ span = \"e2\", cic_base = 0 }]\n";
    let second = "[[span]]\nname = \"e2\"\n";
    assert_eq!(mistakes(&format!("{PRI_ALONE}{second}{isup}")), ["ss7"]);
    let far = "[[sim.far_exchange]]\nspan = \"e2\"\n";
    assert_eq!(mistakes(&format!("{PRI_ALONE}{second}{far}")), ["sim.far_exchange[2].span"]);
}

#[test]
fn the_example_is_right_and_shows_every_key() {
    let text = include_str!("../example.toml");
    parse("example.toml", text).unwrap_or_else(|report| panic!("{report}"));
    let mut shown = BTreeSet::new();
    for_each_key("", &DeValue::Table(DeTable::parse(text).expect("TOML").into_inner()), &mut shown);
    // A trunk's timers have the keys of `[isup.timers]`, which stand there.
    let elsewhere = |key: &String| key.starts_with("trunk.isup_timers.");
    let missing: Vec<_> = raw::keys().into_iter().filter(|key| !shown.contains(key) && !elsewhere(key)).collect();
    assert!(missing.is_empty(), "example.toml does not show {missing:?}");
}

#[test]
fn the_reference_tells_every_key() {
    let text = include_str!("../../docs/configuration.md");
    let last = |key: &String| key.rsplit('.').next().expect("split gives one part at least").to_owned();
    let missing: Vec<_> = raw::keys().into_iter().filter(|key| !text.contains(&format!("`{}`", last(key)))).collect();
    assert!(missing.is_empty(), "docs/configuration.md does not tell {missing:?}");
}

fn for_each_key(prefix: &str, value: &DeValue<'_>, shown: &mut BTreeSet<String>) {
    match value {
        DeValue::Table(table) => {
            for (key, value) in table {
                let key = key.get_ref();
                let path = if prefix.is_empty() { key.to_string() } else { format!("{prefix}.{key}") };
                for_each_key(&path, value.get_ref(), shown);
            }
        }
        DeValue::Array(array) if array.iter().any(|member| member.get_ref().is_table()) => {
            array.iter().for_each(|member| for_each_key(prefix, member.get_ref(), shown));
        }
        _ => _ = shown.insert(prefix.to_owned()),
    }
}

#[test]
fn a_mistake_is_told_with_line_key_expectation_and_remedy() {
    let report = changed("timeslot = 16", "timeslot = 32").expect_err("a mistake");
    let line = EMBEDDED.lines().position(|line| line == "timeslot = 16").expect("it is there") + 1;
    let told = format!(
        "test.toml:{line}:12: ss7.link[1].timeslot\n    expected  1 to 31\n    found     32\n    \
         remedy    choose a number from 1 to 31\n1 mistake in test.toml"
    );
    assert_eq!(report.to_string(), told);
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_lines() {
    let text = EMBEDDED
        .replace("driver = \"sim\"", "driver = \"simm\"")
        .replace("\"127.0.0.0/8\"", "\"127.0.0.0/40\"")
        .replace("law = \"alaw\"", "law = 7")
        .replace("point_code = \"1-1-1\"", "point_code = 16384")
        .replace("to = \"peer\"", "to = \"pear\"\ncolour = \"red\"");
    let report = parse("test.toml", &text).expect_err("mistakes");
    let keys: Vec<_> = report.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
    let expected =
        ["driver", "sip.peer[1].accept_from[1]", "span[1].law", "ss7.point_code", "route[2].to", "route[2].colour"];
    assert_eq!(keys, expected, "{report}");
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_known_one() {
    let wrong = mistake("timeslot = 16", "timeslot = 16\nslcc = 1");
    assert_eq!(wrong.key, "ss7.link[1].slcc");
    assert_eq!(wrong.remedy, "did you mean \"slc\"?");
    assert_eq!(mistake("to = \"peer\"", "to = \"pear\"").remedy, "did you mean \"peer\"?");
}

#[test]
fn each_kind_of_mistake_is_told_once_at_its_own_key() {
    let cases = [
        ("driver = \"sim\"", "", "driver"),
        ("driver = \"sim\"", "driver = \"dahdi\"", "sim"),
        ("\"udp:127.0.0.1:5060\"", "", "sip.listen"),
        ("\"udp:127.0.0.1:5060\"", "\"sctp:127.0.0.1:5060\"", "sip.listen[1]"),
        ("\"udp:127.0.0.1:5060\"", "\"tls:127.0.0.1:5061\"", "sip.tls"),
        ("\"udp:127.0.0.1:5060\"", "\"wss:127.0.0.1:5061\"", "sip.tls"),
        ("\"udp:127.0.0.1:5060\"", "\"udp:127.0.0.1:5060 as here\"", "sip.listen[1]"),
        ("\"udp:127.0.0.1:5060\"", "\"tcp:127.0.0.1:5060\", \"tls:127.0.0.1:5060\"", "sip.listen[2]"),
        ("[[sip.peer]]", "dscp = 64\n[[sip.peer]]", "sip.dscp"),
        ("[[sip.peer]]", "[sip.tls]\nkey = \"key.pem\"\n[[sip.peer]]", "sip.tls.certificate"),
        ("\"udp:127.0.0.1:5060\"", "\"udp:0.0.0.0:5060\"", "sip.listen[1]"),
        ("\"udp:127.0.0.1:5060\"", "\"udp:127.0.0.1:5060\", \"udp:127.0.0.1:5060\"", "sip.listen[2]"),
        ("[[sip.peer]]", "advertise = \"::1\"\n[[sip.peer]]", "sip.listen[1]"),
        ("[[sip.peer]]", "advertise = \"0.0.0.0\"\n[[sip.peer]]", "sip.advertise"),
        ("[[sip.peer]]", "drain_seconds = -1\n[[sip.peer]]", "sip.drain_seconds"),
        ("[[sip.peer]]", "drain_seconds = 5.5\n[[sip.peer]]", "sip.drain_seconds"),
        ("[[sip.peer]]", "user_agent = \"a\\nb\"\n[[sip.peer]]", "sip.user_agent"),
        ("sip:127.0.0.1:5070", "sip:example.org;transport=sctp", "sip.peer[1].address"),
        ("127.0.0.0/8", "localhost", "sip.peer[1].accept_from[1]"),
        ("[[sip.peer]]", "[[sip.peer]]\ncalls_max = 0", "sip.peer[1].calls_max"),
        ("[[sip.peer]]", "[[sip.peer]]\ncalls_per_second = -1", "sip.peer[1].calls_per_second"),
        ("[[sip.peer]]", "[[sip.peer]]\nminutes_per_day = 1000001", "sip.peer[1].minutes_per_day"),
        ("[[sip.peer]]", "[[sip.peer]]\nbarred = [\"0x\"]", "sip.peer[1].barred[1]"),
        ("[[sip.peer]]", "[[sip.peer]]\nsrtp_keys = \"zrtp\"", "sip.peer[1].srtp_keys"),
        (
            "[[sip.peer]]",
            "[[sip.user]]\nname = \"a\"\npassword = \"b\"\npeer = \"phone\"\nsrtp = \"off\"\n[[sip.peer]]",
            "sip.user[1].srtp",
        ),
        ("[sim]", "[emergency]\n[sim]", "emergency.numbers"),
        (
            "[sim]",
            "[emergency]\nnumbers = []\nservice = [{ service = \"fire\", number = \"112\" }]\n[sim]",
            "emergency.service[1].service",
        ),
        (
            "[sim]",
            "[emergency]\nnumbers = []\nservice = [{ service = \"sos\", number = \"one\" }]\n[sim]",
            "emergency.service[1].number",
        ),
        ("[[sip.peer]]", "tls_only = true\n[[sip.peer]]", "sip.tls_only"),
        ("[[sip.peer]]", "[[sip.peer]]\ntls_only = true", "sip.peer[1].address"),
        ("name = \"trunk\"", "name = \"trunk\"\nallow = [\"nobody\"]", "trunk[1].allow[1]"),
        ("name = \"trunk\"", "name = \"trunk\"\nreserve = -1", "trunk[1].reserve"),
        ("[sim]", "[emergency]\nnumbers = [\"1x2\"]\n[sim]", "emergency.numbers[1]"),
        ("address = \"127.0.0.1\"", "address = \"0.0.0.0\"", "rtp.address"),
        ("address = \"127.0.0.1\"", "", "rtp.address"),
        ("[sim]", "ports = \"16385-32767\"\n[sim]", "rtp.ports"),
        ("[sim]", "ports = \"16384-32768\"\n[sim]", "rtp.ports"),
        ("[sim]", "ports = \"16384-16441\"\n[sim]", "rtp.ports"),
        ("[sim]", "ports = \"16384\"\n[sim]", "rtp.ports"),
        ("[sim]", "dscp = -1\n[sim]", "rtp.dscp"),
        ("[sim]", "packet_ms = 25\n[sim]", "rtp.packet_ms"),
        ("[sim]", "playout_ms = 5\n[sim]", "rtp.playout_ms"),
        ("[sim]", "codecs = []\n[sim]", "rtp.codecs"),
        ("[sim]", "codecs = [\"PCMA\", \"PCMA\"]\n[sim]", "rtp.codecs[2]"),
        ("[sim]", "codecs = [\"G729\"]\n[sim]", "rtp.codecs[1]"),
        ("[sim]", "[admin]\nlisten = \"0.0.0.0:9060\"\n[sim]", "admin.listen"),
        ("[sim]", "[log]\nlevel = \"loud\"\n[sim]", "log.level"),
        ("[sim]", "[journal]\nsync_ms = 1001\n[sim]", "journal.sync_ms"),
        ("[sim]", "[journal]\ndirectory = \"\"\n[sim]", "journal.directory"),
        ("[sim]", "[capture]\n[sim]", "capture.file"),
        ("[sim]", "[media]\ntdm_priority = 100\n[sim]", "media.tdm_priority"),
        ("[sim]", "[media]\nprocessors = [0, 1024]\n[sim]", "media.processors[2]"),
        ("[sim]", "[media]\nlock_memory = 1\n[sim]", "media.lock_memory"),
        ("[sim]", "[ss7.mtp2_timers]\nt7_ms = 2001\n[sim]", "ss7.mtp2_timers.t7_ms"),
        ("[sim]", "[ss7.mtp3_timers]\nt2_ms = 699\n[sim]", "ss7.mtp3_timers.t2_ms"),
        ("[sim]", "[media]\nbuffer_ms = 15\n[sim]", "media.buffer_ms"),
        ("[sim]", "[media]\nbuffers = 3\n[sim]", "media.buffers"),
        ("[sim]", "[isup.timers]\nt7_s = 31\n[sim]", "isup.timers.t7_s"),
        ("[sim]", "[isup]\nhop_counter = 32\n[sim]", "isup.hop_counter"),
        ("[ss7]", "[ss7]\nvariant = \"klingon\"", "ss7.variant"),
        ("[ss7]", "[ss7]\npoint_code_format = \"mars\"", "ss7.point_code_format"),
        ("[ss7]", "[ss7]\nfurther_point_codes = [\"1-1-1\"]", "ss7.further_point_codes[1]"),
        ("name = \"trunk\"", "name = \"trunk\"\npoint_code = \"1-1-7\"", "trunk[1].point_code"),
        ("name = \"trunk\"", "name = \"trunk\"\nroute_delay_ms = 65536", "trunk[1].route_delay_ms"),
        ("name = \"trunk\"", "name = \"trunk\"\nisup_timers = { t7_s = 5 }", "trunk[1].isup_timers.t7_s"),
        ("pacing = \"patient\"", "pacing = \"strict\"\npatient_ms = 5", "sim.patient_ms"),
        ("span = \"e1\"", "span = \"e2\"", "sim.far_exchange[1].span"),
        ("[[span]]", "[[sim.far_exchange]]\nspan = \"e1\"\n[[span]]", "sim.far_exchange[2].span"),
        ("span = \"e1\"", "span = \"e1\"\nspans = [\"e1\"]", "sim.far_exchange[1].spans"),
        ("span = \"e1\"", "spans = []", "sim.far_exchange[1].spans"),
        ("line = \"e1\"", "line = \"j1\"", "span[1].line"),
        ("line = \"e1\"", "first_channel = 0", "span[1].first_channel"),
        ("line = \"e1\"", "number = 0", "span[1].number"),
        ("line = \"e1\"", "crc4 = true", "span[1].crc4"),
        ("line = \"e1\"", "clock = 1", "span[1].clock"),
        ("line = \"e1\"", "configured_by = \"hand\"", "span[1].configured_by"),
        ("line = \"e1\"", "configured_by = \"spangate\"\nclock = 256", "span[1].clock"),
        ("line = \"e1\"", "configured_by = \"spangate\"\ncoding = \"b8zs\"", "span[1].coding"),
        ("line = \"e1\"", "configured_by = \"spangate\"\nframing = \"esf\"", "span[1].framing"),
        ("[ss7]", "[[span]]\nname = \"b\"\nnumber = 1\n[ss7]", "span[2].number"),
        ("[ss7]", "[[span]]\nname = \"e1\"\n[ss7]", "span[2].name"),
        ("[ss7]", "[[span]]\nname = \"e 1\"\n[ss7]", "span[2].name"),
        ("[ss7]", "[[span]]\nname = \"b\"\nfirst_channel = 31\n[ss7]", "span[2].first_channel"),
        ("network = \"national\"", "network = \"local\"", "ss7.network"),
        ("span = \"e1\"\ntimeslot", "span = \"e2\"\ntimeslot", "ss7.link[1].span"),
        ("timeslot = 16", "timeslot = 0", "ss7.link[1].timeslot"),
        ("timeslot = 16", "timeslot = 16\nslc = 16", "ss7.link[1].slc"),
        ("timeslot = 16", "timeslot = 16\nmode = \"hdlc2\"", "ss7.link[1].mode"),
        ("timeslot = 16", "timeslot = 16\nerror_correction = \"turbo\"", "ss7.link[1].error_correction"),
        ("timeslot = 16", "timeslot = 16\nn1_messages = 5", "ss7.link[1].n1_messages"),
        ("timeslot = 16", "timeslot = 16\nerror_correction = \"basic\"\nn2_octets = 300", "ss7.link[1].n2_octets"),
        ("timeslot = 16", "timeslot = 16\nerror_correction = \"cyclic\"\nn1_messages = 128", "ss7.link[1].n1_messages"),
        ("timeslot = 16", "timeslot = 16\nerror_correction = \"cyclic\"\nn2_octets = 272", "ss7.link[1].n2_octets"),
        ("adjacent = \"1-1-2\"", "adjacent = \"1-1-1\"", "ss7.link[1].adjacent"),
        ("[[trunk]]", "[[ss7.route]]\ndestination = \"1-1-3\"\nvia = \"1-1-4\"\n[[trunk]]", "ss7.route[1].via"),
        ("[[trunk]]", "[[ss7.route]]\ndestination = \"1-1-2\"\nvia = \"1-1-2\"\n[[trunk]]", "ss7.route[1].destination"),
        ("name = \"trunk\"", "name = \"sip\"", "trunk[1].name"),
        ("name = \"trunk\"", "name = \"trunk\"\nkind = \"r2\"", "trunk[1].kind"),
        ("name = \"trunk\"", "name = \"trunk\"\nhunt = \"random\"", "trunk[1].hunt"),
        ("cic_base = 0", "cic_base = 4065", "trunk[1].spans[1].cic_base"),
        ("cic_base = 0", "cic_base = 0, timeslots = \"1-32\"", "trunk[1].spans[1].timeslots"),
        ("cic_base = 0", "cic_base = 0, timeslots = \"16\"", "trunk[1].spans[1]"),
        ("called = \".\"", "called = \"6x\"", "route[1].called"),
        ("called = \".\"", "called = \"6XX\"\nstrip = 4", "route[1].strip"),
        ("called = \".\"", "called = \".\"\nprepend = \"a\"", "route[1].prepend"),
        ("called = \".\"", "called = \".\"\nnature = \"local\"", "route[1].nature"),
        ("to = \"trunk\"", "to = \"peer\"", "route[1].to"),
        ("from = \"sip\"", "from = \"sips\"", "route[1].from"),
    ];
    for (from, to, key) in cases {
        match changed(from, to) {
            Ok(_) => panic!("{to:?} for {from:?} passes"),
            Err(report) => {
                let keys: Vec<_> = report.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
                assert!(keys.contains(&key), "{to:?} for {from:?} gives\n{report}");
                let own = keys.iter().filter(|noted| **noted == key).count();
                assert_eq!(own, 1, "{to:?} for {from:?} gives\n{report}");
            }
        }
    }
}

#[test]
fn point_codes_are_written_as_the_variant_and_its_network_have_them() {
    let ansi = |text: &str| text.replace("\"1-1-", "\"245-200-").replace("[ss7]", "[ss7]\nvariant = \"ansi-95\"");
    let model = parse("ansi.toml", &ansi(EMBEDDED)).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!((model.variant.name, model.ss7.as_ref().map(|ss7| ss7.own)), ("ansi-95", Some(PointCode(0xF5_C8_01))));
    let Signalling::Isup(isup) = &model.trunks[0].signalling else { panic!("it is ISUP") };
    assert_eq!(isup.continuity.tones, CheckTones::LOOP_2010);
    assert_eq!(model.relations[&isup.destination].timers, Timers::ANSI);
    assert_eq!(model.ss7.as_ref().map(|ss7| ss7.mtp3_timers), Some(mtp3::Timers::ANSI));
    let inhibit_test = "[ss7.mtp3_timers]\nt22_ms = 180000\n[sim]";
    let report = parse("ansi.toml", &ansi(EMBEDDED).replace("[sim]", inhibit_test)).expect_err("ITU-T's is too long");
    assert_eq!(report.mistakes[0].expected, "90000 to 120000 milliseconds (T1.111)");
    let model = changed("[ss7]", "[ss7]\npoint_code_format = \"japan\"").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.ss7.map(|ss7| ss7.own), Some(PointCode(1 << 11 | 1 << 7 | 1)));
    let report = parse("ansi.toml", &ansi(EMBEDDED).replace("\"245-200-1\"", "\"256-0-1\"")).expect_err("a mistake");
    assert_eq!(report.mistakes[0].expected, "a point code, as \"1-2-3\" or 0 to 16777215");
    assert_eq!(report.mistakes[0].remedy, "the parts go up to 255, 255 and 255");
}

#[test]
fn a_format_of_another_network_contradicts_the_variant() {
    let wrong = mistake("[ss7]", "[ss7]\npoint_code_format = \"ansi\"");
    assert_eq!(wrong.key, "ss7.point_code_format");
    assert_eq!(wrong.expected, "a format of networks that speak itu-2000: itu, china, japan");
}

#[test]
fn a_timer_is_the_trunks_or_else_that_of_all_or_else_the_variants() {
    let all = "[isup]\nhop_counter = 12\ncircuit_query = true\ntimers = { t7_s = 22, t9_s = 100 }\n[sim]";
    let own = "destination = \"1-1-2\"\nisup_timers = { t9_s = 150 }\nroute_delay_ms = 7\nask_caller = true";
    let text = EMBEDDED.replace("[sim]", all).replace("destination = \"1-1-2\"", own);
    let model = parse("test.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let [relation] = model.relations.values().collect::<Vec<_>>()[..] else { panic!("there is one exchange") };
    let seconds = [relation.timers.t9, relation.timers.t7, relation.timers.t6].map(|timer| timer.as_secs());
    assert_eq!(seconds, [150, 22, 10]);
    assert_eq!(relation.origin, Origin { hop_counter: Some(12), route_delay_ms: Some(7) });
    assert!(relation.ask_caller);
    assert!(model.variant.procedures.circuit_group_query);
}

#[test]
fn trunks_to_one_exchange_agree_about_it() {
    let second = "[[span]]\nname = \"e2\"\n[[trunk]]\nname = \"second\"\ndestination = \"1-1-2\"\n\
                  isup_timers = { t9_s = 150 }\nspans = [{ span = \"e2\", cic_base = 32 }]\n[[route]]";
    let wrong = mistake("[[route]]", second);
    assert_eq!((wrong.key.as_str(), wrong.remedy.contains("one exchange")), ("trunk[2]", true));
}

#[test]
fn a_link_and_a_trunk_never_share_a_timeslot_and_a_second_trunk_finds_its_rivals() {
    let second =
        "[[trunk]]\nname = \"second\"\ndestination = \"1-1-2\"\nspans = [{ span = \"e1\", cic_base = 32 }]\n[[route]]";
    let wrong = mistake("[[route]]", second);
    assert_eq!(wrong.key, "trunk[2].spans[1]");
    assert!(wrong.remedy.contains("timeslot 1 is trunk \"trunk\"'s"), "{}", wrong.remedy);
    let twice = "[[span]]\nname = \"e2\"\n[[trunk]]\nname = \"second\"\ndestination = \"1-1-2\"\n\
                 spans = [{ span = \"e2\", cic_base = 16 }]\n[[route]]";
    let wrong = mistake("[[route]]", twice);
    assert!(wrong.remedy.contains("CIC 17 to 1-1-2 is trunk \"trunk\"'s"), "{}", wrong.remedy);
}

#[test]
fn a_timeslot_16_without_a_link_is_a_bearer() {
    let second = "[[span]]\nname = \"e2\"\n[[trunk]]\nname = \"second\"\ndestination = \"1-1-2\"\n\
                  spans = [{ span = \"e2\", cic_base = 32 }]\n[[route]]";
    let model = changed("[[route]]", second).unwrap_or_else(|report| panic!("{report}"));
    let circuits = &model.trunks[1].circuits;
    assert_eq!(circuits.len(), 31);
    assert!(circuits.iter().any(|circuit| (circuit.timeslot, circuit.number) == (16, 48)));
    assert_eq!((model.spans[1].number, model.spans[1].first_channel), (2, 32));
}

#[test]
fn links_to_one_exchange_are_one_linkset_by_signalling_link_code() {
    let second =
        "timeslot = 16\nslc = 1\nadjacent = \"1-1-2\"\n[[ss7.link]]\nname = \"b\"\nspan = \"e1\"\ntimeslot = 1";
    let text = EMBEDDED.replacen("timeslot = 16", second, 1).replace("[[sim.far_exchange]]\nspan = \"e1\"\n", "");
    let model = parse("test.toml", &text).unwrap_or_else(|report| panic!("{report}"));
    let codes: Vec<u8> = model.linksets()[0].links.iter().map(|index| model.link(*index).slc).collect();
    assert_eq!((model.linksets().len(), codes), (1, vec![0, 1]));
    assert_eq!(model.circuit_count(), 29);
    let same = text.replace("slc = 1\n", "");
    let report = parse("test.toml", &same).expect_err("one code twice");
    assert!(report.to_string().contains("signalling link code"), "{report}");
}

#[test]
fn each_link_has_its_own_error_correction_with_n1_and_n2() {
    let correction = |keys: &str| {
        let model =
            changed("timeslot = 16", &format!("timeslot = 16\n{keys}")).unwrap_or_else(|report| panic!("{report}"));
        model.links()[0].correction
    };
    assert_eq!(correction(""), Correction::Basic);
    assert_eq!(correction("error_correction = \"cyclic\""), Correction::CYCLIC);
    assert_eq!(
        correction("error_correction = \"cyclic\"\nn1_messages = 20\nn2_octets = 2000"),
        Correction::Cyclic { messages_max: 20, octets_max: 2_000 }
    );
}

#[test]
fn a_file_that_is_not_there_is_a_sentence() {
    let told = load("/nonexistent/spangate.toml".as_ref()).expect_err("no such file").to_string();
    assert!(told.starts_with("/nonexistent/spangate.toml\n"), "{told}");
    assert!(told.contains("No such file"), "{told}");
    assert!(load("/".as_ref()).is_err());
}

#[test]
fn an_endless_file_is_read_to_its_bound_only() {
    let told = load("/dev/zero".as_ref()).expect_err("endless").to_string();
    assert!(told.contains("longer than"), "{told}");
}

#[test]
fn broken_toml_is_told_once_a_line_and_with_the_line() {
    let report = changed("driver = \"sim\"", "driver = sim\nx = = \"a").expect_err("no TOML");
    let told: Vec<_> = report.mistakes.iter().map(|mistake| mistake.found.as_str()).collect();
    assert_eq!(told, ["driver = sim", "x = = \"a"], "{report}");
    let line = EMBEDDED.lines().position(|line| line == "driver = \"sim\"").expect("it is there") + 1;
    assert_eq!(report.mistakes[0].position, Some(Position { line, column: 10 }));
    assert!(report.mistakes[0].remedy.contains("quoted"), "{report}");
}

#[test]
fn the_journal_goes_to_the_state_directory_unless_told_otherwise() {
    let journal = Model::embedded().journal;
    let with = |name: &'static str, value: &'static str| move |asked: &str| (asked == name).then(|| value.into());
    assert_eq!(journal.directory(with("XDG_STATE_HOME", "/state")), std::path::Path::new("/state/spangate"));
    assert_eq!(journal.directory(with("HOME", "/home/a")), std::path::Path::new("/home/a/.local/state/spangate"));
    assert_eq!(journal.directory(with("HOME", "relative")), std::path::Path::new("/var/lib/spangate"));
    let own = Journal { directory: Some("/own".into()), ..journal };
    assert_eq!(own.directory(with("HOME", "/home/a")), std::path::Path::new("/own"));
}

#[test]
fn a_flood_of_mistakes_and_an_endless_list_stay_within_their_bounds() {
    let unknown: String = (0..wrong::MISTAKES_MAX + 7).map(|number| format!("key{number} = 1\n")).collect();
    let report = parse("test.toml", &(unknown + EMBEDDED)).expect_err("mistakes");
    assert_eq!((report.mistakes.len(), report.more), (wrong::MISTAKES_MAX, 7));
    let spans = "[[span]]\n".repeat(raw::MEMBERS_MAX + 1);
    let report = parse("test.toml", &spans).expect_err("mistakes");
    assert!(
        report.mistakes.iter().any(|mistake| mistake.key == "span" && mistake.expected.contains("1024")),
        "{report}"
    );
}

/// The embedded default with a PRI trunk on a span of its own.
fn with_pri(spans: &str, trunk: &str) -> Result<Model, Report> {
    let text = format!("{EMBEDDED}\n{spans}\n[[trunk]]\nname = \"pri\"\nkind = \"pri\"\n{trunk}");
    parse("pri.toml", &text)
}

const E2: &str = "[[span]]\nname = \"e2\"";

#[test]
fn a_pri_trunk_has_its_d_channel_in_timeslot_16_and_thirty_b_channels() {
    let model =
        with_pri(E2, "side = \"network\"\nspans = [{ span = \"e2\" }]").unwrap_or_else(|wrong| panic!("{wrong}"));
    let trunk = &model.trunks[1];
    let Signalling::Pri(pri) = &trunk.signalling else { panic!("it is PRI") };
    assert_eq!((pri.side, pri.switch), (Side::Network, Switch::EuroIsdn));
    assert_eq!(pri.spans, [PriSpan { span: SpanIndex(1), interface: 0, d_channel: Some(16) }]);
    let numbers: Vec<u16> = trunk.circuits.iter().map(|circuit| circuit.number).collect();
    assert_eq!(numbers, (1..=15).chain(17..=31).collect::<Vec<_>>());
}

#[test]
fn two_t1_under_one_d_channel_with_backup_have_forty_six_b_channels() {
    let spans = "[[span]]\nname = \"t2\"\nline = \"t1\"\n[[span]]\nname = \"t3\"\nline = \"t1\"";
    let trunk = "side = \"user\"\nswitch = \"ni2\"\nspans = [{ span = \"t2\" }, { span = \"t3\", d_channel = 24 }]";
    let model = with_pri(spans, trunk).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(model.trunks[1].circuits.len(), 46);
    assert_eq!(model.trunks[1].circuits[23].number, 101);
}

#[test]
fn each_mistake_of_a_pri_trunk_is_told_at_its_own_key() {
    let cases = [
        ("spans = [{ span = \"e2\" }]", "trunk[2].side"),
        ("side = \"both\"\nspans = [{ span = \"e2\" }]", "trunk[2].side"),
        ("side = \"user\"\nswitch = \"vn6\"\nspans = [{ span = \"e2\" }]", "trunk[2].switch"),
        ("side = \"user\"\npoint_code = \"1-1-1\"\nspans = [{ span = \"e2\" }]", "trunk[2].point_code"),
        ("side = \"user\"\ndestination = \"1-1-2\"\nspans = [{ span = \"e2\" }]", "trunk[2].destination"),
        ("side = \"user\"\nspans = [{ span = \"e2\", cic_base = 0 }]", "trunk[2].spans[1].cic_base"),
        ("side = \"user\"\nspans = [{ span = \"e2\", d_channel = 32 }]", "trunk[2].spans[1].d_channel"),
        ("side = \"user\"\nspans = [{ span = \"e2\", interface = 128 }]", "trunk[2].spans[1].interface"),
        ("side = \"user\"\nspans = [{ span = \"e1\" }]", "trunk[2].spans[1]"),
    ];
    for (trunk, key) in cases {
        let report = with_pri(E2, trunk).expect_err("a mistake");
        let keys: Vec<&str> = report.mistakes.iter().map(|mistake| mistake.key.as_str()).collect();
        assert_eq!(keys, [key], "{report}");
    }
}
