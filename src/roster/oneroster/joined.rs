//! What the tables say of each other's ids, and the rows that come of it.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    ops::ControlFlow,
};

use super::{Line, Out, for_each};
use crate::{
    base::digest::Digest,
    roster::{
        cell_reader::GONE,
        error::{OpenError, ReadError},
        limits::Limits,
    },
};

/// An id of the file's: whatever its length, it is held in sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 16]);

impl Key {
    fn of(id: &str) -> Self {
        let mut key = [0; 16];
        key.copy_from_slice(&Digest::of(id.as_bytes()).bytes()[..16]);
        Self(key)
    }
}

/// What somebody is at an org.
#[derive(Clone, Debug)]
pub(super) struct Role {
    kind: What,
    org: Key,
    since: Option<Box<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Student,
    Teacher,
    Principal,
    Staff,
    /// Who administers a system, or helps in class, beside whatever else they are.
    Helper,
    /// Guardians and relatives, who have no list.
    Other,
}

impl Role {
    pub(super) fn is_pupil(&self) -> bool {
        self.kind == What::Student
    }

    pub(super) fn is_staff(&self) -> bool {
        matches!(self.kind, What::Teacher | What::Principal | What::Staff | What::Helper)
    }
}

struct Org {
    code: String,
    name: String,
    is_commune: bool,
}

struct Class {
    code: String,
    grade: String,
    org: Key,
    year: String,
    homeroom: bool,
    subjects: String,
}

/// The tables, joined.
#[derive(Default)]
pub(super) struct Joined {
    orgs: HashMap<Key, Org>,
    classes: HashMap<Key, Class>,
    roles: HashMap<Key, Vec<Role>>,
    /// The class of a pupil at a school.
    seats: HashMap<(Key, Key), Key>,
    /// Who is in a class that is not there.
    astray: HashSet<Key>,
    /// Day of birth and sex.
    births: HashMap<Key, (Box<str>, Box<str>)>,
    /// The sector IDs of those who teach, and of pupils who are in a class that is not there.
    teachers: HashMap<Key, String>,
}

impl Joined {
    pub(super) fn read(file: &File, limits: &Limits) -> Result<Self, OpenError> {
        let mut all = Self::default();
        each(file, "orgs", limits, |line| {
            let is_commune = line.get("type") == "local";
            let (code, name) = (line.get("identifier").to_owned(), line.get("name").to_owned());
            all.orgs.insert(Key::of(line.get("sourcedId")), Org { code, name, is_commune });
        })?;
        each(file, "classes", limits, |line| {
            let title = if line.get("classCode").is_empty() { line.get("title") } else { line.get("classCode") };
            let class = Class {
                code: title.to_owned(),
                grade: line.get("grades").trim_start_matches('0').to_owned(),
                org: Key::of(line.get("schoolSourcedId")),
                year: line.get("termSourcedIds").to_owned(),
                homeroom: line.get("classType").eq_ignore_ascii_case("homeroom"),
                subjects: line.get("subjects").to_owned(),
            };
            all.classes.insert(Key::of(line.get("sourcedId")), class);
        })?;
        each(file, "roles", limits, |line| all.role(line))?;
        // A pupil who helps besides is no member of staff.
        for roles in all.roles.values_mut().filter(|roles| roles.iter().any(Role::is_pupil)) {
            roles.retain(|role| role.kind != What::Helper);
        }
        each(file, "enrollments", limits, |line| all.seat(line))?;
        each(file, "demographics", limits, |line| {
            let (born, sex) = (line.get("birthDate").into(), line.get("sex").into());
            all.births.insert(Key::of(line.get("sourcedId")), (born, sex));
        })?;
        each(file, "users", limits, |line| {
            let id = Key::of(line.get("sourcedId"));
            if all.astray.contains(&id) || all.roles.get(&id).is_some_and(|roles| roles.iter().any(Role::is_staff)) {
                all.teachers.insert(id, sector_id(line).to_owned());
            }
        })?;
        Ok(all)
    }

    fn role(&mut self, line: &Line<'_>) {
        if line.is_gone() {
            return;
        }
        let kind = match line.get("role").to_ascii_lowercase().as_str() {
            "student" => What::Student,
            "teacher" => What::Teacher,
            "principal" => What::Principal,
            "guardian" | "parent" | "relative" => What::Other,
            "systemadministrator" | "districtadministrator" | "siteadministrator" | "aide" | "proctor"
                if line.get("roleType").eq_ignore_ascii_case("secondary") =>
            {
                What::Helper
            }
            _ => What::Staff,
        };
        let since = Some(line.get("beginDate")).filter(|day| !day.is_empty()).map(Into::into);
        let role = Role { kind, org: Key::of(line.get("orgSourcedId")), since };
        self.roles.entry(Key::of(line.get("userSourcedId"))).or_default().push(role);
    }

    /// Of several years the last counts.
    fn seat(&mut self, line: &Line<'_>) {
        if line.is_gone() || !line.get("role").eq_ignore_ascii_case("student") {
            return;
        }
        let key = Key::of(line.get("classSourcedId"));
        let Some(class) = self.classes.get(&key) else {
            self.astray.insert(Key::of(line.get("userSourcedId")));
            return;
        };
        let seat = self.seats.entry((Key::of(line.get("userSourcedId")), class.org)).or_insert(key);
        if self.classes.get(seat).is_some_and(|other| other.year < class.year) {
            *seat = key;
        }
    }

