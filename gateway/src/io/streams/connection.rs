//! One connection: how it comes to be, and how its octets move.

use super::sources::{Entered, Sources};
use super::tls::Tls;
use super::{HANDSHAKE_MAX, Heard, WRITE_MAX, Writer, web};
use crate::rt::mark;
use crate::sip::{ConnectionId, StreamEvent};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// What all tasks share.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub tell: mpsc::Sender<Heard>,
    pub tls: Option<Arc<Tls>>,
    pub dscp: u8,
    pub accepted: Arc<AtomicU64>,
    pub handshakes: Arc<Semaphore>,
    pub sources: Sources,
}

/// What lies over TCP.
#[derive(Clone, Debug)]
pub(super) struct Carrier {
    pub tls: Option<Arc<Tls>>,
    /// Messages in a WebSocket, over TLS or without.
    pub is_web: bool,
}

/// Among all that shake hands, and among those of its address.
type Place = (OwnedSemaphorePermit, Entered);

/// Accepts for ever.
pub(super) async fn accept(listener: TcpListener, index: usize, carrier: Carrier, shared: Shared) {
    loop {
        let Ok(permit) = Arc::clone(&shared.handshakes).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, remote)) => {
                // One that has its share is closed: it may come again.
                if let Some(place) = shared.sources.enter(remote.ip()) {
                    tokio::spawn(accepted(stream, (index, remote), carrier.clone(), shared.clone(), (permit, place)));
                }
            }
            // Without descriptors the next attempt fails as well, until some are free.
            Err(error) => {
                tracing::warn!(%error, "a SIP connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// `place` is held until the reactor has been told.
async fn accepted(stream: TcpStream, at: (usize, SocketAddr), carrier: Carrier, shared: Shared, place: Place) {
    // Without it small messages only come later.
    let _slower = stream.set_nodelay(true);
    let by = Instant::now() + HANDSHAKE_MAX;
    match carrier.tls {
        None => framed(stream, carrier.is_web, at, by, shared, place).await,
        Some(tls) => match timeout_at(by, tls.accept(stream)).await {
            Ok(Ok(stream)) => framed(stream, carrier.is_web, at, by, shared, place).await,
            Ok(Err(error)) => tracing::info!(remote = %at.1, %error, "a TLS handshake failed"),
            Err(_) => tracing::info!(remote = %at.1, "a TLS handshake did not end"),
        },
    }
}

/// The stream is as safe as it will be: its messages are cut by us, or by WebSocket.
async fn framed<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    is_web: bool,
    at: (usize, SocketAddr),
    by: Instant,
    shared: Shared,
    place: Place,
) {
    if !is_web {
        return serve_accepted(move |id, tell, messages| serve(stream, id, tell, messages), at, shared, place).await;
    }
    match timeout_at(by, web::accept(stream)).await {
        Ok(Ok(socket)) => {
            serve_accepted(move |id, tell, messages| web::serve(socket, id, tell, messages), at, shared, place).await;
        }
        Ok(Err(error)) => tracing::info!(remote = %at.1, %error, "a WebSocket handshake failed"),
        Err(_) => tracing::info!(remote = %at.1, "a WebSocket handshake did not end"),
    }
}

async fn serve_accepted<F: Future<Output = ()> + Send + 'static>(
    serve: impl FnOnce(ConnectionId, mpsc::Sender<Heard>, mpsc::Receiver<Vec<u8>>) -> F + Send + 'static,
    (listener, remote): (usize, SocketAddr),
    shared: Shared,
    place: Place,
) {
    let id = ConnectionId::Accepted(shared.accepted.fetch_add(1, Ordering::Relaxed));
    let (messages, to_write) = mpsc::channel(super::MESSAGES_MAX);
    let tell = shared.tell.clone();
    let (begin, begun) = tokio::sync::oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        // Nothing is heard of it before it is told of.
        if begun.await.is_ok() {
            serve(id, shared.tell, to_write).await;
        }
    });
    let writer = Writer { messages, task: task.abort_handle() };
    if tell.send(Heard::Accepted(id, listener, remote, writer)).await.is_ok() {
        // A task that was ended meanwhile needs no word.
        let _ended = begin.send(());
    }
    drop(place);
}

/// Connects, and serves what comes of it.
pub(super) async fn open(
    id: ConnectionId,
    local: SocketAddr,
    remote: SocketAddr,
    domain: String,
    carrier: Carrier,
    to_write: mpsc::Receiver<Vec<u8>>,
    shared: Shared,
) {
    let opened = async {
        let stream = connect(local, remote, shared.dscp).await?;
        Ok(match carrier.tls {
            None => Stream::Plain(stream),
            Some(tls) => Stream::Tls(Box::new(tls.connect(&domain, stream).await?)),
        })
    };
    let silent = || Err(io::Error::from(io::ErrorKind::TimedOut));
    let result: io::Result<Stream> = timeout(HANDSHAKE_MAX, opened).await.unwrap_or_else(|_| silent());
    match result {
        Err(error) => {
            tracing::info!(%remote, %error, "a SIP connection could not be opened");
            // Nobody listens when the reactor has ended.
            let _ended = shared.tell.send(Heard::Event(id, StreamEvent::Closed)).await;
        }
        Ok(stream) => {
            if shared.tell.send(Heard::Event(id, StreamEvent::Opened)).await.is_ok() {
                match stream {
                    Stream::Plain(stream) => serve(stream, id, shared.tell, to_write).await,
                    Stream::Tls(stream) => serve(stream, id, shared.tell, to_write).await,
                }
            }
        }
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<tokio_rustls::client::TlsStream<TcpStream>>),
}

pub(super) async fn connect(local: SocketAddr, remote: SocketAddr, dscp: u8) -> io::Result<TcpStream> {
    let socket = if remote.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(local)?;
    mark(&socket, remote.is_ipv4(), dscp)?;
    let stream = socket.connect(remote).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Moves octets both ways until one way ends.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    id: ConnectionId,
    tell: mpsc::Sender<Heard>,
    to_write: mpsc::Receiver<Vec<u8>>,
) {
    let (reader, writer) = tokio::io::split(stream);
    tokio::select! {
        () = read(reader, id, &tell) => {}
        () = write(writer, to_write) => {}
    }
    let _ended = tell.send(Heard::Event(id, StreamEvent::Closed)).await;
}

async fn read(mut reader: impl AsyncRead + Unpin, id: ConnectionId, tell: &mpsc::Sender<Heard>) {
    let mut buffer = vec![0; READ_OCTETS];
    loop {
        let length = match reader.read(&mut buffer).await {
            Ok(length) if length > 0 => length,
            // The end, or an error, which is one too.
            _ => return,
        };
        let octets = buffer[..length].to_vec();
        if tell.send(Heard::Event(id, StreamEvent::Octets(octets))).await.is_err() {
            return;
        }
    }
}

async fn write(mut writer: impl AsyncWrite + Unpin, mut to_write: mpsc::Receiver<Vec<u8>>) {
    while let Some(octets) = to_write.recv().await {
        let written = async {
            writer.write_all(&octets).await?;
            writer.flush().await
        };
        if !matches!(timeout(WRITE_MAX, written).await, Ok(Ok(()))) {
            return;
        }
    }
    // It is over either way.
    let _either_way = timeout(WRITE_MAX, writer.shutdown()).await;
}

/// Octets taken from a connection at once.
const READ_OCTETS: usize = 8 * 1024;
/// Before the next attempt to accept after one that failed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
