//! The demo's people and apps in a fresh database: a sample sector, five people whose passwords are told, three clients.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use serde::Serialize;

use super::apps::{App, Class, Directory};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClassId, OrgId, PersonId},
        secret::Token,
    },
    login::password,
    model::{
        account::AccountState,
        affiliation::{Post, Seat},
        level::Levels,
        membership::{Cannot, Change, Standing},
        name::PersonName,
        role::Role,
        sort::SortKey,
        text::SearchKey,
    },
    protocol::{
        client::{Audience, Kind},
        registration::Registration,
    },
    sample::{Demo, DemoSchool, Function, Grade, Person, Plan, Position, Sex},
    services::Services,
    store::{Day, StoreError, Tx, accounts, clients, delegations, memberships, orgs, people},
};

/// Somebody whose password the demo tells.
#[derive(Clone, Debug, Serialize)]
pub struct Sample {
    /// What they sign in with.
    pub sector_id: String,
    /// Their password.
    pub password: String,
    /// What they are: `teacher`, `student`, `staff`, `school_admin`, `sector_admin`.
    pub role: &'static str,
    /// Their name.
    pub name: String,
    /// Their school.
    pub school_code: String,
}

/// A client of the demo and its secret.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Which app.
    pub app: App,
    /// Its secret.
    pub secret: String,
}

/// Everything the demo needs of its database.
#[derive(Debug)]
pub struct Sector {
    /// People to sign in as.
    pub people: Vec<Sample>,
    /// The apps' clients.
    pub clients: Vec<Registered>,
    /// What the apps know of classes by themselves.
    pub directory: Directory,
}

/// Why the demo could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] password::NotProved),
    /// The sample has somebody where they cannot be.
    #[error(transparent)]
    Cannot(#[from] Cannot),
    /// An app could not be registered.
    #[error("the demo's app cannot be registered: {0}")]
    Registration(String),
}

/// Fills a fresh database; `told` hears how many people there are by now.
pub async fn set_up(
    sv: &Services,
    demo: &Demo,
    base: impl Fn(App) -> String,
    mut told: impl FnMut(u64),
) -> Result<Sector, SetupError> {
    let mut so_far = 0;
    let department = add_department(sv, &demo.plan).await?;
    let cast = choose(demo);
    let (mut directory, mut people) = (Directory::default(), Vec::new());
    for school in &demo.schools {
        classes(school).for_each(|class| directory.add(class));
        let added = add_school(sv, &demo.plan, department, school).await?;
        so_far += (school.staff.len() + school.pupils.len()) as u64;
        told(so_far);
        for (role, person) in &cast {
            if let Some(account) = added.accounts.get(person.sector_id.as_str()).copied() {
                let text = password_for(sv);
                activate(sv, account, &text).await?;
                delegate(sv, role, account, if *role == "sector_admin" { department } else { added.org }).await?;
                people.push(Sample {
                    sector_id: person.sector_id.clone(),
                    password: text,
                    role,
                    name: person.name.to_string(),
                    school_code: school.school.code.clone(),
                });
            }
        }
    }
    let clients = register(sv, base).await?;
    Ok(Sector { people, clients, directory })
}

/// What the apps hold of a school's classes, as class lists sort.
fn classes(school: &DemoSchool) -> impl Iterator<Item = Class> {
    school.classes.iter().map(|class| {
        let names = school.pupils.iter().filter(|pupil| pupil.class == class.code && pupil.status.is_active());
        let mut pupils: Vec<String> = names.map(|pupil| pupil.person.name.to_string()).collect();
        pupils.sort_by_cached_key(|name| PersonName::read(name).map(|name| SortKey::of(&name)).ok());
        Class { org_code: school.school.code.clone(), code: class.code.clone(), grade: grade(class.grade), pupils }
    })
}

fn grade(grade: Grade) -> Option<i64> {
    match grade {
        Grade::Year(year) => Some(i64::from(year)),
        Grade::Nursery | Grade::Kindergarten(_) => None,
    }
}

/// One of each kind. Whoever administers the sector is the principal of another school than the cast's.
fn choose(demo: &Demo) -> Vec<(&'static str, Person)> {
    let cast = &demo.cast;
    let heads =
        demo.schools.iter().flat_map(|school| &school.staff).filter(|member| member.position == Position::Principal);
    let elsewhere = heads.into_iter().find(|head| head.person != cast.principal.1.person);
    let mut all = vec![
        ("teacher", cast.teacher.1.person.clone()),
        ("staff", cast.clerk.1.person.clone()),
        ("school_admin", cast.principal.1.person.clone()),
    ];
    all.extend(elsewhere.map(|head| ("sector_admin", head.person.clone())));
    all.extend(cast.pupils.first().map(|(_, pupil)| ("student", pupil.person.clone())));
    all
}

