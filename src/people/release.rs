//! What an app is told about a person: the claims of its scopes, of its single requests, and no more.
//!
//! Names and forms are those of `docs/reference/claims.md`. A claim without a value is left out, never null.

use serde_json::{Map, Value, json};

use crate::{
    base::id::PersonId,
    protocol::{client::Client, scope::Scopes, subject::SubjectKind},
    services::Services,
    store::{
        StoreError, Tx,
        contexts::{self, ClassRow, ContextRow, PersonRow},
    },
};

/// More classes than this an app must ask the groups API for.
const MOST_CLASSES: usize = 30;

/// What is known of a person that may be released.
#[derive(Clone, Debug)]
pub struct Profile {
    person: PersonRow,
    contexts: Vec<ContextRow>,
    classes: Vec<ClassRow>,
    email: Option<(String, bool)>,
    phone: Option<(String, bool)>,
    sector_id: Option<String>,
}

/// What is to be read of a profile beside the person itself: each part is a question to the database.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    places: bool,
    contacts: bool,
    sector_id: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self { places: true, contacts: true, sector_id: true };

    /// What the claims of these scopes are made of.
    pub fn of(scopes: &Scopes) -> Self {
        Self {
            places: ["edu", "edu.contexts", "edu.classes"].iter().any(|scope| scopes.has(scope)),
            contacts: scopes.has("email") || scopes.has("phone"),
            sector_id: scopes.has("edu.sector_id"),
        }
    }
}

impl Profile {
    /// Reads it; `None` when there is no such person.
    pub async fn read(sv: &Services, person: PersonId) -> Result<Option<Self>, StoreError> {
        Self::read_parts(sv, person, Parts::ALL).await
    }

    /// Reads these parts of it and leaves the others empty.
    pub async fn read_parts(sv: &Services, person: PersonId, parts: Parts) -> Result<Option<Self>, StoreError> {
        sv.store
            .read((person, parts), async |tx: &mut Tx, (person, parts): &(PersonId, Parts)| {
                let Some(row) = contexts::person(tx, *person).await? else { return Ok(None) };
                let mut profile =
                    Self { person: row, contexts: vec![], classes: vec![], email: None, phone: None, sector_id: None };
                if parts.places {
                    profile.contexts = contexts::contexts(tx, *person).await?;
                    profile.classes = contexts::classes(tx, *person).await?;
                }
                if parts.contacts {
                    profile.email = contexts::contact(tx, *person, "email").await?;
                    profile.phone = contexts::contact(tx, *person, "phone").await?;
                }
                if parts.sector_id {
                    profile.sector_id = contexts::sector_id(tx, *person).await?;
                }
                Ok(Some(profile))
            })
            .await
    }

    /// Whether an app's audience admits any of the person's active roles.
    pub fn admitted(&self, client: &Client) -> bool {
        client.audience.admits_any(self.contexts.iter().map(|context| (&*context.role, context.org_code.as_deref())))
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.person.full_name
    }

    /// Where a person is to be found, for people: class and school.
    pub fn place(&self) -> String {
        let class = self.classes.iter().find(|class| class.function == "pupil").map(|class| class.code.clone());
        let school = self.contexts.first().map(|context| context.org_name.clone());
        class.into_iter().chain(school).collect::<Vec<_>>().join(" · ")
    }

    /// The person's active roles.
    pub fn contexts(&self) -> &[ContextRow] {
        &self.contexts
    }

