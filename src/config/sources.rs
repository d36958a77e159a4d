//! Gathers raw settings from file, environment and flags; later ones win. Judges only their names.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    form::items,
    mistake::{Mistake, Place, Wrong},
    table::Setting,
};

/// Where settings come from; later ones win.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file; one that does not exist has no settings.
    pub file: PathBuf,
    /// Whether it must exist: it was named.
    pub file_required: bool,
    /// Names and values of the environment; only those that begin with `PHUONG_` are looked at.
    pub environment: Vec<(String, String)>,
    /// Keys (`server.listen`) and values from flags.
    pub flags: Vec<(String, String)>,
}

/// A value that nobody has judged yet.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    /// Text, or what a file writes without quotes: a number, true.
    One(String),
    /// A list of a file.
    Many(Vec<String>),
    /// A table or a list of lists: no setting looks like that.
    Shapeless,
}

impl Raw {
    /// The items of a list: of a file's, or of a text with commas.
    pub(super) fn items(&self) -> Option<Vec<String>> {
        match self {
            Self::One(text) => Some(items(text).map(str::to_owned).collect()),
            Self::Many(texts) => Some(texts.iter().map(|text| text.trim().to_owned()).collect()),
            Self::Shapeless => None,
        }
    }
}

/// What was set where, and the mistakes so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) values: BTreeMap<&'static str, (Raw, Place)>,
    pub(super) mistakes: Vec<Mistake>,
}

impl Gathered {
    /// Everything that the sources say.
    pub(super) fn from(sources: &Sources) -> Self {
        let mut all = Self::default();
        all.file(sources);
        all.environment(&sources.environment);
        for (key, value) in &sources.flags {
            all.put(key, Raw::One(value.clone()), Place::Flag);
        }
        all
    }

    fn file(&mut self, sources: &Sources) {
        let path = &sources.file;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == io::ErrorKind::NotFound && !sources.file_required => return,
            Err(e) => return self.wrong(Place::File(path.clone(), None), None, Wrong::Unreadable(e.to_string())),
        };
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            // Its message alone: its display would repeat the line, and the line may hold a password.
            let place = place(path, &text, error.span().map_or(0, |span| span.start));
            self.wrong(place, None, Wrong::Syntax(error.message().to_owned()));
        }
        for (section, keys) in table.into_inner() {
            let at = place(path, &text, section.span().start);
            match keys.into_inner() {
                DeValue::Table(keys) => {
                    for (key, value) in keys {
                        let at = place(path, &text, key.span().start);
                        self.member(&format!("{}.{}", section.get_ref(), key.get_ref()), value, &at);
                    }
                }
                _ => self.wrong(at, Some(section.get_ref()), Wrong::OutsideSection),
            }
        }
    }

    fn environment(&mut self, variables: &[(String, String)]) {
        for (variable, value) in variables {
            // PHUONG_TEST_… speaks to the test suites.
            if !variable.starts_with("PHUONG_") || variable.starts_with("PHUONG_TEST_") {
                continue;
            }
            let place = Place::Variable(variable.clone());
            let (key, value) = match (key_of(variable), variable.strip_suffix("_FILE").and_then(key_of)) {
                (Some(key), _) => (key, value.clone()),
                (None, Some(key)) => match fs::read_to_string(value) {
                    Ok(text) => (key, text.trim().to_owned()),
                    Err(e) => {
                        self.wrong(place, Some(key), Wrong::Unreadable(e.to_string()));
                        continue;
                    }
                },
                (None, None) => {
                    let name = variable.trim_start_matches("PHUONG_").to_lowercase().replacen('_', ".", 1);
                    self.wrong(place, None, Wrong::Unknown(Setting::near(&name).map(Setting::variable)));
                    continue;
                }
            };
            if let Some((_, Place::Variable(other))) = self.values.get(key) {
                let wrong = Wrong::SetTwice(other.clone());
                self.wrong(place, Some(key), wrong);
            } else {
                self.put(key, Raw::One(value), place);
            }
        }
    }

    /// A setting, or a section within the section: `dynamic.most` of `[oauth]`, or `most` of `[oauth.dynamic]`.
    fn member(&mut self, key: &str, value: Spanned<DeValue<'_>>, at: &Place) {
        match value.into_inner() {
            DeValue::Table(inner) if Setting::named(key).is_none() => {
                for (name, value) in inner {
                    self.member(&format!("{key}.{}", name.get_ref()), value, at);
                }
            }
            value => self.put(key, raw(value), at.clone()),
        }
    }

    fn put(&mut self, key: &str, value: Raw, place: Place) {
        match Setting::named(key) {
            Some(setting) => {
                self.values.insert(setting.key, (value, place));
            }
            None => self.wrong(place, Some(key), Wrong::Unknown(Setting::near(key).map(|near| near.key.to_owned()))),
        }
    }

    pub(super) fn wrong(&mut self, place: Place, key: Option<&str>, wrong: Wrong) {
        self.mistakes.push(Mistake { place, key: key.map(str::to_owned), wrong });
    }
}

fn key_of(variable: &str) -> Option<&'static str> {
    super::table::TABLE.iter().find(|setting| setting.variable() == variable).map(|setting| setting.key)
}

/// A byte of the file, as a line for people.
fn place(path: &Path, text: &str, at: usize) -> Place {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    Place::File(path.to_owned(), Some(line))
}

fn raw(value: DeValue<'_>) -> Raw {
    let one = |value: DeValue<'_>| match value {
        DeValue::String(text) => Some(text.into_owned()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    };
    match value {
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items.into_iter().map(|item| one(item.into_inner())).collect();
            texts.map_or(Raw::Shapeless, Raw::Many)
        }
        value => one(value).map_or(Raw::Shapeless, Raw::One),
    }
}
