//! Switch types: what one exchange does unlike another on a primary rate interface, one row each.
//!
//! Promises: code asks the row, never the name of a switch type. What the rows say is what libpri, which speaks with
//! all of these, sends and accepts, and what ETSI EN 300 403 and ECMA-143 leave no choice about.
//! Leaves out: elements of national codesets, which every row passes on unread.

use super::codec::MessageType;
use super::service::Dialect;

/// The exchange that we stand for, or that we are connected to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SwitchType {
    /// ETSI EN 300 403 on E1.
    EuroIsdnE1,
    /// The same on T1.
    EuroIsdnT1,
    /// National ISDN 1.
    Ni1,
    /// National ISDN 2.
    Ni2,
    /// Nortel DMS-100.
    Dms100,
    /// AT&T 4ESS.
    Att4Ess,
    /// Lucent 5ESS.
    Lucent5Ess,
    /// Private networks, ECMA-143.
    Qsig,
}

/// A row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// The name in a configuration.
    pub name: &'static str,
    /// Highest timeslot of a span.
    pub timeslots: u8,
    /// Timeslot of the D-channel.
    pub d_channel: u8,
    /// The messages that take channels into and out of service; `None`: there are none.
    pub service: Option<Service>,
    /// SETUP says that the number is complete by an element; else an en bloc SETUP is known by nothing.
    pub sending_complete: bool,
    /// Digits may follow a SETUP.
    pub overlap: bool,
    /// Channels are restarted when the data link comes up for the first time.
    pub restart_at_start: bool,
    /// The user acknowledges a CONNECT too.
    pub user_acknowledges_connect: bool,
    /// Whose operations go over Facility; `None`: none do.
    pub services: Option<Dialect>,
    /// Names go over Facility.
    pub name_service: bool,
    /// Whether names go in display elements.
    pub name_display: NameDisplay,
}

/// Names in display elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameDisplay {
    /// There are none.
    None,
    /// From the network to the user, as Q.931 has it.
    ToUser,
    /// Either way, after an octet that says that a calling party's name follows (0xb1).
    Marked,
}

/// SERVICE and SERVICE ACKNOWLEDGE.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Service {
    /// The request.
    pub request: MessageType,
    /// The answer.
    pub acknowledge: MessageType,
}

impl SwitchType {
    /// Every switch type.
    pub const ALL: [Self; 8] = [
        Self::EuroIsdnE1,
        Self::EuroIsdnT1,
        Self::Ni1,
        Self::Ni2,
        Self::Dms100,
        Self::Att4Ess,
        Self::Lucent5Ess,
        Self::Qsig,
    ];

    /// The row.
    pub const fn profile(self) -> &'static Profile {
        match self {
            Self::EuroIsdnE1 => &EURO_E1,
            Self::EuroIsdnT1 => &Profile { name: "euroisdn-t1", timeslots: 24, d_channel: 24, ..EURO_E1 },
            Self::Ni1 => &Profile { name: "ni1", service: None, services: None, name_service: false, ..NATIONAL },
            Self::Ni2 => &NATIONAL,
            Self::Dms100 => &Profile {
                name: "dms100",
                service: Some(SERVICE),
                services: Some(Dialect::Dms100),
                name_service: false,
                ..NATIONAL
            },
            Self::Att4Ess => &Profile { name: "4ess", ..AT_T },
            Self::Lucent5Ess => &AT_T,
            Self::Qsig => &Profile {
                name: "qsig",
                services: Some(Dialect::Qsig),
                name_service: true,
                name_display: NameDisplay::None,
                ..EURO_E1
            },
        }
    }
}

const SERVICE: Service = Service { request: MessageType::SERVICE, acknowledge: MessageType::SERVICE_ACKNOWLEDGE };

const NATIONAL_SERVICE: Service =
    Service { request: MessageType::NATIONAL_SERVICE, acknowledge: MessageType::NATIONAL_SERVICE_ACKNOWLEDGE };

const EURO_E1: Profile = Profile {
    name: "euroisdn-e1",
    timeslots: 31,
    d_channel: 16,
    service: None,
    sending_complete: true,
    overlap: true,
    restart_at_start: true,
    user_acknowledges_connect: true,
    services: Some(Dialect::Etsi),
    name_service: false,
    name_display: NameDisplay::ToUser,
};

const NATIONAL: Profile = Profile {
    name: "ni2",
    timeslots: 24,
    d_channel: 24,
    service: Some(NATIONAL_SERVICE),
    sending_complete: false,
    overlap: false,
    restart_at_start: true,
    user_acknowledges_connect: true,
    services: Some(Dialect::National),
    name_service: true,
    name_display: NameDisplay::Marked,
};

const AT_T: Profile = Profile { name: "5ess", service: Some(SERVICE), name_service: false, ..NATIONAL };
