//! SIP over WebSocket, RFC 7118 over RFC 6455: the handshake of a peer that connects, and one SIP message in each
//! WebSocket message.
//!
//! Promises: who does not offer the subprotocol `sip` is refused with 400; a message holds no more than
//! [`MESSAGE_OCTETS_MAX`]; pings are answered, and a peer that answers none of ours for two of [`PING_EVERY`] is given up. What
//! browsers need beside signalling, ICE and DTLS-SRTP, is not here. Left out: WebSocket as a client, and compression, which would
//! let a small message become a large one.

use super::{Heard, WRITE_MAX};
use crate::sip::parse::frame::MESSAGE_OCTETS_MAX;
use crate::sip::{ConnectionId, StreamEvent};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

/// The handshake with a peer that connected.
pub(super) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> Result<WebSocketStream<S>, Error> {
    let bounds = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_OCTETS_MAX))
        .max_frame_size(Some(MESSAGE_OCTETS_MAX))
        .write_buffer_size(0)
        .max_write_buffer_size(WRITTEN_OCTETS_MAX);
    accept_hdr_async_with_config(stream, demand_sip, Some(bounds)).await
}

/// The library asks for an answer of this type, however large it is.
#[allow(clippy::result_large_err)]
fn demand_sip(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|list| list.to_str().ok());
    if offered.flat_map(|list| list.split(',')).any(|protocol| protocol.trim().eq_ignore_ascii_case(SUBPROTOCOL)) {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(Some("the subprotocol here is sip".to_owned()));
    *refusal.status_mut() = StatusCode::BAD_REQUEST;
    Err(refusal)
}

/// Moves messages both ways until one way ends.
pub(super) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    socket: WebSocketStream<S>,
    id: ConnectionId,
    tell: mpsc::Sender<Heard>,
    to_write: mpsc::Receiver<Vec<u8>>,
) {
    let (sink, stream) = socket.split();
    tokio::select! {
        () = read(stream, id, &tell) => {}
        () = write(sink, to_write) => {}
    }
    // Nobody listens when the reactor has ended.
    let _ended = tell.send(Heard::Event(id, StreamEvent::Closed)).await;
}

async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: SplitStream<WebSocketStream<S>>,
    id: ConnectionId,
    tell: &mpsc::Sender<Heard>,
) {
    // A silence that two of our pings did not end is the end, as is an error.
    while let Ok(Some(Ok(message))) = timeout(2 * PING_EVERY, stream.next()).await {
        let event = match message {
            Message::Text(text) => StreamEvent::Message(text.as_bytes().to_vec()),
            Message::Binary(octets) => StreamEvent::Message(octets.to_vec()),
            Message::Ping(_) | Message::Pong(_) => StreamEvent::Alive,
            Message::Close(_) | Message::Frame(_) => return,
        };
        if tell.send(Heard::Event(id, event)).await.is_err() {
            return;
        }
    }
}

async fn write<S: AsyncRead + AsyncWrite + Unpin>(
    mut sink: SplitSink<WebSocketStream<S>, Message>,
    mut to_write: mpsc::Receiver<Vec<u8>>,
) {
    let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            octets = to_write.recv() => match octets {
                Some(octets) => message_of(octets),
                None => break,
            },
            _ = pings.tick() => Message::Ping(Vec::new().into()),
        };
        if !matches!(timeout(WRITE_MAX, sink.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
    // It is over either way.
    let _either_way = timeout(WRITE_MAX, sink.close()).await;
}

/// A message that is no UTF-8 throughout goes as octets.
fn message_of(octets: Vec<u8>) -> Message {
    match String::from_utf8(octets) {
        Ok(text) => Message::Text(text.into()),
        Err(error) => Message::Binary(error.into_bytes().into()),
    }
}

/// Its name in the registry of RFC 7118.
const SUBPROTOCOL: &str = "sip";
/// A peer is asked so often whether it is there.
pub const PING_EVERY: Duration = Duration::from_secs(30);
/// What may wait inside of the library: one message of ours and what answers pings.
const WRITTEN_OCTETS_MAX: usize = 2 * MESSAGE_OCTETS_MAX;
