//! The report for machines: JUnit's XML, as continuous integration reads it.

use super::{Counts, Performed, Report, escaped};
use isup::acceptance::Verdict;

/// The whole document.
pub(super) fn document(report: &Report<'_>) -> String {
    let Counts { failed, inapplicable, .. } = report.counts();
    let name = report.suite.name;
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"{name}\" tests=\"{}\" \
         failures=\"{failed}\" skipped=\"{inapplicable}\">\n<properties><property name=\"title\" value=\"{}\"/></properties>\n",
        report.results.len(),
        escaped(report.suite.title),
    );
    for result in &report.results {
        text += &case(name, result);
    }
    text + "</testsuite>\n</testsuites>\n"
}

fn case(suite: &str, Performed { case, sequence, verdict }: &Performed) -> String {
    let name = escaped(&format!("{} {}", case.number, case.purpose));
    // Virtual time, from the first line to the last.
    let seconds = sequence.last().map_or(0, |line| line.at_ms) as f64 / 1000.0;
    let verdict = match verdict {
        Verdict::Passed => String::new(),
        Verdict::NotApplicable(why) => format!("<skipped message=\"{}\"/>\n", escaped(why)),
        Verdict::Failed { at_ms, departure } => {
            format!("<failure message=\"at {at_ms} ms {}\"/>\n", escaped(&departure.to_string()))
        }
    };
    let lines: String = sequence.iter().map(|line| format!("{} ms  {}\n", line.at_ms, line.text)).collect();
    format!(
        "<testcase classname=\"{suite}\" name=\"{name}\" time=\"{seconds}\">\n{verdict}<system-out>{}</system-out>\n</testcase>\n",
        escaped(&lines)
    )
}
