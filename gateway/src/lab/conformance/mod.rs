//! `spangate conformance`: acceptance cases by their number, a line for each on the terminal, and the same as HTML and JUnit XML.
//!
//! The cases are `isup::acceptance`'s, between our machines and a scripted tester on virtual time, or with one end on a span
//! (`live`). Left out: where the numbers of
//! a suite come from is the suite's own title to say, and every report says it.

mod html;
mod junit;
mod live;

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use isup::acceptance::{Case, Line, SUITES, Suite, Verdict};

use crate::ops::cli::Conformance;
use live::{Live, LiveLink, Standing};

/// What was run of a suite.
struct Report<'a> {
    suite: &'a Suite,
    /// On a span, and not on virtual time.
    is_live: bool,
    results: Vec<Performed>,
}

/// A case, what happened in it, and how it ended.
struct Performed {
    case: Case,
    sequence: Vec<Line>,
    verdict: Verdict,
}

/// How many cases came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    failed: usize,
    inapplicable: usize,
}

/// Runs what was asked for; `false` when a case failed.
///
/// # Errors
/// A case number that the suite does not have; a report that cannot be written.
pub fn run(order: &Conformance, out: &mut impl Write) -> io::Result<bool> {
    let suite = SUITES.iter().find(|suite| suite.name == order.suite);
    let suite = suite.ok_or_else(|| io::Error::other(format!("there is no suite {:?}", order.suite)))?;
    let results = match live(order)? {
        None => perform(suite, order.case.as_deref())?,
        Some(mut live) => {
            let cases = chosen(suite, order.case.as_deref())?.into_iter();
            cases.map(|case| live.perform(case, out)).collect::<io::Result<_>>()?
        }
    };
    let report = Report { suite, results, is_live: order.span.is_some() };
    report.print(order.case.is_some(), out)?;
    if let Some(folder) = &order.report {
        report.write(folder)?;
        writeln!(out, "report: {}", folder.display())?;
    }
    Ok(report.counts().failed == 0)
}

/// An end of a real span.
enum End {
    Exchange(Box<Standing<Live>>),
    Link(Box<Standing<LiveLink>>),
}

/// The one that was asked for, if one was.
fn live(order: &Conformance) -> io::Result<Option<End>> {
    let (Some(span), Some(file), Some(role)) = (&order.span, &order.config, order.role) else { return Ok(None) };
    let model = config::load(file).map_err(|report| io::Error::other(report.to_string()))?;
    Ok(Some(match order.suite.as_str() {
        "q784" => End::Exchange(Box::new(Live::open(model, span, role)?)),
        "q781" => End::Link(Box::new(LiveLink::open(model, span, role)?)),
        other => {
            let why = "its tester is two linksets and the transfer points behind them";
            return Err(io::Error::other(format!("{other} is not performed on a span: {why}")));
        }
    }))
}

impl End {
    fn perform(&mut self, case: Case, out: &mut impl Write) -> io::Result<Performed> {
        match self {
            End::Exchange(exchange) => exchange.end.perform(case, out),
            End::Link(link) => link.end.perform(case, out),
        }
    }
}

/// Every case that was asked for, at least one.
fn chosen(suite: &Suite, number: Option<&str>) -> io::Result<Vec<Case>> {
    let wanted = |case: &Case| number.is_none_or(|number| case.is_meant_by(number));
    let cases: Vec<Case> = (suite.cases)().into_iter().filter(wanted).collect();
    match number {
        Some(number) if cases.is_empty() => Err(io::Error::other(format!("suite {} has no case {number}", suite.name))),
        _ => Ok(cases),
    }
}

fn perform(suite: &Suite, number: Option<&str>) -> io::Result<Vec<Performed>> {
    let began = Instant::now();
    let run = |case: Case| {
        let (record, verdict) = case.run(began);
        Performed { case, sequence: record.lines, verdict }
    };
    Ok(chosen(suite, number)?.into_iter().map(run).collect())
}

