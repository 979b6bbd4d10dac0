//! `tests/peers/ss7-exchange` or `tests/peers/pri-exchange` on the second span.

use super::setup::{Line, Pri};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A running exchange; it ends when dropped.
pub struct Exchange {
    child: Child,
    orders: ChildStdin,
    lines: mpsc::Receiver<String>,
}

/// What a call that the exchange placed has heard.
#[derive(Debug)]
pub struct Heard {
    pub compared: u64,
    pub differences: u64,
    pub jumps: u64,
}

impl Exchange {
    /// Starts it; it says "ready" when its link has come up with a gateway's.
    pub fn start() -> Exchange {
        let points = [SIGNALLING_CHANNEL, FIRST_CHANNEL, OWN_POINT_CODE, ADJACENT_POINT_CODE];
        Exchange::run(Command::new("/t/ss7-exchange").args(points))
    }

    /// Starts the other end of a primary rate interface; it says "up" when the data link is established.
    pub fn start_pri(gateway: Pri) -> Exchange {
        let (first_channel, line) = match gateway.line {
            Line::E1 => (FIRST_CHANNEL, "e1"),
            Line::T1 => (FIRST_CHANNEL_OF_T1, "t1"),
        };
        Exchange::run(Command::new("/t/pri-exchange").args([first_channel, gateway.side.other().name(), line]))
    }

    fn run(command: &mut Command) -> Exchange {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the image has it");
        let (orders, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (tell, lines) = mpsc::channel();
        // Ends with the child, whose end closes the pipe.
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| {
                println!("exchange: {line}");
                tell.send(line)
            })
        });
        Exchange { child, orders, lines }
    }

    /// Has it place a call that says a pattern for so long.
    pub fn place(&self, number: &str, hold_ms: u32) {
        self.order(&format!("call {number} {hold_ms}"));
    }

    /// Orders something in its own words.
    pub fn order(&self, order: &str) {
        writeln!(&self.orders, "{order}").expect("it listens");
    }

    /// The next line that begins so.
    pub fn line(&self, begin: &str) -> String {
        let [line] = self.lines([begin]);
        line
    }

    /// The next line with each of these beginnings, in whatever order they come.
    pub fn lines<const N: usize>(&self, begins: [&str; N]) -> [String; N] {
        let deadline = Instant::now() + PATIENCE;
        let mut found = begins.map(|_| String::new());
        while let Some(missing) = found.iter().position(String::is_empty) {
            let line = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let line = line.unwrap_or_else(|_| panic!("the exchange did not say {:?}", begins[missing]));
            let place = (0..N).find(|place| found[*place].is_empty() && line.starts_with(begins[*place]));
            if let Some(place) = place {
                found[place] = line;
            }
        }
        found
    }

    /// What the next call to end has heard.
    pub fn heard(&self) -> Heard {
        let line = self.line("ended");
        let number = |name: &str| {
            let rest = line.split(name).nth(1).and_then(|rest| rest.split_whitespace().next());
            rest.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {name} in {line:?}"))
        };
        Heard { compared: number("compared"), differences: number("differences"), jumps: number("jumps") }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // An error is a child that has ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

const SIGNALLING_CHANNEL: &str = "47";
const FIRST_CHANNEL: &str = "32";
const FIRST_CHANNEL_OF_T1: &str = "25";
/// 1-1-2 as a number.
const OWN_POINT_CODE: &str = "2058";
/// 1-1-1 as a number.
const ADJACENT_POINT_CODE: &str = "2057";
const PATIENCE: Duration = Duration::from_secs(30);
