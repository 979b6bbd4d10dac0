//! Kamailio as an answerer that keeps no state.

use crate::process::{Subject, spawn};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// Starts it.
pub fn start(folder: &Path, at: SocketAddr) -> Subject {
    let file = folder.join("kamailio.cfg");
    fs::write(&file, CONFIGURATION.replace("{at}", &at.to_string())).expect("the folder is ours");
    let mut command = Command::new("kamailio");
    command.args(["-DD", "-E", "-m", "64", "-M", "8", "-f"]).arg(file).arg("-Y").arg(folder);
    spawn(command, "Kamailio, stateless")
}

const CONFIGURATION: &str = r#"#!KAMAILIO
debug=-1
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:{at}
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"

request_route {
    if (is_method("ACK")) exit;
    if (is_method("INVITE")) {
        sl_send_reply("180", "Ringing");
        append_to_reply("Contact: <sip:{at}>\r\n");
        set_reply_body("v=0\r\no=k 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 16384 RTP/AVP 0\r\n", "application/sdp");
    }
    sl_send_reply("200", "OK");
}
"#;