/// Three short words and a number: easy to type, told on the terminal, good for a throw-away database.
fn password_for(sv: &Services) -> String {
    const WORDS: [&str; 16] = [
        "hoa", "song", "bien", "truong", "sach", "nang", "mua", "cau", "thuyen", "phuong", "gio", "may", "den", "cay",
        "chim", "trang",
    ];
    let word = || WORDS[sv.entropy.below(16) as usize];
    format!("{}-{}-{}-{}", word(), word(), word(), 100 + sv.entropy.below(900))
}

async fn activate(sv: &Services, account: AccountId, text: &str) -> Result<(), SetupError> {
    password::set(sv, account, text).await?;
    let change = accounts::Transition {
        account,
        from: AccountState::Pending,
        to: AccountState::Active,
        reason: None,
        over: None,
        now: sv.clock.now(),
    };
    sv.store
        .write(change, async |tx: &mut Tx, change: &accounts::Transition| accounts::transition(tx, change).await)
        .await?;
    Ok(())
}

async fn delegate(sv: &Services, role: &'static str, account: AccountId, org: OrgId) -> Result<(), StoreError> {
    if !matches!(role, "school_admin" | "sector_admin") {
        return Ok(());
    }
    let new = delegations::NewDelegation { id: sv.ids.next(), account, org, role, granted_by: None };
    let turn = (new, sv.clock.now());
    sv.store.write(turn, async |tx: &mut Tx, (new, now)| delegations::delegate(tx, new, *now).await.map(drop)).await
}

fn org(sv: &Services, kind: &'static str, code: &str, name: &str, levels: &str) -> orgs::NewOrg {
    orgs::NewOrg {
        id: sv.ids.next(),
        kind,
        code: Some(code.to_owned()),
        name: name.to_owned(),
        search_key: SearchKey::of(name).as_str().to_owned(),
        levels: levels.to_owned(),
    }
}

async fn add_department(sv: &Services, plan: &Plan) -> Result<OrgId, StoreError> {
    let department = org(sv, "department", "SGD", "Sở Giáo dục và Đào tạo", "");
    let id = department.id;
    let (starts, ends) = (Day(opening(plan)), Day(date(plan.year_start + 1, 5, 31)));
    let turn = (department, plan.school_year(), starts, ends, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (department, year, starts, ends, now)| {
            orgs::add_orgs(tx, std::slice::from_ref(department), *now).await?;
            orgs::add_year(tx, year, *starts, *ends).await
        })
        .await?;
    Ok(id)
}

struct Added {
    org: OrgId,
    accounts: HashMap<String, AccountId>,
}

/// The rows of one school.
#[derive(Default)]
struct Rows {
    orgs: Vec<orgs::NewOrg>,
    edges: Vec<orgs::NewEdge>,
    classes: Vec<orgs::NewClass>,
    people: Vec<people::NewPerson>,
    identifiers: Vec<people::NewIdentifier>,
    changes: Vec<(PersonId, Change)>,
    accounts: Vec<people::NewAccount>,
}

