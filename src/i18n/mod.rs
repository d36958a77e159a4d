//! Languages: Vietnamese first, English complete. Texts are Fluent messages, embedded in the binary.

mod vi_en;

use std::{borrow::Cow, fmt, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl Locale {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The first language of a list that we speak: `ui_locales` (separated by spaces) or `Accept-Language` (by commas,
    /// taken in the order given).
    pub fn of(list: &str) -> Option<Self> {
        list.split([',', ' ']).find_map(|tag| {
            let language = tag.trim().split([';', '-', '_']).next().unwrap_or("");
            Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language))
        })
    }

    /// The texts in this language.
    pub fn texts(self) -> &'static Texts {
        static VI: LazyLock<Texts> = LazyLock::new(|| Texts::new(Locale::Vi));
        static EN: LazyLock<Texts> = LazyLock::new(|| Texts::new(Locale::En));
        match self {
            Self::Vi => &VI,
            Self::En => &EN,
        }
    }
}

/// Every text in one language.
pub struct Texts {
    locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    fn new(locale: Locale) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Our texts run one way only; the marks would end up in titles and attributes.
        bundle.set_use_isolating(false);
        for source in vi_en::sources(locale) {
            // A text with an error in it is missing, and the test that walks all keys says so.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            let _ = bundle.add_resource(resource);
        }
        Self { locale, bundle }
    }

    /// The language.
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// Whether there is such a text.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// A text.
    pub fn say(&self, key: &str) -> Cow<'_, str> {
        self.format(key, None)
    }

    /// A text with a value in it.
    pub fn with(&self, key: &str, name: &'static str, value: impl fmt::Display) -> Cow<'_, str> {
        let mut args = FluentArgs::new();
        args.set(name, FluentValue::from(value.to_string()));
        self.format(key, Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'_, str> {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return Cow::Owned(key.to_owned()) };
        Cow::Owned(self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned())
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({})", self.locale.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(locale: Locale) -> std::collections::BTreeSet<String> {
        let lines = vi_en::sources(locale).iter().flat_map(|source| source.lines());
        let named = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        named.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_values_in_them() {
        assert_eq!(keys(Locale::Vi), keys(Locale::En));
        let holes = |locale: Locale, key: &str| {
            let source = vi_en::sources(locale).join("\n");
            let line = source.lines().find(|line| line.starts_with(&format!("{key} ="))).unwrap_or("").to_owned();
            let mut holes: Vec<String> =
                line.match_indices("{ $").map(|(at, _)| line[at..].split('}').next().unwrap().to_owned()).collect();
            holes.sort();
            holes
        };
        for key in keys(Locale::Vi) {
            assert!(Locale::Vi.texts().has(&key) && Locale::En.texts().has(&key), "{key} does not parse");
            assert_eq!(holes(Locale::Vi, &key), holes(Locale::En, &key), "{key}");
        }
    }

    #[test]
    fn every_text_a_template_or_a_module_asks_for_exists_and_none_is_left_over() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut all = String::new();
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "html" || e == "rs") {
                    all.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        for (at, call) in all.match_indices("say(\"").chain(all.match_indices("with(\"")) {
            let key = all[at + call.len()..].split('"').next().unwrap();
            if key.contains('-') {
                assert!(Locale::Vi.texts().has(key), "no text {key}");
            }
        }
        for key in keys(Locale::Vi) {
            assert!(all.contains(&format!("\"{key}\"")), "{key} is used nowhere");
        }
    }

    #[test]
    fn the_first_language_we_speak_is_taken() {
        assert_eq!(Locale::of("fr-FR, en;q=0.8, vi;q=0.5"), Some(Locale::En));
        assert_eq!(Locale::of("vi-VN en"), Some(Locale::Vi));
        assert_eq!(Locale::of("fr"), None);
    }
}
