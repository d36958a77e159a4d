//! Finding people by name, school, class and account, and one deed to many of them.

use askama::Template;

use super::{console::School, person::AccountState};
use crate::views::{Frame, Icon};

/// What people are searched for by; it stands in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleSearch {
    /// Words of a name, or the end of an ID.
    pub query: String,
    /// What was typed to choose a school.
    pub school: String,
    /// A class of it, or a grade.
    pub class: String,
    /// What they are.
    pub kind: Option<PersonKind>,
    /// The state of the account.
    pub state: Option<AccountState>,
    /// Only those who have no sector ID yet.
    pub lacks_id: bool,
}

impl PeopleSearch {
    /// What it is called in addresses and forms, and what is not empty of it.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let given = [
            ("q", self.query.as_str()),
            ("school", self.school.as_str()),
            ("class", self.class.as_str()),
            ("kind", self.kind.map_or("", PersonKind::name)),
            ("state", self.state.map_or("", AccountState::name)),
            ("lacks", if self.lacks_id { Self::SECTOR_ID } else { "" }),
        ];
        given.into_iter().filter(|(_, value)| !value.is_empty())
    }

    /// The names of [`Self::pairs`].
    pub const FIELDS: [&'static str; 6] = ["q", "school", "class", "kind", "state", "lacks"];
    /// What [`Self::lacks_id`] is called there.
    pub const SECTOR_ID: &'static str = "sector-id";

    /// The address of the page at `path` for this search, or of a later page of it.
    pub fn address(&self, path: &str, after: Option<&str>) -> String {
        let pairs = self.pairs().chain(after.map(|after| ("after", after)));
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        self.pairs().next().is_some()
    }
}

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonKind {
    /// A pupil.
    Pupil,
    /// Whoever works at a school.
    Staff,
    /// A guardian.
    Guardian,
}

impl PersonKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pupil, Self::Staff, Self::Guardian];

    /// What it is called in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Staff => "staff",
            Self::Guardian => "guardian",
        }
    }

    /// That of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pupil => "home-pupils",
            Self::Staff => "home-staff",
            Self::Guardian => "people-guardians",
        }
    }
}

/// Finding people.
#[derive(Template, Clone, Debug)]
#[template(path = "console/people.html")]
pub struct People {
    /// What surrounds it.
    pub f: Frame,
    /// What is searched for.
    pub search: PeopleSearch,
    /// Whether there are several schools to choose from.
    pub several: bool,
    /// Which schools were meant; empty while nothing was typed.
    pub schools: Vec<School>,
    /// The grades and classes of the chosen school, each with the name that the form has for it.
    pub classes: Vec<(String, ClassChoice)>,
    /// Who was found, in the order of a class list.
    pub rows: Vec<PersonRow>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether the end of the ID is too short to look for.
    pub too_short: bool,
    /// Whether a pupil was let go a moment ago whom the reader sees no more.
    pub released: bool,
    /// What may be done to many at once.
    pub deeds: Vec<BulkDeed>,
    /// Where it leads besides.
    pub ways: Ways,
}

/// What may be done with a list as a whole.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// It may be taken away.
    pub exports: bool,
    /// Somebody may be added.
    pub enrols: bool,
}

/// A class or a grade to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassChoice {
    /// All classes of a grade.
    Grade(i64),
    /// A class.
    Class(String),
}

impl People {
    /// What was typed to choose a school, if anything.
    fn chosen(&self) -> Option<&str> {
        Some(self.search.school.as_str()).filter(|text| self.several && !text.is_empty())
    }

    /// What to do before anybody can be looked for.
    pub fn obstacle(&self) -> Option<Obstacle<'_>> {
        match (self.chosen(), self.schools.as_slice()) {
            _ if self.too_short => Some(Obstacle::TooShort),
            (Some(text), []) => Some(Obstacle::NoSchool(text)),
            (Some(_), [_, _, ..]) => Some(Obstacle::Schools),
            _ => None,
        }
    }

    /// The same search in one of the schools that fit.
    pub fn in_school(&self, school: &School) -> String {
        PeopleSearch { school: school.code.clone(), ..self.search.clone() }.address("/console/people", None)
    }

    /// Where the list is taken away.
    pub fn export(&self) -> String {
        self.search.address("/console/people/export", None)
    }

    /// How many schools are offered to choose from.
    pub const MOST_SCHOOLS: usize = 20;
}

