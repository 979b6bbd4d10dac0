//! The configuration file.

/// A file's octets: a model, or a report in which every mistake has its place and its words.
pub fn config(octets: &[u8]) -> bool {
    let text = String::from_utf8_lossy(octets);
    let Err(report) = config::parse("fuzz", &text) else { return true };
    assert!(!report.mistakes.is_empty() && report.mistakes.len() <= MISTAKES_MAX, "refused without a word");
    for mistake in &report.mistakes {
        let at = mistake.position.expect("what was read has lines");
        assert!(at.line >= 1 && at.line <= text.split('\n').count() + 1, "line {} of the report", at.line);
        assert!(!mistake.expected.is_empty() && !mistake.remedy.is_empty(), "{mistake:?}");
    }
    assert!(report.to_string().contains("fuzz:"));
    false
}

/// How many mistakes a report tells one by one.
const MISTAKES_MAX: usize = 100;
