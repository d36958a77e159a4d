//! What an app is told about a person: the claims of its scopes, of its single requests, and no more.
//!
//! Names and forms are those of `docs/reference/claims.md`. A claim without a value is left out, never null.

use jiff::{ToSpan, civil::Date};
use serde_json::{Map, Value, json};

use super::identifiers;
use crate::{
    base::id::{AffiliationId, PersonId},
    model::identifier::IdentifierKind,
    protocol::{
        client::{Client, Trust},
        scope::Scopes,
        subject::SubjectKind,
    },
    services::Services,
    store::{
        StoreError, Tx,
        contexts::{self, ClassRow, ContextRow, PersonRow},
    },
};

/// More classes than this an app must ask the groups API for.
const MOST_CLASSES: usize = 30;
/// From this age on people agree for themselves.
const ADULT_YEARS: i64 = 18;
/// Standard claims of the profile scope (Core 5.4) that are told if the person's document has them. What the register knows
/// of a birth date never gets in there: it is told under `edu.birthdate`, by approval.
pub const FURTHER: [&str; 8] =
    ["nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate", "zoneinfo"];

/// What is known of a person that may be released.
#[derive(Clone, Debug)]
pub struct Profile {
    person: PersonRow,
    contexts: Vec<ContextRow>,
    classes: Vec<ClassRow>,
    email: Option<(String, bool)>,
    phone: Option<(String, bool)>,
    sector_id: Option<String>,
    citizen_number: Option<Vec<u8>>,
}

/// What is to be read of a profile beside the person itself: each part is a question to the database.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    places: bool,
    contacts: bool,
    identifiers: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self { places: true, contacts: true, identifiers: true };

    /// What the claims of these scopes are made of; and the places where the release list asks what somebody is.
    pub fn of(client: &Client, scopes: &Scopes) -> Self {
        let asks =
            |scope: &str| ["edu", "edu.contexts", "edu.classes"].contains(&scope) || client.release.contains_key(scope);
        Self {
            places: scopes.iter().any(asks),
            contacts: scopes.has("email") || scopes.has("phone"),
            identifiers: scopes.has("edu.sector_id") || scopes.has("edu.citizen_id"),
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
                let mut profile = Self {
                    person: row,
                    contexts: vec![],
                    classes: vec![],
                    email: None,
                    phone: None,
                    sector_id: None,
                    citizen_number: None,
                };
                if parts.places {
                    profile.contexts = contexts::contexts(tx, *person).await?;
                    profile.classes = contexts::classes(tx, *person).await?;
                }
                if parts.contacts {
                    profile.email = contexts::contact(tx, *person, "email").await?;
                    profile.phone = contexts::contact(tx, *person, "phone").await?;
                }
                if parts.identifiers {
                    profile.sector_id = contexts::sector_id(tx, *person).await?;
                    profile.citizen_number = contexts::sealed(tx, *person, IdentifierKind::Citizen.as_str()).await?;
                }
                Ok(Some(profile))
            })
            .await
    }

    /// The same person acting as what they chose; towards an app that is not for that, as the first that it is for.
    pub fn acting(mut self, chosen: Option<AffiliationId>, client: &Client) -> Self {
        let admits = |context: &ContextRow| client.audience.admits(&context.role, context.org_code.as_deref());
        let is_chosen = |context: &ContextRow| Some(context.id) == chosen;
        let best = |context: &ContextRow| (admits(context), is_chosen(context));
        // The first of the best: they are in the order of the main one first.
        let first = (0..self.contexts.len()).rev().max_by_key(|at| best(&self.contexts[*at]));
        if let Some(at) = first {
            self.contexts[..=at].rotate_right(1);
        }
        self
    }

    /// Whether an app's audience admits any of the person's active roles; one that asks for consent is for adults only.
    pub fn admitted(&self, client: &Client, today: Date) -> bool {
        client.audience.admits_any(self.contexts.iter().map(post))
            && (client.trust == Trust::SectorApproved || self.is_adult(today))
    }

    /// Whether the person may agree for themselves: by what they are, or by their age.
    fn is_adult(&self, today: Date) -> bool {
        let born = self.person.birth_date.as_deref().and_then(|day| day.parse::<Date>().ok());
        let of_age = born.and_then(|born| born.checked_add(ADULT_YEARS.years()).ok()).is_some_and(|day| day <= today);
        of_age || self.contexts.iter().any(|context| context.role != "student")
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
        let posts = || self.contexts.iter().map(post);
        let told = |scope: &str| scopes.has(scope) && client.releases(scope, posts());
        let mut claims = Map::new();
        if told("profile") {
            self.profile(&mut claims);
        }
        if told("email") {
            add_contact(&mut claims, ["email", "email_verified"], self.email.as_ref());
        }
        if told("phone") {
            add_contact(&mut claims, ["phone_number", "phone_number_verified"], self.phone.as_ref());
        }
        if told("address") {
            add(&mut claims, "address", self.further("address"));
        }
        if told("edu") {
            self.edu(sv, client, &mut claims);
        }
        if told("edu.contexts") {
            let all: Vec<Value> = self.contexts.iter().map(|role| self.context(sv, &client.subject, role)).collect();
            add(&mut claims, "edu_contexts", json!(all));
        }
        if told("edu.classes") {
            let some = self.classes.iter().take(MOST_CLASSES);
            let all: Vec<Value> = some.map(|class| class_claim(sv, &client.subject, class)).collect();
            add(&mut claims, "edu_classes", json!(all));
        }
        if told("edu.sector_id")
            && let Some(id) = &self.sector_id
        {
            add(&mut claims, "edu_sector_id", json!(id));
            let code = format!("urn:schac:personalUniqueCode:vn:sectorID:{}:{id}", sv.settings.realm);
            add(&mut claims, "schac_personal_unique_code", json!([code]));
        }
        if told("edu.birthdate") {
            add(&mut claims, "birthdate", json!(self.person.birth_date));
        }
        if told("edu.citizen_id") {
            add(&mut claims, "edu_citizen_id", json!(self.citizen_number(sv)));
        }
        claims
    }

    fn profile(&self, claims: &mut Map<String, Value>) {
        add(claims, "name", json!(self.person.full_name));
        add(claims, "family_name", json!(self.person.family_name));
        add(claims, "middle_name", json!(self.person.middle_name));
        add(claims, "given_name", json!(self.person.given_name));
        add(claims, "locale", json!(self.person.locale.as_deref().unwrap_or("vi")));
        add(claims, "updated_at", json!(self.person.updated_at.seconds()));
        for name in FURTHER {
            add(claims, name, self.further(name));
        }
    }

    fn edu(&self, sv: &Services, client: &Client, claims: &mut Map<String, Value>) {
        let roles: Vec<&str> = self.contexts.iter().flat_map(|role| edu_person(&role.role)).copied().collect();
        let scoped: Vec<String> = self.contexts.iter().flat_map(|role| scoped(sv, role)).collect();
        // The main role of those for which the app is there.
        let admitted = |role: &&ContextRow| client.audience.admits_any(std::iter::once(post(role)));
        if let Some(role) = self.contexts.iter().find(admitted) {
            add(claims, "edu_context", self.context(sv, &client.subject, role));
        }
        add(claims, "eduperson_affiliation", json!(distinct(&roles)));
        add(claims, "eduperson_scoped_affiliation", json!(scoped));
        add(claims, "schac_home_organization", json!(sv.settings.realm));
    }

    /// A further standard claim of the person's document.
    fn further(&self, name: &str) -> Value {
        let document = self.person.claims.as_ref();
        document.and_then(|document| document.0.get(name)).cloned().unwrap_or(Value::Null)
    }

    /// Unsealed here and nowhere else; one that does not open is left out, and said in the log without its text.
    fn citizen_number(&self, sv: &Services) -> Option<String> {
        let opened = identifiers::open(sv, IdentifierKind::Citizen, self.citizen_number.as_deref()?);
        opened.inspect_err(|error| tracing::error!(%error, "a citizen number cannot be unsealed")).ok()
    }

    fn context(&self, sv: &Services, kind: &SubjectKind, context: &ContextRow) -> Value {
        let class = self.classes.iter().find(|class| class.affiliation_id == context.id);
        let grade = class.filter(|class| class.function == "pupil").and_then(|class| class.grade);
        let mut value = Map::new();
        add(&mut value, "id", json!(sv.subjects.context(kind, context.id.uuid())));
        add(&mut value, "org", json!(context.org_name));
        add(&mut value, "org_code", json!(context.org_code));
        add(&mut value, "role", json!(context.role));
        add(&mut value, "level", json!(level(&context.levels, grade)));
        add(&mut value, "grade", json!(grade));
        add(&mut value, "status", json!("active"));
        add(&mut value, "school_year", json!(class.map(|class| &class.year)));
        Value::Object(value)
    }
}

