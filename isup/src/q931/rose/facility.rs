//! The contents of a facility element, Q.932 8.2.3: protocol profile, for whom it is, what to do if it is not understood,
//! and components.

use super::ber::{self, MalformedFacility, Reader, Tag};
use super::component::Component;
use crate::q931::codec::Facility;

/// What follows the first octet. Its extension bit is part of it, since DMS-100 sends it as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile(pub u8);

impl Profile {
    /// Supplementary services: components follow.
    pub const REMOTE_OPERATIONS: Self = Self(0x91);
    /// Networking extensions: of private networks (QSIG), and of National ISDN.
    pub const NETWORKING_EXTENSIONS: Self = Self(0x9f);
    /// Supplementary services as DMS-100 announces them: one more octet follows.
    pub const DMS_100: Self = Self(0x11);

    const fn is_extended(self) -> bool {
        self.0 & 0x80 == 0
    }
}

/// What a facility element says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityInformation {
    /// The protocol profile.
    pub profile: Profile,
    /// The octet that follows a profile whose extension bit is zero.
    pub profile_extension: Option<u8>,
    /// Network facility extension: from whom, for whom.
    pub extension: Option<Extension>,
    /// Network protocol profile.
    pub network_profile: Option<u8>,
    /// What to do with an invoke that is not understood.
    pub interpretation: Option<Interpretation>,
    /// What is asked and answered.
    pub components: Vec<Component>,
}

/// Network facility extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Which exchange has sent it.
    pub source: Entity,
    /// Its number: a party number as it was written.
    pub source_number: Option<Vec<u8>>,
    /// Which exchange it is for.
    pub destination: Entity,
    /// Its number: a party number as it was written.
    pub destination_number: Option<Vec<u8>>,
}

/// An exchange of a private network, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entity(pub u8);

impl Entity {
    /// The one at the end of the call.
    pub const END: Self = Self(0);
    /// The one that has this number.
    pub const ANY: Self = Self(1);
}

/// What to do with an invoke that is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interpretation(pub u8);

impl Interpretation {
    /// Nothing.
    pub const DISCARD: Self = Self(0);
    /// Release the call.
    pub const CLEAR_CALL: Self = Self(1);
    /// Say so.
    pub const REJECT: Self = Self(2);
}

impl FacilityInformation {
    /// Components by themselves.
    pub const fn new(profile: Profile, components: Vec<Component>) -> Self {
        Self {
            profile,
            profile_extension: None,
            extension: None,
            network_profile: None,
            interpretation: None,
            components,
        }
    }

    /// Reads an element; a component in error is one for all.
    pub fn decode(facility: &Facility) -> Result<Self, MalformedFacility> {
        let mut reader = Reader::new(&facility.0);
        let profile = Profile(reader.octet()?);
        let mut information = Self::new(profile, Vec::new());
        if profile.is_extended() {
            information.profile_extension = Some(reader.octet()?);
        }
        if let Some(extension) = reader.optional(EXTENSION)? {
            information.extension = Some(Extension::read(extension.reader())?);
        }
        if let Some(network_profile) = reader.optional(NETWORK_PROFILE)? {
            information.network_profile = Some(network_profile.number()?);
        }
        if let Some(interpretation) = reader.optional(INTERPRETATION)? {
            information.interpretation = Some(Interpretation(interpretation.number()?));
        }
        while !reader.is_empty() {
            information.components.push(Component::read(&mut reader)?);
        }
        Ok(information)
    }

    /// The element; one of more than 255 octets is refused by the message that it is put into.
    pub fn encode(&self) -> Facility {
        let mut out = vec![self.profile.0];
        out.extend(self.profile_extension.filter(|_| self.profile.is_extended()));
        if let Some(extension) = &self.extension {
            ber::within(&mut out, EXTENSION, |out| extension.write(out));
        }
        if let Some(network_profile) = self.network_profile {
            ber::integer(&mut out, NETWORK_PROFILE, i64::from(network_profile));
        }
        if let Some(Interpretation(interpretation)) = self.interpretation {
            ber::integer(&mut out, INTERPRETATION, i64::from(interpretation));
        }
        self.components.iter().for_each(|component| component.write(&mut out));
        Facility(out)
    }
}

impl Extension {
    /// From one end of a call to the other.
    pub const END_TO_END: Self =
        Self { source: Entity::END, source_number: None, destination: Entity::END, destination_number: None };

    fn read(mut reader: Reader<'_>) -> Result<Self, MalformedFacility> {
        Ok(Self {
            source: Entity(reader.expect(Tag::context(0))?.number()?),
            source_number: reader.optional(Tag::constructed(1))?.map(|number| number.contents.to_vec()),
            destination: Entity(reader.expect(Tag::context(2))?.number()?),
            destination_number: reader.optional(Tag::constructed(3))?.map(|number| number.contents.to_vec()),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::integer(out, Tag::context(0), i64::from(self.source.0));
        if let Some(number) = &self.source_number {
            ber::value(out, Tag::constructed(1), number);
        }
        ber::integer(out, Tag::context(2), i64::from(self.destination.0));
        if let Some(number) = &self.destination_number {
            ber::value(out, Tag::constructed(3), number);
        }
    }
}

const EXTENSION: Tag = Tag::constructed(10);
const NETWORK_PROFILE: Tag = Tag::context(18);
const INTERPRETATION: Tag = Tag::context(11);
