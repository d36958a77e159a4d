//! What is kept of one person as a page to be read, by themselves or their parents: days as days, times to the minute,
//! states and sources in words. It loads and runs nothing; a word that is not known stands as it is kept.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use crate::{
    base::clock::Moment,
    i18n::{Locale, Texts},
    views::{AccountState, deeds::words_of, told},
};

/// A member of what is kept, the key of its title, and how it is read.
type Part = (&'static str, &'static str, How);

#[derive(Clone, Copy)]
enum How {
    /// As it stands.
    Text,
    /// A day.
    Day,
    /// The first day no more, of which the last day is told.
    Last,
    /// A moment, to the minute.
    Moment,
    /// A word of ours: the key of its text.
    Word(fn(&str) -> Option<&'static str>),
    /// Claims by their names.
    Claims,
    /// A table, or the members of a document.
    Parts(&'static [Part]),
}

use How::{Claims, Day, Last, Moment as At, Parts, Text, Word};

const ALL: [Part; 18] = [
    ("name", "account-name", Text),
    ("birth_date", "person-born", Day),
    ("sex", "person-sex", Word(word)),
    ("locale", "claim-locale", Word(word)),
    ("claims", "data-further", Claims),
    (
        "identifiers",
        "data-identifiers",
        Parts(&[
            ("kind", "data-kind", Word(word)),
            ("value", "data-value", Text),
            ("state", "transfer-state", Word(identifier_state)),
            ("source", "data-source", Word(word)),
        ]),
    ),
    (
        "contacts",
        "data-contacts",
        Parts(&[
            ("kind", "data-kind", Word(word)),
            ("value", "data-value", Text),
            ("source", "data-source", Word(word)),
        ]),
    ),
    (
        "roles",
        "person-affiliations",
        Parts(&[
            ("role", "account-role", Word(word)),
            ("where", "data-where", Text),
            ("from", "data-first-day", Day),
            ("to", "data-last-day", Last),
            ("source", "data-source", Word(word)),
        ]),
    ),
    (
        "classes",
        "person-classes",
        Parts(&[
            ("class", "rollover-class", Text),
            ("year", "rollover-years", Text),
            ("function", "account-role", Word(word)),
            ("subject", "data-subject", Text),
            ("where", "data-where", Text),
            ("from", "data-first-day", Day),
            ("to", "data-last-day", Last),
        ]),
    ),
    (
        "transfers",
        "data-transfers",
        Parts(&[
            ("from", "transfer-from", Text),
            ("to", "transfer-to", Text),
            ("state", "transfer-state", Word(word)),
            ("reason", "transfer-reason", Text),
            ("asked", "transfer-when-asked", At),
            ("decided", "transfer-when-decided", At),
        ]),
    ),
    (
        "rights",
        "roles-title",
        Parts(&[
            ("role", "account-role", Word(word)),
            ("where", "data-where", Text),
            ("since", "data-since", At),
            ("ended", "data-ended", At),
        ]),
    ),
    (
        "account",
        "people-account",
        Parts(&[("state", "transfer-state", Word(account_state)), ("sign_in_names", "data-sign-in-names", Text)]),
    ),
    (
        "sessions",
        "account-sessions",
        Parts(&[
            ("since", "data-since", At),
            ("browser", "data-browser", Text),
            ("address", "data-address", Text),
            ("by", "data-signed-in-by", Word(word)),
        ]),
    ),
    (
        "badges",
        "person-badge",
        Parts(&[
            ("printed", "data-printed", At),
            ("until", "data-until", At),
            ("last_used", "data-last-used", At),
            ("suspended", "data-suspended", At),
            ("ended", "data-ended", At),
            ("reason", "data-why", Word(word)),
        ]),
    ),
    (
        "consents",
        "data-consents",
        Parts(&[
            ("app", "data-app", Text),
            ("scope", "data-scope", Text),
            ("claims", "data-claims", Text),
            ("since", "data-since", At),
        ]),
    ),
    (
        "grants",
        "data-grants",
        Parts(&[
            ("app", "data-app", Text),
            ("scope", "data-scope", Text),
            ("since", "data-since", At),
            ("until", "data-until", At),
        ]),
    ),
    (
        "events",
        "data-events",
        Parts(&[
            ("at", "data-when", At),
            ("what", "data-what", Word(words_of)),
            ("by", "data-by", Word(word)),
            ("address", "data-address", Text),
        ]),
    ),
    ("exported_at", "data-exported-at", At),
];

/// The words that mean one thing wherever they stand.
const WORDS: [(&str, &str); 47] = [
    ("female", "sex-female"),
    ("male", "sex-male"),
    ("vi", "language-vi"),
    ("en", "language-en"),
    ("moet", "account-id"),
    ("temp", "identifier-temporary"),
    ("cccd", "identifier-citizen"),
    ("passport", "identifier-passport"),
    ("upn", "identifier-upn"),
    ("vneid", "identifier-vneid"),
    ("email", "claim-email"),
    ("phone", "claim-phone"),
    ("student", "role-student"),
    ("teacher", "role-teacher"),
    ("principal", "role-principal"),
    ("staff", "role-staff"),
    ("guardian", "role-guardian"),
    ("pupil", "function-pupil"),
    ("homeroom", "function-homeroom"),
    ("subject", "function-subject"),
    ("waiting", "transfer-waiting"),
    ("approved", "transfer-approved"),
    ("declined", "transfer-declined"),
    ("withdrawn", "transfer-withdrawn"),
    ("expired", "transfer-expired"),
    ("sector_admin", "admin-role-sector"),
    ("school_admin", "admin-role-school"),
    ("help_desk", "admin-role-help"),
    ("auditor", "admin-role-auditor"),
    ("replaced", "data-badge-replaced"),
    ("voided", "data-badge-voided"),
    ("role_ended", "data-badge-role-ended"),
    ("self", "data-by-self"),
    ("others", "data-by-others"),
    ("pwd", "data-amr-password"),
    ("pin", "data-amr-pin"),
    ("qr", "person-badge"),
    ("otp", "data-amr-otp"),
    ("hwk", "data-amr-key"),
    ("swk", "data-amr-key"),
    ("mfa", "data-amr-two"),
    ("import", "data-source-import"),
    ("by hand", "data-source-hand"),
    ("rollover", "data-source-rollover"),
    ("merge", "data-source-merge"),
    ("transfer", "data-source-transfer"),
    ("sample", "data-source-sample"),
];

fn word(name: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key)
}

fn identifier_state(name: &str) -> Option<&'static str> {
    match name {
        "active" => Some("data-identifier-holds"),
        "provisional" => Some("data-identifier-provisional"),
        "superseded" => Some("data-identifier-superseded"),
        _ => None,
    }
}

