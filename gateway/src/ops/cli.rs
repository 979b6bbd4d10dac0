//! The command line: what may be asked, and words with exit code 2 for what may not.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use config::Model;

use super::maintenance::{CircuitAction, CircuitsOrder, LinkAction, LinkOrder, NotNumbers, Numbers};

/// The code for a command or a file that is wrong; 1 is for a run that failed.
pub const EXIT_USAGE: u8 = 2;

/// spangate joins SIP networks to E1 and T1 circuits.
#[derive(Debug, Parser)]
#[command(name = "spangate", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
}

/// What is asked of the program.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Run the gateway; this is meant when nothing is said.
    Run(Run),
    /// Place calls both ways through an embedded gateway and prove their audio.
    Demo(Demo),
    /// Have the simulated exchange of a running gateway do something.
    #[command(subcommand)]
    Sim(Sim),
    /// Run acceptance cases by their number.
    Conformance(Conformance),
    /// Tell the state of a running gateway.
    Status(Status),
    /// Take circuits out of service for calls (BLO, CGB; SERVICE).
    Block(Circuits),
    /// Give blocked circuits back (UBL, CGU; SERVICE).
    Unblock(Circuits),
    /// Bring circuits to idle at both ends, ending the calls on them (RSC, GRS; RESTART).
    Reset(Circuits),
    /// Ask the far end what it holds circuits for (CQM), and compare.
    Query(Circuits),
    /// Ask the far end whether it knows circuits as we do (CVT; ANSI networks).
    Validate(Circuits),
    /// Check idle circuits by a tone that the far end sends back (CCR).
    Continuity(Circuits),
    /// Maintain a signalling link.
    #[command(subcommand)]
    Link(Link),
    /// Tell every mistake of a configuration file.
    Check(Check),
    /// Speak for a signalling link when the gateway cannot; the gateway starts this itself.
    #[command(hide = true)]
    Guard(Guard),
}

/// `run`.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The configuration file; without it, two simulated E1 on loopback.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `demo`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Demo {
    /// Show the calls of one trunk alone.
    #[arg(long, value_name = "NAME", value_enum)]
    pub trunk: Option<DemoTrunk>,
    /// Where the capture and the records go.
    #[arg(long, value_name = "DIR", default_value = "demo-out")]
    pub out: PathBuf,
    /// Tell the outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What a demo may show alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DemoTrunk {
    /// SIP to ISUP and back.
    Trunk,
    /// SIP to PRI and back.
    Pri,
    /// ISUP to PRI.
    Tandem,
}

/// `sim`.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Sim {
    /// Place calls from the simulated exchange towards SIP.
    Call(SimCall),
    /// Answer calls from a gateway as a SIP telephone that returns what it hears.
    Answer(SimAnswer),
    /// Place many thousand calls both ways in virtual time, through failures of every kind, and check that all hold.
    Soak(SimSoak),
}

/// `sim call`.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct SimCall {
    /// The trunk whose exchange places the calls.
    #[arg(long, value_name = "NAME")]
    pub trunk: String,
    /// The called number.
    #[arg(long, value_name = "DIGITS", value_parser = digits)]
    pub called: String,
    /// The calling number.
    #[arg(long, value_name = "DIGITS", value_parser = digits)]
    pub calling: Option<String>,
    /// How many calls.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=CALLS_MAX))]
    pub count: u32,
    /// Calls a second.
    #[arg(long, value_name = "R", default_value = "1", value_parser = rate)]
    pub rate: f64,
    /// How long an answered call lasts.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub hold: Duration,
    /// Send a test pattern (PRBS-15 of O.150) and check what returns.
    #[arg(long)]
    pub verify: bool,
    /// The admin address of the gateway.
    #[arg(long, value_name = "ADDR", default_value = ADMIN)]
    pub admin: SocketAddr,
}

/// `sim answer`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct SimAnswer {
    /// Where it is called: over UDP, A-law.
    #[arg(long, value_name = "ADDR", default_value = ANSWERING)]
    pub listen: SocketAddr,
    /// End after so many calls; without it, it answers until it is interrupted.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub count: Option<u32>,
}

/// `sim soak`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct SimSoak {
    /// What the trunks speak.
    #[arg(long, value_enum, default_value_t = Signalling::Isup)]
    pub protocol: Signalling,
    /// How many calls, in runs of 100,000.
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=SOAK_CALLS_MAX))]
    pub calls: u64,
    /// What everything random is drawn from.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Tell the outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// What the trunks of a soak speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Signalling {
    /// ISUP over MTP.
    Isup,
    /// ISDN PRI: Q.931 over LAPD.
    Pri,
}

