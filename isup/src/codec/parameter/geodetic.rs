//! Calling geodetic location, Q.763 3.88: where on the earth the caller is.

use super::Screening;
use crate::codec::display::hex;
use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

values! {
    /// Location presentation restricted indicator.
    LocationPresentation {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        NOT_AVAILABLE = 2, "location not available";
    }
}

/// A point on the ellipsoid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// South of the equator.
    pub south: bool,
    /// Latitude in units of 90 degrees / 2^23.
    pub latitude: u32,
    /// Longitude in units of 360 degrees / 2^24, as the 24 bits on the wire.
    pub longitude: u32,
}

/// Type of shape, 7 bits, and what it needs. Codes of uncertainty, radius, angle and confidence
/// are the octets on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named as in the shapes' figures")]
pub enum Shape {
    /// 0: ellipsoid point.
    Point(Position),
    /// 1: ellipsoid point with uncertainty.
    Uncertain { point: Position, uncertainty: u8, confidence: u8 },
    /// 2: point with altitude and uncertainty; the altitude in metres, its highest bit: below.
    Altitude { point: Position, uncertainty: u8, altitude: u16, altitude_uncertainty: u8, confidence: u8 },
    /// 3: ellipse on the ellipsoid.
    Ellipse { point: Position, major: u8, minor: u8, orientation: u8, confidence: u8 },
    /// 4: ellipsoid circle sector.
    Sector { point: Position, radius: u8, offset: u8, included: u8, confidence: u8 },
    /// 5: polygon of at most 15 points.
    Polygon { points: Vec<Position>, confidence: u8 },
    /// Any other type.
    Other { code: u8, octets: Vec<u8> },
}

/// Calling geodetic location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallingGeodeticLocation {
    /// Whether the called party may see it.
    pub presentation: LocationPresentation,
    /// Who gave it.
    pub screening: Screening,
    /// Where.
    pub shape: Shape,
}

const POSITION_OCTETS: usize = 6;

impl Position {
    fn decode([a1, a2, a3, o1, o2, o3]: [u8; POSITION_OCTETS]) -> Self {
        let latitude = u32::from_be_bytes([0, a1 & 0x7f, a2, a3]);
        Self { south: a1 & 0x80 != 0, latitude, longitude: u32::from_be_bytes([0, o1, o2, o3]) }
    }

    fn encode(self, out: &mut Vec<u8>) {
        let latitude = self.latitude & 0x7f_ffff | u32::from(self.south) << 23;
        out.extend(&latitude.to_be_bytes()[1..]);
        out.extend(&self.longitude.to_be_bytes()[1..]);
    }
}

impl Shape {
    fn code(&self) -> u8 {
        match self {
            Self::Point(_) => 0,
            Self::Uncertain { .. } => 1,
            Self::Altitude { .. } => 2,
            Self::Ellipse { .. } => 3,
            Self::Sector { .. } => 4,
            Self::Polygon { .. } => 5,
            Self::Other { code, .. } => *code,
        }
    }

    /// `None` if the octets end too early.
    fn decode(code: u8, octets: &[u8]) -> Option<Self> {
        if code == 5 {
            return Self::polygon(octets);
        }
        if code > 5 {
            return Some(Self::Other { code, octets: octets.to_vec() });
        }
        let (position, more) = octets.split_first_chunk()?;
        let point = Position::decode(*position);
        Some(match (code, more) {
            (0, _) => Self::Point(point),
            (1, &[uncertainty, confidence, ..]) => Self::Uncertain { point, uncertainty, confidence },
            (2, &[uncertainty, a1, a2, altitude_uncertainty, confidence, ..]) => {
                let altitude = u16::from_be_bytes([a1, a2]);
                Self::Altitude { point, uncertainty, altitude, altitude_uncertainty, confidence }
            }
            (3, &[major, minor, orientation, confidence, ..]) => {
                Self::Ellipse { point, major, minor, orientation, confidence }
            }
            (4, &[radius, offset, included, confidence, ..]) => {
                Self::Sector { point, radius, offset, included, confidence }
            }
            _ => return None,
        })
    }

    fn polygon(octets: &[u8]) -> Option<Self> {
        let (count, following) = octets.split_first()?;
        let (points, more) = following.split_at_checked(usize::from(count & 15) * POSITION_OCTETS)?;
        let points = points.chunks(POSITION_OCTETS).filter_map(<[u8]>::first_chunk).copied().map(Position::decode);
        Some(Self::Polygon { points: points.collect(), confidence: *more.first()? })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Point(point) => point.encode(out),
            Self::Uncertain { point, uncertainty, confidence } => {
                point.encode(out);
                out.extend([uncertainty, confidence]);
            }
            Self::Altitude { point, uncertainty, altitude, altitude_uncertainty, confidence } => {
                point.encode(out);
                out.push(*uncertainty);
                out.extend(altitude.to_be_bytes());
                out.extend([altitude_uncertainty, confidence]);
            }
            Self::Ellipse { point, major, minor, orientation, confidence } => {
                point.encode(out);
                out.extend([major, minor, orientation, confidence]);
            }
            Self::Sector { point, radius, offset, included, confidence } => {
                point.encode(out);
                out.extend([radius, offset, included, confidence]);
            }
            Self::Polygon { points, confidence } => {
                let points = &points[..points.len().min(15)];
                out.push(points.len() as u8);
                points.iter().for_each(|point| point.encode(out));
                out.push(*confidence);
            }
            Self::Other { octets, .. } => out.extend_from_slice(octets),
        }
    }
}

impl Parameter for CallingGeodeticLocation {
    const CODE: ParameterCode = ParameterCode::CALLING_GEODETIC_LOCATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let truncated = DecodeError::at(octets.len(), Fault::Truncated);
        let (&[first, shape], following) = octets.split_first_chunk::<2>().ok_or(truncated)?;
        Ok(Self {
            presentation: LocationPresentation(first >> 2 & 3),
            screening: Screening(first & 3),
            shape: Shape::decode(shape & 0x7f, following).ok_or(truncated)?,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([(self.presentation.0 & 3) << 2 | self.screening.0 & 3, 0x80 | self.shape.code()]);
        self.shape.encode(out);
    }
}

impl fmt::Display for CallingGeodeticLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut octets = Vec::new();
        self.shape.encode(&mut octets);
        write!(f, "shape {} ", self.shape.code())?;
        hex(&octets, f)?;
        write!(f, ", {}, {}", self.presentation, self.screening)
    }
}
