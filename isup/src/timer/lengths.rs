//! How long each timer runs and may run: one table for ITU-T (Q.764 annex A) and ANSI (T1.113).
//!
//! Where ANSI names no value of its own, ITU-T's stands: the procedures that the timer guards are then either the same
//! or not in use. ANSI's values are those that two implementations agree on, its text was not read.

use std::time::Duration;

/// One row a timer: its length and range, in the unit that a configuration counts in.
macro_rules! timers {
    ($($(#[$doc:meta])* $name:ident: $unit:ident, $itu:literal in $min:literal..=$max:literal
        $(, ansi $ansi:literal in $ansi_min:literal..=$ansi_max:literal)?;)*) => {
        /// Lengths of the timers.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub struct Timers {
            $($(#[$doc])* pub $name: Duration,)*
        }

        impl Timers {
            /// ITU-T's values: the low end of most ranges.
            pub const ITU: Timers = Timers { $($name: Duration::from_millis($itu * unit_ms!($unit)),)* };

            /// ANSI's values.
            pub const ANSI: Timers =
                Timers { $($name: Duration::from_millis(ansi!($itu $(, $ansi)?) * unit_ms!($unit)),)* };
        }

        const COUNT: usize = [$(stringify!($name)),*].len();

        /// Every timer's range, by number, as ITU-T has it.
        pub const RANGES: [Range; COUNT] = [$(Range {
            name: stringify!($name),
            unit_ms: unit_ms!($unit),
            min_ms: $min * unit_ms!($unit),
            max_ms: $max * unit_ms!($unit),
            field: |timers| &mut timers.$name,
        },)*];

        /// Every timer's range, by number, as ANSI has it.
        pub const RANGES_ANSI: [Range; COUNT] = [$(Range {
            name: stringify!($name),
            unit_ms: unit_ms!($unit),
            min_ms: ansi!($min $(, $ansi_min)?) * unit_ms!($unit),
            max_ms: ansi!($max $(, $ansi_max)?) * unit_ms!($unit),
            field: |timers| &mut timers.$name,
        },)*];
    };
}

macro_rules! unit_ms {
    (s) => {
        1000
    };
    (ms) => {
        1
    };
}

/// ANSI's own value where there is one.
macro_rules! ansi {
    ($itu:literal) => {
        $itu
    };
    ($itu:literal, $ansi:literal) => {
        $ansi
    };
}

timers! {
    /// REL sent until repeated.
    t1: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// Call suspended by the user until it is released.
    t2: s, 180 in 180..=180;
    /// Circuit whose call the far end refused in overload until it is released.
    t3: s, 120 in 120..=120;
    /// UPT sent until repeated.
    t4: s, 300 in 300..=900;
    /// First REL sent until RSC.
    t5: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// Call suspended by the network until it is released.
    t6: s, 10 in 10..=32;
    /// Latest address message sent until the call is released for want of an ACM.
    t7: s, 20 in 20..=30;
    /// IAM received that announces a continuity check until the call is released for want of COT.
    t8: s, 10 in 10..=15;
    /// ACM received until the call is released for want of an answer. Q.118 says 2 to 4 minutes, RFC 3398 clause 7.2.6
    /// lets it begin at 90 s.
    t9: s, 120 in 90..=240;
    /// Latest digit received until a number that may be complete is taken as complete.
    t10: s, 4 in 4..=6;
    /// Latest address message received until the call sends ACM on its own.
    t11: s, 17 in 15..=20;
    /// BLO sent until repeated.
    t12: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First BLO sent until maintenance is alerted.
    t13: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// UBL sent until repeated.
    t14: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First UBL sent until maintenance is alerted.
    t15: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// RSC sent until repeated.
    t16: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First RSC sent until maintenance is alerted.
    t17: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// CGB sent until repeated.
    t18: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First CGB sent until maintenance is alerted.
    t19: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// CGU sent until repeated.
    t20: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First CGU sent until maintenance is alerted.
    t21: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// GRS sent until repeated.
    t22: s, 15 in 15..=60, ansi 4 in 4..=15;
    /// First GRS sent until maintenance is alerted.
    t23: s, 300 in 300..=900, ansi 60 in 60..=60;
    /// Check tone sent until the continuity check has failed.
    t24: ms, 1900 in 500..=2000;
    /// First continuity check failed until CCR.
    t25: s, 1 in 1..=10;
    /// Later continuity check failed until CCR.
    t26: s, 60 in 60..=180;
    /// Failed COT received until RSC for want of CCR.
    t27: s, 240 in 240..=240, ansi 240 in 180..=600;
    /// CQM sent until maintenance is alerted.
    t28: s, 10 in 10..=10;
    /// Congestion indicated until a further indication counts.
    t29: ms, 300 in 300..=600;
    /// Congestion indicated until traffic grows by a step.
    t30: s, 5 in 5..=10;
    /// INR sent until the call is released for want of INF.
    t33: s, 12 in 12..=15;
    /// Message received that announces a segment until it is taken without.
    t34: s, 2 in 2..=4;
    /// Latest digit received until the call is released for want of more.
    t35: s, 15 in 15..=20;
    /// Loop connected until RSC for want of COT or REL.
    t36: s, 10 in 10..=15;
    /// SUS (network) sent until the call is released.
    t38: s, 15 in 15..=20;
    /// CCR sent until the check has failed for want of LPA (ANSI).
    tccr: s, 2 in 2..=2;
    /// CVT sent until maintenance is alerted (ANSI).
    tcvt: s, 10 in 10..=10;
    /// Automatic congestion level received until traffic is full again (ANSI gives 5 s; ITU leaves it open).
    tacc: s, 5 in 5..=5;
}

impl Timers {
    /// The timers that lie outside these ranges, with the range; empty when all is well.
    pub fn out_of_range(&self, ranges: &[Range]) -> Vec<OutOfRange> {
        let mut timers = *self;
        let row = |range: &Range| (range.name, *(range.field)(&mut timers), (range.min_ms, range.max_ms));
        OutOfRange::among(&ranges.iter().map(row).collect::<Vec<_>>())
    }
}

/// The range that the standard allows for one timer.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The timer's name in small letters, as a configuration spells it.
    pub name: &'static str,
    /// What a configuration counts it in, ms: 1000 or 1.
    pub unit_ms: u64,
    /// The least length, ms.
    pub min_ms: u64,
    /// The greatest length, ms.
    pub max_ms: u64,
    /// The timer's place.
    pub field: fn(&mut Timers) -> &mut Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self::ITU
    }
}

/// A timer that the standard would not accept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfRange {
    /// Its name in small letters, as the configuration spells it.
    pub name: &'static str,
    /// What it was set to.
    pub value: Duration,
    /// Least value of the standard's range.
    pub min: Duration,
    /// Greatest value of the standard's range.
    pub max: Duration,
}

impl OutOfRange {
    /// The rows (name, length, least and greatest milliseconds) whose length lies outside.
    pub(crate) fn among(rows: &[(&'static str, Duration, (u64, u64))]) -> Vec<Self> {
        rows.iter()
            .map(|&(name, value, (min_ms, max_ms))| Self {
                name,
                value,
                min: Duration::from_millis(min_ms),
                max: Duration::from_millis(max_ms),
            })
            .filter(|row| row.value < row.min || row.value > row.max)
            .collect()
    }
}