    /// The row of a school.
    pub(super) fn school(&self, line: &Line<'_>, out: &mut Out<'_>) -> ControlFlow<()> {
        if line.get("type") != "school" || line.is_gone() {
            return ControlFlow::Continue(());
        }
        let parent = self.orgs.get(&Key::of(line.get("parentSourcedId"))).filter(|org| org.is_commune);
        let commune = match line.get("metadata.vn.commune") {
            "" => parent.map_or("", |org| &org.name),
            named => named,
        };
        out.row(line.number, &[line.get("identifier"), line.get("name"), line.get("metadata.vn.levels"), commune])
    }

    /// The rows of a person: one for each of the roles that are asked for. Of a record that is no more there is one row,
    /// which says so: among the pupils, unless they are staff.
    pub(super) fn person(&self, line: &Line<'_>, asked: impl Fn(&Role) -> bool, out: &mut Out<'_>) -> ControlFlow<()> {
        let id = Key::of(line.get("sourcedId"));
        let parts = ["familyName", "middleName", "givenName"].map(|part| line.get(part)).join(" ");
        let name = Some(line.get("metadata.vn.fullName")).filter(|name| !name.is_empty()).unwrap_or(&parts);
        let (born, sex) = self.births.get(&id).map(|(born, sex)| (&**born, &**sex)).unwrap_or_default();
        let sex = match sex {
            "female" => "Nữ",
            "male" => "Nam",
            other => other,
        };
        let own = sector_id(line);
        let temporary = Some(line.get("metadata.vn.temporaryId")).filter(|id| !id.is_empty());
        let temporary = &temporary.map(|id| format!("{id}?")).unwrap_or_default();
        let upn = upn(line);
        let status = |status| if line.is_gone() { GONE } else { status };
        let gone = [Role { kind: What::Student, org: Key::of(line.get("primaryOrgSourcedId")), since: None }];
        let roles = match self.roles.get(&id) {
            Some(all) if line.is_gone() => &all[..1],
            Some(all) => all,
            None if line.is_gone() => &gone,
            None => &[],
        };
        for role in roles.iter().filter(|role| asked(role)) {
            let school = self.orgs.get(&role.org).map_or("", |org| org.code.as_str());
            let since = role.since.as_deref().unwrap_or_default();
            let shown = if role.is_pupil() {
                let class = self.seats.get(&(id, role.org)).and_then(|class| self.classes.get(class));
                let (code, grade) = class.map_or(("", ""), |class| (&class.code, &class.grade));
                let status = status("Đang học");
                out.row(line.number, &[school, code, grade, own, name, born, sex, status, since, temporary, upn])
            } else {
                let group = match role.kind {
                    What::Teacher => "Giáo viên",
                    What::Principal => "Hiệu trưởng",
                    _ => "Nhân viên",
                };
                let (email, phone) = (line.get("email"), line.get("phone"));
                let status = status("Đang làm việc");
                let cells = [school, own, name, born, sex, status, group, email, phone, temporary, upn];
                out.row(line.number, &cells)
            };
            if shown.is_break() {
                return shown;
            }
        }
        ControlFlow::Continue(())
    }

    /// The row of what a teacher is to a class; and of whoever is in a class that is not there, so that it is found.
    pub(super) fn assignment(&self, line: &Line<'_>, out: &mut Out<'_>) -> ControlFlow<()> {
        if line.is_gone() {
            return ControlFlow::Continue(());
        }
        let code = |org: &Key| self.orgs.get(org).map_or("", |org| org.code.as_str());
        let teacher = self.teachers.get(&Key::of(line.get("userSourcedId"))).map_or("", String::as_str);
        let named = line.get("classSourcedId");
        let Some(class) = self.classes.get(&Key::of(named)) else {
            // Nothing a school calls a class.
            let (school, class) = (code(&Key::of(line.get("schoolSourcedId"))), format!("id {named}"));
            return out.row(line.number, &[school, &class, teacher, "Bộ môn", "?"]);
        };
        if line.get("role").eq_ignore_ascii_case("student") {
            return ControlFlow::Continue(());
        }
        let subject = match line.get("metadata.vn.subject") {
            "" => class.subjects.as_str(),
            named => named,
        };
        let homeroom = class.homeroom && subject.is_empty() && line.get("primary") == "true";
        let function = if homeroom { "Chủ nhiệm" } else { "Bộ môn" };
        out.row(line.number, &[code(&class.org), &class.code, teacher, function, subject])
    }
}

/// Takes in every line of a table.
fn each(file: &File, table: &str, limits: &Limits, mut take: impl FnMut(&Line<'_>)) -> Result<(), ReadError> {
    for_each(file, table, limits, |line| {
        take(line);
        ControlFlow::Continue(())
    })
}

/// The Microsoft account, if one is named among the ids: Microsoft has ids of other forms as well.
fn upn<'l>(line: &'l Line<'_>) -> &'l str {
    let named = line.get("userIds").split(',').find_map(|id| {
        let (kind, id) = id.trim().strip_prefix('{')?.strip_suffix('}')?.split_once(':')?;
        let is_of_microsoft = ["microsoft", "upn"].iter().any(|known| kind.trim().eq_ignore_ascii_case(known));
        Some(id.trim()).filter(|id| is_of_microsoft && id.contains('@'))
    });
    named.unwrap_or_default()
}

/// The identifier of the sector: in its own column, among the others, or as the name somebody signs in with.
fn sector_id<'l>(line: &'l Line<'_>) -> &'l str {
    let own = line.get("identifier");
    let among = line.get("userIds").split(',').find_map(|id| id.trim().strip_prefix("{moet:")?.strip_suffix('}'));
    match (own, among) {
        ("", Some(id)) => id,
        ("", None) if line.get("metadata.vn.temporaryId").is_empty() => line.get("username"),
        (own, _) => own,
    }
}
