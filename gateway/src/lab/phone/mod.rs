//! A SIP telephone of text templates, RFC 3261 clause 17.1.1 and 13 as one caller sees them.
//!
//! It is a foreign peer by intent: it shares no line with the gateway's `sip`, so that a misreading there does not
//! meet itself here. [`Phone::call`] places one call and returns when it has ended; [`Answering`] answers calls until
//! told to stop. Requests are repeated as over any UDP, each wait has an end, and what did not come is an error that
//! names it. It leaves out registration, authentication, re-INVITE, several dialogs in one call, and TCP.

mod answer;
pub mod rtp;
pub mod text;

pub use answer::{Answered, Answerer, Answering};

use rtp::{Heard, Stream, Voice};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A telephone and the gateway that it calls through.
#[derive(Debug)]
pub struct Phone {
    socket: UdpSocket,
    local: SocketAddr,
    gateway: SocketAddr,
}

/// What the caller intends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Intent {
    /// To speak so long after the answer, then to hang up.
    Talk(Duration),
    /// To give up so long after hearing it ring.
    GiveUp(Duration),
}

/// How a call went.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The Call-ID, which the trace and the journal know the call by.
    pub call_id: String,
    /// The final status of the INVITE.
    pub status: u16,
    /// Whether a 180 or 183 came before it.
    pub rang: bool,
    /// Whether the other side hung up before the caller did.
    pub released_by_peer: bool,
    /// What was heard; none if the call was not answered.
    pub heard: Option<Heard>,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The telephone's own socket failed.
    #[error("the telephone's socket failed while {0}: {1}")]
    Socket(&'static str, #[source] io::Error),
    /// The gateway did not say what it had to.
    #[error("the gateway sent no {awaited} within {} ms", .within.as_millis())]
    Silent {
        /// What was waited for.
        awaited: &'static str,
        /// How long.
        within: Duration,
    },
    /// The gateway answered without saying where its audio is.
    #[error("the answer names no address for audio")]
    NoAudio,
}

impl Phone {
    /// A telephone on a free port of `ip`.
    pub fn new(ip: IpAddr, gateway: SocketAddr) -> Result<Self, PhoneError> {
        let (socket, local) = bind(ip).map_err(|error| PhoneError::Socket("binding", error))?;
        Ok(Self { socket, local, gateway })
    }

    /// Calls `called` and returns when the call has ended.
    pub fn call(&self, called: &str, intent: Intent) -> Result<Placed, PhoneError> {
        let (rtp, rtp_address) = bind(self.local.ip()).map_err(|error| PhoneError::Socket("binding for RTP", error))?;
        let mut call = Call::new(self, called);
        call.invite(&text::description(rtp_address), intent)?;
        if call.placed.status != 200 {
            return Ok(call.placed);
        }
        let remote = text::audio_address(&call.answer).ok_or(PhoneError::NoAudio)?;
        let voice = Stream::start(rtp, remote, Voice::Pattern)
            .map_err(|error| PhoneError::Socket("starting the voice", error))?;
        let ended = match intent {
            Intent::Talk(hold) => call.talk(hold),
            Intent::GiveUp(_) => Ok(()),
        };
        // The comparison ends before the BYE, so that the teardown is no part of it.
        call.placed.heard = Some(voice.finish());
        ended?;
        call.hang_up()?;
        Ok(call.placed)
    }
}

/// One call of a phone, from the INVITE to the end of the dialog.
struct Call<'a> {
    phone: &'a Phone,
    dialog: text::Dialog,
    /// The number in the branches of this call: a branch is new for each transaction.
    branches: u32,
    /// The 200 to the INVITE.
    answer: String,
    placed: Placed,
}

impl<'a> Call<'a> {
    fn new(phone: &'a Phone, called: &str) -> Self {
        let unique = format!("{:x}-{:x}", phone.local.port(), CALLS.fetch_add(1, Ordering::Relaxed));
        let call_id = format!("{unique}@{}", phone.local.ip());
        let target = format!("sip:{called}@{}", phone.gateway);
        Self {
            phone,
            dialog: text::Dialog {
                local: phone.local,
                from: format!("<sip:phone@{}>;tag=f{unique}", phone.local),
                to: format!("<{target}>"),
                call_id: call_id.clone(),
                target,
            },
            branches: 0,
            answer: String::new(),
            placed: Placed { call_id, status: 0, rang: false, released_by_peer: false, heard: None },
        }
    }

    /// INVITE until its final response is acknowledged.
    fn invite(&mut self, description: &str, intent: Intent) -> Result<(), PhoneError> {
        let branch = self.branch();
        let invite = self.dialog.invite(1, &branch, description);
        let first = self.ask(&invite, "response to INVITE", |text| is_response(text, "INVITE"))?;
        let mut give_up_at = None;
        let mut response = first;
        let deadline = Instant::now() + FINAL_WITHIN;
        loop {
            match text::status(&response) {
                Some(180 | 183) if !self.placed.rang => {
                    self.placed.rang = true;
                    if let Intent::GiveUp(after) = intent {
                        give_up_at = Some(Instant::now() + after);
                    }
                }
                Some(status @ 200..) => return self.acknowledge(status, response, &branch),
                _ => {}
            }
            let until = give_up_at.unwrap_or(deadline).min(deadline);
            response = match self.receive(until, |text| is_response(text, "INVITE"))? {
                Some(response) => response,
                None if give_up_at.take().is_some() => {
                    self.ask(&self.dialog.request("CANCEL", 1, &branch), "200 to CANCEL", |text| {
                        is_response(text, "CANCEL")
                    })?;
                    continue;
                }
                None => return Err(PhoneError::Silent { awaited: "final response", within: FINAL_WITHIN }),
            };
        }
    }

