//! Every typed element by its code: for logs, for checks, and for tests that must miss none.

use super::*;

/// What can be done with an element whose code is known only at run time.
#[derive(Clone, Copy)]
pub struct View {
    /// The code.
    pub code: ElementCode,
    words: fn(&[u8]) -> Result<String, DecodeError>,
    recode: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    check: fn(&[u8]) -> Result<(), DecodeError>,
}

impl View {
    /// The view of a code; `None` if no type here has that code.
    pub fn of(code: ElementCode) -> Option<&'static Self> {
        KNOWN.iter().find(|view| view.code == code)
    }

    /// Every view.
    pub fn all() -> &'static [Self] {
        KNOWN
    }

    /// The contents in words.
    pub fn words(&self, octets: &[u8]) -> Result<String, DecodeError> {
        (self.words)(octets)
    }

    /// The contents decoded to the type and encoded again.
    pub fn recode(&self, octets: &[u8]) -> Result<Vec<u8>, DecodeError> {
        (self.recode)(octets)
    }

    /// Whether the contents can be decoded.
    pub fn check(&self, octets: &[u8]) -> Result<(), DecodeError> {
        (self.check)(octets)
    }

    const fn new<E: Element>() -> Self {
        Self {
            code: E::CODE,
            words: |octets| E::decode(octets).map(|element| element.to_string()),
            recode: |octets| {
                E::decode(octets).map(|element| {
                    let mut out = Vec::new();
                    element.encode(&mut out);
                    out
                })
            },
            check: |octets| E::decode(octets).map(drop),
        }
    }
}

macro_rules! known {
    ($($type:ty,)*) => {
        const KNOWN: &[View] = &[$(View::new::<$type>(),)*];
    };
}

known! {
    SegmentedMessage,
    ChangeStatus,
    BearerCapability,
    CauseIndicators,
    CallIdentity,
    CallState,
    ChannelIdentification,
    Facility,
    ProgressIndicator,
    NetworkSpecificFacilities,
    NotificationIndicator,
    DisplayInformation,
    DateTime,
    KeypadFacility,
    Signal,
    ConnectedNumber,
    ConnectedSubaddress,
    CallingPartyNumber,
    CallingPartySubaddress,
    CalledPartyNumber,
    CalledPartySubaddress,
    OriginalCalledNumber,
    RedirectingNumber,
    RedirectingSubaddress,
    RedirectionNumber,
    TransitNetworkSelection,
    RestartIndicator,
    LowLayerCompatibility,
    HighLayerCompatibility,
    UserUser,
    MoreData,
    SendingComplete,
    CongestionLevel,
    RepeatIndicator,
}
