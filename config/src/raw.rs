//! The shape of the file: every section and key that TOML may say, each with its place in the text.
//!
//! The list below is the only list of keys: the reader, the "did you mean" and the test that the example
//! shows every key all come from it. A value of the wrong type and an unknown key are reported here;
//! what a value means is decided in `check`. Serde's derive would stop at the first mistake, so
//! the document is walked as `toml` parsed it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::wrong::{At, Notes, Place, Wrong};

sections! {
    /// The whole file.
    File {
        driver: String,
        sip: Sip,
        rtp: Rtp,
        admin: Admin,
        log: Log,
        journal: Journal,
        capture: Capture,
        media: Media,
        sim: Sim,
        span: Vec<At<Span>>,
        ss7: Ss7,
        isup: Isup,
        trunk: Vec<At<Trunk>>,
        route: Vec<At<Route>>,
        emergency: Emergency,
        stir: Stir,
    }
    Sip {
        listen: Vec<At<String>>,
        advertise: String,
        user_agent: String,
        drain_seconds: i64,
        dscp: i64,
        tls_only: bool,
        tls: Tls,
        realm: String,
        digests: Vec<At<String>>,
        peer: Vec<At<Peer>>,
        registration: Vec<At<Registration>>,
        user: Vec<At<User>>,
    }
    Tls {
        certificate: String,
        key: String,
        authorities: String,
        require_client_certificate: bool,
    }
    Peer, terms: Terms {
        name: String,
        address: String,
        accept_from: Vec<At<String>>,
        username: String,
        password: Secret,
        realm: String,
        challenge: bool,
        tls_only: bool,
        message_waiting: bool,
        ping_s: i64,
    }
    /// What stands in `[[sip.peer]]` and in `[[sip.user]]`.
    Terms {
        trusted: bool,
        diversion: String,
        transfer: String,
        redirect: String,
        dtmf: String,
        calls_max: i64,
        calls_per_second: i64,
        minutes_per_day: i64,
        barred: Vec<At<String>>,
        srtp: String,
        srtp_keys: String,
        sign: bool,
        verify: String,
    }
    Stir {
        certificate_url: String,
        key: String,
        origid: String,
        authorities: String,
        certificates: String,
        fresh_seconds: i64,
        country_code: String,
    }
    Emergency {
        numbers: Vec<At<String>>,
        service: Vec<At<EmergencyService>>,
    }
    EmergencyService {
        service: String,
        number: String,
    }
    Registration {
        registrar: String,
        aor: String,
        contact_user: String,
        bulk: bool,
        outbound: Vec<At<String>>,
        expires_s: i64,
        username: String,
        password: Secret,
        realm: String,
    }
    User, terms: Terms {
        name: String,
        password: Secret,
        bindings_max: i64,
        bulk: bool,
        message_waiting: bool,
        peer: String,
    }
    Rtp {
        address: String,
        advertise: String,
        ports: String,
        playout_ms: i64,
        packet_ms: i64,
        codecs: Vec<At<String>>,
        dscp: i64,
    }
    Admin {
        listen: String,
    }
    Log {
        level: String,
    }
    Journal {
        directory: String,
        sync_ms: i64,
    }
    Capture {
        file: String,
    }
    Media {
        tdm_priority: i64,
        worker_priority: i64,
        buffer_ms: i64,
        buffers: i64,
        processors: Vec<At<i64>>,
        lock_memory: bool,
    }
    Sim {
        pacing: String,
        patient_ms: i64,
        far_exchange: Vec<At<FarExchange>>,
        cable: Vec<At<Cable>>,
    }
    Cable {
        spans: Vec<At<String>>,
    }
    FarExchange {
        span: String,
        spans: Vec<At<String>>,
    }
    Span {
        name: String,
        line: String,
        law: String,
        number: i64,
        first_channel: i64,
        configured_by: String,
        clock: i64,
        framing: String,
        coding: String,
        crc4: bool,
        build_out: i64,
    }
    Ss7 {
        variant: String,
        point_code_format: String,
        point_code: CodeText,
        further_point_codes: Vec<At<CodeText>>,
        network: String,
        link: Vec<At<Link>>,
        route: Vec<At<SignallingRoute>>,
        mtp2_timers: Mtp2Timers,
        mtp3_timers: Mtp3Timers,
    }
    Link {
        name: String,
        span: String,
        timeslot: i64,
        slc: i64,
        mode: String,
        error_correction: String,
        n1_messages: i64,
        n2_octets: i64,
        adjacent: CodeText,
    }
    SignallingRoute {
        destination: CodeText,
        via: CodeText,
        priority: i64,
    }
    Mtp2Timers {
        t1_ms: i64,
        t2_ms: i64,
        t3_ms: i64,
        t4n_ms: i64,
        t4e_ms: i64,
        t5_ms: i64,
        t6_ms: i64,
        t7_ms: i64,
    }
    Mtp3Timers {
        t1_ms: i64,
        t2_ms: i64,
        t4_ms: i64,
        t5_ms: i64,
        t6_ms: i64,
        t10_ms: i64,
        t12_ms: i64,
        t13_ms: i64,
        t14_ms: i64,
        t17_ms: i64,
        t19_ms: i64,
        t21_ms: i64,
        t22_ms: i64,
        t23_ms: i64,
        test_t1_ms: i64,
        test_t2_ms: i64,
    }
    Isup {
        hop_counter: i64,
        circuit_query: bool,
        timers: Timers,
    }
    Timers {
        t1_s: i64,
        t2_s: i64,
        t3_s: i64,
        t4_s: i64,
        t5_s: i64,
        t6_s: i64,
        t7_s: i64,
        t8_s: i64,
        t9_s: i64,
        t10_s: i64,
        t11_s: i64,
        t12_s: i64,
        t13_s: i64,
        t14_s: i64,
        t15_s: i64,
        t16_s: i64,
        t17_s: i64,
        t18_s: i64,
        t19_s: i64,
        t20_s: i64,
        t21_s: i64,
        t22_s: i64,
        t23_s: i64,
        t24_ms: i64,
        t25_s: i64,
        t26_s: i64,
        t27_s: i64,
        t28_s: i64,
        t29_ms: i64,
        t30_s: i64,
        t33_s: i64,
        t34_s: i64,
        t35_s: i64,
        t36_s: i64,
        t38_s: i64,
        tccr_s: i64,
        tcvt_s: i64,
        tacc_s: i64,
    }
    Trunk {
        name: String,
        kind: String,
        destination: CodeText,
        point_code: CodeText,
        route_delay_ms: i64,
        isup_timers: Timers,
        side: String,
        switch: String,
        hunt: String,
        overlap: bool,
        attest: String,
        ported: String,
        allow: Vec<At<String>>,
        reserve: i64,
        peers_down: String,
        peers_down_after_s: i64,
        peers_down_cause: i64,
        continuity_check: String,
        continuity_every: i64,
        ask_caller: bool,
        q931_timers: Q931Timers,
        restart_every_s: i64,
        malicious_calls: bool,
        transfer: bool,
        spans: Vec<At<TrunkSpan>>,
    }
    Q931Timers {
        t301_s: i64,
        t302_s: i64,
        t303_s: i64,
        t304_s: i64,
        t305_s: i64,
        t306_s: i64,
        t308_s: i64,
        t309_s: i64,
        t310_s: i64,
        t313_s: i64,
        t314_s: i64,
        t316_s: i64,
        t322_s: i64,
    }
    TrunkSpan {
        span: String,
        cic_base: i64,
        interface: i64,
        d_channel: i64,
        timeslots: String,
    }
    Route {
        from: String,
        called: String,
        to: String,
        strip: i64,
        prepend: String,
        nature: String,
    }
}

