//! Every typed parameter by its code: for logs, and for tests that must miss none.

use super::*;

/// What can be done with a parameter whose code is known only at run time.
#[derive(Clone, Copy)]
pub struct View {
    /// The code.
    pub code: ParameterCode,
    words: fn(&[u8]) -> Result<String, DecodeError>,
    recode: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
}

impl View {
    /// The view of a code; `None` if no type here has that code.
    pub fn of(code: ParameterCode) -> Option<&'static Self> {
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

    const fn new<P: Parameter>() -> Self {
        Self {
            code: P::CODE,
            words: |octets| P::decode(octets).map(|parameter| parameter.to_string()),
            recode: |octets| {
                P::decode(octets).map(|parameter| {
                    let mut out = Vec::new();
                    parameter.encode(&mut out);
                    out
                })
            },
        }
    }
}

macro_rules! known {
    ($($type:ty,)*) => {
        const KNOWN: &[View] = &[$(View::new::<$type>(),)*];
    };
}

known! {
    NatureOfConnectionIndicators,
    ForwardCallIndicators,
    OptionalForwardCallIndicators,
    CallingPartysCategory,
    TransmissionMediumRequirement,
    TransmissionMediumRequirementPrime,
    TransmissionMediumUsed,
    HopCounter,
    BackwardCallIndicators,
    OptionalBackwardCallIndicators,
    EventInformation,
    AccessDeliveryInformation,
    CcnrPossibleIndicator,
    CalledPartyNumber,
    CalledDirectoryNumber,
    RedirectionNumber,
    CallingPartyNumber,
    LocationNumber,
    ConnectedNumber,
    CallTransferNumber,
    GenericNumber,
    RedirectingNumber,
    OriginalCalledNumber,
    CalledInNumber,
    OriginalCalledInNumber,
    HtrInformation,
    SubsequentNumber,
    TransitNetworkSelection,
    NetworkRoutingNumber,
    CauseIndicators,
    RangeAndStatus,
    CircuitGroupSupervisionMessageType,
    ContinuityIndicators,
    CircuitStateIndicator,
    CircuitAssignmentMap,
    InformationRequestIndicators,
    InformationIndicators,
    SuspendResumeIndicators,
    EchoControlInformation,
    AutomaticCongestionLevel,
    PropagationDelayCounter,
    CallHistoryInformation,
    SignallingPointCode,
    OriginationIscPointCode,
    CallReference,
    ConnectionRequest,
    MessageCompatibilityInformation,
    ParameterCompatibilityInformation,
    GenericNotificationIndicator,
    UserServiceInformation,
    UserServiceInformationPrime,
    UserTeleserviceInformation,
    GenericDigits,
    AccessTransport,
    DisplayInformation,
    ApplicationTransport,
    RemoteOperations,
    NetworkSpecificFacility,
    BackwardGvns,
    ForwardGvns,
    CallingGeodeticLocation,
    UserToUserIndicators,
    UserToUserInformation,
    FacilityIndicator,
    McidRequestIndicators,
    McidResponseIndicators,
    CcssCall,
    CollectCallRequest,
    ConferenceTreatmentIndicators,
    CallDiversionTreatmentIndicators,
    CallOfferingTreatmentIndicators,
    UidActionIndicators,
    UidCapabilityIndicators,
    NetworkManagementControls,
    LoopPreventionIndicators,
    CallTransferReference,
    MlppPrecedence,
    ClosedUserGroupInterlockCode,
    RedirectionInformation,
    CallDiversionInformation,
    RedirectionNumberRestriction,
    RedirectCapability,
    RedirectCounter,
    RedirectStatus,
    RedirectForwardInformation,
    RedirectBackwardInformation,
    PivotCapability,
    PivotRoutingIndicators,
    PivotStatus,
    PivotCounter,
    PivotRoutingForwardInformation,
    PivotRoutingBackwardInformation,
    NumberPortabilityForwardInformation,
    QueryOnReleaseCapability,
    CorrelationId,
    ScfId,
    ChargedPartyIdentification,
    ServiceActivation,
}
