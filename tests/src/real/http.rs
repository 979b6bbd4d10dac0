//! One question over HTTP/1.0, RFC 1945: no library of the gateway's between it and the test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The status code, the header and the body of the answer; `None` when nobody answers.
pub fn ask(admin: SocketAddr, method: &str, path: &str) -> Option<(u16, String, String)> {
    let mut stream = TcpStream::connect_timeout(&admin, WAIT).ok()?;
    stream.set_read_timeout(Some(WAIT)).expect("not zero");
    stream
        .write_all(format!("{method} {path} HTTP/1.0\r\nHost: {admin}\r\nContent-Length: 0\r\n\r\n").as_bytes())
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let code = head.split(' ').nth(1)?.parse().ok()?;
    Some((code, head.to_owned(), body.to_owned()))
}

const WAIT: Duration = Duration::from_secs(20);
