//! Languages: Vietnamese first, English complete. Texts are Fluent messages, embedded in the binary.

use std::{
    borrow::{Borrow, Cow},
    fmt,
    sync::LazyLock,
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::base::clock::Moment;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

    /// The language of a list that we speak and that is liked most: `ui_locales` (separated by spaces, Core §3.1.2.1),
    /// `Accept-Language` (by commas, with weights; RFC 9110 §12.5.4) or a single tag. Among equals the first wins; a
    /// weight of 0 excludes.
    pub fn of(list: &str) -> Option<Self> {
        let separator = if list.contains([',', ';']) { ',' } else { ' ' };
        let mut liked: Option<(Self, f32)> = None;
        for entry in list.split(separator) {
            let (tag, weight) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(1.0);
            let language = tag.trim().split(['-', '_']).next().unwrap_or("");
            let spoken = Self::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language));
            if let Some(locale) = spoken.filter(|_| weight > liked.map_or(0.0, |(_, best)| best)) {
                liked = Some((locale, weight));
            }
        }
        liked.map(|(locale, _)| locale)
    }

    /// The other language, for the switch on every page.
    pub const fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
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

/// The texts of a language.
const fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::Vi => include_str!("vi.ftl"),
        Locale::En => include_str!("en.ftl"),
    }
}

impl Texts {
    fn new(locale: Locale) -> Self {
        let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Our texts run one way only; the marks would end up in titles and attributes.
        bundle.set_use_isolating(false);
        // A text with an error in it is missing, and the test that walks all keys says so.
        let resource = FluentResource::try_new(source(locale).to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
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

    /// A text about so many things: `$n` is the number to choose the plural by, `$count` how it is written.
    pub fn counted(&self, key: &str, n: impl Borrow<u64>) -> Cow<'_, str> {
        let n = *n.borrow();
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("count", FluentValue::from(self.number(n)));
        self.format(key, Some(&args))
    }

    /// A number as people read it: 23.000 in Vietnamese, 23,000 in English.
    pub fn number(&self, n: impl Borrow<u64>) -> String {
        let mark = match self.locale {
            Locale::Vi => '.',
            Locale::En => ',',
        };
        let digits = n.borrow().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(mark);
            }
            out.push(digit);
        }
        out
    }

    /// A day: 05/09/2026 in Vietnamese, 5 Sep 2026 in English, where 05/09 would be May to some.
    pub fn day(&self, day: &Date) -> String {
        match self.locale {
            Locale::Vi => day.strftime("%d/%m/%Y").to_string(),
            Locale::En => day.strftime("%-d %b %Y").to_string(),
        }
    }

    /// A day and a time of day in Việt Nam.
    pub fn moment(&self, moment: &Moment) -> String {
        let local = moment.local();
        format!("{} {}", local.strftime("%H:%M"), self.day(&local.date()))
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
mod tests;
