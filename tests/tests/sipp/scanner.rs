//! sipvicious, a scanner that attackers use, asks who is there, which extensions there are, and tries passwords.
//!
//! `tests/run` fetches it from PyPI; where it could not, the test says so.

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tests::real::{Gateway, Scenario, Setup, binary, within};

/// A gateway with a user whom a scanner would like to be, and to which a scanner is a stranger.
fn gateway() -> Gateway {
    let setup = Setup::new();
    let peers_from = format!("{}/32", setup.place.ip());
    let sip_keys = "digests = [\"MD5\"]\n[[sip.user]]\nname = \"1005\"\npassword = \"1234\"".into();
    Setup { peers_from, sip_keys, ..setup }.start()
}

fn tool(name: &str) -> Option<PathBuf> {
    let target = binary().ancestors().nth(2)?.to_owned();
    Some(target.join("sipvicious/bin").join(format!("sipvicious_{name}"))).filter(|tool| tool.is_file())
}

/// Runs it from an address of its own, for so long at most, and gives what it said.
fn scans(gateway: &Gateway, name: &str, host: u8, arguments: &[&str]) -> String {
    let tool = tool(name).expect("one is there where the others are");
    let own = Ipv4Addr::new(127, 251, 1, host).to_string();
    let mut command = Command::new(tool);
    command.current_dir(gateway.place().folder()).env("HOME", gateway.place().folder());
    command.args(["-b", &own, "-x", &own, "-p", &gateway.sip().port().to_string()]).args(arguments);
    command.arg(gateway.sip().ip().to_string()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it can be run");
    if within(SCAN_MAX, || child.try_wait().expect("a child of ours")).is_none() {
        child.kill().expect("a child of ours");
    }
    let Output { stdout, stderr, .. } = child.wait_with_output().expect("a child of ours");
    format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr))
}

#[test]
fn a_scanner_learns_of_no_extension_and_no_password_and_is_then_unheard() {
    if tool("svwar").is_none() {
        println!("skipped: sipvicious: it is not beside the binary (tests/run fetches it)");
        return;
    }
    let gateway = gateway();
    // That somebody is there is no secret.
    let map = scans(&gateway, "svmap", 1, &[]);
    assert!(map.contains(&gateway.sip().to_string()), "{map}");
    // Every extension is answered alike, the one that is there too: sipvicious says that it cannot tell them apart.
    for (host, method) in [(2, "REGISTER"), (3, "INVITE"), (4, "OPTIONS")] {
        let war = scans(&gateway, "svwar", host, &["-m", method, "-e", "1000-1400", "--force"]);
        assert!(!war.contains("1005 ") || war.contains("1006 "), "{method}: {war}");
    }
    let crack = scans(&gateway, "svcrack", 5, &["-u", "1005", "-r", "1000-1999", "-z", "4"]);
    assert!(!crack.contains("1234"), "{crack}");
    let sip = &gateway.status()["sip"];
    assert!(sip["unheard"].as_u64() > Some(100) && sip["credentials_wrong"].as_u64() <= Some(30), "{sip:#}");
    // A peer has noticed nothing.
    Scenario::new("call").with("media", 6_000).option("-d", 200).call(&gateway, "600");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

const SCAN_MAX: Duration = Duration::from_secs(20);
