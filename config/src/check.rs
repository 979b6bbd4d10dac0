//! From what the file says to what it means, noting every mistake on the way.
//!
//! Each section has a file below. A function here returns `None` only after it noted why, so a model
//! exists exactly when nothing was noted; a name that is wrong is noted once, where it stands, and nothing that
//! refers to it is blamed for it.

mod emergency;
mod identity;
mod isup;
mod mtp_timers;
mod pri;
mod process;
mod route;
mod setup;
mod sim;
mod sip;
mod span;
mod ss7;
mod stir;
mod terms;
mod trunk;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use ::isup::variant::Variant;
use toml::de::DeTable;

use crate::model::{Model, PointCode};
use crate::raw;
use crate::report::Report;
use crate::spelling::nearest;
use crate::wrong::{At, EXCERPT_CHARACTERS_MAX, Notes, Place, Wrong};

/// The model of a text, or every mistake in it. A text that is no TOML is reported as such and not read further.
pub(crate) fn check(name: &str, text: &str) -> Result<Model, Report> {
    let (document, broken) = DeTable::parse_recoverable(text);
    let mut check = Check { wrong: Notes::default(), variant: Variant::ITU, stir: stir::Offers::default() };
    not_toml(text, &broken).into_iter().for_each(|wrong| check.wrong.push(wrong));
    let file = if broken.is_empty() { raw::read(&document, &mut check.wrong) } else { None };
    match file.and_then(|file| check.file(file)) {
        Some(model) if check.wrong.is_empty() => Ok(model),
        _ => Err(check.wrong.report(name, text)),
    }
}

