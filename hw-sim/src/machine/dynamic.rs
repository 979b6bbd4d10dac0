//! Dynamic spans: made and ended by request, as `dynamic=` of `system.conf` asks for.
//!
//! Only the local kind ("loc") is known, which joins two spans of the same key: address `KEY:ID`, each a hexadecimal digit. Left out:
//! monitors (a third digit), and numbers of channels other than those of an E1 or a T1.

use dahdi_sys::Errno;
use dahdi_sys::abi::{DynamicSpan, SPANS_MAX};

use super::{End, Machine};
use crate::span::Span;
use crate::spec::{Line, LocalAddress, SpanSpec};

impl Machine {
    /// DYNAMIC_CREATE: the first free span number, and the channels after the span before it.
    pub(super) fn create(&mut self, asked: &mut DynamicSpan) -> Result<(), Errno> {
        let line = Line::with_channels(asked.numchans).ok_or(Errno::EINVAL)?;
        let address = address(asked)?;
        if self.dynamic(address).is_some() {
            return Err(Errno::EEXIST);
        }
        let slot = self.spans.iter().position(Span::is_free).unwrap_or(self.spans.len());
        if slot == SPANS_MAX {
            return Err(Errno::ENOMEM);
        }
        let first_channel = slot.checked_sub(1).map_or(1, |before| self.spans[before].end_channel());
        let next = self.spans.get(slot + 1).map_or(u32::MAX, |next| next.first_channel());
        if first_channel + u32::from(line.channels()) > next {
            // The driver would look further; a machine whose free place is too small has been given spans of another length.
            return Err(Errno::EINVAL);
        }
        let span = Span::new(SpanSpec::dynamic(address, line, first_channel));
        match self.spans.get_mut(slot) {
            Some(free) => free.become_another(span),
            None => {
                self.spans.push(span);
                self.ends.push(End::Open);
            }
        }
        self.join(slot, address);
        asked.spanno = slot as i32 + 1;
        Ok(())
    }

    /// DYNAMIC_DESTROY, which an open channel forbids.
    pub(super) fn destroy(&mut self, asked: &DynamicSpan) -> Result<(), Errno> {
        let span = self.dynamic(address(asked)?).ok_or(Errno::EINVAL)?;
        if self.spans[span].has_open_channels() {
            return Err(Errno::EBUSY);
        }
        self.spans[span].free();
        if let End::Span(peer) = std::mem::replace(&mut self.ends[span], End::Open) {
            self.ends[peer] = End::Open;
        }
        Ok(())
    }

    fn dynamic(&self, address: LocalAddress) -> Option<usize> {
        self.spans.iter().position(|span| !span.is_free() && span.address() == Some(address))
    }

    /// Crosses the cable to the other span of the same key.
    fn join(&mut self, span: usize, address: LocalAddress) {
        let is_peer = |other: &Span| !other.is_free() && other.address().is_some_and(|at| at.key == address.key);
        let peer = self.spans.iter().enumerate().position(|(index, other)| index != span && is_peer(other));
        if let Some(peer) = peer {
            self.connect(span, peer);
        }
    }
}

fn address(asked: &DynamicSpan) -> Result<LocalAddress, Errno> {
    if asked.driver.octets() != b"loc" {
        return Err(Errno::EINVAL);
    }
    LocalAddress::parse(asked.addr.octets()).ok_or(Errno::EINVAL)
}
