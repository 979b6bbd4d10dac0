//! Numbers and layouts against foreign ones: a few from the header by hand, all of them from its compiled form where that is at hand.

use std::mem::offset_of;
use std::path::PathBuf;

use dahdi_sys::abi::{self, *};
use dahdi_sys::{Alarms, Errno, Event, Law, LinuxKernel, Node, SignalType};
use dahdi_sys::{Kernel, SpanStatus};
use serde_json::Value;

#[test]
fn ioctl_numbers_are_the_headers() {
    // As strace shows them for dahdi_cfg and Asterisk.
    assert_eq!(number::SPECIFY, 0x4004_da26);
    assert_eq!(number::SPANSTAT, 0xc13a_da0a);
    assert_eq!(number::SET_BUFINFO, 0x4018_da1b);
    assert_eq!(number::GETEVENT, 0x8004_da08);
    assert_eq!(number::GET_PARAMS, 0xc088_da05);
    assert_eq!(number::TIMERACK, 0x4004_da30);
    assert_eq!(number::BUFFER_EVENTS, 0x4004_da69);
}

fn header() -> Option<Value> {
    let shared = std::env::var_os("SPANGATE_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"));
    let Ok(text) = std::fs::read_to_string(shared.join("spec/dahdi_abi_debian.json")) else {
        println!("skipped: numbers of Debian's header: shared folder absent");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the header's numbers are JSON"))
}

#[test]
fn every_ioctl_number_agrees_with_debians_header() {
    let Some(header) = header() else { return };
    for (name, number) in abi::number::ALL {
        let value = &header["ioctls"][format!("DAHDI_{name}")]["value"];
        assert_eq!(value.as_u64(), Some(u64::from(*number)), "{name}");
    }
}

#[test]
fn every_struct_agrees_with_debians_header() {
    let Some(header) = header() else { return };
    let check = |name: &str, size: usize, fields: &[(&str, usize)]| {
        let layout = &header["structs"][name];
        assert_eq!(layout["size"].as_u64(), Some(size as u64), "{name}");
        let theirs = layout["fields"].as_array().expect("fields");
        let theirs: Vec<_> = theirs.iter().map(|field| (field["name"].as_str(), field["offset"].as_u64())).collect();
        let ours: Vec<_> = fields.iter().map(|(field, offset)| (Some(*field), Some(*offset as u64))).collect();
        assert_eq!(theirs, ours, "{name}");
    };
    macro_rules! check {
        ($name:literal $type:ident: $($field:ident)*) => {
            check($name, size_of::<$type>(), &[$((stringify!($field), offset_of!($type, $field)),)*]);
        };
    }
    check!("dahdi_params" Params: channo spanno chanpos sigtype sigcap rxisoffhook rxbits txbits txhooksig rxhooksig curlaw idlebits
        name prewinktime preflashtime winktime flashtime starttime rxwinktime rxflashtime debouncetime pulsebreaktime pulsemaketime
        pulseaftertime chan_alarms);
    check!("dahdi_spaninfo" SpanInfo: spanno name desc alarms txlevel rxlevel bpvcount crc4count ebitcount fascount fecount cvcount
        becount prbs errsec irqmisses syncsrc numchans totalchans totalspans lbo lineconfig lboname location manufacturer devicetype
        irq linecompat spantype);
    check!("dahdi_maintinfo" Maintenance: spanno command);
    check!("dahdi_lineconfig" LineConfig: span name lbo lineconfig sync);
    check!("dahdi_chanconfig" ChannelConfig: chan name sigtype deflaw master idlebits netdev_name);
    check!("dahdi_bufferinfo" BufferInfo: txbufpolicy rxbufpolicy numbufs bufsize readbufs writebufs);
    check!("dahdi_versioninfo" VersionInfo: version echo_canceller);
    check!("dahdi_attach_echocan" AttachEchoCanceller: chan echocan);
}

