//! The journal on disks that are quick, full, torn and dead.

use super::*;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Instant;

/// A disk that does to each write what the test wants, and remembers.
#[derive(Clone, Default)]
struct Scripted {
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    taken: Vec<u8>,
    moods: VecDeque<Mood>,
    stuck: bool,
    syncs: u32,
}

/// What becomes of one write. Without a mood it succeeds.
enum Mood {
    Full,
    Short(usize),
}

impl Scripted {
    fn in_moods(moods: impl IntoIterator<Item = Mood>) -> Self {
        let disk = Self::default();
        disk.state().moods.extend(moods);
        disk
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }

    fn hang(&self, stuck: bool) {
        self.state().stuck = stuck;
        self.shared.1.notify_all();
    }

    fn journal(&self) -> Journal {
        Journal::start(Box::new(self.clone()), Duration::from_millis(2)).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.state().taken.clone()).unwrap()
    }
}

impl Disk for Scripted {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut state = self.shared.1.wait_while(self.state(), |state| state.stuck).unwrap();
        let count = match state.moods.pop_front() {
            Some(Mood::Full) => return Err(io::ErrorKind::StorageFull.into()),
            Some(Mood::Short(count)) => count,
            None => octets.len(),
        };
        state.taken.extend(&octets[..count]);
        Ok(count)
    }

    fn syncer(&self) -> io::Result<Syncer> {
        let disk = self.clone();
        Ok(Box::new(move || {
            disk.state().syncs += 1;
            Ok(())
        }))
    }
}

#[test]
fn a_record_is_written_when_append_returns_and_records_keep_their_order() {
    let disk = Scripted::default();
    let mut journal = disk.journal();
    for number in 0..50 {
        journal.append(format!("record {number}"));
        if journal.health().spooled == 0 {
            assert!(disk.text().ends_with(&format!("record {number}\n")));
        }
    }
    assert_eq!(journal.close(), 0);
    let expected: String = (0..50).map(|number| format!("record {number}\n")).collect();
    assert_eq!(disk.text(), expected);
    assert!(disk.state().syncs >= 1);
}

#[test]
fn short_writes_are_continued_where_they_ended() {
    let disk = Scripted::in_moods([Mood::Short(3), Mood::Short(1)]);
    let mut journal = disk.journal();
    journal.append("abcdef".into());
    assert_eq!(journal.close(), 0);
    assert_eq!(disk.text(), "abcdef\n");
}

#[test]
fn a_full_disk_is_told_records_wait_in_memory_and_are_written_when_it_has_room() {
    let disk = Scripted::in_moods([Mood::Full, Mood::Full]);
    let mut journal = disk.journal();
    journal.append("seizure".into());
    let health = journal.health();
    assert_eq!(health.spooled, 1);
    assert!(health.trouble.is_some(), "{health:?}");
    journal.append("release".into());
    drop(journal.shared.wait(CLOSE_WAIT, |progress| progress.taken == 2));
    assert_eq!(journal.health(), Health::default());
    assert_eq!(disk.text(), "seizure\nrelease\n");
}

#[test]
fn a_hanging_disk_costs_one_wait_and_never_a_second() {
    let disk = Scripted::default();
    disk.hang(true);
    let mut journal = disk.journal();
    let began = Instant::now();
    for number in 0..1_000 {
        journal.append(number.to_string());
    }
    // One wait of 20 ms; a thousand would be 20 s. The rest is for a machine that has other things to do.
    assert!(began.elapsed() < Duration::from_secs(5));
    let health = journal.health();
    assert!(health.spooled > 0 && health.trouble.is_some(), "{health:?}");
    disk.hang(false);
    assert_eq!(journal.close(), 0);
    assert_eq!(disk.text().lines().count(), 1_000);
}

#[test]
fn more_records_than_the_spool_holds_are_lost_and_counted() {
    let disk = Scripted::default();
    disk.hang(true);
    let mut journal = disk.journal();
    // One is in the writer's hands, so that one more than the spool holds is taken.
    let offered = SPOOL_RECORDS_MAX + 10;
    for number in 0..offered {
        journal.append(number.to_string());
    }
    let lost = journal.health().lost;
    assert!((9..=10).contains(&lost), "{lost}");
    disk.hang(false);
    assert_eq!(journal.close(), lost);
    assert_eq!(disk.text().lines().count() as u64, offered as u64 - lost);
}

#[test]
fn a_torn_line_gets_its_newline_before_the_next_run_writes() {
    let path = fresh_path("torn");
    std::fs::write(&path, "whole\ntor").unwrap();
    let mut journal = Journal::start(Box::new(file::open(&path).unwrap()), Duration::from_millis(2)).unwrap();
    journal.append("next".into());
    assert_eq!(journal.close(), 0);
    let lines: Vec<String> = file::lines(&path).unwrap().map(Result::unwrap).collect();
    assert_eq!(lines, ["whole", "tor", "next"]);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_journal_that_is_not_there_has_no_lines_and_is_made_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let path = fresh_path("new");
    assert_eq!(file::lines(&path).unwrap().count(), 0);
    drop(file::open(&path).unwrap());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_journal_has_one_writer() {
    let path = fresh_path("locked");
    let first = file::open(&path).unwrap();
    assert!(file::open(&path).unwrap_err().to_string().contains("another gateway"));
    drop(first);
    assert!(file::open(&path).is_ok());
    std::fs::remove_file(&path).unwrap();
}

fn fresh_path(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("spangate-journal-{name}-{}", std::process::id()));
    let _absent = std::fs::remove_file(&path);
    path
}
