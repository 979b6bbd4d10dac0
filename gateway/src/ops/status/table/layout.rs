//! Tables of text: columns of fixed width, and lines that are cut at the edge of a terminal.

use std::fmt;

/// Columns of a terminal that nobody has widened.
pub const WIDTH: usize = 80;

/// Likewise peers, contacts of users, and dialogs.
pub const SIP_SHOWN: usize = 10;

/// A heading and a width for each column; the last column takes what is left.
pub type Columns = &'static [(&'static str, usize)];

/// The first rows of a table that may be long.
pub fn some<T>(f: &mut fmt::Formatter<'_>, columns: Columns, rows: &[T], cells: fn(&T) -> Vec<String>) -> fmt::Result {
    table(f, columns, rows.iter().take(SIP_SHOWN).map(cells))?;
    more(f, rows.len(), SIP_SHOWN)
}

/// That there are rows that are not shown.
pub fn more(f: &mut fmt::Formatter<'_>, rows: usize, shown: usize) -> fmt::Result {
    match rows.saturating_sub(shown) {
        0 => Ok(()),
        hidden => line(f, &format!("  and {hidden} more")),
    }
}

/// A table after an empty line; nothing for no rows.
pub fn table(f: &mut fmt::Formatter<'_>, columns: Columns, rows: impl Iterator<Item = Vec<String>>) -> fmt::Result {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(f)?;
    row(f, columns, columns.iter().map(|(heading, _)| (*heading).to_owned()).collect())?;
    rows.try_for_each(|cells| row(f, columns, cells))
}

fn row(f: &mut fmt::Formatter<'_>, columns: Columns, cells: Vec<String>) -> fmt::Result {
    let cells = columns.iter().zip(cells);
    let cells: Vec<String> = cells.map(|((_, width), cell)| format!("{:width$}", cut(&cell, *width))).collect();
    line(f, &cells.join(" "))
}

/// A text that is too long ends in a tilde.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['~']).collect()
}

pub fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "{}", cut(text.trim_end(), WIDTH))
}

/// `59s`, `3m05s`, `2h03m`, `4d02h`.
pub fn duration(ms: u64) -> String {
    match ms / 1000 {
        s @ 0..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m{:02}s", s / 60, s % 60),
        s @ 3600..86_400 => format!("{}h{:02}m", s / 3600, s / 60 % 60),
        s => format!("{}d{:02}h", s / 86_400, s / 3600 % 24),
    }
}
