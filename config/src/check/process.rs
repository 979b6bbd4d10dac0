//! `[admin]`, `[log]`, `[journal]`, `[capture]` and `[media]`: what concerns the process itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::Check;
use crate::model::{Admin, Capture, Journal, Level, Log, Media};
use crate::raw;
use crate::wrong::At;

impl Check {
    /// Whoever reaches the admin address can place calls and block circuits, hence loopback only.
    pub(super) fn admin(&mut self, section: Option<At<raw::Admin>>) -> Option<Admin> {
        let Some(text) = section.and_then(|section| section.value.listen) else {
            return Some(Admin { listen: ADMIN });
        };
        let listen: SocketAddr = self.parsed(&text, "an address and a port, as \"127.0.0.1:9060\"")?;
        if !listen.ip().is_loopback() {
            self.wrong(&text.place, "a loopback address", "nobody is asked for a password here: listen on 127.0.0.1");
        }
        Some(Admin { listen })
    }

    pub(super) fn log(&mut self, section: Option<At<raw::Log>>) -> Option<Log> {
        let level = section.and_then(|section| section.value.level);
        Some(Log { level: level.map_or(Some(Level::Info), |word| self.choice(&word, &LEVELS))? })
    }

    pub(super) fn journal(&mut self, section: Option<At<raw::Journal>>) -> Option<Journal> {
        let raw = section.map(|section| section.value).unwrap_or_default();
        let directory = raw.directory.map_or(Some(None), |text| self.path(text).map(Some));
        let sync_ms = self.within_or(raw.sync_ms, 1..=1000, "ms", 200)?;
        Some(Journal { directory: directory?, sync: Duration::from_millis(sync_ms.unsigned_abs()) })
    }

    /// A section without its file is a mistake: a capture that nobody finds helps nobody.
    pub(super) fn capture(&mut self, section: Option<At<raw::Capture>>) -> Option<Option<Capture>> {
        let Some(At { place, value: raw }) = section else { return Some(None) };
        let file = self.required(&place, "file", raw.file, "the path of a pcapng file")?;
        Some(Some(Capture { file: self.path(file)? }))
    }

    pub(super) fn path(&mut self, text: At<String>) -> Option<PathBuf> {
        if text.value.is_empty() || text.value.contains('\0') {
            self.wrong(&text.place, "a path", "write the path, as \"/var/lib/spangate\"");
            return None;
        }
        Some(PathBuf::from(text.value))
    }

    pub(super) fn media(&mut self, section: Option<At<raw::Media>>) -> Option<Media> {
        let raw = section.map(|section| section.value).unwrap_or_default();
        let tdm_priority = self.priority(raw.tdm_priority, 50);
        let worker_priority = self.priority(raw.worker_priority, 45);
        let buffer_ms = raw.buffer_ms.map_or(Some(5), |number| self.buffer_ms(&number));
        let buffers = self.within_or(raw.buffers, 4..=32, "", 8);
        let list = raw.processors.into_iter().flat_map(|list| list.value);
        let processors: Vec<_> = list.map(|number| self.within(&number, 0..=PROCESSOR_MAX, "")).collect();
        let processors = processors.into_iter().map(|number| u16::try_from(number?).ok()).collect::<Option<_>>();
        let lock_memory = raw.lock_memory.is_none_or(|word| word.value);
        Some(Media {
            tdm_priority: tdm_priority?,
            worker_priority: worker_priority?,
            buffer_ms: buffer_ms?,
            buffers: u8::try_from(buffers?).ok()?,
            processors: processors?,
            lock_memory,
        })
    }

    /// The media path works in blocks of 5 ms.
    fn buffer_ms(&mut self, number: &At<i64>) -> Option<u8> {
        let found = u8::try_from(number.value).ok().filter(|ms| [5, 10, 20].contains(ms));
        if found.is_none() {
            self.wrong(&number.place, "5, 10 or 20 ms", "5 has the shortest delay, 20 the fewest system calls");
        }
        found
    }

    /// 0 stands for the ordinary scheduler.
    fn priority(&mut self, number: Option<At<i64>>, default: i64) -> Option<Option<u8>> {
        let priority = self.within_or(number, 0..=99, "", default)?;
        Some(u8::try_from(priority).ok().filter(|priority| *priority > 0))
    }
}

const ADMIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9060);

/// The last processor that `sched_setaffinity` has a bit for.
const PROCESSOR_MAX: i64 = 1023;

const LEVELS: [(&str, Level); 5] = [
    ("error", Level::Error),
    ("warn", Level::Warn),
    ("info", Level::Info),
    ("debug", Level::Debug),
    ("trace", Level::Trace),
];