    /// The claims that these scopes release to this client, but for `sub`.
    pub fn claims(&self, sv: &Services, client: &Client, scopes: &Scopes) -> Map<String, Value> {
        let mut claims = Map::new();
        let mut add = |name: &str, value: Value| {
            let empty = match &value {
                Value::Null => true,
                Value::String(text) => text.is_empty(),
                Value::Array(list) => list.is_empty(),
                Value::Object(map) => map.is_empty(),
                _ => false,
            };
            if !empty {
                claims.insert(name.to_owned(), value);
            }
        };
        if scopes.has("profile") {
            add("name", json!(self.person.full_name));
            add("family_name", json!(self.person.family_name));
            add("middle_name", json!(self.person.middle_name));
            add("given_name", json!(self.person.given_name));
            add("locale", json!(self.person.locale.as_deref().unwrap_or("vi")));
            add("updated_at", json!(self.person.updated_at.seconds()));
        }
        if scopes.has("email")
            && let Some((value, verified)) = &self.email
        {
            add("email", json!(value));
            add("email_verified", json!(verified));
        }
        if scopes.has("phone")
            && let Some((value, verified)) = &self.phone
        {
            add("phone_number", json!(value));
            add("phone_number_verified", json!(verified));
        }
        if scopes.has("edu.birthdate") {
            add("birthdate", json!(self.person.birth_date));
        }
        if scopes.has("edu") {
            let roles: Vec<&str> =
                self.contexts.iter().flat_map(|context| edu_person(&context.role)).copied().collect();
            let roles = distinct(&roles);
            let scoped: Vec<String> = self.contexts.iter().flat_map(|context| scoped(sv, context)).collect();
            add(
                "edu_context",
                self.contexts.first().map_or(Value::Null, |first| self.context(sv, &client.subject, first)),
            );
            add("eduperson_affiliation", json!(roles));
            add("eduperson_scoped_affiliation", json!(scoped));
            add("schac_home_organization", json!(sv.settings.realm));
        }
        if scopes.has("edu.contexts") {
            let all: Vec<Value> =
                self.contexts.iter().map(|context| self.context(sv, &client.subject, context)).collect();
            add("edu_contexts", json!(all));
        }
        if scopes.has("edu.classes") {
            let all: Vec<Value> =
                self.classes.iter().take(MOST_CLASSES).map(|class| class_claim(sv, &client.subject, class)).collect();
            add("edu_classes", json!(all));
        }
        if scopes.has("edu.sector_id")
            && let Some(id) = &self.sector_id
        {
            add("edu_sector_id", json!(id));
            let code = format!("urn:schac:personalUniqueCode:int:sectorID:{}:{id}", sv.settings.realm);
            add("schac_personal_unique_code", json!([code]));
        }
        claims
    }

    fn context(&self, sv: &Services, kind: &SubjectKind, context: &ContextRow) -> Value {
        let class = self.classes.iter().find(|class| class.affiliation_id == context.id && class.function == "pupil");
        let year =
            self.classes.iter().find(|class| class.affiliation_id == context.id).map(|class| class.year.as_str());
        let grade = class.and_then(|class| class.grade);
        let mut value = Map::new();
        value.insert("id".into(), json!(sv.subjects.context(kind, context.id.uuid())));
        value.insert("org".into(), json!(context.org_name));
        value.insert("role".into(), json!(context.role));
        value.insert("status".into(), json!("active"));
        let level = level(&context.levels, grade);
        for (name, known) in [("org_code", context.org_code.as_deref()), ("level", level), ("school_year", year)] {
            value.extend(known.map(|text| (name.to_owned(), json!(text))));
        }
        value.extend(grade.map(|grade| ("grade".to_owned(), json!(grade))));
        Value::Object(value)
    }
}

/// `student@31303405.realm` for each of the role's eduPerson values.
fn scoped(sv: &Services, context: &ContextRow) -> Vec<String> {
    let Some(code) = &context.org_code else { return Vec::new() };
    edu_person(&context.role).iter().map(|role| format!("{role}@{code}.{}", sv.settings.realm)).collect()
}

/// The level a grade belongs to, or a school's only one.
fn level(levels: &str, grade: Option<i64>) -> Option<&str> {
    let of_grade = match grade? {
        1..=5 => "TH",
        6..=9 => "THCS",
        10..=12 => "THPT",
        _ => return None,
    };
    levels.split(',').find(|level| *level == of_grade)
}

/// A role in eduPerson's vocabulary.
fn edu_person(role: &str) -> &'static [&'static str] {
    match role {
        "student" => &["student", "member"],
        "teacher" => &["faculty", "employee", "member"],
        "principal" => &["employee", "member"],
        "staff" => &["staff", "employee", "member"],
        "guardian" => &["affiliate"],
        _ => &[],
    }
}

fn distinct<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for word in words {
        if !seen.contains(word) {
            seen.push(*word);
        }
    }
    seen
}

fn class_claim(sv: &Services, kind: &SubjectKind, class: &ClassRow) -> Value {
    let mut value = Map::new();
    value.insert("id".into(), json!(sv.subjects.class(kind, class.id)));
    value.insert("code".into(), json!(class.code));
    value.insert("function".into(), json!(class.function));
    value.extend(class.grade.map(|grade| ("grade".to_owned(), json!(grade))));
    if !class.subject.is_empty() {
        value.insert("subject".into(), json!(class.subject));
    }
    Value::Object(value)
}
