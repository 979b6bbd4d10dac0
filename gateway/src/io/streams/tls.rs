//! Certificates and TLS, RFC 3261 26.3.1: rustls with the provider `ring`.
//!
//! We show one certificate to whoever connects and to whomever we connect to. A server must prove to be the domain of the
//! next hop, as its URI names it; a client must show a certificate of the authorities where the configuration demands it.
//! The files are looked at every [`LOOK_EVERY`]; when they have changed and are good, new connections use them, and when
//! they are not, the old ones stay in use.

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

/// What is in use, and where it is from.
#[derive(Debug)]
pub struct Tls {
    settings: config::model::Tls,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
    /// The files as they were last read, good or not.
    read: Stamps,
}

/// When each file was changed, and how long it is; `None`: it cannot be read.
type Stamps = Vec<Option<(SystemTime, u64)>>;

/// Files that are of no use.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// It cannot be read, or is no PEM of what it must hold.
    #[error("{path:?} cannot be used: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// It holds nothing.
    #[error("{0:?} holds no certificate")]
    Empty(PathBuf),
    /// Certificate and key do not belong together, or are of an unknown kind.
    #[error("sip.tls: {0}")]
    Refused(#[from] rustls::Error),
    /// No authority is known, and clients must be vouched for.
    #[error("sip.tls: no authority can vouch for clients: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}

/// What became of files that were looked at.
#[derive(Debug)]
pub enum Look {
    /// They are as before.
    Same,
    /// They were read, and are in use.
    Renewed,
    /// They were read, and are not.
    Refused(TlsError),
}

impl Tls {
    /// Reads the files.
    pub fn load(settings: config::model::Tls) -> Result<Tls, TlsError> {
        let current = Mutex::new(read(&settings)?);
        Ok(Tls { settings, current })
    }

    /// The handshake with a peer that connected.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<server::TlsStream<TcpStream>> {
        let server = Arc::clone(&self.current().server);
        TlsAcceptor::from(server).accept(stream).await
    }

    /// The handshake with a server that must be `domain`, a name or an address.
    pub async fn connect(&self, domain: &str, stream: TcpStream) -> io::Result<client::TlsStream<TcpStream>> {
        let name = ServerName::try_from(domain.to_owned()).map_err(io::Error::other)?;
        let client = Arc::clone(&self.current().client);
        TlsConnector::from(client).connect(name, stream).await
    }

    /// Looks at the files now and then, for ever.
    pub async fn follow_files(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.look() {
                Look::Same => {}
                Look::Renewed => tracing::info!("the TLS certificates were read again"),
                Look::Refused(error) => tracing::error!(%error, "the new TLS certificates are not used"),
            }
        }
    }

    /// Looks at the files, and reads them when they have changed.
    pub fn look(&self) -> Look {
        let stamps = stamps(&self.settings);
        if stamps == self.current().read {
            return Look::Same;
        }
        match read(&self.settings) {
            Ok(renewed) => {
                *self.current() = renewed;
                Look::Renewed
            }
            Err(error) => {
                self.current().read = stamps;
                Look::Refused(error)
            }
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        // What is in it is replaced whole, never left half changed.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(settings: &config::model::Tls) -> Result<Current, TlsError> {
    // Before the files: one that changes meanwhile is read again.
    let read = stamps(settings);
    let chain = certificates(&settings.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&settings.key)
        .map_err(|source| TlsError::File { path: settings.key.clone(), source })?;
    let roots = Arc::new(authorities(settings)?);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let server = if settings.require_client_certificate {
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider)).build()?;
        server.with_client_cert_verifier(verifier)
    } else {
        server.with_no_client_auth()
    };
    let server = server.with_single_cert(chain.clone(), key.clone_key())?;
    let client = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let client = client.with_root_certificates(roots).with_client_auth_cert(chain, key)?;
    Ok(Current { server: Arc::new(server), client: Arc::new(client), read })
}

/// Those of the configuration, or the system's, which may be absent: then no server is believed.
fn authorities(settings: &config::model::Tls) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    let known = match &settings.authorities {
        Some(path) => certificates(path)?,
        None => certificates(Path::new(SYSTEM_AUTHORITIES)).unwrap_or_default(),
    };
    roots.add_parsable_certificates(known);
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let failed = |source| TlsError::File { path: path.to_owned(), source };
    let read = CertificateDer::pem_file_iter(path).map_err(failed)?;
    let certificates = read.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    if certificates.is_empty() { Err(TlsError::Empty(path.to_owned())) } else { Ok(certificates) }
}

fn stamps(settings: &config::model::Tls) -> Stamps {
    let stamp = |path: &PathBuf| {
        let file = std::fs::metadata(path).ok()?;
        Some((file.modified().ok()?, file.len()))
    };
    [&settings.certificate, &settings.key].into_iter().chain(&settings.authorities).map(stamp).collect()
}

/// Where Debian and its kin keep the authorities that the system believes.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// How often the files are looked at.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