fn account_state(name: &str) -> Option<&'static str> {
    AccountState::named(name).map(AccountState::key)
}

/// The page in a language.
pub(super) fn page(kept: &Value, locale: Locale) -> Vec<u8> {
    let (t, mut body) = (locale.texts(), String::new());
    for (member, title, how) in ALL {
        tag("h2", &t.say(title), &mut body);
        match how {
            Parts(columns) if kept[member].is_object() => document(t, columns, &kept[member], &mut body),
            Parts(columns) => table(t, columns, &kept[member], &mut body),
            how => tag("p", &told(t, how, &kept[member]), &mut body),
        }
    }
    let mut title = String::new();
    escape(&t.say("data-title"), &mut title);
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}table{{border-collapse:collapse}}\
         td,th{{border:1px solid #999;padding:.2em .6em;text-align:left;vertical-align:top}}</style></head><body>\
         <h1>{title}</h1>{body}</body></html>",
        locale.tag()
    )
    .into_bytes()
}

fn table(t: &Texts, columns: &[Part], rows: &Value, to: &mut String) {
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return tag("p", &t.say("data-none"), to);
    }
    to.push_str("<table><tr>");
    for (_, title, _) in columns {
        tag("th", &t.say(title), to);
    }
    for row in rows {
        to.push_str("</tr><tr>");
        for (member, _, how) in columns {
            tag("td", &told(t, *how, &row[member]), to);
        }
    }
    to.push_str("</tr></table>");
}

fn document(t: &Texts, members: &[Part], value: &Value, to: &mut String) {
    for (member, title, how) in members {
        tag("p", &format!("{}: {}", t.say(title), told(t, *how, &value[member])), to);
    }
}