/// Adds a claim that has a value.
fn add(claims: &mut Map<String, Value>, name: &str, value: Value) {
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
}

fn add_contact(claims: &mut Map<String, Value>, [name, verified]: [&str; 2], contact: Option<&(String, bool)>) {
    if let Some((value, is_verified)) = contact {
        add(claims, name, json!(value));
        add(claims, verified, json!(is_verified));
    }
}

/// A role and its org's code, by which apps admit and are told.
fn post(context: &ContextRow) -> (&str, Option<&str>) {
    (&context.role, context.org_code.as_deref())
}

/// `student@31303405.realm` for each of the role's eduPerson values.
fn scoped(sv: &Services, context: &ContextRow) -> Vec<String> {
    let Some(code) = &context.org_code else { return Vec::new() };
    edu_person(&context.role).iter().map(|role| format!("{role}@{code}.{}", sv.settings.realm)).collect()
}

/// The level a grade belongs to, if the school teaches it; else its only one.
fn level(levels: &str, grade: Option<i64>) -> Option<&str> {
    let of_grade = match grade {
        Some(1..=5) => "TH",
        Some(6..=9) => "THCS",
        Some(10..=12) => "THPT",
        _ => "",
    };
    let only = Some(levels).filter(|levels| !levels.is_empty() && !levels.contains(','));
    levels.split(',').find(|level| *level == of_grade && !of_grade.is_empty()).or(only)
}

/// A role in eduPerson's vocabulary.
fn edu_person(role: &str) -> &'static [&'static str] {
    match role {
        "student" => &["student"],
        "teacher" => &["faculty", "employee", "member"],
        "principal" => &["employee"],
        "staff" => &["staff"],
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
    add(&mut value, "id", json!(sv.subjects.class(kind, class.id)));
    add(&mut value, "code", json!(class.code));
    add(&mut value, "grade", json!(class.grade));
    add(&mut value, "function", json!(class.function));
    add(&mut value, "subject", json!(class.subject));
    Value::Object(value)
}
