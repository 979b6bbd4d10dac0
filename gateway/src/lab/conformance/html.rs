//! The report for people: one HTML file that needs no other, with purpose, message sequence and verdict of each case.

use super::{Counts, Performed, Report, escaped, verdict_word};
use isup::acceptance::{Line, Verdict};

/// The whole document.
pub(super) fn document(report: &Report<'_>) -> String {
    let Counts { passed, failed, inapplicable } = report.counts();
    let (name, title) = (report.suite.name, escaped(report.suite.title));
    let version = env!("CARGO_PKG_VERSION");
    let place = match report.is_live {
        true => "on a span",
        false => "against a scripted tester, on virtual time",
    };
    let cases: String = report.results.iter().map(case).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{name}</title>\n<style>{STYLE}</style></head>\n\
         <body>\n<h1>{name}</h1>\n<p>{title}</p>\n\
         <p>spangate {version} {place}: {passed} passed, {failed} failed, \
         {inapplicable} not applicable to an end point.</p>\n{cases}</body></html>\n"
    )
}

fn case(Performed { case, sequence, verdict }: &Performed) -> String {
    let (number, purpose) = (escaped(case.number), escaped(case.purpose));
    let (class, word) = (class(verdict), verdict_word(verdict));
    let why = match verdict {
        Verdict::Passed => String::new(),
        Verdict::NotApplicable(why) => format!("<p>{}</p>", escaped(why)),
        Verdict::Failed { at_ms, departure } => {
            format!("<p>At {at_ms} ms {}</p>", escaped(&departure.to_string()))
        }
    };
    let open = if matches!(verdict, Verdict::Failed { .. }) { " open" } else { "" };
    let rows: String = sequence.iter().map(row).collect();
    let sequence = match rows.is_empty() {
        true => String::new(),
        false => format!("<table><tr><th>ms</th><th>tester</th><th></th><th>spangate</th></tr>\n{rows}</table>"),
    };
    format!(
        "<details{open}><summary><b>{number}</b> <span class=\"{class}\">{word}</span> {purpose}</summary>{why}\n{sequence}</details>\n"
    )
}

/// Messages stand between the two ends; what is asked and told, at ours.
fn row(Line { at_ms, text, .. }: &Line) -> String {
    let message = |arrow: &str, name: &str| {
        format!("<tr><td>{at_ms}</td><td></td><td class=\"message\">{} {arrow}</td><td></td></tr>\n", escaped(name))
    };
    match (text.strip_prefix("<- "), text.strip_prefix("-> ")) {
        (Some(name), _) => message("&rarr;", name),
        (_, Some(name)) => message("&larr;", name),
        (None, None) => {
            format!("<tr><td>{at_ms}</td><td></td><td></td><td>{}</td></tr>\n", escaped(text))
        }
    }
}

fn class(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Failed { .. } => "failed",
        Verdict::NotApplicable(_) => "inapplicable",
    }
}

const STYLE: &str = "body{font:15px sans-serif;max-width:60em;margin:2em auto}details{border-top:1px solid #ccc;padding:.3em}\
table{border-collapse:collapse;margin:.5em 2em}td,th{padding:0 1em;text-align:left}td:first-child{text-align:right}\
.message{text-align:center;border-left:2px solid;border-right:2px solid;min-width:14em}\
.passed{color:#060}.failed{color:#a00;font-weight:bold}.inapplicable{color:#666}";
