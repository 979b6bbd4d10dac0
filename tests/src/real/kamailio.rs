//! Kamailio as a process, by a configuration of the test's.

use super::{Place, until};
use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

/// A Kamailio that runs; it is killed when dropped.
#[derive(Debug)]
pub struct Process(Child);

impl Process {
    /// One of that configuration, which listens there over TCP or TLS among others.
    pub fn start(place: &Place, name: &str, configuration: &str, at: SocketAddr) -> Process {
        let file = place.file(&format!("{name}.cfg"));
        fs::write(&file, configuration).expect("the folder is ours");
        let log = File::create(place.file(&format!("{name}.log"))).expect("the folder is ours");
        let mut command = Command::new("kamailio");
        command.args(["-DD", "-E", "-m", "64", "-M", "8", "-f"]).arg(file).arg("-Y").arg(place.folder());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let process = Process(child.expect("kamailio is installed"));
        until("Kamailio listens", || TcpStream::connect(at).ok());
        process
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its children end with it.
        let _gone = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ended = self.0.wait();
    }
}
