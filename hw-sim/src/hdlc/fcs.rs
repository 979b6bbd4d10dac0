//! The frame check sequence of HDLC, Q.921 clause 2.7 and Q.703 clause 4.2: CRC-16/X.25, x^16 + x^12 + x^5 + 1.

/// The frame check sequence over `octets`; it follows them low octet first.
pub fn fcs16(octets: &[u8]) -> u16 {
    !register(octets)
}

/// Whether `frame`, its last two octets included, passes the check.
pub(crate) fn holds(frame: &[u8]) -> bool {
    frame.len() >= 2 && register(frame) == RESIDUE
}

fn register(octets: &[u8]) -> u16 {
    octets.iter().fold(0xffff, |crc, &octet| crc >> 8 ^ TABLE[usize::from(crc as u8 ^ octet)])
}

/// What remains of a frame with its right check sequence.
const RESIDUE: u16 = 0xf0b8;

/// The polynomial, least significant bit first.
const POLYNOMIAL: u16 = 0x8408;

const TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        let mut crc = octet as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ POLYNOMIAL } else { crc >> 1 };
            bit += 1;
        }
        table[octet] = crc;
        octet += 1;
    }
    table
};
