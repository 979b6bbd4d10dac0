//! SIP peers on virtual time, written as text: they share no line with the gateway's own SIP.

mod audio;
mod phone;

pub use audio::{Audio, Voice};
pub use phone::{CallView, Phone, Plan};
