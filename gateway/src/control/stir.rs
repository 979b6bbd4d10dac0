//! Who signs for callers: the signatures of INVITEs that come are verified, and those of ours made, as peers and trunks say.
//!
//! A call for an emergency number is never refused for want of a signature.

use std::time::Instant;

use config::model::{self, SipParty, TrunkIndex, Verify};
use tracing::warn;

use super::Control;
use crate::interwork::hub::Setup;
use crate::sip::{self, Incoming, Signature};
use crate::stir::{Attestation, Identity, Presented, Verdict, date};

impl Control {
    /// Notes whether anybody has signed for the caller. An error is the status, and its words, that the INVITE is to be told
    /// instead of a call.
    pub(super) fn verify(
        &mut self,
        now: Instant,
        incoming: &Incoming,
        party: SipParty,
        setup: &mut Setup,
    ) -> Result<(), (u16, &'static str)> {
        let policy = self.model.terms(party).signatures.verify;
        if policy == Verify::Off {
            return Ok(());
        }
        let verdict = self.verdict(now, incoming, setup);
        let required = policy == Verify::Require && !setup.emergency;
        if let Some(refusal) = verdict.refusal().filter(|_| required) {
            self.counters.distrusted += 1;
            let party = self.model.name_of(party);
            warn!(party, calling = setup.calling_digits(), ?verdict, "nobody vouches for the caller");
            return Err(refusal);
        }
        setup.verdict = Some(Box::new(verdict));
        Ok(())
    }

    fn verdict(&self, now: Instant, incoming: &Incoming, setup: &Setup) -> Verdict {
        let Some(verifier) = &self.stir.verifier else { return Verdict::Absent };
        let code = &self.model.stir.country_code;
        let number = setup.calling.as_ref().and_then(|calling| Identity::of_text(&calling.number, code));
        let called = [&incoming.to.uri, &incoming.request_uri];
        let presented = Presented {
            fields: &incoming.signatures.identities,
            country_code: code,
            date: incoming.signatures.date.as_deref().and_then(date::parse),
            originator: number.or_else(|| Identity::of(&incoming.from.uri, code)),
            destinations: called.into_iter().filter_map(|uri| Identity::of(uri, code)).collect(),
        };
        verifier.verify(self.system_time(now), &presented)
    }

    /// How we vouch to somebody for the callers of a trunk; `None`: not at all.
    pub(super) fn attestation(&self, from: TrunkIndex, to: SipParty) -> Option<Attestation> {
        let signs = self.model.terms(to).signatures.sign;
        signs.then(|| match self.model.trunk(from).attestation {
            model::Attestation::Full => Attestation::Full,
            model::Attestation::Partial => Attestation::Partial,
            model::Attestation::Gateway => Attestation::Gateway,
        })
    }

    /// Puts the signature into an INVITE by which we vouch for its caller so. A caller without a number is not signed for, nor one
    /// whose number the INVITE does not tell.
    pub(super) fn sign(&mut self, now: Instant, invitation: &mut sip::Invitation, attestation: Option<Attestation>) {
        invitation.signature = attestation.and_then(|attestation| self.signature(now, invitation, attestation));
        self.counters.signed += u64::from(invitation.signature.is_some());
    }

    fn signature(&self, now: Instant, invitation: &sip::Invitation, attest: Attestation) -> Option<Signature> {
        let signer = self.stir.signer.as_ref()?;
        let number = |uri| Identity::of(uri, &self.model.stir.country_code).filter(|it| matches!(it, Identity::Tn(_)));
        let caller = invitation.provenance.asserted.first().unwrap_or(&invitation.from);
        let now = self.system_time(now);
        let identity = signer.sign(now, attest, number(&caller.uri)?, number(&invitation.to.uri)?)?;
        Some(Signature { identity: identity.into(), date: date::write(now).into() })
    }
}

#[cfg(test)]
mod tests;
