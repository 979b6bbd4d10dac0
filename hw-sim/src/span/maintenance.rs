//! What MAINT does to a span.
//!
//! Left out: what needs framing (multiframe and CAS errors), test sequences of the card's own, and loops asked of the far end.

use dahdi_sys::Errno;
use dahdi_sys::abi::MaintenanceCommand;

use super::{Counters, Span};

impl Span {
    /// MAINT: loops, a simulated alarm and their end; one error into what is sent, which the other end counts; the counters are reset. Other
    /// commands the card does not know.
    pub fn maintain(&mut self, command: MaintenanceCommand) -> Result<(), Errno> {
        match command {
            MaintenanceCommand::NONE
            | MaintenanceCommand::LOCAL_LOOP
            | MaintenanceCommand::NETWORK_LINE_LOOP
            | MaintenanceCommand::NETWORK_PAYLOAD_LOOP
            | MaintenanceCommand::ALARM_SIMULATION => self.maintenance = command,
            MaintenanceCommand::FRAME_ALIGNMENT_ERROR
            | MaintenanceCommand::CRC_ERROR
            | MaintenanceCommand::BIPOLAR_VIOLATION => self.error_to_send = Some(command),
            MaintenanceCommand::RESET_COUNTERS => self.counters = Counters::default(),
            _ => return Err(Errno::ENOSYS),
        }
        Ok(())
    }

    /// The line error that goes out with this millisecond. The far end tells us of a CRC error that it saw.
    pub fn take_error(&mut self) -> Option<MaintenanceCommand> {
        let error = self.error_to_send.take();
        self.counters.far_end_blocks += u32::from(error == Some(MaintenanceCommand::CRC_ERROR));
        error
    }

    /// A line error that came in.
    pub fn count_error(&mut self, error: MaintenanceCommand) {
        let counter = match error {
            MaintenanceCommand::BIPOLAR_VIOLATION => &mut self.counters.bipolar_violations,
            MaintenanceCommand::CRC_ERROR => &mut self.counters.crc_errors,
            _ => &mut self.counters.frame_alignment_errors,
        };
        *counter += 1;
    }
}