/// A value as people read it.
fn told(t: &Texts, how: How, value: &Value) -> String {
    match (how, value) {
        (_, Value::Null) => "–".to_owned(),
        (Claims, Value::Object(claims)) => {
            let lines = told::lines(t, claims).into_iter().map(|(name, value)| format!("{name}: {value}"));
            lines.collect::<Vec<_>>().join("; ")
        }
        (how, Value::Array(all)) => all.iter().map(|one| told(t, how, one)).collect::<Vec<_>>().join(", "),
        (how, Value::String(text)) => written(t, how, text).unwrap_or_else(|| text.clone()),
        (_, other) => other.to_string(),
    }
}

fn written(t: &Texts, how: How, text: &str) -> Option<String> {
    match how {
        Text | Claims | Parts(_) => None,
        Day => Some(t.day(&text.parse::<Date>().ok()?)),
        Last => Some(t.day(&text.parse::<Date>().ok()?.yesterday().ok()?)),
        At => {
            let at = text.parse::<Timestamp>().ok()?;
            Some(t.moment(&Moment::from_micros(at.as_microsecond())))
        }
        Word(key) => {
            // How somebody signed in is several at once.
            let several = || text.split(' ').map(|word| Some(t.say(key(word)?))).collect::<Option<Vec<_>>>();
            key(text).map(|key| t.say(key).into_owned()).or_else(|| Some(several()?.join(", ")))
        }
    }
}

fn tag(name: &str, text: &str, to: &mut String) {
    for part in ["<", name, ">"] {
        to.push_str(part);
    }
    escape(text, to);
    for part in ["</", name, ">"] {
        to.push_str(part);
    }
}

fn escape(text: &str, to: &mut String) {
    for c in text.chars() {
        match c {
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            '&' => to.push_str("&amp;"),
            '"' => to.push_str("&quot;"),
            c => to.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(kept: &Value, locale: Locale) -> String {
        String::from_utf8(page(kept, locale)).unwrap()
    }

    #[test]
    fn r48_what_somebody_wrote_is_text_on_the_page() {
        let html = shown(&json!({ "name": "<script>alert(1)</script>", "contacts": [{ "value": "\"&" }] }), Locale::Vi);
        assert!(html.contains("&lt;script&gt;") && html.contains("&quot;&amp;") && !html.contains("<script"), "{html}");
        assert!(html.contains("default-src 'none'"));
    }

    #[test]
    fn days_moments_and_states_are_told_as_people_read_them() {
        let kept = json!({
            "birth_date": "2017-03-14",
            "identifiers": [{ "kind": "temp", "value": "TAM-0001", "state": "superseded", "source": "import" }],
            "roles": [{ "role": "student", "state": "ended", "from": "2026-09-05", "to": "2026-11-28", "source": "a list" }],
            "sessions": [{ "since": "2026-11-27T16:05:09.123456Z", "by": "pin qr" }],
            "events": [{ "at": "2026-11-27T16:05:09.123456Z", "what": "person.exported", "by": "others" }],
        });
        let (vi, en) = (shown(&kept, Locale::Vi), shown(&kept, Locale::En));
        for text in ["14/03/2017", "Mã tạm", "TAM-0001", "Học sinh", "27/11/2026", "23:05 27/11/2026", "a list"] {
            assert!(vi.contains(text), "{text}: {vi}");
        }
        for text in ["2017-03-14", "28/11/2026", "123456", "superseded", "person.exported", "others", "pin qr"] {
            assert!(!vi.contains(text), "{text}: {vi}");
        }
        assert!(en.contains("14 Mar 2017") && en.contains("Temporary ID") && !en.contains("Học sinh"), "{en}");
    }

    #[test]
    fn every_title_and_word_is_a_text() {
        let parts = ALL.iter().flat_map(|(_, title, how)| {
            let of = if let Parts(parts) = how { *parts } else { &[] };
            of.iter().map(|(_, title, _)| *title).chain([*title])
        });
        let states = ["active", "provisional", "superseded"].into_iter().filter_map(identifier_state);
        for key in parts.chain(WORDS.iter().map(|(_, key)| *key)).chain(states) {
            assert!(Locale::ALL.iter().all(|locale| locale.texts().has(key)), "{key}");
        }
    }
}
