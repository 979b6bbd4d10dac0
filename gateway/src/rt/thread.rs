//! What the scheduler is asked for: priority, processor, memory that stays.

use std::fmt;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::mman::{MlockAllFlags, mlockall};
use nix::unistd::Pid;
use thread_priority::unix::set_thread_priority_and_policy;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy, thread_native_id,
};

/// How the threads of a group are to be scheduled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// SCHED_FIFO at this priority, 1 to 99; `None`: as any thread.
    pub priority: Option<u8>,
    /// The only processor they run on; `None`: any.
    pub processor: Option<usize>,
    /// Whether the process's memory is locked (`mlockall`).
    pub lock_memory: bool,
}

/// Something that was asked for and not granted; audio suffers when the machine is busy, nothing else does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was asked for.
    pub what: String,
    /// What the system answered.
    pub why: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.what, self.why, self.remedy)
    }
}

/// Schedules the thread that calls.
pub(super) fn prepare(role: &str, scheduling: &Scheduling) -> Vec<Warning> {
    let warn = |what: String, why: String, remedy| Warning { what: format!("thread {role}: {what}"), why, remedy };
    let mut warnings = Vec::new();
    if let Some(processor) = scheduling.processor {
        let mut set = CpuSet::new();
        if let Err(errno) = set.set(processor).and_then(|()| sched_setaffinity(Pid::from_raw(0), &set)) {
            warnings.push(warn(format!("processor {processor}"), errno.to_string(), "choose one that is online"));
        }
    }
    if let Some(priority) = scheduling.priority {
        let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
        let set = ThreadPriorityValue::try_from(priority).map_err(|error| error.to_string()).and_then(|value| {
            set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy)
                .map_err(|error| format!("{error:?}"))
        });
        if let Err(why) = set {
            let remedy = "give the process CAP_SYS_NICE or a limit `rtprio`";
            warnings.push(warn(format!("SCHED_FIFO priority {priority}"), why, remedy));
        }
    }
    warnings
}

/// Locks the memory of the process.
pub(super) fn lock_memory(scheduling: &Scheduling) -> Option<Warning> {
    if !scheduling.lock_memory {
        return None;
    }
    let errno = mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE).err()?;
    let remedy = "give the process CAP_IPC_LOCK or a greater limit `memlock`";
    Some(Warning { what: "locked memory".into(), why: errno.to_string(), remedy })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_granted_is_a_warning_with_a_remedy_and_never_a_failure() {
        assert_eq!(prepare("tdm", &Scheduling::default()), []);
        let impossible = Scheduling { priority: Some(200), processor: Some(1 << 20), lock_memory: false };
        let warnings = prepare("tdm", &impossible);
        assert_eq!(warnings.len(), 2);
        assert!(warnings[0].to_string().starts_with("thread tdm: processor 1048576: "), "{}", warnings[0]);
        assert!(warnings[1].to_string().contains("CAP_SYS_NICE"), "{}", warnings[1]);
    }
}