/// The first error of each line: what follows on the same line is mostly a consequence.
fn not_toml(text: &str, errors: &[toml::de::Error]) -> Vec<Wrong> {
    let mut lines = BTreeSet::new();
    let mut wrong = Vec::new();
    for error in errors {
        let octets = error.span().unwrap_or(0..0);
        let before = text.get(..octets.start).unwrap_or(text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        if lines.insert(start) {
            let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            let found = match line.trim_start().starts_with("password") {
                true => raw::NOT_SHOWN.to_owned(),
                false => line.chars().take(EXCERPT_CHARACTERS_MAX).collect(),
            };
            let place = Place::new(String::new(), octets);
            wrong.push(Wrong::new(&place, "a line of TOML, as https://toml.io has it", error.message()).found(found));
        }
    }
    wrong
}

/// What has been noted so far.
struct Check {
    wrong: Notes,
    /// Whose signalling it is: ITU-T's until `[ss7]` has been read.
    variant: Variant,
    /// What peers may ask of `[stir]`.
    stir: stir::Offers,
}

impl Check {
    fn file(&mut self, file: raw::File) -> Option<Model> {
        let mut names = Taken::new();
        names.take(route::ANY_PEER.to_owned(), "every SIP peer");
        let spans = self.spans(file.span);
        let ss7 = match file.ss7 {
            None if trunk::are_all_pri(file.trunk.as_ref()) => Some(None),
            section => self.ss7(section, &spans).map(Some),
        };
        let known = ss7.as_ref().and_then(Option::as_ref);
        let own = known.map_or(PointCode::default(), |ss7| ss7.own);
        let relation = self.isup_relation(file.isup, own);
        let mut held = trunk::Held::new(known, relation);
        let mut trunks = self.trunks(file.trunk, &spans, known, &mut held, &mut names);
        let stir = self.stir(file.stir);
        let (sip, parties) = self.sip(file.sip, &mut names);
        self.allow(&held.allow, &mut trunks, parties.as_ref());
        let routes = self.routes(file.route, &trunks, parties.as_ref());
        let emergency = self.emergency(file.emergency);
        let rtp = self.rtp(file.rtp, &trunks);
        let driver = self.driver(file.driver, file.sim, &spans, ss7.as_ref().map(Option::as_ref), &trunks);
        let admin = self.admin(file.admin);
        let log = self.log(file.log);
        let journal = self.journal(file.journal);
        let capture = self.capture(file.capture);
        let media = self.media(file.media);
        Some(Model {
            sip: sip?,
            rtp: rtp?,
            admin: admin?,
            log: log?,
            journal: journal?,
            capture: capture?,
            driver: driver?,
            spans: spans.complete()?,
            ss7: ss7?,
            variant: self.variant,
            relations: held.relations,
            trunks: trunks.complete()?,
            routes: routes?,
            emergency: emergency?,
            stir: stir?,
            media: media?,
        })
    }

    fn wrong(&mut self, place: &Place, expected: impl Into<String>, remedy: impl Into<String>) {
        self.wrong.push(Wrong::new(place, expected, remedy));
    }

    /// A key that must stand there.
    fn required<T>(&mut self, section: &Place, key: &str, value: Option<At<T>>, expected: &str) -> Option<At<T>> {
        if value.is_none() && !self.noted(&section.below(key)) {
            let remedy = format!("add {key} here");
            self.wrong.push(Wrong::new(&section.missing(key), expected, remedy).found("nothing"));
        }
        value
    }

    /// Whether this very key has been reported: a value of the wrong type is not also missing.
    fn noted(&self, key: &str) -> bool {
        self.wrong.keys().any(|noted| noted == key)
    }

    /// Whether a member of this list has been reported: a list is not empty for that.
    fn noted_below(&self, list: &Place) -> bool {
        let member = format!("{}[", list.key);
        self.wrong.keys().any(|noted| noted.starts_with(&member))
    }

    /// A name that nothing else of its kind has; a missing one is noted.
    fn name(&mut self, section: &Place, name: Option<At<String>>, taken: &mut Taken<String>) -> String {
        let Some(name) = self.required(section, "name", name, "a name of its own") else { return String::new() };
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        if name.value.is_empty() || name.value.len() > NAME_OCTETS_MAX || !name.value.chars().all(plain) {
            let expected = format!("1 to {NAME_OCTETS_MAX} letters, digits, and the signs - _ .");
            self.wrong(&name.place, expected, "choose a plain name");
        } else if let Some(first) = taken.take(name.value.clone(), &section.key) {
            let remedy = format!("{first} has this name: choose another");
            self.wrong(&name.place, "a name of its own", remedy);
        }
        name.value
    }

    /// A text in the form of `T`.
    fn parsed<T: FromStr>(&mut self, text: &At<String>, expected: &str) -> Option<T> {
        let value = text.value.parse().ok();
        if value.is_none() {
            self.wrong(&text.place, expected, "write it in that form");
        }
        value
    }

    /// One of a few words.
    fn choice<T: Copy>(&mut self, word: &At<String>, words: &[(&str, T)]) -> Option<T> {
        let chosen = words.iter().find(|(known, _)| *known == word.value).map(|(_, value)| *value);
        if chosen.is_none() {
            let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
            self.wrong(&word.place, one_of(&known), did_you_mean(&word.value, &known));
        }
        chosen
    }

    /// A whole number within a range.
    fn within(&mut self, number: &At<i64>, range: RangeInclusive<i64>, unit: &str) -> Option<i64> {
        let fits = range.contains(&number.value);
        if !fits {
            let expected =
                format!("{} to {}{}{unit}", range.start(), range.end(), if unit.is_empty() { "" } else { " " });
            let remedy = format!("choose a number from {} to {}", range.start(), range.end());
            self.wrong(&number.place, expected, remedy);
        }
        fits.then_some(number.value)
    }

    /// The same for a key that may be left out.
    fn within_or(
        &mut self,
        number: Option<At<i64>>,
        range: RangeInclusive<i64>,
        unit: &str,
        default: i64,
    ) -> Option<i64> {
        number.map_or(Some(default), |number| self.within(&number, range, unit))
    }
}

/// The members of a list by name. A member is `None` when it was reported; its name still counts as known.
struct Named<T> {
    what: &'static str,
    members: Vec<(String, Option<T>)>,
}

impl<T> Named<T> {
    fn new(what: &'static str) -> Self {
        Self { what, members: Vec::new() }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|(known, _)| known == name)
    }

    fn get(&self, index: usize) -> Option<&T> {
        self.members[index].1.as_ref()
    }

    fn names(&self) -> Vec<&str> {
        self.members.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Every member that is right, with its place.
    fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        self.members.iter().enumerate().filter_map(|(index, (_, member))| Some((index, member.as_ref()?)))
    }

    fn complete(self) -> Option<Vec<T>> {
        self.members.into_iter().map(|(_, member)| member).collect()
    }

    /// Where a name leads, or a mistake that lists the names there are.
    fn find(&self, check: &mut Check, name: &At<String>) -> Option<usize> {
        let found = self.position(&name.value);
        if found.is_none() {
            let names = self.names();
            let expected = if names.is_empty() { format!("a {}", self.what) } else { one_of(&names) };
            let remedy = if names.is_empty() {
                format!("add a [[{}]] of that name", self.what)
            } else {
                did_you_mean(&name.value, &names)
            };
            check.wrong(&name.place, expected, remedy);
        }
        found
    }
}

/// Who holds what already: a second holder is a mistake that names the first.
struct Taken<K> {
    holders: BTreeMap<K, String>,
}

impl<K: Ord> Taken<K> {
    fn new() -> Self {
        Self { holders: BTreeMap::new() }
    }

    /// The holder before, if there is one; else `holder` has it now.
    fn take(&mut self, key: K, holder: impl Display) -> Option<&str> {
        match self.holders.entry(key) {
            Entry::Occupied(entry) => Some(entry.into_mut()),
            Entry::Vacant(entry) => {
                entry.insert(holder.to_string());
                None
            }
        }
    }

    fn holder(&self, key: &K) -> Option<&str> {
        self.holders.get(key).map(String::as_str)
    }
}

fn one_of(words: &[&str]) -> String {
    match words {
        [only] => format!("{only:?}"),
        _ => format!("one of {}", words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ")),
    }
}

fn did_you_mean(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(|| "choose one of these".to_owned(), |near| format!("did you mean {near:?}?"))
}

/// Long enough for any site's habit, short enough for a table of 80 columns.
const NAME_OCTETS_MAX: usize = 32;