impl Report<'_> {
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for result in &self.results {
            match result.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed { .. } => counts.failed += 1,
                Verdict::NotApplicable(_) => counts.inapplicable += 1,
            }
        }
        counts
    }

    /// A line for each case; with the sequence where it failed, or where it was asked for by number.
    fn print(&self, with_sequence: bool, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}: {}", self.suite.name, self.suite.title)?;
        for result in &self.results {
            let Performed { case, sequence, verdict } = result;
            writeln!(out, "{:>9}  {:<14} {}", case.number, verdict_word(verdict), case.purpose)?;
            match verdict {
                Verdict::NotApplicable(why) => writeln!(out, "{:>11}{why}", "")?,
                Verdict::Failed { at_ms, departure } => writeln!(out, "{:>11}at {at_ms} ms {departure}", "")?,
                Verdict::Passed => {}
            }
            if with_sequence || matches!(verdict, Verdict::Failed { .. }) {
                for line in sequence {
                    writeln!(out, "{:>11}{:>9} ms  {}", "", line.at_ms, line.text)?;
                }
            }
        }
        let Counts { passed, failed, inapplicable } = self.counts();
        writeln!(out, "{passed} passed, {failed} failed, {inapplicable} not applicable to an end point")
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join(format!("{}.html", self.suite.name)), html::document(self))?;
        std::fs::write(folder.join(format!("{}.xml", self.suite.name)), junit::document(self))
    }
}

fn verdict_word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed { .. } => "FAILED",
        Verdict::NotApplicable(_) => "not applicable",
    }
}

/// Text for HTML and XML, in an element or a quoted attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(suite: &str, case: Option<&str>, report: Option<&Path>) -> io::Result<(bool, String)> {
        let order = Conformance {
            suite: suite.into(),
            case: case.map(str::to_owned),
            report: report.map(Path::to_owned),
            span: None,
            config: None,
            role: None,
        };
        let mut out = Vec::new();
        let held = run(&order, &mut out)?;
        Ok((held, String::from_utf8(out).expect("text")))
    }

    #[test]
    fn every_suite_is_run_whole_and_says_what_came_of_it() {
        for (suite, last) in [
            ("q781", "106 passed, 0 failed, 1 not applicable to an end point"),
            ("q784", "145 passed, 0 failed, 22 not applicable to an end point"),
        ] {
            let (held, text) = said(suite, None, None).expect("there is such a suite");
            assert!(held && text.trim_end().ends_with(last), "{text}");
        }
        assert!(said("q782", None, None).expect("there is such a suite").0);
    }

    #[test]
    fn one_case_is_shown_with_its_messages_and_times() {
        let (_, text) = said("q784", Some("5.2.1"), None).expect("there is such a case");
        assert!(text.contains("0 ms  -> IAM") && text.contains("20000 ms  Lost 102"), "{text}");
    }

    #[test]
    fn a_number_that_no_case_has_is_an_error_and_not_a_pass() {
        let error = said("q784", Some("99.9"), None).expect_err("there is none");
        assert_eq!(error.to_string(), "suite q784 has no case 99.9");
        assert!(said("q999", None, None).is_err());
    }

    #[test]
    fn a_failed_case_stands_in_every_report_with_both_sides() {
        let case = Case { number: "1<2", purpose: "never & \"ever\"", body: isup::acceptance::Body::DoesNotApply("") };
        let departure = isup::acceptance::Departure { expected: "[\"-> RLC\"]".into(), found: "[]".into() };
        let sequence = vec![Line { at_ms: 7, text: "<- REL".into(), deed: isup::acceptance::Deed::Told }];
        let verdict = Verdict::Failed { at_ms: 7, departure };
        let report = Report { suite: &SUITES[0], is_live: false, results: vec![Performed { case, sequence, verdict }] };
        let (html, xml) = (html::document(&report), junit::document(&report));
        assert!(html.contains("1&lt;2") && html.contains("never &amp; &quot;ever&quot;") && html.contains("FAILED"));
        assert!(
            xml.contains("tests=\"1\" failures=\"1\"") && xml.contains("expected [&quot;-&gt; RLC&quot;], found []")
        );
        assert!(xml.contains("7 ms  &lt;- REL"), "{xml}");
        let mut out = Vec::new();
        report.print(false, &mut out).expect("memory");
        assert!(String::from_utf8_lossy(&out).contains("at 7 ms expected"));
    }
}