#[test]
fn constants_agree_with_debians_header() {
    let Some(header) = header() else { return };
    let constant =
        |name: &str| header["constants"][name].as_i64().unwrap_or_else(|| panic!("{name} is not in the header"));
    for (name, ours) in [
        ("DAHDI_SIG_NONE", SignalType::NONE),
        ("DAHDI_SIG_CLEAR", SignalType::CLEAR),
        ("DAHDI_SIG_HDLCRAW", SignalType::HDLC_RAW),
        ("DAHDI_SIG_HDLCFCS", SignalType::HDLC_FCS),
        ("DAHDI_SIG_SLAVE", SignalType::SLAVE),
        ("DAHDI_SIG_CAS", SignalType::CAS),
        ("DAHDI_SIG_HARDHDLC", SignalType::HARD_HDLC),
        ("DAHDI_SIG_MTP2", SignalType::MTP2),
    ] {
        assert_eq!(constant(name), i64::from(ours.0), "{name}");
    }
    for (name, ours) in [
        ("DAHDI_ALARM_NONE", Alarms::NONE),
        ("DAHDI_ALARM_RECOVER", Alarms::RECOVERING),
        ("DAHDI_ALARM_LOOPBACK", Alarms::LOOPBACK),
        ("DAHDI_ALARM_YELLOW", Alarms::YELLOW),
        ("DAHDI_ALARM_RED", Alarms::RED),
        ("DAHDI_ALARM_BLUE", Alarms::BLUE),
        ("DAHDI_ALARM_NOTOPEN", Alarms::NOT_OPEN),
        ("DAHDI_ALARM_LOS", Alarms::LOS),
        ("DAHDI_ALARM_LFA", Alarms::LFA),
        ("DAHDI_ALARM_LMFA", Alarms::LMFA),
    ] {
        assert_eq!(constant(name), i64::from(ours.0), "{name}");
    }
    for (name, ours) in [
        ("ELAST", Errno::ELAST.0),
        ("DAHDI_LAW_DEFAULT", Law::DEFAULT.0),
        ("DAHDI_LAW_MULAW", Law::MU_LAW.0),
        ("DAHDI_LAW_ALAW", Law::A_LAW.0),
        ("DAHDI_FLUSH_READ", Flush::READ.0),
        ("DAHDI_FLUSH_WRITE", Flush::WRITE.0),
        ("DAHDI_FLUSH_EVENT", Flush::EVENT.0),
        ("DAHDI_FLUSH_ALL", Flush::ALL.0),
        ("DAHDI_POLICY_IMMEDIATE", BufferPolicy::IMMEDIATE.0),
        ("DAHDI_POLICY_WHEN_FULL", BufferPolicy::WHEN_FULL.0),
        ("DAHDI_POLICY_HALF_FULL", BufferPolicy::HALF_FULL.0),
        ("DAHDI_MAINT_NONE", MaintenanceCommand::NONE.0),
        ("DAHDI_MAINT_LOCALLOOP", MaintenanceCommand::LOCAL_LOOP.0),
        ("DAHDI_MAINT_NETWORKLINELOOP", MaintenanceCommand::NETWORK_LINE_LOOP.0),
        ("DAHDI_RESET_COUNTERS", MaintenanceCommand::RESET_COUNTERS.0),
        ("DAHDI_CONFIG_D4", line_config::D4),
        ("DAHDI_CONFIG_ESF", line_config::ESF),
        ("DAHDI_CONFIG_AMI", line_config::AMI),
        ("DAHDI_CONFIG_B8ZS", line_config::B8ZS),
        ("DAHDI_CONFIG_CCS", line_config::CCS),
        ("DAHDI_CONFIG_HDB3", line_config::HDB3),
        ("DAHDI_CONFIG_CRC4", line_config::CRC4),
        ("DAHDI_MAX_NUM_BUFS", NUM_BUFS_MAX),
        ("DAHDI_DEFAULT_NUM_BUFS", NUM_BUFS_DEFAULT),
        ("DAHDI_DEFAULT_BLOCKSIZE", BLOCK_OCTETS_DEFAULT),
        ("DAHDI_MAX_BLOCKSIZE", BLOCK_OCTETS_MAX),
        ("DAHDI_MAX_BUF_SPACE", BUFFER_SPACE_MAX),
        ("DAHDI_MAX_EVENTSIZE", EVENTS_MAX as i32),
    ] {
        assert_eq!(constant(name), i64::from(ours), "{name}");
    }
}

#[test]
fn every_event_of_debians_header_has_a_name() {
    let Some(header) = header() else { return };
    for (name, number) in header["constants"].as_object().expect("constants") {
        let Some(event) = name.strip_prefix("DAHDI_EVENT_").filter(|event| *event != "NONE") else { continue };
        let number = i32::try_from(number.as_i64().expect("a number")).expect("an int");
        let ours = Event::from_number(number).expect("only NONE is 0");
        assert!(!matches!(ours, Event::Unknown(_)), "{event} = {number}");
        assert_eq!(ours.number(), number);
    }
}

#[test]
fn a_host_without_dahdi_says_what_to_do() {
    if std::path::Path::new("/dev/dahdi").exists() {
        println!("skipped: a host without DAHDI: this one has it");
        return;
    }
    assert_eq!(LinuxKernel.open(Node::Channel(1)).err(), Some(Errno::ENOENT));
    let error = SpanStatus::read(&LinuxKernel, 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/dev/dahdi/ctl could not be opened: ENOENT: there is no such device file: the dahdi modules are not loaded; \
         load the card's module (modprobe dahdi) and look with dahdi_scan"
    );
}
