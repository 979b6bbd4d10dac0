//! Where a test happens: a loopback address and a folder that no other test has.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// A place; its folder goes with it, unless the test failed.
#[derive(Debug)]
pub struct Place {
    ip: IpAddr,
    folder: PathBuf,
}

impl Place {
    /// A new place.
    pub fn new() -> Place {
        let (process, number) = (process::id(), PLACES.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("spangate-test-{process}-{number}"));
        // Processes have their numbers again one day, and one that was killed has left its files.
        let _left = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for temporary files");
        Place { ip: address(process, number), folder }
    }

    /// Its address: ports on it meet nobody else's.
    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    /// A free port on it.
    pub fn free_port(&self) -> SocketAddr {
        self.socket().local_addr().expect("it is bound")
    }

    /// A socket on a free port.
    pub fn socket(&self) -> UdpSocket {
        UdpSocket::bind((self.ip, 0)).expect("every address of 127/8 can be bound")
    }

    /// A file in its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Default for Place {
    fn default() -> Self {
        Place::new()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !thread::panicking() {
            // What cannot be removed is left to whoever empties the folder for temporary files.
            let _left = fs::remove_dir_all(&self.folder);
        }
    }
}

/// 127.16.0.0 and above, by process and place: sixteen places of each of 2^19 processes in a row.
fn address(process: u32, number: u32) -> IpAddr {
    let [_, b, c, d] = (process.wrapping_mul(16).wrapping_add(number) & 0x7f_ffff).to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 16 + b, c, d))
}

static PLACES: AtomicU32 = AtomicU32::new(0);
