//! Processor time a call: two rounds, in each of which every subject is called at that round's rate.

use crate::kamailio;
use crate::load::Load;
use crate::plan::{self, Places, Side};
use crate::process::{OTHERS, SUBJECTS, Subject, Usage, role, spawn};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A folder that goes with its owner.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        let (process, number) = (process::id(), FOLDERS.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("spangate-sipp-load-{process}-{number}"));
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _stays = fs::remove_dir_all(&self.0);
    }
}

/// A subject, where it is called, and the exchange behind it.
pub struct Called {
    pub subject: Subject,
    pub at: SocketAddr,
    _exchange: Option<Subject>,
}

/// The gateway with its exchange.
pub fn gateway(folder: &Path) -> Called {
    let (at, admin) = (free_port(), free_port());
    for side in [Side::Gateway, Side::Exchange] {
        fs::write(Places(folder).configuration(side), plan::text(folder, side, at, admin)).expect("the folder is ours");
    }
    let words = folder.display().to_string();
    let exchange = role(OTHERS, "exchange", &["exchange", &words]);
    let subject = role(SUBJECTS, "spangate, SIP and ISUP", &["gateway", &words]).ready();
    Called { subject, at, _exchange: Some(exchange) }
}

/// The SIP half.
pub fn endpoint() -> Called {
    let at = free_port();
    Called {
        subject: role(SUBJECTS, "spangate, SIP half", &["endpoint", &at.to_string()]).ready(),
        at,
        _exchange: None,
    }
}

fn sipp() -> Called {
    let at = free_port();
    let mut command = Command::new("sipp");
    command.args(["-sn", "uas", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-p", &at.port().to_string()]);
    command.env("TERM", "dumb");
    Called { subject: spawn(command, "SIPp's own answerer"), at, _exchange: None }
}

/// Calls every subject at both rates, and tells what a call costs each.
pub fn measure() {
    let folder = Folder::new();
    let at = free_port();
    let kamailio = Called { subject: kamailio::start(&folder.0, at), at, _exchange: None };
    let subjects = [sipp(), kamailio, endpoint(), gateway(&folder.0)];
    // Pages, tables and caches that the first calls make are not those of a call.
    subjects.iter().for_each(|called| _ = round(called, LOW));
    let rounds = RATES.map(|rate| all(&subjects, rate));
    println!(
        "\nProcessor time a call, by the slope from {} to {} calls a second, {} s each:\n",
        LOW,
        HIGH,
        LASTS.as_secs()
    );
    println!("| | µs a call | beside SIPp's answerer | failed |\n|---|--:|--:|---|");
    let slopes: Vec<Usage> = (0..subjects.len()).map(|index| slope(&rounds[0][index], &rounds[1][index])).collect();
    let whole = |usage: &Usage| usage.values().sum::<Duration>().as_secs_f64() * 1e6;
    let yardstick = whole(&slopes[0]);
    for (index, called) in subjects.iter().enumerate() {
        let (cost, failed) = (whole(&slopes[index]), rounds.iter().any(|round| round[index].failed));
        let failed = if failed { "yes" } else { "none" };
        println!("| {} | {cost:.1} | {:.2} | {failed} |", called.subject.name, cost / yardstick);
    }
    println!("\nOf the gateway, by thread: {}", by_thread(&slopes[3]));
    for (index, called) in subjects.iter().enumerate() {
        let ticks = (rounds[1][index].time.as_secs_f64() - rounds[0][index].time.as_secs_f64())
            / f64::from(calls(HIGH) - calls(LOW));
        println!("  {}: {:.1} µs a call by utime and stime", called.subject.name, ticks * 1e6);
    }
}

/// What a round cost a subject: from its own calls until those of the next round.
struct Round {
    usage: Usage,
    time: Duration,
    failed: bool,
}

fn all(subjects: &[Called], rate: u32) -> Vec<Round> {
    let began: Vec<_> = subjects
        .iter()
        .map(|called| {
            let (usage, time, start) = (called.subject.usage(), called.subject.time(), Instant::now());
            (usage, time, start, round(called, rate))
        })
        .collect();
    // Every subject has the same time, in which its transactions end.
    let ended = began.into_iter().zip(subjects).map(|((usage, time, start, failed), called)| {
        thread::sleep((start + ROUND).saturating_duration_since(Instant::now()));
        let used = difference(&called.subject.usage(), &usage);
        Round { usage: used, time: called.subject.time() - time, failed }
    });
    ended.collect()
}

/// True if a call failed.
fn round(called: &Called, rate: u32) -> bool {
    let load = Load { to: called.at, rate, calls: calls(rate), hold: Duration::ZERO };
    !load.place().succeeded
}

fn calls(rate: u32) -> u32 {
    rate * u32::try_from(LASTS.as_secs()).expect("seconds")
}

fn difference(after: &Usage, before: &Usage) -> Usage {
    let before = |name: &String| before.get(name).copied().unwrap_or_default();
    after.iter().map(|(name, time)| (name.clone(), time.saturating_sub(before(name)))).collect()
}

/// What one call more cost each thread.
fn slope(low: &Round, high: &Round) -> Usage {
    difference(&high.usage, &low.usage)
        .into_iter()
        .map(|(name, time)| (name, time / (calls(HIGH) - calls(LOW))))
        .collect()
}

fn by_thread(usage: &Usage) -> String {
    let mut shares: Vec<_> =
        usage.iter().map(|(name, time)| (time, name)).filter(|(time, _)| time.as_nanos() > 500).collect();
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let shares: Vec<_> =
        shares.iter().map(|(time, name)| format!("{name} {:.1} µs", time.as_secs_f64() * 1e6)).collect();
    shares.join(", ")
}

/// A port that nobody has now.
pub fn free_port() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has ports");
    socket.local_addr().expect("it is bound")
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);
const LOW: u32 = 50;
const HIGH: u32 = 400;
const RATES: [u32; 2] = [LOW, HIGH];
/// How long each subject is called in a round.
const LASTS: Duration = Duration::from_secs(6);
/// From a subject's first call to when its last transaction has ended: server transactions live 64 T1 (RFC 3261 17.2.2).
const ROUND: Duration = Duration::from_secs(40);