    /// ACK: a request of its own for a 2xx, of the INVITE's transaction for anything else.
    fn acknowledge(&mut self, status: u16, response: String, branch: &str) -> Result<(), PhoneError> {
        self.placed.status = status;
        if let Some(to) = text::header(&response, "To") {
            self.dialog.to = to.to_owned();
        }
        let branch = match status {
            200..300 => self.branch(),
            _ => branch.to_owned(),
        };
        if let (200..300, Some(contact)) = (status, text::header(&response, "Contact")) {
            self.dialog.target = text::address(contact).to_owned();
        }
        self.answer = response;
        self.send(&self.dialog.request("ACK", 1, &branch))
    }

    /// Lets the time pass, answering what comes: a repeated 200 with an ACK, a BYE with a 200.
    fn talk(&mut self, hold: Duration) -> Result<(), PhoneError> {
        let until = Instant::now() + hold;
        let call_id = self.dialog.call_id.clone();
        let ours = |text: &str| text::header(text, "Call-ID") == Some(&call_id);
        while let Some(message) = self.receive(until, ours)? {
            match text::method(&message) {
                Some("BYE") => {
                    self.placed.released_by_peer = true;
                    return self.send(&text::response(&message, 200, "OK", "", self.dialog.local, ""));
                }
                None if is_response(&message, "INVITE") && text::status(&message) == Some(200) => {
                    let branch = self.branch();
                    self.send(&self.dialog.request("ACK", 1, &branch))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn hang_up(&mut self) -> Result<(), PhoneError> {
        if self.placed.released_by_peer {
            return Ok(());
        }
        let branch = self.branch();
        let bye = self.dialog.request("BYE", 2, &branch);
        self.ask(&bye, "200 to BYE", |text| is_response(text, "BYE")).map(drop)
    }

    /// Sends a request until something answers it: after T1, then twice as long each time (clause 17.1.1.2).
    fn ask(&self, request: &str, awaited: &'static str, fits: impl Fn(&str) -> bool) -> Result<String, PhoneError> {
        let mut wait = T1;
        for _ in 0..REPETITIONS_MAX {
            self.send(request)?;
            if let Some(response) = self.receive(Instant::now() + wait, &fits)? {
                return Ok(response);
            }
            wait *= 2;
        }
        Err(PhoneError::Silent { awaited, within: wait - T1 })
    }

    fn send(&self, message: &str) -> Result<(), PhoneError> {
        let sent = self.phone.socket.send_to(message.as_bytes(), self.phone.gateway);
        sent.map(drop).map_err(|error| PhoneError::Socket("sending", error))
    }

    /// The next message of this call that fits; none once `until` has passed.
    fn receive(&self, until: Instant, fits: impl Fn(&str) -> bool) -> Result<Option<String>, PhoneError> {
        loop {
            let message = receive(&self.phone.socket, until).map_err(|error| PhoneError::Socket("listening", error))?;
            let Some((message, _)) = message else { return Ok(None) };
            if text::header(&message, "Call-ID") == Some(&self.dialog.call_id) && fits(&message) {
                return Ok(Some(message));
            }
        }
    }

    fn branch(&mut self) -> String {
        self.branches += 1;
        format!("z9hG4bK-{}-{}", self.dialog.call_id.replace('@', "-"), self.branches)
    }
}

/// Whether `text` is a response to a request of `method`.
fn is_response(text: &str, method: &str) -> bool {
    text::status(text).is_some() && text::header(text, "CSeq").is_some_and(|value| value.ends_with(method))
}

/// A socket on a free port.
fn bind(ip: IpAddr) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = UdpSocket::bind((ip, 0))?;
    let local = socket.local_addr()?;
    Ok((socket, local))
}

/// The next datagram and its sender; none once `until` has passed.
fn receive(socket: &UdpSocket, until: Instant) -> io::Result<Option<(String, SocketAddr)>> {
    let mut datagram = [0; DATAGRAM_OCTETS_MAX];
    loop {
        let wait = until.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(None);
        }
        socket.set_read_timeout(Some(wait))?;
        match socket.recv_from(&mut datagram) {
            Ok((length, from)) => {
                return Ok(Some((String::from_utf8_lossy(&datagram[..length]).into_owned(), from)));
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // Nothing listens at the gateway's port (yet): the same as silence.
            Err(error) if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::Interrupted) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Calls placed by this process: makes Call-IDs and tags unique.
static CALLS: AtomicU32 = AtomicU32::new(1);

/// RFC 3261 table 4.
const T1: Duration = Duration::from_millis(500);
/// A request is sent so often before the gateway counts as silent: T1 * 15 = 7.5 s.
const REPETITIONS_MAX: u32 = 4;
/// An INVITE has its final response so soon, or the caller gives up on the gateway.
const FINAL_WITHIN: Duration = Duration::from_secs(30);
/// The longest datagram that UDP carries.
const DATAGRAM_OCTETS_MAX: usize = 65_535;

#[cfg(test)]
mod tests;
