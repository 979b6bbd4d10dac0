//! The telephone that is called: RFC 3261 clause 13.3 as one callee sees it.
//!
//! It rings at once, answers, returns every RTP payload, and lets the caller hang up: beside the demo, or alone as `sim answer`. One
//! thread serves its socket, calls are told apart by Call-ID. It leaves out hanging up first and refusing, which the far
//! exchange can be told; and a caller who is never heard of again is left after [`CALL_MAX`].

use super::rtp::{Heard, Stream, Voice};
use super::{PhoneError, T1, bind, receive, text};
use std::collections::BTreeMap;
use std::fmt;
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
        let telephone = Answerer::bind(SocketAddr::new(ip, 0))?;
        let address = telephone.address();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("phone-answer".into())
            .spawn(move || telephone.serve(&stopped))
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

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ended = if self.ended { "ended by the caller" } else { "left without a BYE" };
        let packets = self.heard.map_or(0, |heard| heard.packets_sent);
        write!(f, "{}: {ended}, {packets} packets returned", self.call_id)
    }
}

/// A telephone that answers in the thread of whoever asks it to.
#[derive(Debug)]
pub struct Answerer {
    socket: UdpSocket,
    address: SocketAddr,
    calls: BTreeMap<String, Ringing>,
    done: Vec<Answered>,
}

/// A call from its INVITE to its BYE.
#[derive(Debug)]
struct Ringing {
    begun: Instant,
    stream: Option<Stream>,
    /// The 200, where it goes, and when it goes again; until the ACK (clause 13.3.1.4).
    repeat: Option<(String, SocketAddr, Instant, Duration)>,
}

impl Answerer {
    /// A telephone at this address; port 0 is any that is free.
    ///
    /// # Errors
    /// The address is not to be had.
    pub fn bind(at: SocketAddr) -> Result<Answerer, PhoneError> {
        let bound = UdpSocket::bind(at).and_then(|socket| Ok((socket.local_addr()?, socket)));
        let (address, socket) = bound.map_err(|error| PhoneError::Socket("binding", error))?;
        Ok(Answerer { socket, address, calls: BTreeMap::new(), done: Vec::new() })
    }

    /// Where it is called.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until so many calls are over, or for ever, and tells of each that is.
    ///
    /// # Errors
    /// Its sockets failed.
    pub fn answer(mut self, count: Option<u32>, mut tell: impl FnMut(&Answered)) -> Result<(), PhoneError> {
        let mut left = count;
        while left != Some(0) {
            self.turn()?;
            for answered in std::mem::take(&mut self.done) {
                tell(&answered);
                left = left.map(|left| left.saturating_sub(1));
            }
        }
        Ok(())
    }

    fn serve(mut self, stop: &AtomicBool) -> Result<Vec<Answered>, PhoneError> {
        while !stop.load(Ordering::Relaxed) {
            self.turn()?;
        }
        let open: Vec<String> = self.calls.keys().cloned().collect();
        for call_id in open {
            self.close(&call_id, false);
        }
        Ok(self.done)
    }

    /// Hears one message, if there is one, and does what is due.
    fn turn(&mut self) -> Result<(), PhoneError> {
        let message = receive(&self.socket, Instant::now() + LISTEN_SLICE);
        if let Some((message, from)) = message.map_err(|error| PhoneError::Socket("listening", error))? {
            self.hear(&message, from).map_err(|error| PhoneError::Socket("answering", error))?;
        }
        self.leave_the_silent();
        self.repeat_answers().map_err(|error| PhoneError::Socket("repeating an answer", error))
    }

    fn hear(&mut self, message: &str, from: SocketAddr) -> io::Result<()> {
        let Some(call_id) = text::header(message, "Call-ID").map(str::to_owned) else { return Ok(()) };
        match text::method(message) {
            Some("INVITE") if !self.calls.contains_key(&call_id) => self.take(message, call_id, from),
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

    fn take(&mut self, invite: &str, call_id: String, from: SocketAddr) -> io::Result<()> {
        if self.calls.len() >= CALLS_MAX {
            return self.reply(invite, 486, "Busy Here", "", from).map(drop);
        }
        self.reply(invite, 180, "Ringing", "", from)?;
        let (rtp, rtp_address) = bind(self.address.ip())?;
        let stream = text::audio_address(invite).map(|remote| Stream::start(rtp, remote, Voice::Echo)).transpose()?;
        let answer = self.reply(invite, 200, "OK", &text::description(rtp_address), from)?;
        let begun = Instant::now();
        self.calls.insert(call_id, Ringing { begun, stream, repeat: Some((answer, from, begun + T1, T1)) });
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

    /// Calls whose answer nobody acknowledges, or whose end nobody tells.
    fn leave_the_silent(&mut self) {
        let is_silent =
            |call: &Ringing| call.begun.elapsed() >= if call.repeat.is_some() { ACKNOWLEDGED_WITHIN } else { CALL_MAX };
        let silent = self.calls.iter().filter(|(_, call)| is_silent(call));
        for call_id in silent.map(|(call_id, _)| call_id.clone()).collect::<Vec<_>>() {
            self.close(&call_id, false);
        }
    }

    fn close_on(&mut self, request: &str, call_id: &str) {
        if text::method(request) == Some("BYE") {
            self.close(call_id, true);
        }
    }

    fn close(&mut self, call_id: &str, ended: bool) {
        if let Some(Ringing { stream, repeat, .. }) = self.calls.remove(call_id) {
            let heard = stream.map(Stream::finish);
            self.done.push(Answered { call_id: call_id.to_owned(), acknowledged: repeat.is_none(), ended, heard });
        }
    }
}

/// Calls that it holds at once; more are told that it is busy.
const CALLS_MAX: usize = 32;
/// 64 times T1 (clause 13.3.1.4).
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(32);
/// How long a call lasts at most.
const CALL_MAX: Duration = Duration::from_secs(3600);
/// How long it listens before it looks whether something is due.
const LISTEN_SLICE: Duration = Duration::from_millis(50);
