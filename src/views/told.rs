//! What an app is told, as people read it: the claims of `docs/reference/claims.md` with a name and in words.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::{base::clock::Moment, i18n::Texts, model::sector_id::SectorId};

/// The claims that have a name of their own, in the order in which people read them.
const NAMED: [(&str, &str); 28] = [
    ("name", "claim-name"),
    ("family_name", "claim-family-name"),
    ("middle_name", "claim-middle-name"),
    ("given_name", "claim-given-name"),
    ("nickname", "claim-nickname"),
    ("preferred_username", "claim-preferred-username"),
    ("gender", "claim-gender"),
    ("birthdate", "claim-birthdate"),
    ("edu_sector_id", "claim-sector-id"),
    ("edu_citizen_id", "claim-citizen-id"),
    ("address", "claim-address"),
    ("edu_context", "claim-context"),
    ("edu_contexts", "claim-contexts"),
    ("edu_classes", "claim-classes"),
    ("email", "claim-email"),
    ("email_verified", "claim-email-verified"),
    ("phone_number", "claim-phone"),
    ("phone_number_verified", "claim-phone-verified"),
    ("profile", "claim-profile"),
    ("picture", "claim-picture"),
    ("website", "claim-website"),
    ("zoneinfo", "claim-zoneinfo"),
    ("locale", "claim-locale"),
    ("updated_at", "claim-updated-at"),
    ("eduperson_affiliation", "claim-affiliation"),
    ("eduperson_scoped_affiliation", "claim-scoped-affiliation"),
    ("schac_home_organization", "claim-home-organization"),
    ("schac_personal_unique_code", "claim-unique-code"),
];

/// Names and values; a claim that has no name in our texts keeps its own.
pub fn lines(t: &Texts, claims: &Map<String, Value>) -> Vec<(String, String)> {
    let whole = claims.get("name").and_then(Value::as_str).unwrap_or_default();
    let named = NAMED.iter().filter(|(claim, _)| !says_the_same(claims, claim, whole)).filter_map(|(claim, key)| {
        let value = claims.get(*claim)?;
        Some((t.say(key).into_owned(), words(t, claim, value)))
    });
    let others = claims.iter().filter(|(claim, _)| NAMED.iter().all(|(name, _)| name != claim));
    named.chain(others.map(|(claim, value)| (claim.clone(), words(t, claim, value)))).collect()
}

/// Whether a claim is a part of the name that is told as a whole.
fn says_the_same(claims: &Map<String, Value>, claim: &str, whole: &str) -> bool {
    let part = claims.get(claim).and_then(Value::as_str).unwrap_or_default();
    matches!(claim, "family_name" | "middle_name" | "given_name") && whole.contains(part)
}

fn words(t: &Texts, claim: &str, value: &Value) -> String {
    match (claim, value) {
        (_, Value::Array(list)) => list.iter().map(|each| words(t, claim, each)).collect::<Vec<_>>().join("; "),
        ("edu_context" | "edu_contexts", Value::Object(context)) => place(t, context),
        ("edu_classes", Value::Object(class)) => class_words(t, class),
        ("updated_at", _) => value.as_i64().map(|at| t.moment(&Moment::from_seconds(at))).unwrap_or_default(),
        ("birthdate", Value::String(day)) => day.parse::<Date>().map_or_else(|_| day.clone(), |day| t.day(&day)),
        ("locale", Value::String(tag)) => language(t, tag),
        (_, Value::Object(parts)) => parts.values().map(|part| words(t, claim, part)).collect::<Vec<_>>().join(", "),
        (_, Value::Bool(yes)) => t.say(if *yes { "yes" } else { "no" }).into_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

fn place(t: &Texts, context: &Map<String, Value>) -> String {
    let text = |name: &str| context.get(name).and_then(Value::as_str);
    let role = text("role").map(|role| t.say(role_key(role)).into_owned());
    let grade =
        context.get("grade").and_then(Value::as_i64).map(|grade| t.with("claim-grade", "grade", grade).into_owned());
    let parts = [role, text("org").map(str::to_owned), grade, text("school_year").map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn class_words(t: &Texts, class: &Map<String, Value>) -> String {
    let text = |name: &str| class.get(name).and_then(Value::as_str).unwrap_or_default();
    let what = match text("function") {
        "homeroom" => t.say("function-homeroom").into_owned(),
        "subject" if !text("subject").is_empty() => text("subject").to_owned(),
        "subject" => t.say("function-subject").into_owned(),
        _ => return text("code").to_owned(),
    };
    format!("{} ({what})", text("code"))
}

fn language(t: &Texts, tag: &str) -> String {
    match tag {
        "vi" => t.say("language-vi").into_owned(),
        "en" => t.say("language-en").into_owned(),
        other => other.to_owned(),
    }
}

/// The key of the name of what somebody is known by: the sector ID, or a temporary one.
pub fn id_key(id: &str) -> &'static str {
    if id.starts_with(SectorId::TEMPORARY) { "identifier-temporary" } else { "account-id" }
}

/// The key of a role's text.
pub fn role_key(role: &str) -> &'static str {
    match role {
        "student" => "role-student",
        "teacher" => "role-teacher",
        "principal" => "role-principal",
        "guardian" => "role-guardian",
        _ => "role-staff",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn people_read_words_and_not_the_names_of_claims() {
        let claims = json!({
            "name": "Trần Đức Huy",
            "email_verified": false,
            "updated_at": 1_789_344_900,
            "birthdate": "1985-09-02",
            "locale": "vi",
            "address": { "locality": "Hải Phòng" },
            "edu_context": { "id": "x", "org": "Trường THCS Mẫu", "role": "teacher", "status": "active" },
            "edu_classes": [
                { "id": "a", "code": "6A", "function": "homeroom" },
                { "id": "b", "code": "7B", "function": "subject", "subject": "Toán" },
            ],
            "hobby": "Cờ vua",
        });
        let lines = lines(Locale::Vi.texts(), claims.as_object().unwrap());
        let lines: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            lines,
            [
                ("Họ và tên", "Trần Đức Huy"),
                ("Ngày sinh", "02/09/1985"),
                ("Địa chỉ", "Hải Phòng"),
                ("Vai trò", "Giáo viên · Trường THCS Mẫu"),
                ("Lớp", "6A (Chủ nhiệm); 7B (Toán)"),
                ("E-mail đã xác minh", "Chưa"),
                ("Ngôn ngữ", "Tiếng Việt"),
                ("Cập nhật lần cuối", "07:15 14/09/2026"),
                ("hobby", "Cờ vua"),
            ]
        );
    }

    #[test]
    fn the_parts_of_a_name_are_told_where_the_whole_does_not_say_them() {
        let told = |claims: Value| {
            let lines = lines(Locale::Vi.texts(), claims.as_object().unwrap());
            lines.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
        };
        assert_eq!(
            told(json!({ "name": "Trần Đức Huy", "family_name": "Trần", "given_name": "Huy" })),
            ["Trần Đức Huy"]
        );
        assert_eq!(told(json!({ "family_name": "Trần", "given_name": "Huy" })), ["Trần", "Huy"]);
        assert_eq!(told(json!({ "name": "Cô Huy", "family_name": "Trần" })), ["Cô Huy", "Trần"]);
    }

    #[test]
    fn every_claim_that_may_be_released_has_a_name() {
        const ABOUT_THE_TOKEN: [&str; 12] =
            ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "sid"];
        for claim in crate::protocol::discovery::CLAIMS {
            let named = NAMED.iter().any(|(name, _)| name == claim);
            assert!(named || ABOUT_THE_TOKEN.contains(claim), "{claim}");
        }
    }
}