/// A text that no message shows.
pub(crate) struct Secret(pub String);

/// What a message shows in its place.
pub(crate) const NOT_SHOWN: &str = "(not shown)";

/// A point code as text: a TOML integer is written in decimal.
pub(crate) struct CodeText(pub String);

/// What a place of the document may hold.
pub(crate) trait Shape: Sized {
    /// The name of the shape in a message.
    const EXPECTED: &'static str;

    /// The value; `None` after a mistake was noted.
    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self>;

    /// Every key below `prefix`, dots between sections.
    #[cfg(test)]
    fn keys(prefix: &str, list: &mut Vec<String>) {
        list.push(prefix.to_owned());
    }
}

/// The file as a shape.
pub(crate) fn read(document: &Spanned<DeTable<'_>>, wrong: &mut Notes) -> Option<File> {
    let value = DeValue::Table(document.get_ref().clone());
    File::read(&value, &Place::file(), wrong)
}

/// Every key that a file may hold.
#[cfg(test)]
pub(crate) fn keys() -> Vec<String> {
    let mut list = Vec::new();
    File::keys("", &mut list);
    list
}

impl<T: Shape> At<T> {
    fn read(value: &Spanned<DeValue<'_>>, key: String, wrong: &mut Notes) -> Option<Self> {
        let place = Place::new(key, value.span());
        let value = T::read(value.get_ref(), &place, wrong)?;
        Some(At { place, value })
    }
}

impl Shape for String {
    const EXPECTED: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        of_shape::<Self, _>(value.as_str(), place, wrong).map(str::to_owned)
    }
}

impl Shape for bool {
    const EXPECTED: &'static str = "true or false";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        of_shape::<Self, _>(value.as_bool(), place, wrong)
    }
}

impl Shape for i64 {
    const EXPECTED: &'static str = "a whole number without quotes";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        let integer = value.as_integer();
        let fits = integer.and_then(|digits| i64::from_str_radix(digits.as_str(), digits.radix()).ok());
        of_shape::<Self, _>(fits, place, wrong)
    }
}

impl Shape for Secret {
    const EXPECTED: &'static str = "a text in quotes";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        let text = value.as_str();
        if text.is_none() {
            wrong.push(Wrong::new(place, Self::EXPECTED, "put it in quotes").found(NOT_SHOWN));
        }
        text.map(|text| Secret(text.to_owned()))
    }
}

