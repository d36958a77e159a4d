//! What the tables say of each other's ids, and the rows that come of it.

use std::{collections::HashMap, fs::File, ops::ControlFlow};

use super::{Line, Out, for_each};
use crate::{
    base::digest::Digest,
    roster::{
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
    /// Guardians and relatives, who have no list.
    Other,
}

impl Role {
    pub(super) fn is_pupil(&self) -> bool {
        self.kind == What::Student
    }

    pub(super) fn is_staff(&self) -> bool {
        matches!(self.kind, What::Teacher | What::Principal | What::Staff)
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
    /// Day of birth and sex.
    births: HashMap<Key, (Box<str>, Box<str>)>,
    /// The sector IDs of those who teach.
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
        each(file, "enrollments", limits, |line| all.seat(line))?;
        each(file, "demographics", limits, |line| {
            let (born, sex) = (line.get("birthDate").into(), line.get("sex").into());
            all.births.insert(Key::of(line.get("sourcedId")), (born, sex));
        })?;
        each(file, "users", limits, |line| {
            let id = Key::of(line.get("sourcedId"));
            if all.roles.get(&id).is_some_and(|roles| roles.iter().any(Role::is_staff)) {
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
        let Some(class) = self.classes.get(&key) else { return };
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

    /// The rows of a person: one for each of the roles that are asked for.
    pub(super) fn person(&self, line: &Line<'_>, asked: impl Fn(&Role) -> bool, out: &mut Out<'_>) -> ControlFlow<()> {
        if line.is_gone() {
            return ControlFlow::Continue(());
        }
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
        for role in self.roles.get(&id).into_iter().flatten().filter(|role| asked(role)) {
            let school = self.orgs.get(&role.org).map_or("", |org| org.code.as_str());
            let since = role.since.as_deref().unwrap_or_default();
            let shown = if role.is_pupil() {
                let class = self.seats.get(&(id, role.org)).and_then(|class| self.classes.get(class));
                let (code, grade) = class.map_or(("", ""), |class| (&class.code, &class.grade));
                out.row(line.number, &[school, code, grade, own, name, born, sex, "Đang học", since, temporary, upn])
            } else {
                let group = match role.kind {
                    What::Teacher => "Giáo viên",
                    What::Principal => "Hiệu trưởng",
                    _ => "Nhân viên",
                };
                let (email, phone) = (line.get("email"), line.get("phone"));
                let cells = [school, own, name, born, sex, "Đang làm việc", group, email, phone, temporary, upn];
                out.row(line.number, &cells)
            };
            if shown.is_break() {
                return shown;
            }
        }
        ControlFlow::Continue(())
    }

    /// The row of what a teacher is to a class.
    pub(super) fn assignment(&self, line: &Line<'_>, out: &mut Out<'_>) -> ControlFlow<()> {
        if line.is_gone() || line.get("role").eq_ignore_ascii_case("student") {
            return ControlFlow::Continue(());
        }
        let Some(class) = self.classes.get(&Key::of(line.get("classSourcedId"))) else {
            return ControlFlow::Continue(());
        };
        let school = self.orgs.get(&class.org).map_or("", |org| org.code.as_str());
        let teacher = self.teachers.get(&Key::of(line.get("userSourcedId"))).map_or("", String::as_str);
        let subject = match line.get("metadata.vn.subject") {
            "" => class.subjects.as_str(),
            named => named,
        };
        let homeroom = class.homeroom && subject.is_empty() && line.get("primary") == "true";
        let function = if homeroom { "Chủ nhiệm" } else { "Bộ môn" };
        out.row(line.number, &[school, &class.code, teacher, function, subject])
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
