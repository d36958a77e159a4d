//! Why a request could not be read, in words of ours: what is wrong where the pointer shows, and what is expected there.

use crate::i18n::Texts;

/// What serde said, for a caller; what is not known stays as it was said.
pub(super) fn words(said: &str, t: &Texts) -> String {
    // The pointer tells where better than a line and a column.
    let said = said.split(" at line ").next().unwrap_or(said);
    let listed = || -> String {
        let expected = said.split_once("expected").map_or("", |(_, expected)| expected);
        expected.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
    };
    if said.starts_with("unknown field") {
        return t.with("unread-field", "expected", listed()).into_owned();
    }
    if said.starts_with("unknown variant") {
        return t.with("unread-variant", "expected", listed()).into_owned();
    }
    if said.starts_with("missing field") {
        return t.say("unread-missing").into_owned();
    }
    if said.starts_with("duplicate field") {
        return t.say("unread-twice").into_owned();
    }
    let Some((_, expected)) = said.split_once(", expected ").filter(|_| said.starts_with("invalid ")) else {
        return said.to_owned();
    };
    let key = match expected {
        "a string" => "unread-text",
        "a boolean" => "unread-boolean",
        "a sequence" => "unread-list",
        "u8" | "u32" | "u64" | "i64" | "usize" => "unread-number",
        _ if expected.starts_with("struct ") => "unread-object",
        _ => return said.to_owned(),
    };
    t.say(key).into_owned()
}

/// The field that lacks, where that is what was said.
pub(super) fn missing(said: &str) -> Option<&str> {
    said.strip_prefix("missing field `")?.split('`').next()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::i18n::Locale;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only read")]
    struct Asked {
        reason: String,
        many: Option<u32>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Pupil,
        Staff,
    }

    fn read(json: &str, locale: Locale) -> String {
        words(&serde_json::from_str::<Asked>(json).unwrap_err().to_string(), locale.texts())
    }

    #[test]
    fn what_is_wrong_is_said_in_either_language() {
        for (json, vi, en) in [
            (
                r#"{"role":1}"#,
                "Không có trường này; nhận: reason, many, kind.",
                "There is no such field; taken are: reason, many, kind.",
            ),
            ("{}", "Thiếu trường này.", "This field is missing."),
            (r#"{"reason":1}"#, "Cần một chuỗi ký tự.", "A string is expected."),
            (
                r#"{"reason":"x","many":"x"}"#,
                "Cần một số nguyên trong khoảng cho phép.",
                "A whole number within its limits is expected.",
            ),
            (
                r#"{"reason":"x","kind":"x"}"#,
                "Giá trị này không nhận; hãy dùng: pupil, staff.",
                "This value is not taken; taken are: pupil, staff.",
            ),
            (r#"{"reason":"x","reason":"y"}"#, "Trường này có hai lần.", "This field is there twice."),
        ] {
            assert_eq!((read(json, Locale::Vi).as_str(), read(json, Locale::En).as_str()), (vi, en), "{json}");
        }
        assert_eq!(missing("missing field `reason` at line 1 column 2"), Some("reason"));
        assert_eq!(missing("unknown field `reason`"), None);
    }

    #[test]
    fn what_is_not_known_stays_as_it_was_said() {
        assert_eq!(words("trailing characters at line 1 column 2", Locale::Vi.texts()), "trailing characters");
    }
}
