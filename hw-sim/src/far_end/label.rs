//! Service information octet and routing label, Q.704 clauses 2.2 and 14.2.

use super::network::Network;

/// Who we are and who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) network: Network,
    pub(super) own: u32,
    pub(super) adjacent: u32,
    /// The other end as ISUP calls it.
    pub(super) called_upon: u32,
    pub(super) network_indicator: u8,
}

/// A received message by its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Labelled<'a> {
    pub(super) service: u8,
    /// Signalling link selection; the code of the link meant in messages about one, where it has no place of its own.
    pub(super) selection: u8,
    pub(super) payload: &'a [u8],
}

impl Label {
    /// A message to the other end, from its service information octet on.
    pub(super) fn write(&self, service: u8, selection: u8, payload: &[u8]) -> Vec<u8> {
        let bits = self.network.point_code_bits();
        let codes = u64::from(self.other(service)) | u64::from(self.own) << bits;
        let label = codes | u64::from(selection) << (2 * bits);
        let mut message = vec![self.network_indicator << 6 | service];
        message.extend(&label.to_le_bytes()[..self.network.label_octets()]);
        message.extend(payload);
        message
    }

    /// A message from the other end, or why it is none.
    pub(super) fn read<'a>(&self, octets: &'a [u8]) -> Result<Labelled<'a>, &'static str> {
        let (label, message) = split(self.network, octets).ok_or("no routing label")?;
        if octets[0] >> 6 != self.network_indicator {
            return Err("foreign network indicator");
        }
        let bits = self.network.point_code_bits();
        let code = |label: u64| (label & ((1 << bits) - 1)) as u32;
        if (code(label), code(label >> bits)) != (self.own, self.other(message.service)) {
            return Err("foreign point code");
        }
        Ok(message)
    }

    fn other(&self, service: u8) -> u32 {
        if service == SERVICE_ISUP { self.called_upon } else { self.adjacent }
    }
}

/// A message of whatever origin: its label as a number, and its parts. `None`: it has no label.
pub(super) fn split(network: Network, octets: &[u8]) -> Option<(u64, Labelled<'_>)> {
    let (service, rest) = octets.split_first()?;
    let (label, payload) = rest.split_at_checked(network.label_octets())?;
    let label = label.iter().rev().fold(0, |label, octet| label << 8 | u64::from(*octet));
    let selection = (label >> (2 * network.point_code_bits())) as u8;
    Some((label, Labelled { service: service & 0xf, selection, payload }))
}

/// Service indicators.
pub(super) const SERVICE_MANAGEMENT: u8 = 0;
pub(super) const SERVICE_TEST: u8 = 1;
pub(super) const SERVICE_ISUP: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_has_its_own_label() {
        let label =
            |network| Label { network, own: 0x2002, adjacent: 0x1001, called_upon: 0x1001, network_indicator: 2 };
        let written = |network| label(network).write(SERVICE_ISUP, 5, &[0xaa]);
        assert_eq!(written(Network::Itu), [0x85, 0x01, 0x90, 0x00, 0x58, 0xaa]);
        assert_eq!(written(Network::Japan), [0x85, 0x01, 0x10, 0x02, 0x20, 5, 0xaa]);
        for network in [Network::Ansi, Network::AnsiOlder, Network::China] {
            assert_eq!(written(network), [0x85, 0x01, 0x10, 0, 0x02, 0x20, 0, 5, 0xaa]);
        }
        let back = Label { own: 0x1001, adjacent: 0x2002, called_upon: 0x2002, ..label(Network::Ansi) };
        let read = back.read(&[0x85, 0x01, 0x10, 0, 0x02, 0x20, 0, 200, 0xaa]);
        assert_eq!(read, Ok(Labelled { service: SERVICE_ISUP, selection: 200, payload: &[0xaa] }));
    }
}
