//! Request methods: RFC 3261 and its registered extensions.

/// A method. Names are case-sensitive (RFC 3261 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the variants are the registered names")]
pub enum Method {
    Invite,
    Ack,
    Bye,
    Cancel,
    Options,
    Register,
    Info,
    Prack,
    Update,
    Refer,
    Subscribe,
    Notify,
    Publish,
    Message,
    /// Not registered: answered by 501. The message has its text.
    Unknown,
}

impl Method {
    /// Reads a method's name.
    pub fn parse(text: &[u8]) -> Method {
        let row = NAMES.iter().find(|row| row.1.as_bytes() == text);
        row.map_or(Method::Unknown, |row| row.0)
    }

    /// Its body may have an offer (RFC 3261 13.2.1, RFC 3262 5, RFC 3311 5.1).
    pub(crate) fn may_offer(self) -> bool {
        matches!(self, Method::Invite | Method::Prack | Method::Update)
    }

    /// Its name; `UNKNOWN` for what has none.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("UNKNOWN", |row| row.1)
    }
}

const NAMES: [(Method, &str); 14] = [
    (Method::Invite, "INVITE"),
    (Method::Ack, "ACK"),
    (Method::Bye, "BYE"),
    (Method::Cancel, "CANCEL"),
    (Method::Options, "OPTIONS"),
    (Method::Register, "REGISTER"),
    (Method::Info, "INFO"),
    (Method::Prack, "PRACK"),
    (Method::Update, "UPDATE"),
    (Method::Refer, "REFER"),
    (Method::Subscribe, "SUBSCRIBE"),
    (Method::Notify, "NOTIFY"),
    (Method::Publish, "PUBLISH"),
    (Method::Message, "MESSAGE"),
];
