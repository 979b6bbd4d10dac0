//! The status as a page of text, at most 80 columns wide.

mod layout;
mod signalling;
mod sip;

use std::fmt;

use super::Status;
use layout::{duration, line, more, some, table};
use signalling::{
    D_CHANNEL_FIGURES, D_CHANNELS, DISCARDED, ERRORS, FIGURES, IRREGULAR, LINKS, MAILBOXES, SPANS, TRUNKS, UNEQUIPPED,
    d_channel, d_channel_figures, d_channel_has_figures, discarded, errors, figures, has_figures, irregular, link,
    span, trunk,
};
use sip::{CALLS, DIALOGS, PEERS, REFUSED, REGISTRATIONS, USERS, call, dialog, peer, refused, registration, user};

/// Calls that the page lists; the document has more.
const CALLS_SHOWN: usize = 20;

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let draining = if self.draining { ", draining" } else { "" };
        line(f, &format!("spangate {}, up {}{draining}", self.version, duration(self.uptime_ms)))?;
        if let Some(trouble) = &self.journal_trouble {
            line(f, &format!("JOURNAL: {trouble}"))?;
        }
        table(f, SPANS, self.spans.iter().map(span))?;
        table(f, LINKS, self.links.iter().map(link))?;
        table(f, D_CHANNELS, self.d_channels.iter().map(d_channel))?;
        table(f, TRUNKS, self.trunks.iter().map(trunk))?;
        table(f, ERRORS, self.d_channels.iter().filter(|channel| !channel.errors.is_empty()).map(errors))?;
        table(f, FIGURES, self.links.iter().filter(|link| has_figures(link)).map(figures))?;
        table(f, DISCARDED, self.links.iter().filter(|link| link.discarded.total() > 0).map(discarded))?;
        let d_channels = self.d_channels.iter().filter(|channel| d_channel_has_figures(channel));
        table(f, D_CHANNEL_FIGURES, d_channels.map(d_channel_figures))?;
        table(f, IRREGULAR, self.trunks.iter().filter(|trunk| trunk.irregular.received() > 0).map(irregular))?;
        let unequipped = self.trunks.iter().filter(|trunk| trunk.circuits.unequipped > 0);
        table(f, UNEQUIPPED, unequipped.map(|trunk| vec![trunk.name.clone(), trunk.circuits.unequipped.to_string()]))?;
        let told = self.trunks.iter().filter(|trunk| trunk.mailboxes_told > 0);
        table(f, MAILBOXES, told.map(|trunk| vec![trunk.name.clone(), trunk.mailboxes_told.to_string()]))?;
        table(f, REGISTRATIONS, self.registrations.iter().map(registration))?;
        some(f, PEERS, &self.peers, peer)?;
        table(f, REFUSED, self.peers.iter().filter(|peer| peer.refused() > 0).map(refused))?;
        some(f, USERS, &self.users, user)?;
        some(f, DIALOGS, &self.dialogs, dialog)?;
        table(f, CALLS, self.call_list.iter().take(CALLS_SHOWN).map(call))?;
        more(f, self.call_list.len(), CALLS_SHOWN)?;
        self.counters(f)
    }
}

impl Status {
    fn counters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, media, sip) = (&self.calls, &self.media, &self.sip);
        writeln!(f)?;
        line(
            f,
            &format!("Calls  {} active, {} from SIP, {} from the PSTN", calls.active, calls.from_sip, calls.from_pstn),
        )?;
        line(f, &format!("       {} answered, {} ended unanswered", calls.answered, calls.unanswered))?;
        if let Some(last) = &self.audit.last {
            let audit = &self.audit;
            let found =
                format!("{} violations, {} open, {} differences", audit.violations, audit.open, audit.differences);
            line(f, &format!("AUDIT  {found}"))?;
            line(f, &format!("       {last}"))?;
        }
        line(f, &format!("RTP    {} packets received, {} sent", media.packets_received, media.packets_sent))?;
        line(f, &format!("       {} octets concealed, {} slips", media.concealed_octets, media.slips))?;
        line(f, &format!("TDM    {} underruns, {} overruns", media.underruns, media.overruns))?;
        line(f, &format!("       {} frames missed, clock waited {} ms", media.gap_frames, media.patience_ms))?;
        line(f, &format!("SIP    {} received, {} sent, {} repeated", sip.received, sip.sent, sip.retransmitted))?;
        line(f, &format!("       {} malformed, {} from strangers", sip.malformed, sip.strangers))?;
        let of = self.transactions;
        let (ours, theirs) = (of.invite_client + of.other_client, of.invite_server + of.other_server);
        if ours + theirs > 0 {
            let invites = format!("{} and {} of them INVITE", of.invite_client, of.invite_server);
            line(f, &format!("       {ours} transactions of ours, {theirs} of others, {invites}"))?;
        }
        if sip.challenged + sip.credentials_refused + sip.registered > 0 {
            let told = format!(
                "{} challenged, {} wrong, {} registered",
                sip.challenged, sip.credentials_wrong, sip.registered
            );
            line(f, &format!("       {told}, {} challenges unmet", sip.credentials_refused))?;
        }
        if sip.flows_lost + sip.bindings_asked > 0 {
            line(f, &format!("       {} flows lost, {} STUN requests", sip.flows_lost, sip.bindings_asked))?;
        }
        if sip.shed + sip.held > 0 {
            line(f, &format!("       {} shed, {} held back for peers", sip.shed, sip.held))?;
        }
        if sip.unheard > 0 {
            line(f, &format!("       {} unheard, {} sources in debt", sip.unheard, sip.sources_in_debt))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
