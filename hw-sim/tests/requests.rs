//! Any sequence of requests, on any device, in any state, leaves the machine standing.

use dahdi_sys::abi::{
    BufferInfo, BufferPolicy, ChannelConfig, DynamicSpan, EchoCancellerSettings, Flush, Gains, LineConfig, Maintenance,
    MaintenanceCommand, Params, SpanInfo, Text, VersionInfo,
};
use dahdi_sys::{Device, Errno, Kernel, Law, Node, Request, SignalType, SignallingMode};
use hw_sim::{FaultPlan, Line, Machine, SimKernel, SpanSpec};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// A number that is small most of the time and anything now and then.
fn number(random: &mut ChaCha20Rng) -> i32 {
    match random.next_u32() % 8 {
        0 => random.next_u32() as i32,
        1 => (random.next_u32() % 40_000) as i32,
        _ => (random.next_u32() % 70) as i32 - 2,
    }
}

fn signal(random: &mut ChaCha20Rng) -> SignalType {
    let types = [
        SignalType::NONE,
        SignalType::CLEAR,
        SignalType::HDLC_RAW,
        SignalType::HDLC_FCS,
        SignalType::MTP2,
        SignalType::CAS,
    ];
    types[random.next_u32() as usize % types.len()]
}

fn dynamic(random: &mut ChaCha20Rng) -> DynamicSpan {
    let address = format!("{}:{}", random.next_u32() % 3, random.next_u32() % 3);
    let numchans = [31, 24, number(random)][random.next_u32() as usize % 3];
    DynamicSpan { driver: Text::new("loc"), addr: Text::new(&address), numchans, ..DynamicSpan::default() }
}

fn request(device: &dyn Device, random: &mut ChaCha20Rng) -> Result<(), Errno> {
    let (n, m, on) = (number(random), number(random), random.next_u32().is_multiple_of(2));
    let mut answer = 0;
    device.ioctl(match random.next_u32() % 30 {
        0 => Request::GetBlockSize(&mut answer),
        1 => Request::SetBlockSize(n),
        2 => Request::Flush(Flush(n)),
        3 => return device.ioctl(Request::GetParams(&mut Params { channo: n, ..Params::default() })),
        4 => return device.ioctl(Request::SetParams(&Params { channo: n, starttime: m, ..Params::default() })),
        5 => Request::GetEvent(&mut answer),
        6 => return device.ioctl(Request::SpanStatus(&mut SpanInfo { spanno: n, ..SpanInfo::default() })),
        7 => {
            let maintenance = Maintenance { spanno: n, command: MaintenanceCommand(m) };
            return device.ioctl(Request::Maintenance(&maintenance));
        }
        8 => return device.ioctl(Request::SpanConfig(&LineConfig { span: n, lineconfig: m, ..LineConfig::default() })),
        9 => {
            let mut config =
                ChannelConfig { chan: n, sigtype: signal(random), deflaw: Law(m), ..ChannelConfig::default() };
            return device.ioctl(Request::ChannelConfig(&mut config));
        }
        10 => return device.ioctl(Request::GetBufferInfo(&mut BufferInfo::default())),
        11..=13 => {
            let info = BufferInfo { txbufpolicy: BufferPolicy(n % 4), numbufs: n, bufsize: m, ..BufferInfo::default() };
            return device.ioctl(Request::SetBufferInfo(&info));
        }
        14 => Request::AudioMode(on),
        15 => Request::EchoCancel(n),
        16 => Request::HdlcRawMode(on),
        17 => Request::HdlcFcsMode(on),
        18 => Request::SetLaw(Law(n)),
        19 => Request::TimerConfig(n),
        20 => Request::TimerAcknowledge(n),
        21 => return device.ioctl(Request::GetVersion(&mut VersionInfo::default())),
        22 => Request::BufferEvents(on),
        23 => return device.ioctl(Request::GetGains(&mut Gains { chan: n, ..Gains::unity(0) })),
        24 => return device.ioctl(Request::SetGains(&mut Gains { chan: n, ..Gains::unity(0) })),
        25 => return device.ioctl(Request::EchoCancelParams(&EchoCancellerSettings::default())),
        26 if on => Request::TimerPing,
        26 => Request::TimerPong,
        27 => return device.ioctl(Request::DynamicCreate(&mut dynamic(random))),
        28 => return device.ioctl(Request::DynamicDestroy(&dynamic(random))),
        // Rarely: after a shutdown little is left to try.
        _ if random.next_u32().is_multiple_of(50) => Request::ShutDown(n),
        _ => Request::StartUp(n),
    })
}

#[test]
fn no_sequence_of_requests_breaks_the_machine() {
    for seed in 0..15u64 {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let span = |name, first| {
            SpanSpec::clear(
                name,
                Line::E1,
                Law::A_LAW,
                first,
                &[(16, SignallingMode::Mtp2), (17, SignallingMode::HdlcFcs)],
            )
        };
        let mut machine = Machine::new(vec![span("a", 1).patient(10), span("b", 32)]);
        machine.connect(0, 1);
        machine.set_faults(1, FaultPlan { bit_errors: 200_000, slips: 50_000, ..FaultPlan::draw([seed as u8; 32]) });
        let kernel = SimKernel::new(machine);
        println!("seed {seed}");
        let mut devices = Vec::new();
        let mut octets = [0; 9_000];
        for _ in 0..1_500 {
            let node = match random.next_u32() % 8 {
                0 => Node::Ctl,
                1 => Node::Timer,
                _ => Node::Channel(random.next_u32() % 66),
            };
            if devices.len() < 40 {
                devices.extend(kernel.open(node));
            }
            let at = random.next_u32() as usize % devices.len().max(1);
            let Some(device) = devices.get(at) else { continue };
            let length = random.next_u32() as usize % octets.len();
            if random.next_u32().is_multiple_of(200) {
                kernel.control(0).remove();
            }
            if random.next_u32().is_multiple_of(50) {
                kernel.control(0).bring_back();
            }
            match random.next_u32() % 8 {
                0..=2 => drop(request(&**device, &mut random)),
                3 | 4 => drop(device.write(&octets[..length])),
                5 | 6 => drop(device.read(&mut octets[..length])),
                _ => drop(devices.swap_remove(at)),
            }
            kernel.advance(random.next_u32() % 4);
        }
    }
}
