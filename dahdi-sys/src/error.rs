//! What went wrong while a channel, a span or the timer was made ready: where, at which step, and what to do about it.

use std::fmt;

use crate::{Errno, Node};

/// The step of making a device ready that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Opening the node (for a channel: with SPECIFY).
    Open,
    /// Reading the channel's parameters.
    Params,
    /// Setting its buffers.
    Buffers,
    /// Switching it to audio or data.
    AudioMode,
    /// Switching it to HDLC.
    HdlcMode,
    /// Setting its law.
    Law,
    /// Emptying its queues.
    Flush,
    /// Asking for overrun and underrun events.
    BufferEvents,
    /// Setting the timer's period.
    TimerPeriod,
    /// Reading a span's status.
    SpanStatus,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Open => "be opened",
            Step::Params => "tell its parameters",
            Step::Buffers => "take its buffer sizes",
            Step::AudioMode => "change between audio and data",
            Step::HdlcMode => "change to HDLC",
            Step::Law => "take its law",
            Step::Flush => "be flushed",
            Step::BufferEvents => "report overruns and underruns",
            Step::TimerPeriod => "take its period",
            Step::SpanStatus => "tell its status",
        })
    }
}

/// A node that could not be made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{node} could not {step}: {errno}{}", remedy(*.step, *.errno))]
pub struct ChannelError {
    /// Which node.
    pub node: Node,
    /// At which step.
    pub step: Step,
    /// What the driver answered.
    pub errno: Errno,
}

impl ChannelError {
    pub(crate) fn at(node: Node, step: Step) -> impl Fn(Errno) -> ChannelError {
        move |errno| ChannelError { node, step, errno }
    }
}

fn remedy(step: Step, errno: Errno) -> &'static str {
    match (step, errno) {
        (Step::Open, Errno::EBUSY) => {
            "; stop that program (fuser -v /dev/dahdi/channel names it), or give this one another channel"
        }
        (Step::Open, Errno::ENXIO) => "; write it into /etc/dahdi/system.conf and run dahdi_cfg",
        (Step::Open, Errno::EINVAL) => "; no span has this channel: dahdi_scan lists what there is",
        (Step::Open, Errno::ENOENT | Errno::ENODEV) => {
            "; load the card's module (modprobe dahdi) and look with dahdi_scan"
        }
        (Step::Open, Errno::EACCES | Errno::EPERM) => "; run as a member of the group that owns /dev/dahdi",
        (Step::HdlcMode, Errno::EINVAL) => {
            "; the channel has another signal type: write mtp2=, dchan= or bchan= for it into system.conf and run dahdi_cfg \
             (the card's driver must know MTP2 for mtp2=; if it does not, use dchan=)"
        }
        (Step::AudioMode | Step::Law, Errno::EINVAL) => {
            "; it is not a bearer: write bchan= or clear= for it into system.conf and run dahdi_cfg"
        }
        (Step::Buffers, Errno::EINVAL) => {
            "; a buffer has 16 to 8192 octets, and all of one direction together at most 32768"
        }
        (Step::SpanStatus, Errno::EINVAL | Errno::ENODEV) => "; dahdi_scan lists the spans there are",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_channel_step_errno_and_remedy() {
        let error = ChannelError { node: Node::Channel(17), step: Step::Open, errno: Errno::ENXIO };
        assert_eq!(
            error.to_string(),
            "channel 17 could not be opened: ENXIO: there is no such channel, or it is not configured; \
             write it into /etc/dahdi/system.conf and run dahdi_cfg"
        );
    }

    #[test]
    fn the_remedy_fits_the_step() {
        for (step, errno, word) in [
            (Step::Open, Errno::EBUSY, "fuser"),
            (Step::Open, Errno::EINVAL, "dahdi_scan"),
            (Step::Open, Errno::ENOENT, "modprobe"),
            (Step::Open, Errno::EACCES, "group"),
            (Step::HdlcMode, Errno::EINVAL, "mtp2="),
            (Step::AudioMode, Errno::EINVAL, "bchan="),
            (Step::Buffers, Errno::EINVAL, "32768"),
            (Step::SpanStatus, Errno::EINVAL, "dahdi_scan"),
        ] {
            let error = ChannelError { node: Node::Channel(1), step, errno };
            assert!(error.to_string().contains(word), "{error}");
        }
        assert_eq!(remedy(Step::Flush, Errno::EIO), "");
    }
}