impl Shape for CodeText {
    const EXPECTED: &'static str = "a point code, as \"1-2-3\" or as one number";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        let text = value.as_str().map(str::to_owned);
        let integer =
            || Some(i64::from_str_radix(value.as_integer()?.as_str(), value.as_integer()?.radix()).ok()?.to_string());
        of_shape::<Self, _>(text.or_else(integer).map(CodeText), place, wrong)
    }
}

impl<T: Shape> Shape for Vec<At<T>> {
    const EXPECTED: &'static str = "a list in square brackets";

    /// A member that is wrong is noted and left out, and the others are read.
    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        let array = of_shape::<Self, _>(value.as_array(), place, wrong)?;
        if array.len() > MEMBERS_MAX {
            wrong.push(Wrong::new(place, format!("at most {MEMBERS_MAX} members"), "shorten the list"));
        }
        let members = array.iter().take(MEMBERS_MAX).enumerate();
        let member = |(index, member)| At::read(member, format!("{}[{}]", place.key, index + 1), wrong);
        Some(members.filter_map(member).collect())
    }

    #[cfg(test)]
    fn keys(prefix: &str, list: &mut Vec<String>) {
        T::keys(prefix, list);
    }
}

/// The longest list. The work of a check grows with its square.
pub(crate) const MEMBERS_MAX: usize = 1024;

fn of_shape<S: Shape, T>(value: Option<T>, place: &Place, wrong: &mut Notes) -> Option<T> {
    if value.is_none() {
        wrong.push(Wrong::new(place, S::EXPECTED, format!("write {} here", S::EXPECTED)));
    }
    value
}

fn unknown_key(key: &str, place: Place, known: &[&str]) -> Wrong {
    let remedy = match crate::spelling::nearest(key, known) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "remove it".to_owned(),
    };
    Wrong::new(&place, format!("one of {}", known.join(", ")), remedy)
}

/// A table whose keys are known.
pub(crate) trait Section: Default {
    /// Its keys, those that it has in common with others among them.
    fn names() -> Vec<&'static str>;

    /// Reads the value of a key; `false`: it has no such key.
    fn take(&mut self, name: &str, value: &Spanned<DeValue<'_>>, key: String, wrong: &mut Notes) -> bool;

    /// Where the keys stand that it was given.
    fn places(&self) -> Vec<&Place>;

    /// The shapes of its keys, as [`Shape::keys`].
    #[cfg(test)]
    fn list(place: &Place, list: &mut Vec<String>);
}

impl<S: Section> Shape for S {
    const EXPECTED: &'static str = "a section with keys";

    fn read(value: &DeValue<'_>, place: &Place, wrong: &mut Notes) -> Option<Self> {
        let table = of_shape::<Self, _>(value.as_table(), place, wrong)?;
        let mut section = Self::default();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            if !section.take(name, value, place.below(name), wrong) {
                let place = Place::new(place.below(name), key.span());
                wrong.push(unknown_key(name, place, &S::names()));
            }
        }
        Some(section)
    }

    #[cfg(test)]
    fn keys(prefix: &str, list: &mut Vec<String>) {
        S::list(&Place::new(prefix.to_owned(), 0..0), list);
    }
}

/// One struct for each section, every key optional and with its place. Behind a comma stands the field for the keys that it has in
/// common with others, and their section.
macro_rules! sections {
    ($($(#[$attribute:meta])* $name:ident $(, $shared:ident: $with:ty)? { $($key:ident: $shape:ty,)* })*) => {$(
        $(#[$attribute])*
        #[derive(Default)]
        pub(crate) struct $name {
            $(pub $key: Option<At<$shape>>,)*
            $(pub $shared: $with,)?
        }

        impl Section for $name {
            fn names() -> Vec<&'static str> {
                #[allow(unused_mut, reason = "few sections have keys in common")]
                let mut names = vec![$(stringify!($key)),*];
                $(names.extend(<$with>::names());)?
                names
            }

            fn take(&mut self, name: &str, value: &Spanned<DeValue<'_>>, key: String, wrong: &mut Notes) -> bool {
                match name {
                    $(stringify!($key) => self.$key = At::read(value, key, wrong),)*
                    _ => return false $(|| self.$shared.take(name, value, key, wrong))?,
                }
                true
            }

            fn places(&self) -> Vec<&Place> {
                #[allow(unused_mut, reason = "few sections have keys in common")]
                let mut places: Vec<_> = [$(self.$key.as_ref().map(|at| &at.place)),*].into_iter().flatten().collect();
                $(places.extend(self.$shared.places());)?
                places
            }

            #[cfg(test)]
            fn list(place: &Place, list: &mut Vec<String>) {
                $(<$shape as Shape>::keys(&place.below(stringify!($key)), list);)*
                $(<$with as Section>::list(place, list);)?
            }
        }
    )*};
}
use sections;
