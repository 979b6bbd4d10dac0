//! Processes that are measured, and what `/proc` says of them.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A process that is measured; it is killed when dropped.
pub struct Subject {
    pub name: &'static str,
    child: Child,
}

/// Processor time by what used it: the names of threads.
pub type Usage = BTreeMap<String, Duration>;

/// Starts a process on the subjects' processor.
pub fn spawn(command: Command, name: &'static str) -> Subject {
    let mut pinned = pinned(SUBJECTS, &command);
    let child = pinned.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Subject { name, child: child.unwrap_or_else(|error| panic!("{name}: {error}")) }
}

/// Another role of this program, on that processor; it has said `ready` when this returns.
pub fn role(processor: usize, name: &'static str, words: &[&str]) -> Subject {
    let mut command = Command::new(std::env::current_exe().expect("a running program has a file"));
    command.args(words);
    let child = pinned(processor, &command).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    Subject { name, child: child.unwrap_or_else(|error| panic!("{name}: {error}")) }
}

/// The command, on one processor.
pub fn pinned(processor: usize, command: &Command) -> Command {
    let mut pinned = Command::new("taskset");
    let processors = thread::available_parallelism().map_or(1, usize::from);
    pinned.args(["-c", &(processor % processors).to_string()]).arg(command.get_program()).args(command.get_args());
    pinned
}

impl Subject {
    /// Waits for its first line.
    pub fn ready(mut self) -> Subject {
        use std::io::{BufRead, BufReader};
        let mut line = String::new();
        let output = self.child.stdout.as_mut().expect("it was piped");
        BufReader::new(output).read_line(&mut line).expect("it is read");
        assert_eq!(line.trim(), "ready", "{}", self.name);
        self
    }

    /// What it and its children have used so far.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::new();
        for process in self.processes() {
            let tasks = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
            for task in tasks {
                let read = |file: &str| fs::read_to_string(task.path().join(file)).unwrap_or_default();
                let nanoseconds = read("schedstat").split(' ').next().and_then(|first| first.parse().ok());
                let time = Duration::from_nanos(nanoseconds.unwrap_or_default());
                *usage.entry(read("comm").trim().to_owned()).or_default() += time;
            }
        }
        usage
    }

    /// User and system time of it and its children as `/proc/PID/stat` has them.
    pub fn time(&self) -> Duration {
        let jiffies: u64 = self.processes().into_iter().map(jiffies).sum();
        Duration::from_millis(jiffies * 10)
    }

    /// Resident memory in octets, files and shared memory left out.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let anonymous = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        let kibibytes = anonymous.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kibibytes.expect("a running process has memory") * 1024
    }

    fn processes(&self) -> Vec<u32> {
        let own = self.child.id();
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let children = numbers.filter(|number| parent(*number) == Some(own));
        std::iter::once(own).chain(children).collect()
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // Kamailio ends its children when it is asked to end.
        let _gone = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + END;
        while self.child.try_wait().is_ok_and(|status| status.is_none()) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// The fields of `/proc/PID/stat` behind the name, which may have spaces.
fn stat(process: u32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_whitespace().map(str::to_owned).collect()
}

fn parent(process: u32) -> Option<u32> {
    stat(process).get(1)?.parse().ok()
}

fn jiffies(process: u32) -> u64 {
    let fields = stat(process);
    fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// What the figures belong to.
pub fn machine() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        information.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("unknown").to_owned();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    format!("{processors} processors, {model}; load before the run {load}")
}

/// The processor of what is measured.
pub const SUBJECTS: usize = 1;
/// The processor of who calls, and of the exchange.
pub const OTHERS: usize = 0;
const END: Duration = Duration::from_secs(5);