/// Why nobody was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle<'a> {
    /// The end of the ID is too short to look for.
    TooShort,
    /// No school fits what was typed.
    NoSchool(&'a str),
    /// Several schools fit: one must be chosen.
    Schools,
}

/// A person in a list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person's id, for the address of the page.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// As what: the key of the role's text; `None` without an active affiliation.
    pub role: Option<&'static str>,
    /// The school.
    pub school: String,
    /// The class; may be empty.
    pub class: String,
    /// The account.
    pub state: AccountState,
}

/// One deed to many people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkDeed {
    /// Print slips.
    Print,
    /// Sign them out everywhere.
    EndSessions,
    /// Suspend them.
    Suspend,
    /// Let them go on.
    Resume,
}

impl BulkDeed {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Print, Self::EndSessions, Self::Suspend, Self::Resume];

    /// What it is called in addresses and forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Print => "print",
            Self::EndSessions => "sessions",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
        }
    }

    /// That of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.name() == name)
    }

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Print => "slips-title",
            Self::EndSessions => "person-end-sessions",
            Self::Suspend => "person-suspend",
            Self::Resume => "person-resume",
        }
    }

    /// The key of what it comes to, with how many.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Print => "bulk-print",
            Self::EndSessions => "bulk-sessions",
            Self::Suspend => "bulk-suspend",
            Self::Resume => "bulk-resume",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Print => Icon::Printer,
            Self::EndSessions => Icon::Door,
            Self::Suspend => Icon::Pause,
            Self::Resume => Icon::Play,
        }
    }
}

/// Before it is done to many, and after.
#[derive(Template, Clone, Debug)]
#[template(path = "console/bulk.html")]
pub struct Bulk {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What makes slips that are asked for twice the same.
    pub form: String,
    /// What is done.
    pub deed: BulkDeed,
    /// What they were found by.
    pub search: PeopleSearch,
    /// How far it is.
    pub stage: BulkStage,
}

/// How far a deed to many is.
#[derive(Clone, Debug)]
pub enum BulkStage {
    /// Nobody was chosen.
    Nobody,
    /// They are too many at once; so many may be.
    TooMany(u64),
    /// Slips are printed for one school at a time, and none was chosen.
    NoSchool,
    /// It waits for somebody to say yes.
    Confirm {
        /// To how many.
        count: u64,
        /// The first of them.
        names: Vec<String>,
        /// Of those who were ticked: who, for the form; `None`: everybody whom the search finds.
        ticked: Option<String>,
        /// What is wrong with the form: the key of its text.
        problem: Option<&'static str>,
    },
    /// It was done.
    Done {
        /// To how many.
        count: u64,
        /// To whom not: the name, the sector ID, and the key of the reason.
        refused: Vec<(String, String, &'static str)>,
    },
}

impl Bulk {
    /// What is done.
    pub fn back(&self) -> String {
        self.search.address("/console/people", None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_stands_in_the_address_and_nothing_else_does() {
        assert_eq!(PeopleSearch::default().address("/console/people", None), "/console/people");
        let search = PeopleSearch {
            query: "ngọc an".into(),
            school: "31303405".into(),
            class: "3A".into(),
            kind: Some(PersonKind::Pupil),
            state: Some(AccountState::Pending),
            lacks_id: true,
        };
        assert_eq!(
            search.address("/console/people", Some("x")),
            "/console/people?q=ng%E1%BB%8Dc+an&school=31303405&class=3A&kind=pupil&state=pending&lacks=sector-id&after=x"
        );
        assert!(search.pairs().map(|(name, _)| name).eq(PeopleSearch::FIELDS));
    }
}
