//! The files of STIR: our key, the authorities that are believed, and the folder of certificates.
//!
//! The certificate that is published at `https://HOST/PATH` is the file `HOST/PATH` of the folder, as `wget -x` puts it there.
//! All files are read at the start, and again whenever one of them changes; when the new ones are of no use, the old ones stay
//! in use. One certificate that cannot be read is told and left out: it is somebody else's. Leaves out fetching.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use config::model::{Signing, Verification};
use tokio::sync::mpsc;

use super::reactor::Request;
use crate::stir::certificate::CERTIFICATE_OCTETS_MAX;
use crate::stir::{Authorities, Certificate, CertificateError, Certificates, KeyError, Signer, Stir, Verifier};

/// Where the files are, and how they were when they were read.
#[derive(Debug)]
pub struct Credentials {
    settings: config::model::Stir,
    read: Stamps,
}

/// When each file was changed, and how long it is; `None`: it cannot be read.
type Stamps = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Files that are of no use.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// It cannot be read.
    #[error("{path:?} cannot be read: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The key is none that we could sign by.
    #[error("stir.key: {0:?} {1}")]
    Key(PathBuf, KeyError),
    /// The authorities are none.
    #[error("stir.authorities: {0:?} {1}")]
    Authorities(PathBuf, CertificateError),
    /// The folder has our certificate, and it is another key's.
    #[error("stir.key is not the key of the certificate of {0}: whoever verifies our calls would refuse them")]
    AnothersCertificate(String),
}

/// What became of files that were looked at.
#[derive(Debug)]
pub enum Look {
    /// They are as before.
    Same,
    /// They were read.
    Renewed(Box<Stir>),
    /// They were read, and are of no use.
    Refused(CredentialsError),
}

impl Credentials {
    /// Reads the files.
    pub fn load(settings: config::model::Stir) -> Result<(Credentials, Stir), CredentialsError> {
        // Before the files: one that changes meanwhile is read again.
        let read = stamps(&settings);
        let stir = self::read(&settings)?;
        Ok((Credentials { settings, read }, stir))
    }

    /// Looks at the files, and reads them when they have changed.
    pub fn look(&mut self) -> Look {
        let stamps = stamps(&self.settings);
        if stamps == self.read {
            return Look::Same;
        }
        self.read = stamps;
        match read(&self.settings) {
            Ok(stir) => Look::Renewed(Box::new(stir)),
            Err(error) => Look::Refused(error),
        }
    }

    /// Looks at the files now and then, until nobody asks for them any more. Without files there is nothing to look at.
    pub async fn follow(mut self, reactor: mpsc::Sender<Request>) {
        if self.read.is_empty() {
            return;
        }
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            match self.look() {
                Look::Same => {}
                Look::Renewed(stir) => {
                    tracing::info!("the files of STIR were read again");
                    if reactor.send(Request::Credentials(stir)).await.is_err() {
                        return;
                    }
                }
                Look::Refused(error) => tracing::error!(%error, "the new files of STIR are not used"),
            }
        }
    }
}

fn read(settings: &config::model::Stir) -> Result<Stir, CredentialsError> {
    let signer = settings.signing.as_ref().map(signer).transpose()?;
    let verifier = settings.verification.as_ref().map(verifier).transpose()?;
    if let (Some(signer), Some(verifier)) = (&signer, &verifier) {
        let own = verifier.certificates.at(signer.url());
        if own.is_some_and(|own| *own.key() != signer.public_key()) {
            return Err(CredentialsError::AnothersCertificate(signer.url().to_owned()));
        }
    }
    Ok(Stir { signer: signer.map(Into::into), verifier: verifier.map(Into::into) })
}

fn signer(from: &Signing) -> Result<Signer, CredentialsError> {
    let refused = |error| CredentialsError::Key(from.key.clone(), error);
    Signer::read(&octets(&from.key)?, &from.certificate_url, &from.origid).map_err(refused)
}

fn verifier(from: &Verification) -> Result<Verifier, CredentialsError> {
    let refused = |error| CredentialsError::Authorities(from.authorities.clone(), error);
    let authorities = Authorities::read(&octets(&from.authorities)?).map_err(refused)?;
    let mut certificates = Certificates::default();
    for file in files(&from.certificates) {
        let read = octets(&file).map_err(|error| error.to_string());
        let read = read.and_then(|octets| Certificate::read(&octets).map_err(|error| error.to_string()));
        let added =
            read.and_then(|read| certificates.add(place(&from.certificates, &file), read).map_err(|it| it.to_string()));
        if let Err(error) = added {
            tracing::warn!(?file, error, "a certificate of STIR is left out");
        }
    }
    Ok(Verifier { authorities, certificates, fresh: from.fresh })
}

/// One octet more than a file may have is enough to tell that it has too many.
fn octets(path: &Path) -> Result<Vec<u8>, CredentialsError> {
    use io::Read;
    let failed = |source| CredentialsError::File { path: path.to_owned(), source };
    let mut octets = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(CERTIFICATE_OCTETS_MAX as u64 + 1).read_to_end(&mut octets).map_err(failed)?;
    Ok(octets)
}

/// The URL of a file without its scheme: its path within the folder.
fn place(folder: &Path, file: &Path) -> String {
    let inner = file.strip_prefix(folder).unwrap_or(file);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// The files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    while let Some((folder, depth)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten().take(ENTRIES_MAX) {
            match fs::metadata(entry.path()) {
                Ok(kind) if kind.is_dir() && depth < DEPTH_MAX => folders.push((entry.path(), depth + 1)),
                Ok(kind) if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
        if found.len() + folders.len() > ENTRIES_MAX {
            tracing::warn!("more files of STIR than are looked at");
            break;
        }
    }
    found.sort();
    found
}

fn stamps(settings: &config::model::Stir) -> Stamps {
    let signing = settings.signing.iter().map(|from| from.key.clone());
    let verification = settings.verification.iter();
    let believed =
        verification.flat_map(|from| files(&from.certificates).into_iter().chain([from.authorities.clone()]));
    let stamp = |path: PathBuf| {
        let stamp = fs::metadata(&path).ok().and_then(|file| Some((file.modified().ok()?, file.len())));
        (path, stamp)
    };
    signing.chain(believed).map(stamp).collect()
}

/// How often the files are looked at.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// As deep as a URL has parts.
const DEPTH_MAX: usize = 8;
/// Files and folders that are looked at: those of all certificates, twice.
pub const ENTRIES_MAX: usize = 8192;

#[cfg(test)]
mod tests;
