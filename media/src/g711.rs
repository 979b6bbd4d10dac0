//! G.711: A-law and µ-law, decoded, encoded and turned into each other.
//!
//! Promised: decoding yields the 16-bit scaled values of the ITU-T software tool library (G.191), encoding yields its
//! octets for every 16-bit sample, and both are one look-up or a few shifts. [`Law::to`] is the composition of the two
//! (decode, then encode); it is monotonic and turns the silence of one law into that of the other.
//!
//! Left out: the direct conversion of G.711 tables 3 and 4, which chooses the neighbouring code in a few places.

/// An encoding law of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Law {
    /// A-law, on E1.
    A,
    /// µ-law, on T1.
    Mu,
}

impl Law {
    /// The octet of an idle timeslot: positive zero.
    pub const fn silence(self) -> u8 {
        match self {
            Self::A => 0xd5,
            Self::Mu => 0xff,
        }
    }

    /// The 16-bit sample that `octet` stands for.
    pub const fn decode(self, octet: u8) -> i16 {
        match self {
            Self::A => A_DECODED[octet as usize],
            Self::Mu => MU_DECODED[octet as usize],
        }
    }

    /// The octet nearest to `sample`.
    pub const fn encode(self, sample: i16) -> u8 {
        match self {
            Self::A => encode_a(sample),
            Self::Mu => encode_mu(sample),
        }
    }

    /// The table that turns octets of this law into octets of `other`; `None` between equal laws, where octets stay.
    pub const fn to(self, other: Law) -> Option<&'static [u8; 256]> {
        match (self, other) {
            (Self::A, Self::Mu) => Some(&A_TO_MU),
            (Self::Mu, Self::A) => Some(&MU_TO_A),
            (Self::A, Self::A) | (Self::Mu, Self::Mu) => None,
        }
    }

    /// Turns octets of this law into octets of `other`, in place.
    pub fn convert(self, other: Law, octets: &mut [u8]) {
        if let Some(table) = self.to(other) {
            for octet in octets {
                *octet = table[*octet as usize];
            }
        }
    }
}

static A_DECODED: [i16; 256] = table_of_samples(Law::A);
static MU_DECODED: [i16; 256] = table_of_samples(Law::Mu);
static A_TO_MU: [u8; 256] = table_of_octets(Law::A, Law::Mu);
static MU_TO_A: [u8; 256] = table_of_octets(Law::Mu, Law::A);

const fn table_of_samples(law: Law) -> [i16; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = expand(law, octet as u8);
        octet += 1;
    }
    table
}

const fn table_of_octets(from: Law, to: Law) -> [u8; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = to.encode(expand(from, octet as u8));
        octet += 1;
    }
    table
}

const fn expand(law: Law, octet: u8) -> i16 {
    match law {
        Law::A => expand_a(octet),
        Law::Mu => expand_mu(octet),
    }
}

/// Sign, three bits of segment, four of step, even bits inverted; 13 bits, scaled to 16.
const fn expand_a(octet: u8) -> i16 {
    let code = octet ^ 0x55;
    let segment = (code >> 4) & 7;
    let step = ((code & 0x0f) as i16) << 4;
    let magnitude = if segment == 0 { step + 8 } else { (step + 0x108) << (segment - 1) };
    if code & 0x80 != 0 { magnitude } else { -magnitude }
}

/// Sign, three bits of segment, four of step, all inverted; 14 bits, scaled to 16, with a bias of 33 steps.
const fn expand_mu(octet: u8) -> i16 {
    let code = !octet;
    let magnitude = ((((code & 0x0f) as i16) << 3) + MU_BIAS) << ((code >> 4) & 7);
    if code & 0x80 != 0 { MU_BIAS - magnitude } else { magnitude - MU_BIAS }
}

const fn encode_a(sample: i16) -> u8 {
    // One's complement of a negative sample: magnitudes 0 to 2047 on both sides.
    let magnitude = (if sample < 0 { !sample } else { sample }) >> 4;
    let code = if magnitude < 32 {
        magnitude as u8
    } else {
        let segment = 12 - magnitude.leading_zeros() as u8;
        (segment << 4) | ((magnitude >> (segment - 1)) & 0x0f) as u8
    };
    (if sample < 0 { code } else { code | 0x80 }) ^ 0x55
}

const fn encode_mu(sample: i16) -> u8 {
    let magnitude = (if sample < 0 { !sample } else { sample }) >> 2;
    let biased = if magnitude > MU_CLIP { MU_MAX } else { magnitude + (MU_BIAS >> 2) };
    let segment = 10 - biased.leading_zeros() as u8;
    let code = (segment << 4) | ((biased >> (segment + 1)) & 0x0f) as u8;
    if sample < 0 { !(code | 0x80) } else { !code }
}

/// 33 steps of the 14-bit scale, on the 16-bit scale.
const MU_BIAS: i16 = 33 << 2;
/// The greatest biased magnitude on the 14-bit scale.
const MU_MAX: i16 = 0x1fff;
const MU_CLIP: i16 = MU_MAX - (MU_BIAS >> 2);

#[cfg(test)]
#[path = "g711_tests.rs"]
mod tests;
