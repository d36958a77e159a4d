//! Every page, in every state, in both languages: what all of them owe to those who read them.

use std::collections::BTreeSet;

use super::{
    assets,
    samples::{self, Rendered},
};
use crate::i18n::Locale;

/// The start tags of a page: name and attributes.
fn tags(html: &str) -> Vec<(&str, &str)> {
    html.split('<')
        .skip(1)
        .filter(|part| part.starts_with(|c: char| c.is_ascii_lowercase()))
        .map(|part| part.split_once('>').expect("a tag is closed").0)
        .map(|tag| tag.split_once(' ').unwrap_or((tag, "")))
        .collect()
}

/// An attribute's value.
fn value<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let padded =
        attributes.find(&format!("{name}=\"")).filter(|at| *at == 0 || attributes.as_bytes()[at - 1] == b' ')?;
    attributes[padded + name.len() + 2..].split('"').next()
}

fn each(check: impl Fn(&Rendered)) {
    Locale::ALL.into_iter().flat_map(samples::all).for_each(|page| check(&page));
}

#[test]
fn every_page_is_well_formed() {
    const EMPTY: &[&str] = &["meta", "link", "img", "input", "br", "path", "circle", "rect", "line", "wbr"];
    each(|page| {
        assert!(page.html.trim_start().starts_with("<!doctype html>"), "{}", page.name);
        let mut open = Vec::new();
        for part in page.html.split('<').skip(1) {
            let tag = part.split_once('>').expect("a tag is closed").0;
            let name = tag.split([' ', '\n']).next().unwrap().trim_end_matches('/');
            if let Some(ended) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(ended), "{}", page.name);
            } else if !name.starts_with('!') && !EMPTY.contains(&name) && !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{}: {open:?}", page.name);
    });
}

#[test]
fn every_page_has_one_heading_and_a_title_that_says_when_something_failed() {
    each(|page| {
        let tags = tags(&page.html);
        assert_eq!(tags.iter().filter(|(name, _)| *name == "h1").count(), 1, "{}", page.name);
        let title = page.html.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
        let heading = title.split(" · ").next().unwrap();
        assert!(heading.len() > 2 && title.ends_with(&page.frame.sector), "{}: {title}", page.name);
        assert_eq!(title.starts_with(&*page.frame.t.say("error-prefix")), page.frame.failed, "{}", page.name);
        let lang = format!("<html lang=\"{}\">", page.frame.lang());
        assert!(page.html.contains(&lang) && page.html.contains("href=\"#main\""), "{}", page.name);
    });
}

#[test]
fn ids_are_unique_and_everything_that_names_one_finds_it() {
    each(|page| {
        let tags = tags(&page.html);
        let ids: Vec<&str> = tags.iter().filter_map(|(_, attributes)| value(attributes, "id")).collect();
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{}: {ids:?}", page.name);
        for (_, attributes) in &tags {
            let naming = ["for", "aria-describedby", "aria-labelledby", "aria-controls", "data-shows", "data-none"];
            for named in naming.iter().filter_map(|name| value(attributes, name)).flat_map(str::split_whitespace) {
                assert!(known.contains(named), "{}: nothing is called {named}", page.name);
            }
            if let Some(named) = value(attributes, "href").and_then(|to| to.strip_prefix('#')) {
                assert!(known.contains(named), "{}: no place #{named}", page.name);
            }
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_invalid_one_says_why() {
    each(|page| {
        let tags = tags(&page.html);
        let labelled: BTreeSet<&str> = tags.iter().filter_map(|(_, attributes)| value(attributes, "for")).collect();
        let fields = tags.iter().filter(|(name, _)| matches!(*name, "input" | "select" | "textarea"));
        for (_, attributes) in fields {
            let silent = value(attributes, "type") == Some("hidden") || value(attributes, "aria-hidden").is_some();
            let named = value(attributes, "id").is_some_and(|id| labelled.contains(id));
            assert!(silent || named, "{}: {attributes}", page.name);
            let invalid = value(attributes, "aria-invalid").is_some();
            assert!(!invalid || value(attributes, "aria-describedby").is_some(), "{}: {attributes}", page.name);
            assert!(!invalid || page.frame.failed, "{}: the title is silent about a failure", page.name);
            if value(attributes, "type") == Some("password") {
                assert!(matches!(value(attributes, "value"), None | Some("")), "{}: a password is kept", page.name);
            }
        }
    });
}

#[test]
fn r26_every_form_that_changes_something_here_carries_its_proof() {
    each(|page| {
        for form in page.html.split("<form ").skip(1).map(|rest| rest.split("</form>").next().unwrap()) {
            let leaves = form.contains("data-submits");
            let changes = form.contains("method=\"post\"");
            assert_eq!(changes && !leaves, form.contains("name=\"csrf\""), "{}: {form}", page.name);
            assert!(form.contains("type=\"submit\""), "{}: no button without the script", page.name);
        }
    });
}

#[test]
fn r27_no_page_holds_script_or_style_of_its_own() {
    each(|page| {
        for (name, attributes) in tags(&page.html) {
            assert!(name != "style" && value(attributes, "style").is_none(), "{}", page.name);
            assert!(name != "script" || value(attributes, "src").is_some(), "{}", page.name);
            let handler = attributes.split(' ').any(|part| part.starts_with("on") && part.contains("=\""));
            assert!(!handler, "{}: {attributes}", page.name);
        }
        assert!(!page.html.contains("<b>"), "{}: what was typed is not escaped", page.name);
    });
}

#[test]
fn no_text_is_missing_on_any_page() {
    each(|page| {
        assert!(!page.html.contains("{$") && !page.html.contains("{ $"), "{}", page.name);
        for text in page.html.split('>').filter_map(|part| part.split('<').next()).map(str::trim) {
            let key = text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            assert!(!key, "{}: «{text}» was not translated", page.name);
        }
    });
}

#[test]
fn the_sign_in_page_stays_within_its_budget() {
    let page = samples::all(Locale::Vi).into_iter().find(|page| page.name == "sign-in-to-app").unwrap();
    let fonts = ["latin-400", "latin-600", "vietnamese-400", "vietnamese-600"];
    let fonts = fonts.map(|font| format!("fonts/be-vietnam-pro-{font}.woff2"));
    let texts = ["mark.svg", "app.css", "app.js"].map(str::to_owned);
    let bytes = |names: &[String]| names.iter().map(|n| assets::find(&format!("any/{n}")).unwrap().0.bytes.len()).sum();
    let (packed, plain): (usize, usize) = (bytes(&fonts), bytes(&texts));
    // Text travels compressed, to a third and less; half is counted. Eight requests: the page and these seven.
    assert_eq!(fonts.len() + texts.len(), 7);
    let written = plain + page.html.len();
    let total = packed + written / 2;
    assert!(total <= 90_000, "{total} bytes");
}
