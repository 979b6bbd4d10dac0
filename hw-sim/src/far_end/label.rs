//! Service information octet and routing label, Q.704 clauses 2.2 and 14.2, with 14-bit point codes.

/// Who we are and who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) own: u16,
    pub(super) adjacent: u16,
    pub(super) network_indicator: u8,
}

/// A received message by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Labelled<'a> {
    pub(super) service: u8,
    /// Signalling link selection; the code of the link meant in messages about one.
    pub(super) selection: u8,
    pub(super) payload: &'a [u8],
}

impl Label {
    /// A message to the other end, from its service information octet on.
    pub(super) fn write(&self, service: u8, selection: u8, payload: &[u8]) -> Vec<u8> {
        let label = u32::from(self.adjacent) | u32::from(self.own) << 14 | u32::from(selection) << 28;
        let mut message = vec![self.network_indicator << 6 | service];
        message.extend(label.to_le_bytes());
        message.extend(payload);
        message
    }

    /// A message from the other end, or why it is none.
    pub(super) fn read<'a>(&self, octets: &'a [u8]) -> Result<Labelled<'a>, &'static str> {
        let (label, message) = split(octets).ok_or("no routing label")?;
        if octets[0] >> 6 != self.network_indicator {
            return Err("foreign network indicator");
        }
        let (destination, origin) = ((label & 0x3fff) as u16, (label >> 14 & 0x3fff) as u16);
        if (destination, origin) != (self.own, self.adjacent) {
            return Err("foreign point code");
        }
        Ok(message)
    }
}

/// A message of whatever origin; `None`: it has no label.
pub(super) fn split(octets: &[u8]) -> Option<(u32, Labelled<'_>)> {
    let [service, l0, l1, l2, l3, payload @ ..] = octets else { return None };
    let label = u32::from_le_bytes([*l0, *l1, *l2, *l3]);
    Some((label, Labelled { service: service & 0xf, selection: (label >> 28) as u8, payload }))
}

/// Service indicators.
pub(super) const SERVICE_MANAGEMENT: u8 = 0;
pub(super) const SERVICE_TEST: u8 = 1;
pub(super) const SERVICE_ISUP: u8 = 5;
