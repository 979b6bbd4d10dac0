//! tshark, a foreign decoder, reads what the gateway captures: SIP, RTP, the signalling link and the D-channel.
//!
//! No frame may be malformed or carry an expert's error, frames stand in order of time, and the messages that tshark
//! prints are those that the far exchange says it sent and received. Lesser remarks of its experts are printed.

mod isup;
mod pri;
mod reading;
