//! Every mistake of a configuration file, for the eyes of whoever wrote it.

use std::fmt;

/// The mistakes of one file, in the order of its lines; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The file's name as it was given.
    pub file: String,
    /// Each mistake by itself.
    pub mistakes: Vec<Mistake>,
    /// How many more there are than the hundred that are told.
    pub more: usize,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column, counted from 1; `None` when the file could not be read at all.
    pub position: Option<Position>,
    /// The key with all its sections, as `trunk[1].spans[0].first_cic`; empty for the file itself.
    pub key: String,
    /// What would be right here.
    pub expected: String,
    /// What stands there.
    pub found: String,
    /// What to do about it.
    pub remedy: String,
}

/// A place in the text, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in the line.
    pub column: usize,
}

impl Report {
    /// The one mistake that there was nothing to read.
    pub(crate) fn unreadable(file: &str, why: &str) -> Self {
        let mistake = Mistake {
            position: None,
            key: String::new(),
            expected: "a configuration file in UTF-8".to_owned(),
            found: why.to_owned(),
            remedy: "give the path of a file that can be read, with --config FILE".to_owned(),
        };
        Self { file: file.to_owned(), mistakes: vec![mistake], more: 0 }
    }
}

impl std::error::Error for Report {}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for mistake in &self.mistakes {
            match mistake.position {
                Some(Position { line, column }) => write!(f, "{}:{line}:{column}", self.file)?,
                None => write!(f, "{}", self.file)?,
            }
            writeln!(f, "{mistake}")?;
        }
        let count = self.mistakes.len() + self.more;
        write!(f, "{count} {} in {}", if count == 1 { "mistake" } else { "mistakes" }, self.file)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            writeln!(f)?
        } else {
            writeln!(f, ": {}", self.key)?
        }
        writeln!(f, "    expected  {}", self.expected)?;
        writeln!(f, "    found     {}", self.found)?;
        write!(f, "    remedy    {}", self.remedy)
    }
}
