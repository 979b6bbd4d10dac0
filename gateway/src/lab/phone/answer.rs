//! The telephone that is called: RFC 3261 clause 13.3 as one callee sees it.
//!
//! It rings at once, answers, returns every RTP payload, and lets the caller hang up. One thread serves its socket,
//! calls are told apart by Call-ID. It leaves out hanging up first and refusing, which the far exchange can be told.

use super::rtp::{Heard, Stream, Voice};
use super::{PhoneError, T1, bind, receive, text};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A telephone that answers until it is told to stop.
#[derive(Debug)]
pub struct Answering {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Vec<Answered>, PhoneError>>,
}

/// One call that was answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The Call-ID that the gateway chose.
    pub call_id: String,
    /// Whether the caller acknowledged the answer.
    pub acknowledged: bool,
    /// Whether the caller hung up.
    pub ended: bool,
    /// What was returned; none if the call never got audio.
    pub heard: Option<Heard>,
}

impl Answering {
    /// Binds a free port of `ip` and begins to answer.
    pub fn start(ip: IpAddr) -> Result<Self, PhoneError> {
        let (socket, address) = bind(ip).map_err(|error| PhoneError::Socket("binding", error))?;
        let stop = Arc::new(AtomicBool::new(false));
        let desk = Desk { socket, address, calls: BTreeMap::new(), done: Vec::new() };
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("phone-answer".into())
            .spawn(move || desk.serve(&stopped))
            .map_err(|error| PhoneError::Socket("starting to answer", error))?;
        Ok(Self { address, stop, thread })
    }

    /// Where it is called.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops answering and tells of every call that came.
    pub fn finish(self) -> Result<Vec<Answered>, PhoneError> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_else(|_| {
            Err(PhoneError::Socket("answering", io::Error::other("the answering telephone's thread ended early")))
        })
    }
}

struct Desk {
    socket: UdpSocket,
    address: SocketAddr,
    calls: BTreeMap<String, Ringing>,
    done: Vec<Answered>,
}

/// A call from its INVITE to its BYE.
struct Ringing {
    stream: Option<Stream>,
    /// The 200, where it goes, and when it goes again; until the ACK (clause 13.3.1.4).
    repeat: Option<(String, SocketAddr, Instant, Duration)>,
}

impl Desk {
    fn serve(mut self, stop: &AtomicBool) -> Result<Vec<Answered>, PhoneError> {
        while !stop.load(Ordering::Relaxed) {
            let message = receive(&self.socket, Instant::now() + LISTEN_SLICE);
            if let Some((message, from)) = message.map_err(|error| PhoneError::Socket("listening", error))? {
                self.hear(&message, from).map_err(|error| PhoneError::Socket("answering", error))?;
            }
            self.repeat_answers().map_err(|error| PhoneError::Socket("repeating an answer", error))?;
        }
        let open: Vec<String> = self.calls.keys().cloned().collect();
        for call_id in open {
            self.close(&call_id, false);
        }
        Ok(self.done)
    }

    fn hear(&mut self, message: &str, from: SocketAddr) -> io::Result<()> {
        let Some(call_id) = text::header(message, "Call-ID").map(str::to_owned) else { return Ok(()) };
        match text::method(message) {
            Some("INVITE") if !self.calls.contains_key(&call_id) => self.answer(message, call_id, from),
            Some("ACK") => {
                if let Some(call) = self.calls.get_mut(&call_id) {
                    call.repeat = None;
                }
                Ok(())
            }
            Some("BYE" | "CANCEL" | "OPTIONS") => {
                self.close_on(message, &call_id);
                self.reply(message, 200, "OK", "", from).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn answer(&mut self, invite: &str, call_id: String, from: SocketAddr) -> io::Result<()> {
        if self.calls.len() >= CALLS_MAX {
            return self.reply(invite, 486, "Busy Here", "", from).map(drop);
        }
        self.reply(invite, 180, "Ringing", "", from)?;
        let (rtp, rtp_address) = bind(self.address.ip())?;
        let stream = text::audio_address(invite).map(|remote| Stream::start(rtp, remote, Voice::Echo)).transpose()?;
        let answer = self.reply(invite, 200, "OK", &text::description(rtp_address), from)?;
        self.calls.insert(call_id, Ringing { stream, repeat: Some((answer, from, Instant::now() + T1, T1)) });
        Ok(())
    }

    fn reply(&self, request: &str, status: u16, phrase: &str, body: &str, to: SocketAddr) -> io::Result<String> {
        let response = text::response(request, status, phrase, "callee", self.address, body);
        self.socket.send_to(response.as_bytes(), to)?;
        Ok(response)
    }

    fn repeat_answers(&mut self) -> io::Result<()> {
        let now = Instant::now();
        for call in self.calls.values_mut() {
            if let Some((answer, to, at, wait)) = &mut call.repeat
                && *at <= now
            {
                self.socket.send_to(answer.as_bytes(), *to)?;
                *wait *= 2;
                *at = now + *wait;
            }
        }
        Ok(())
    }

    fn close_on(&mut self, request: &str, call_id: &str) {
        if text::method(request) == Some("BYE") {
            self.close(call_id, true);
        }
    }

    fn close(&mut self, call_id: &str, ended: bool) {
        if let Some(Ringing { stream, repeat }) = self.calls.remove(call_id) {
            let heard = stream.map(Stream::finish);
            self.done.push(Answered { call_id: call_id.to_owned(), acknowledged: repeat.is_none(), ended, heard });
        }
    }
}

/// Calls that it holds at once; more are told that it is busy.
const CALLS_MAX: usize = 32;
/// How long it listens before it looks whether something is due.
const LISTEN_SLICE: Duration = Duration::from_millis(50);
