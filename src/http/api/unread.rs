//! Why a request could not be read, in words of ours: what is wrong where the pointer shows, and what is expected there.

use crate::i18n::Texts;

/// What serde says of a field that lacks.
pub(super) const MISSING: &str = "missing field";

/// What serde said, for a caller; what is not known stays as it was said.
pub(super) fn words(all: &str, t: &Texts) -> String {
    // The pointer tells where better than a line and a column.
    let placed = all.rsplit_once(" at line ").filter(|(_, at)| at.starts_with(|c: char| c.is_ascii_digit()));
    let (said, at) = placed.unwrap_or((all, ""));
    let listed = || -> String {
        let expected = said.rsplit_once("expected").map_or("", |(_, expected)| expected);
        expected.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
    };
    if said.starts_with("unknown field") && said.ends_with("there are no fields") {
        return t.say("unread-no-field").into_owned();
    }
    if said.starts_with("unknown field") {
        return t.with("unread-field", "expected", listed()).into_owned();
    }
    if said.starts_with("unknown variant") {
        return t.with("unread-variant", "expected", listed()).into_owned();
    }
    let expected =
        said.rsplit_once(", expected ").filter(|_| said.starts_with("invalid ")).map(|(_, expected)| expected);
    if let Some(most) = expected.and_then(|expected| expected.strip_prefix("a whole number from 1 to ")) {
        return t.with("unread-whole", "most", most).into_owned();
    }
    let key = match expected.unwrap_or(said) {
        "a string" | "string or map" | "variant identifier" => "unread-text",
        "a boolean" | "provided string was not `true` or `false`" => "unread-boolean",
        "a sequence" => "unread-list",
        "a day" => "unread-day",
        "u8" | "u32" | "u64" | "i64" | "usize" | "invalid digit found in string" => "unread-number",
        "a formatted UUID string" => "unread-id",
        object if object.starts_with("struct ") => "unread-object",
        lacks if lacks.starts_with(MISSING) => "unread-missing",
        twice if twice.starts_with("duplicate field") => "unread-twice",
        id if id.starts_with("UUID parsing failed") => "unread-id",
        // Nothing is known of a value before the JSON around it is read.
        _ if expected.is_none() && !at.is_empty() => {
            return t.with("unread-json", "at", at.replace(" column ", ":")).into_owned();
        }
        _ => return said.to_owned(),
    };
    t.say(key).into_owned()
}

/// The member that lacks, or is there twice, where that is what was said.
pub(super) fn member(said: &str) -> Option<&str> {
    let named = said.strip_prefix("missing field `").or_else(|| said.strip_prefix("duplicate field `"))?;
    named.split('`').next()
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
        assert_eq!(member("missing field `reason` at line 1 column 2"), Some("reason"));
        assert_eq!(member("duplicate field `limit`"), Some("limit"));
        assert_eq!(member("unknown field `reason`"), None);
    }

    #[test]
    fn what_numbers_days_ids_and_json_look_like_is_said() {
        for (said, vi, en) in [
            (
                "invalid value: string \"31/02/2012\", expected a day at line 1 column 20",
                "Cần một ngày có thật, viết năm-tháng-ngày như 2012-02-29.",
                "A day that exists is expected, written like 2012-02-29.",
            ),
            (
                "invalid value: string \"a, expected b\", expected a whole number from 1 to 200",
                "Cần một số nguyên từ 1 đến 200.",
                "A whole number from 1 to 200 is expected.",
            ),
            (
                "invalid digit found in string",
                "Cần một số nguyên trong khoảng cho phép.",
                "A whole number within its limits is expected.",
            ),
            ("provided string was not `true` or `false`", "Cần true hoặc false.", "true or false is expected."),
            (
                "unknown field `school`, there are no fields",
                "Ở đây không nhận tham số nào.",
                "No parameters are taken here.",
            ),
            (
                "UUID parsing failed: invalid length: expected 32, found 1 at line 1 column 8",
                "Cần một id như API đã trả về.",
                "An id is expected, as the API told it.",
            ),
            (
                "trailing characters at line 1 column 2",
                "Đây không phải JSON: hãy xem dòng:cột 1:2.",
                "This is not JSON: look at line:column 1:2.",
            ),
        ] {
            let told = |locale: Locale| words(said, locale.texts());
            assert_eq!((told(Locale::Vi).as_str(), told(Locale::En).as_str()), (vi, en), "{said}");
        }
    }

    #[test]
    fn what_is_not_known_stays_as_it_was_said() {
        assert_eq!(words("something else", Locale::Vi.texts()), "something else");
    }
}
