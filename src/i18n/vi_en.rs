//! The texts' files: one for each area, in both languages.

use super::Locale;

/// The Fluent sources of a language.
pub(super) const fn sources(locale: Locale) -> &'static [&'static str] {
    match locale {
        Locale::Vi => &[include_str!("vi.ftl")],
        Locale::En => &[include_str!("en.ftl")],
    }
}