/// `conformance`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Conformance {
    /// Which cases: q781 (MTP level 2), q782 (level 3) or q784 (ISUP basic call).
    #[arg(long, value_name = "NAME", value_parser = SUITES)]
    pub suite: String,
    /// One case, or all variations of one: 1.5 means 1.5(a) and 1.5(b).
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<String>,
    /// Where the report goes, as HTML and as JUnit XML.
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Perform on this span, with the links of the file; q781 or q784.
    #[arg(long, value_name = "NAME", requires = "config", requires = "role")]
    pub span: Option<String>,
    /// The configuration file whose links are taken.
    #[arg(long, value_name = "FILE", requires = "span")]
    pub config: Option<PathBuf>,
    /// Which end we are.
    #[arg(long = "as", value_enum, requires = "span")]
    pub role: Option<Role>,
}

/// An end of a span on which cases are performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// The exchange that is tested.
    Iut,
    /// Its tester.
    Tester,
}

/// `status`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Tell it as JSON.
    #[arg(long)]
    pub json: bool,
    /// The admin address of the gateway.
    #[arg(long, value_name = "ADDR", default_value = ADMIN)]
    pub admin: SocketAddr,
}

/// `block`, `unblock`, `reset`, `query`, `validate`, `continuity`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Circuits {
    /// The trunk, and which of its circuits: trunk, trunk:7, trunk:1-15,17. A B-channel's number is its timeslot.
    #[arg(value_name = "TRUNK[:CIRCUITS]", value_parser = circuits)]
    pub circuits: (String, Numbers),
    /// Tell it as JSON.
    #[arg(long)]
    pub json: bool,
    /// The admin address of the gateway.
    #[arg(long, value_name = "ADDR", default_value = ADMIN)]
    pub admin: SocketAddr,
}

impl Circuits {
    /// The order for the gateway.
    pub fn order(&self, action: CircuitAction) -> CircuitsOrder {
        let (trunk, numbers) = self.circuits.clone();
        CircuitsOrder { trunk, numbers, action }
    }
}

/// `link`.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Link {
    /// Bring it into service and keep it there.
    Activate(OneLink),
    /// Take it out of service and leave it there (SIOS).
    Deactivate(OneLink),
    /// Take its traffic off with the far end's consent (LIN); it stays aligned.
    Inhibit(OneLink),
    /// Give the traffic back (LUN).
    Uninhibit(OneLink),
}

/// Which link.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct OneLink {
    /// The link by its name in the configuration.
    #[arg(value_name = "NAME")]
    pub link: String,
    /// Tell it as JSON.
    #[arg(long)]
    pub json: bool,
    /// The admin address of the gateway.
    #[arg(long, value_name = "ADDR", default_value = ADMIN)]
    pub admin: SocketAddr,
}

impl Link {
    /// The order for the gateway, and how it was asked.
    pub fn order(&self) -> (LinkOrder, &OneLink) {
        let (one, action) = match self {
            Link::Activate(one) => (one, LinkAction::Activate),
            Link::Deactivate(one) => (one, LinkAction::Deactivate),
            Link::Inhibit(one) => (one, LinkAction::Inhibit),
            Link::Uninhibit(one) => (one, LinkAction::Uninhibit),
        };
        (LinkOrder { link: one.link.clone(), action }, one)
    }
}

/// `check`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    pub config: PathBuf,
}

/// `guard`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The socket at which it is asked to let go of the link.
    #[arg(long, value_name = "SOCKET")]
    pub release: PathBuf,
}

impl Cli {
    /// What was asked; nothing is `run`.
    pub fn command(self) -> Command {
        self.command.unwrap_or(Command::Run(self.run))
    }
}

/// The model of a file, or the embedded default without one. Mistakes are told on standard error.
///
/// # Errors
/// The exit code for a file that is wrong.
pub fn model(config: Option<&Path>) -> Result<Model, ExitCode> {
    let Some(path) = config else { return Ok(Model::embedded()) };
    config::load(path).map_err(|report| {
        eprintln!("{report}");
        ExitCode::from(EXIT_USAGE)
    })
}

