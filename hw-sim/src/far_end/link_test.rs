//! The signalling link test of one link, Q.707 2.2.
//!
//! Promises: a link is good for messages once a test has passed, is tested again every T2, and fails by two tests
//! without an answer.

/// How the test of a link stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkTest {
    /// The link is out of service.
    Down,
    /// SLTM sent, SLTA awaited; `passed`: an earlier test stands, so messages pass.
    Testing { t1_ms: u64, attempts: u32, passed: bool },
    /// The last test passed; the next one is due.
    Passed { t2_ms: u64 },
}

/// What is to be done about a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    /// Send SLTM.
    Test,
    /// Take the link out of service.
    Failed,
}

impl LinkTest {
    /// Whether messages pass.
    pub(super) fn passed(self) -> bool {
        matches!(self, LinkTest::Passed { .. } | LinkTest::Testing { passed: true, .. })
    }

    /// The link has come into service: SLTM is to be sent.
    pub(super) fn begin(now_ms: u64) -> Self {
        LinkTest::Testing { t1_ms: now_ms + T1_MS, attempts: 1, passed: false }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64) -> Due {
        match *self {
            LinkTest::Testing { t1_ms, attempts, .. } if now_ms >= t1_ms && attempts >= ATTEMPTS_MAX => Due::Failed,
            LinkTest::Testing { t1_ms, attempts, passed } if now_ms >= t1_ms => {
                *self = LinkTest::Testing { t1_ms: now_ms + T1_MS, attempts: attempts + 1, passed };
                Due::Test
            }
            LinkTest::Passed { t2_ms } if now_ms >= t2_ms => {
                *self = LinkTest::Testing { t1_ms: now_ms + T1_MS, attempts: 1, passed: true };
                Due::Test
            }
            _ => Due::Nothing,
        }
    }

    /// SLTA with our pattern. Whether it is the first since the link came into service; `None`: none was awaited.
    pub(super) fn acknowledge(&mut self, now_ms: u64) -> Option<bool> {
        let LinkTest::Testing { passed, .. } = *self else { return None };
        *self = LinkTest::Passed { t2_ms: now_ms + T2_MS };
        Some(!passed)
    }
}

/// SLTM: heading, length of the pattern in the high nibble of the next octet, pattern. The low nibble has the link code where the
/// label has no place for it, and is spare elsewhere.
pub(super) fn message(low_nibble: u8) -> Vec<u8> {
    let mut message = vec![TEST_MESSAGE, (PATTERN.len() as u8) << 4 | low_nibble];
    message.extend(PATTERN);
    message
}

/// What a test message means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// SLTM, and the SLTA that answers it.
    Test(Vec<u8>),
    /// SLTA to ours.
    Acknowledgement,
    Malformed,
}

/// A message of the test service.
pub(super) fn hear(payload: &[u8]) -> Heard {
    match payload {
        [TEST_MESSAGE, length, pattern @ ..] if usize::from(length >> 4) == pattern.len() => {
            let mut answer = payload.to_vec();
            answer[0] = TEST_ACKNOWLEDGEMENT;
            Heard::Test(answer)
        }
        [TEST_ACKNOWLEDGEMENT, length, pattern @ ..]
            if usize::from(length >> 4) == PATTERN.len() && pattern == PATTERN =>
        {
            Heard::Acknowledgement
        }
        _ => Heard::Malformed,
    }
}

/// Heading codes: H1 in the high nibble, H0 in the low one.
const TEST_MESSAGE: u8 = 0x11;
const TEST_ACKNOWLEDGEMENT: u8 = 0x21;
/// Any 1 to 15 octets will do.
const PATTERN: &[u8] = b"far exchange";
/// Q.707: T1 4 to 12 s, T2 30 to 90 s.
pub(super) const T1_MS: u64 = 8_000;
pub(super) const T2_MS: u64 = 60_000;
/// A test is repeated once.
const ATTEMPTS_MAX: u32 = 2;
