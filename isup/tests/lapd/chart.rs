//! A sequence chart: one link on virtual time, the far end's frames written in a short notation.
//!
//! `SABME P`, `DISC P`, `UA F`, `UA`, `DM F`, `FRMR`; `RR3 P` is a command with P = 1, `RR3 F` and `RR3` are responses,
//! `RR3 c` a command with P = 0, and `RNR` and `REJ` alike; `I2.5 text` is an I frame with N(S) = 2 and N(R) = 5,
//! `I2.5P` one with P = 1; `UI text`. The octets are made here and not by the codec under test.

use std::time::{Duration, Instant};

use isup::lapd::{Command, ErrorCode, Link, LinkConfig, Output, Primitive, Side, State};

/// The same chart for both sides.
pub const SIDES: [Side; 2] = [Side::Network, Side::User];

pub struct Chart {
    pub link: Link,
    pub now: Instant,
    side: Side,
}

impl Chart {
    pub fn new(side: Side) -> Self {
        Self::with(LinkConfig::primary_rate(side))
    }

    pub fn with(config: LinkConfig) -> Self {
        Self { link: Link::new(config), now: epoch(), side: config.side }
    }

    /// A link in state 7 by our own request.
    pub fn established(side: Side) -> Self {
        let mut chart = Self::new(side);
        chart.ask(Command::Establish).says(&["SABME P"]);
        chart.hears("UA F").says(&["DL-ESTABLISH confirm"]);
        chart
    }

    pub fn ask(&mut self, command: Command) -> &mut Self {
        self.link.handle_command(self.now, command);
        self
    }

    pub fn data(&mut self, text: &str) -> &mut Self {
        self.ask(Command::Data(text.as_bytes().to_vec()))
    }

    /// A frame of the far end.
    pub fn hears(&mut self, notation: &str) -> &mut Self {
        self.hears_octets(&octets(self.side.other(), notation))
    }

    pub fn hears_octets(&mut self, octets: &[u8]) -> &mut Self {
        self.link.handle_frame(self.now, octets);
        self
    }

    /// Time passes; whatever is due on the way is done.
    pub fn after_ms(&mut self, ms: u64) -> &mut Self {
        let end = self.now + Duration::from_millis(ms);
        while let Some(deadline) = self.link.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.link.handle_timeout(deadline);
        }
        self.now = end;
        self
    }

    /// Exactly this has been put out since.
    pub fn says(&mut self, expected: &[&str]) -> &mut Self {
        let said: Vec<String> = std::iter::from_fn(|| self.link.poll_output()).map(|output| show(&output)).collect();
        let expected: Vec<String> = expected.iter().map(|line| self.expected(line)).collect();
        assert_eq!(said, expected, "{:?} in state {:?}", self.side, self.link.state());
        self
    }

    /// So many outputs are fetched, whatever they are.
    pub fn takes(&mut self, outputs: usize) -> &mut Self {
        assert_eq!(std::iter::from_fn(|| self.link.poll_output()).take(outputs).count(), outputs);
        self
    }

    pub fn is_in(&mut self, state: State) -> &mut Self {
        assert_eq!(self.link.state(), state);
        self
    }

    fn expected(&self, line: &str) -> String {
        match line.split_once(' ') {
            Some(("DL-ESTABLISH" | "DL-RELEASE" | "DL-DATA" | "DL-UNIT-DATA" | "MDL-ERROR", _)) => line.to_owned(),
            _ => show(&Output::Frame(octets(self.side, line))),
        }
    }
}

pub fn epoch() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "virtual time needs one instant to count from")]
    Instant::now()
}

fn show(output: &Output) -> String {
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let primitive = |primitive: &Primitive| match primitive {
        Primitive::Confirm => "confirm",
        Primitive::Indication => "indication",
    };
    match output {
        Output::Frame(octets) => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
        Output::Established(kind) => format!("DL-ESTABLISH {}", primitive(kind)),
        Output::Released(kind) => format!("DL-RELEASE {}", primitive(kind)),
        Output::Data(octets) => format!("DL-DATA {}", text(octets)),
        Output::UnitData(octets) => format!("DL-UNIT-DATA {}", text(octets)),
        Output::Error(code) => format!("MDL-ERROR {}", letter(*code)),
    }
}

fn letter(code: ErrorCode) -> String {
    format!("{code:?}")
}

/// The octets of one frame of `sender` in the notation above.
pub fn octets(sender: Side, notation: &str) -> Vec<u8> {
    let (kind, rest) = notation.split_once(' ').unwrap_or((notation, ""));
    let name: String = kind.chars().take_while(|letter| letter.is_ascii_uppercase()).collect();
    let numbers = &kind[name.len()..];
    let number = |digits: &str| digits.trim_end_matches('P').parse::<u8>().expect("a sequence number");
    let p_or_f = matches!(rest, "P" | "F");
    let supervisory = |octet: u8| vec![octet, number(numbers) << 1 | u8::from(p_or_f)];
    let (is_command, control) = match &*name {
        "SABME" => (true, vec![0x6f | u8::from(p_or_f) << 4]),
        "DISC" => (true, vec![0x43 | u8::from(p_or_f) << 4]),
        "UA" => (false, vec![0x63 | u8::from(p_or_f) << 4]),
        "DM" => (false, vec![0x0f | u8::from(p_or_f) << 4]),
        "FRMR" => (false, vec![0x87]),
        "UI" => (true, [&[0x03], rest.as_bytes()].concat()),
        "RR" => (matches!(rest, "P" | "c"), supervisory(0x01)),
        "RNR" => (matches!(rest, "P" | "c"), supervisory(0x05)),
        "REJ" => (matches!(rest, "P" | "c"), supervisory(0x09)),
        "I" => {
            let (send, receive) = numbers.split_once('.').expect("two sequence numbers");
            let header = [number(send) << 1, number(receive) << 1 | u8::from(receive.ends_with('P'))];
            (true, [&header, rest.as_bytes()].concat())
        }
        other => panic!("{other} is not in the notation"),
    };
    let first = if is_command == (sender == Side::Network) { 0x02 } else { 0x00 };
    [&[first, 0x01], &control[..]].concat()
}