/// `check`: one line for a file without a mistake, else every mistake.
pub fn check(check: &Check) -> ExitCode {
    match model(Some(&check.config)) {
        Ok(model) => {
            let (spans, links, circuits) = (model.spans.len(), model.links().len(), model.circuit_count());
            println!("{}: no mistake; spans {spans}, links {links}, circuits {circuits}", check.config.display());
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}

fn digits(text: &str) -> Result<String, String> {
    let fits = (1..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    if fits { Ok(text.to_owned()) } else { Err(format!("expected 1 to {DIGITS_MAX} digits")) }
}

fn circuits(text: &str) -> Result<(String, Numbers), NotNumbers> {
    let (trunk, numbers) = text.split_once(':').unwrap_or((text, ""));
    match text.ends_with(':') {
        true => Err(NotNumbers(String::new())),
        false => Ok((trunk.to_owned(), numbers.parse()?)),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate| (RATE_MIN..=RATE_MAX).contains(rate));
    rate.ok_or_else(|| format!("expected {RATE_MIN} to {RATE_MAX} calls a second"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=HOLD_S_MAX).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("expected 0 to {HOLD_S_MAX} seconds"))
}

/// The admin address of the embedded default.
const ADMIN: &str = "127.0.0.1:9060";
/// Where the embedded default calls its peer.
const ANSWERING: &str = "127.0.0.1:5070";
const SUITES: [&str; 3] = ["q781", "q782", "q784"];
const CALLS_MAX: i64 = 100_000;
const DIGITS_MAX: usize = 32;
const SOAK_CALLS_MAX: u64 = 100_000_000;
const RATE_MIN: f64 = 0.001;
const RATE_MAX: f64 = 1000.0;
const HOLD_S_MAX: f64 = 86_400.0;

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parsed(line: &str) -> Result<Command, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(Cli::command)
    }

    #[test]
    fn the_grammar_holds_together() {
        <Cli as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_file_that_is_wrong_gives_no_model() {
        assert_eq!(model(None).expect("the embedded default"), Model::embedded());
        assert!(model(Some(Path::new("/nonexistent/spangate.toml"))).is_err());
    }

    #[test]
    fn nothing_said_means_run() {
        let run = |config: Option<&str>| Command::Run(Run { config: config.map(PathBuf::from) });
        assert_eq!(parsed("spangate").expect("right"), run(None));
        assert_eq!(parsed("spangate run --config a.toml").expect("right"), run(Some("a.toml")));
        assert_eq!(parsed("spangate --config a.toml").expect("right"), run(Some("a.toml")));
    }

    #[test]
    fn calls_of_the_simulated_exchange_have_all_their_options() {
        let line = "spangate sim call --trunk t --called 123 --calling 456 --count 30 --rate 2.5 --hold 0.5 --verify";
        let Command::Sim(Sim::Call(call)) = parsed(line).expect("right") else { panic!("another command") };
        assert_eq!((call.trunk.as_str(), call.called.as_str(), call.calling.as_deref()), ("t", "123", Some("456")));
        assert_eq!((call.count, call.rate, call.hold, call.verify), (30, 2.5, Duration::from_millis(500), true));
        assert_eq!(call.admin.to_string(), ADMIN);
    }

    #[test]
    fn an_answering_telephone_is_where_the_embedded_default_calls() {
        let answer = |line| match parsed(line).expect("right") {
            Command::Sim(Sim::Answer(answer)) => answer,
            other => panic!("{other:?}"),
        };
        let peer = &Model::embedded().sip.peers[0].address;
        assert_eq!(format!("sip:{}", answer("spangate sim answer").listen), peer.to_string());
        assert_eq!(answer("spangate sim answer --listen 127.0.0.1:5080 --count 3").count, Some(3));
    }

    #[test]
    fn a_demo_shows_all_or_one_trunk() {
        let trunk = |line| match parsed(line).expect("right") {
            Command::Demo(demo) => demo.trunk,
            other => panic!("{other:?}"),
        };
        assert_eq!(trunk("spangate demo"), None);
        assert_eq!(trunk("spangate demo --trunk pri"), Some(DemoTrunk::Pri));
    }

    #[test]
    fn maintenance_names_a_trunk_with_its_circuits_and_a_link() {
        let Command::Block(block) = parsed("spangate block pstn:1-15,17 --json").expect("right") else {
            panic!("another command")
        };
        let order = block.order(CircuitAction::Block);
        assert_eq!((order.trunk.as_str(), order.numbers.to_string().as_str()), ("pstn", "1-15,17"));
        assert!(block.json);
        let Command::Reset(reset) = parsed("spangate reset pstn").expect("right") else { panic!("another command") };
        assert_eq!(reset.order(CircuitAction::Reset).numbers, Numbers::All);
        let Command::Link(link) = parsed("spangate link inhibit a").expect("right") else { panic!("another command") };
        assert_eq!(link.order().0, LinkOrder { link: "a".into(), action: LinkAction::Inhibit });
    }

    #[test]
    fn what_may_not_be_asked_ends_with_code_2_and_words() {
        for line in [
            "spangate fly",
            "spangate check",
            "spangate demo --trunk elsewhere",
            "spangate status --admin nowhere",
            "spangate sim call --trunk t",
            "spangate sim call --trunk t --called 12a",
            "spangate sim call --trunk t --called 1 --count 0",
            "spangate sim call --trunk t --called 1 --rate nan",
            "spangate sim call --trunk t --called 1 --rate 0",
            "spangate sim call --trunk t --called 1 --hold -1",
            "spangate sim call --trunk t --called 1 --hold inf",
            "spangate block",
            "spangate block trunk:",
            "spangate block trunk:7-1",
            "spangate link activate",
            "spangate sim answer --count 0",
            "spangate sim soak --calls 0",
            "spangate sim soak --protocol ss5",
            "spangate conformance",
            "spangate conformance --suite q999",
            "spangate conformance --suite q784 --span e1",
            "spangate conformance --suite q784 --as iut",
        ] {
            let error = parsed(line).expect_err(line);
            assert_eq!(error.exit_code(), i32::from(EXIT_USAGE), "{line}");
            assert!(error.to_string().starts_with("error: "), "{line}: {error}");
        }
    }
}
