//! Warning, RFC 3261 20.43: why a session description was refused (13.3.1.3), by us or by the peer.

use super::header::Name;
use super::message::Message;
use super::parse::lex::number;
use super::sdp::{Disagreement, SdpError};
use std::net::SocketAddr;

/// A warn-code with its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Warning(u16, &'static str);

impl Warning {
    /// The value of the header field; the agent is named by its address.
    pub(crate) fn to_text(self, agent: SocketAddr) -> String {
        format!("{} {agent} \"{}\"", self.0, self.1)
    }
}

/// The first warn-code of a response.
pub(crate) fn code_of(response: &Message) -> Option<u16> {
    let code = response.elements(Name::Warning).next()?.split(|&octet| octet == b' ').next()?;
    number(code).and_then(|code| u16::try_from(code).ok())
}

impl From<Disagreement> for Warning {
    fn from(why: Disagreement) -> Warning {
        match why {
            Disagreement::Transport => Warning(302, "Incompatible transport protocol"),
            Disagreement::Family => ADDRESS,
            Disagreement::NoCommonCodec => Warning(305, "Incompatible media format"),
            Disagreement::Refused => Warning(MISCELLANEOUS, "The audio stream is off"),
            Disagreement::NoCommonKey => Warning(MISCELLANEOUS, "No key for the audio stream in common"),
            Disagreement::Unencrypted => Warning(MISCELLANEOUS, "The audio stream must be encrypted"),
        }
    }
}

impl From<&SdpError> for Warning {
    fn from(error: &SdpError) -> Warning {
        match error {
            SdpError::NoAudio => Warning(304, "Media type not available"),
            SdpError::Address(_) => ADDRESS,
            SdpError::NoAddress => Warning(MISCELLANEOUS, "No connection address"),
            SdpError::Grammar(_) => Warning(MISCELLANEOUS, "The session description cannot be read"),
        }
    }
}

const ADDRESS: Warning = Warning(301, "Incompatible network address formats");
const MISCELLANEOUS: u16 = 399;
