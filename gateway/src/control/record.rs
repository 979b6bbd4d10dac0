//! From a call's story to its records in the journal.

use std::time::{Instant, SystemTime};

use super::{Control, Output};
use crate::call::{Call, CallId, Party, Side, Story};
use crate::circuit::Seat;
use crate::interwork::charge::{Charge, Sum};
use crate::ops::cdr::{self, Direction, Disposition, Record, ReleasedBy, Time};
use crate::stir::Verdict;

impl Control {
    /// A circuit has been seized: should the process end now, the next one closes the record.
    pub(super) fn journal_opened(&mut self, id: CallId) {
        if let Some(call) = self.calls.get(&id) {
            let open = self.open_record(call);
            self.outputs.push_back(Output::Journal(Record::Open(open)));
        }
    }

    /// The call is over: its one record.
    pub(super) fn journal_closed(&mut self, call: &Call) {
        let story = call.story();
        let duration = story.answered.map(|answered| {
            let end = story.released.unwrap_or(answered);
            end.duration_since(answered).as_millis() as u64
        });
        let closed = cdr::Closed {
            call: self.open_record(call),
            alerting_time: story.alerting.map(|at| self.wall(at)),
            answer_time: story.answered.map(|at| self.wall(at)),
            release_time: story.released.map(|at| self.wall(at)),
            duration_ms: Some(duration.unwrap_or(0)),
            disposition: if story.answered.is_some() { Disposition::Answered } else { Disposition::Unanswered },
            released_by: story.released_by.map(|by| released_by(story, by)),
            cause: story.cause.map(|cause| cause.0),
            sip_status: story.status,
            srtp: story.srtp.map(|suite| suite.name().to_owned()),
            stir: story.verdict.as_deref().map(stir),
            charge: story.charge.as_ref().map(charge),
            malicious: story.malicious,
            transfer_time: story.transferred.map(|at| self.wall(at)),
            transferred_to: story.transferred_to.clone(),
            joined: story.joined.map(|call| cdr::record_id(self.start.wall, call.0)),
            media: story.media.as_deref().map(media),
        };
        self.outputs.push_back(Output::Journal(Record::Closed(Box::new(closed))));
    }

    /// An operator's blocking has changed: it outlives the process.
    pub(super) fn journal_blocking(&mut self, circuit: cdr::Blockable, blocked: bool) {
        self.outputs.push_back(Output::Journal(Record::Blocking(cdr::Blocking { circuit, blocked })));
    }

    fn open_record(&self, call: &Call) -> cdr::Open {
        let story = call.story();
        let place = self.place(story);
        cdr::Open {
            id: cdr::record_id(self.start.wall, call.id.0),
            setup_time: self.wall(story.begun),
            direction: direction(story),
            calling: story.calling.clone(),
            called: story.called.clone(),
            trunk: place.trunk,
            cic: place.cic,
            from_trunk: place.from_trunk,
            from_cic: place.from_cic,
            sip_call_id: story.sip_call_id.clone(),
        }
    }

    /// The circuits of a call: the only one, or of two the one towards the called party and then the one from the caller.
    pub(super) fn place(&self, story: &Story) -> Place {
        let (to, from) = match (story.seat_from, story.seat_to) {
            (from, Some(to)) => (Some(to), from),
            (from, None) => (from, None),
        };
        let name = |seat: Seat| self.model.trunk(seat.trunk).name.clone();
        Place {
            trunk: to.map(name).unwrap_or_default(),
            cic: to.map(|seat| seat.number),
            from_trunk: from.map(name),
            from_cic: from.map(|seat| seat.number),
        }
    }

    /// Wall time is counted from the start, so that a clock set back leaves no call of negative length.
    pub(super) fn wall(&self, at: Instant) -> Time {
        Time::from(self.system_time(at))
    }

    /// What the clock on the wall shows at an instant.
    pub(super) fn system_time(&self, at: Instant) -> SystemTime {
        self.start.wall + at.saturating_duration_since(self.start.now)
    }
}

/// Where a call was on the PSTN side, in the names of the configuration.
pub(super) struct Place {
    pub trunk: String,
    pub cic: Option<u16>,
    pub from_trunk: Option<String>,
    pub from_cic: Option<u16>,
}

pub(super) fn direction(story: &Story) -> Direction {
    match (story.from_sip, story.to_sip) {
        (true, _) => Direction::SipToPstn,
        (false, true) => Direction::PstnToSip,
        (false, false) => Direction::PstnToPstn,
    }
}

fn released_by(story: &Story, party: Party) -> ReleasedBy {
    match (direction(story), party) {
        (_, Party::Sip) => ReleasedBy::Sip,
        (_, Party::Gateway) => ReleasedBy::Gateway,
        (Direction::PstnToPstn, Party::Pstn(Side::Originating)) => ReleasedBy::Calling,
        (Direction::PstnToPstn, Party::Pstn(Side::Terminating)) => ReleasedBy::Called,
        (Direction::SipToPstn | Direction::PstnToSip, Party::Pstn(_)) => ReleasedBy::Pstn,
    }
}

fn stir(verdict: &Verdict) -> cdr::Stir {
    let verstat = verdict.verstat().to_owned();
    match verdict {
        Verdict::Passed(attested) => cdr::Stir {
            verstat,
            attest: attested.attestation.map(|attestation| attestation.letter().to_owned()),
            origid: attested.origid.clone(),
            spc: attested.service_provider.clone(),
            fault: None,
        },
        Verdict::Failed(fault) => cdr::Stir { verstat, fault: Some(fault.to_string()), ..cdr::Stir::default() },
        Verdict::Absent => cdr::Stir { verstat, ..cdr::Stir::default() },
    }
}

fn charge(charge: &Charge) -> cdr::Charge {
    let (currency, thousandths, units) = match &charge.sum {
        Sum::Free => (None, None, None),
        Sum::Money { currency, thousandths } => (Some(currency.clone()), Some(*thousandths), None),
        Sum::Units(units) => (None, None, Some(*units)),
    };
    cdr::Charge { last: charge.is_last, currency, thousandths, units }
}

fn media(statistics: &media::Statistics) -> cdr::Media {
    cdr::Media {
        packets_sent: statistics.packets_sent,
        octets_sent: statistics.octets_sent,
        packets_received: statistics.packets_received,
        octets_received: statistics.octets_received,
        packets_lost: statistics.packets_lost,
        // A timestamp unit of G.711 is 125 µs.
        jitter_us: u64::from(statistics.jitter) * 125,
        round_trip_us: statistics.round_trip_us,
        concealed_octets: statistics.concealed_octets,
        underrun_octets: statistics.underrun_octets,
        slips: statistics.slips,
        digits_played: statistics.digits_played,
        digits_refused: statistics.digits_refused,
        digits_heard: statistics.digits_heard,
        explained_octets: statistics.explained_octets(),
        delay: delay(&statistics.delay),
    }
}

fn delay(delay: &media::Delay) -> cdr::Delay {
    cdr::Delay {
        block_us: delay.block_us,
        packet_us: delay.packet_us,
        jitter_buffer_us: delay.jitter_buffer_us,
        ring_us: delay.ring_us,
        driver_us: delay.driver_us,
    }
}