async fn add_school(sv: &Services, plan: &Plan, department: OrgId, all: &DemoSchool) -> Result<Added, SetupError> {
    let from = Day(opening(plan));
    let school = org(sv, "school", &all.school.code, &all.school.name, &all.school.level_codes().replace(", ", ","));
    let id = school.id;
    let mut rows = Rows { orgs: vec![school], ..Rows::default() };
    rows.edges.push(orgs::NewEdge { child: id, parent: department, kind: "professional", from });
    let mut classes: HashMap<&str, ClassId> = HashMap::new();
    for class in &all.classes {
        let row = sv.ids.next();
        classes.insert(&class.code, row);
        rows.classes.push(orgs::NewClass {
            id: row,
            lineage: sv.ids.next(),
            org: id,
            year: plan.school_year(),
            grade: grade(class.grade),
            code: class.code.clone(),
        });
    }
    let (today, opened) = (sv.clock.now().day(), opening(plan));
    let levels = Levels::read(&all.school.level_codes()).unwrap_or_default();
    let mut teachers: HashMap<&str, (PersonId, Standing)> = HashMap::new();
    for member in all.staff.iter().filter(|member| member.status.is_active()) {
        let role = match member.position {
            Position::Principal | Position::VicePrincipal => Role::Principal,
            Position::Teacher { .. } => Role::Teacher,
            _ => Role::Staff,
        };
        let mut standing = Standing::newcomer(today);
        standing.begin(Post::of(role, id), opened, sv.ids.next())?;
        teachers.insert(&member.person.sector_id, (rows.person(sv, &member.person), standing));
    }
    for pupil in all.pupils.iter().filter(|pupil| pupil.status.is_active()) {
        let mut standing = Standing::newcomer(today);
        let role = standing.begin(Post::pupil(id, levels), opened, sv.ids.next())?;
        if let Some(class) = classes.get(pupil.class.as_str()) {
            standing.enrol(role, Seat::pupil(*class), opened, sv.ids.next())?;
        }
        let person = rows.person(sv, &pupil.person);
        rows.stand(person, &standing);
    }
    for line in &all.assignments {
        if let (Some((_, standing)), Some(class)) =
            (teachers.get_mut(line.teacher.as_str()), classes.get(line.class.as_str()))
            && let Some(role) = standing.primary().map(|role| role.id)
        {
            let seat = match line.function {
                Function::Homeroom => Seat::homeroom(*class),
                Function::Subject(subject) => Seat::teaches(*class, subject.to_owned()),
            };
            standing.enrol(role, seat, opened, sv.ids.next())?;
        }
    }
    for (person, standing) in teachers.values() {
        rows.stand(*person, standing);
    }
    let accounts = rows.accounts.iter().map(|account| (account.name.clone(), account.id)).collect();
    let turn = (rows, sv.clock.now());
    sv.store.write_bulk(turn, async |tx: &mut Tx, (rows, now)| rows.write(tx, *now).await).await?;
    Ok(Added { org: id, accounts })
}

/// The day on which the school year opens.
const fn opening(plan: &Plan) -> Date {
    date(plan.year_start, 9, 5)
}

impl Rows {
    fn person(&mut self, sv: &Services, person: &Person) -> PersonId {
        let id = sv.ids.next();
        let sector_id = person.sector_id.as_str();
        let sex = if person.sex == Sex::Female { "female" } else { "male" };
        let name = PersonName::read(&person.name.to_string()).expect("a sample's name has letters");
        self.people.push(people::NewPerson::new(id, name, Some(Day(person.born)), Some(sex)));
        self.identifiers.push(people::NewIdentifier {
            id: sv.ids.next(),
            person: id,
            kind: "moet",
            value: Some(sector_id.to_owned()),
            sealed: None,
            keyed: sv.keys.identifiers.mac(&[b"moet", sector_id.as_bytes()]),
        });
        self.accounts.push(people::NewAccount { id: sv.ids.next(), person: id, name: password::canonical(sector_id) });
        id
    }

    fn stand(&mut self, person: PersonId, standing: &Standing) {
        self.changes.extend(standing.changes().into_iter().map(|change| (person, change)));
    }

    async fn write(&self, tx: &mut Tx, now: Moment) -> Result<(), StoreError> {
        orgs::add_orgs(tx, &self.orgs, now).await?;
        orgs::add_edges(tx, &self.edges).await?;
        orgs::add_classes(tx, &self.classes, now).await?;
        people::add_people(tx, &self.people, now).await?;
        people::add_identifiers(tx, &self.identifiers, "sample", now).await?;
        memberships::apply(tx, &self.changes, "sample", now).await?;
        people::add_accounts(tx, &self.accounts, now).await
    }
}

/// The three apps as clients; what each may know and who may use it.
async fn register(sv: &Services, base: impl Fn(App) -> String) -> Result<Vec<Registered>, SetupError> {
    let mut registered = Vec::new();
    for app in App::ALL {
        let secret = Token::random(&sv.entropy);
        let base = base(app);
        let ask = Registration {
            redirect_uris: vec![format!("{base}/callback")],
            post_logout_redirect_uris: vec![format!("{base}/signed-out")],
            backchannel_logout_uri: Some(format!("{base}/backchannel-logout")),
            initiate_login_uri: Some(format!("{base}/login")),
            scope: Some(app.scope().to_owned()),
            audience: Audience {
                roles: app.roles().iter().map(|role| (*role).to_owned()).collect(),
                ..Audience::default()
            },
            ..Registration::named(app.client_id(), app.name(), Kind::Web)
        };
        let client = ask.register(sv.ids.next(), &secret).map_err(|problems| {
            SetupError::Registration(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?;
        let turn = (client, sv.clock.now());
        sv.store.write(turn, async |tx: &mut Tx, (client, now)| clients::add(tx, client, *now).await).await?;
        registered.push(Registered { app, secret: secret.expose().to_owned() });
    }
    sv.clients.reload().await?;
    Ok(registered)
}
