//! Our refusal of an INVITE: RFC 3261 13.3.1.3.

use super::super::header::Name;
use super::super::reply::{Reply, Tag};
use super::super::status::phrase;
use super::super::transaction::Layer;
use super::super::warning::Warning;
use super::saying::warned;

/// What a refusal says.
pub(super) struct Refusal {
    pub status: u16,
    pub phrase: &'static str,
    pub cause: Option<u8>,
    pub retry_after_s: Option<u32>,
    pub warning: Option<Warning>,
}

impl Refusal {
    /// No more than the status.
    pub fn plain(status: u16) -> Refusal {
        Refusal { status, phrase: phrase(status), cause: None, retry_after_s: None, warning: None }
    }

    /// The response of a dialog's UAS to its INVITE.
    pub fn write(self, layer: &Layer, reply: &Reply, tag: Tag) -> Vec<u8> {
        let retry_after = self.retry_after_s.map(|seconds| seconds.to_string());
        let writer = reply.start_phrased(self.status, self.phrase, Some(tag)).cause(self.cause);
        let writer = writer.maybe(Name::RetryAfter, retry_after.as_deref().map(str::as_bytes));
        warned(layer, &reply.flow, writer, self.warning).finish(None)
    }
}
