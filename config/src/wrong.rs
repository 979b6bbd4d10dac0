//! A place in the text, and a mistake noted there before it has a line and a column.

use std::ops::Range;

use crate::report::{Mistake, Position, Report};

/// A key and the octets of the text that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The key with its sections; empty for the file.
    pub key: String,
    octets: Range<usize>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub place: Place,
    pub value: T,
}

/// A mistake; `found` is the text itself unless something says otherwise.
pub(crate) struct Wrong {
    place: Place,
    expected: String,
    found: Option<String>,
    remedy: String,
}

impl Place {
    pub fn new(key: String, octets: Range<usize>) -> Self {
        Self { key, octets }
    }

    pub fn file() -> Self {
        Self::new(String::new(), 0..0)
    }

    /// The place of a key that should stand in this section.
    pub fn missing(&self, key: &str) -> Self {
        Self { key: self.below(key), octets: self.octets.clone() }
    }

    /// The path of a key below this one.
    pub fn below(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }
}

impl Wrong {
    pub fn new(place: &Place, expected: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.clone(), expected: expected.into(), found: None, remedy: remedy.into() }
    }

    /// Says in words what stands there, where the text alone would not tell.
    pub fn found(self, words: impl Into<String>) -> Self {
        Self { found: Some(words.into()), ..self }
    }
}

/// The mistakes noted so far: the first [`MISTAKES_MAX`], and how many more.
#[derive(Default)]
pub(crate) struct Notes {
    list: Vec<Wrong>,
    more: usize,
}

impl Notes {
    pub fn push(&mut self, wrong: Wrong) {
        if self.list.len() < MISTAKES_MAX { self.list.push(wrong) } else { self.more += 1 }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The keys that a mistake was noted at.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|wrong| wrong.place.key.as_str())
    }

    /// The report on a text, mistakes in the order of their places.
    pub fn report(mut self, file: &str, text: &str) -> Report {
        self.list.sort_by_key(|wrong| wrong.place.octets.start);
        let mistakes = self.list.into_iter().map(|wrong| mistake(text, wrong)).collect();
        Report { file: file.to_owned(), mistakes, more: self.more }
    }
}

fn mistake(text: &str, wrong: Wrong) -> Mistake {
    let found = wrong.found.unwrap_or_else(|| excerpt(text, &wrong.place.octets));
    let position = Some(position(text, wrong.place.octets.start));
    Mistake { position, key: wrong.place.key, expected: wrong.expected, found, remedy: wrong.remedy }
}

/// The line and column of an octet; an offset past the end or inside a character counts as the end.
fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// The first line of what stands there, cut to [`EXCERPT_CHARACTERS_MAX`].
fn excerpt(text: &str, octets: &Range<usize>) -> String {
    let line = text.get(octets.clone()).unwrap_or_default().lines().next().unwrap_or_default();
    let cut: String = line.chars().take(EXCERPT_CHARACTERS_MAX).collect();
    match (cut.is_empty(), cut.len() < line.len()) {
        (true, _) => "nothing".to_owned(),
        (false, true) => format!("{cut} ..."),
        (false, false) => cut,
    }
}

/// More than a screen; a file with more is the wrong file.
pub(crate) const MISTAKES_MAX: usize = 100;
/// The most of a line that is shown.
pub(crate) const EXCERPT_CHARACTERS_MAX: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let text = "a = 1\nµµ = 2";
        assert_eq!(position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(position(text, 11), Position { line: 2, column: 4 });
        assert_eq!(position(text, 999), Position { line: 2, column: 7 });
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt("abc\ndef", &(0..7)), "abc");
        assert_eq!(excerpt("", &(0..0)), "nothing");
        let long = "µ".repeat(EXCERPT_CHARACTERS_MAX + 1);
        assert_eq!(excerpt(&long, &(0..long.len())), format!("{} ...", "µ".repeat(EXCERPT_CHARACTERS_MAX)));
    }
}
