//! The journal's file: how it is opened, and how the last run's lines are read.
//!
//! It has one writer: who opens it locks it (`flock(2)`), so that a second gateway neither mixes its lines into it
//! nor takes the first one's calls for cut off. The lock ends with the process, however that ends.
//!
//! A line torn by a crash is the last of its run: it gets its newline when the file is opened again, so that it spoils
//! no later record. Lines are bounded; what is longer is passed over in pieces that no reader of records accepts.

use super::{Disk, Syncer};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The open journal, locked.
#[derive(Debug)]
pub struct JournalFile(Flock<File>);

impl Disk for JournalFile {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Write::write(&mut *self.0, octets)
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let file = self.0.try_clone()?;
        Ok(Box::new(move || file.sync_data()))
    }
}

/// The journal's path in its directory.
pub fn path_in(directory: &Path) -> PathBuf {
    directory.join("journal.jsonl")
}

/// Opens the journal for appending. It and its directory are made if they are not there, for their owner alone: they
/// tell who called whom.
pub fn open(path: &Path) -> io::Result<JournalFile> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    let mut file = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, errno)| match errno {
        Errno::EWOULDBLOCK => io::Error::other("another gateway writes it"),
        errno => errno.into(),
    })?;
    if is_torn(&mut file)? {
        file.write_all(b"\n")?;
    }
    Ok(JournalFile(file))
}

/// The lines of the journal, oldest first; none if there is no such file.
pub fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
    let mut reader = match File::open(path) {
        Ok(file) => Some(BufReader::new(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(std::iter::from_fn(move || next_line(reader.as_mut()?).transpose()))
}

fn next_line(reader: &mut BufReader<File>) -> io::Result<Option<String>> {
    let mut octets = Vec::new();
    reader.take(LINE_OCTETS_MAX).read_until(b'\n', &mut octets)?;
    Ok((!octets.is_empty()).then(|| String::from_utf8_lossy(&octets).trim_end().to_owned()))
}

fn is_torn(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The longest line that is read whole; a record has a few hundred octets.
const LINE_OCTETS_MAX: u64 = 64 * 1024;
