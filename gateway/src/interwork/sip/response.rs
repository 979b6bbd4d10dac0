//! Provisional responses: what progress means to SIP (RFC 3398 7.2.5, 7.2.6, 7.2.9; RFC 4497 8.3.2), and what theirs mean
//! (RFC 3398 8.2.3).

use crate::interwork::hub::{Progress, Stage};

/// A provisional response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provisional {
    /// 180 to 183.
    pub status: u16,
    /// It carries SDP, and backward audio begins.
    pub with_audio: bool,
}

/// The response for some progress; `None`: SIP is told nothing.
pub fn provisional(progress: &Progress) -> Option<Provisional> {
    if progress.in_band {
        return Some(Provisional { status: SESSION_PROGRESS, with_audio: true });
    }
    let row = STAGE_TO_STATUS.iter().find(|(stage, ..)| *stage == progress.stage);
    row.and_then(|(_, response, _)| *response)
}

/// What a provisional response means. `with_audio`: it has SDP, so that there is something to hear.
pub fn progress(status: u16, with_audio: bool) -> Progress {
    let row = STATUS_TO_STAGE.iter().find(|(listed, ..)| *listed == status);
    let stage = row.map_or(Stage::Progressing, |(_, stage, _)| *stage);
    Progress { in_band: with_audio, ..Progress::new(stage) }
}

/// Stage without in-band information, response, source. With in-band information it is always 183 with SDP (RFC 3398 7.2.6).
const STAGE_TO_STATUS: &[(Stage, Option<Provisional>, &str)] = &[
    (Stage::Accepted, None, "RFC 4497 8.3.2"),
    (Stage::Proceeding, Some(Provisional { status: SESSION_PROGRESS, with_audio: true }), "RFC 3398 7.2.5"),
    (Stage::Progressing, Some(Provisional { status: SESSION_PROGRESS, with_audio: false }), "RFC 3398 7.2.9"),
    (Stage::Alerting, Some(Provisional { status: RINGING, with_audio: false }), "RFC 3398 7.2.5, 7.2.9"),
    (Stage::Forwarded, Some(Provisional { status: FORWARDED, with_audio: false }), "RFC 3398 7.2.9"),
];

/// Status, stage, source. Any other is progress of no known kind.
const STATUS_TO_STAGE: &[(u16, Stage, &str)] = &[
    (RINGING, Stage::Alerting, "RFC 3398 8.2.3"),
    (FORWARDED, Stage::Forwarded, "RFC 3398 8.2.3"),
    (182, Stage::Progressing, "RFC 3398 8.2.3"),
    (SESSION_PROGRESS, Stage::Progressing, "RFC 3398 8.2.3"),
];

const RINGING: u16 = 180;
const FORWARDED: u16 = 181;
const SESSION_PROGRESS: u16 = 183;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_band_information_is_183_with_audio_at_every_stage() {
        for stage in [Stage::Accepted, Stage::Alerting, Stage::Forwarded] {
            let told = provisional(&Progress { in_band: true, ..Progress::new(stage) });
            assert_eq!(told, Some(Provisional { status: 183, with_audio: true }));
        }
    }

    #[test]
    fn each_stage_has_its_row() {
        let status = |stage| provisional(&Progress::new(stage)).map(|told| (told.status, told.with_audio));
        assert_eq!(status(Stage::Accepted), None);
        assert_eq!(status(Stage::Proceeding), Some((183, true)));
        assert_eq!(status(Stage::Progressing), Some((183, false)));
        assert_eq!(status(Stage::Alerting), Some((180, false)));
        assert_eq!(status(Stage::Forwarded), Some((181, false)));
    }

    #[test]
    fn a_status_that_no_row_lists_is_progress() {
        assert_eq!(progress(199, false), Progress::new(Stage::Progressing));
        assert_eq!(progress(180, false), Progress::new(Stage::Alerting));
    }
}
