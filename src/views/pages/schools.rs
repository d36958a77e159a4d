//! P17: schools, and one of them.

use askama::Template;

use super::{console::School, home::WaitingClass, person::AccountState};
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// The list of schools.
#[derive(Template, Clone, Debug)]
#[template(path = "console/schools.html")]
pub struct Schools {
    /// What surrounds it.
    pub f: Frame,
    /// What is looked for.
    pub search: SchoolSearch,
    /// The schools, by name.
    pub rows: Vec<SchoolLine>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether the list may be taken away.
    pub exports: bool,
    /// Whether a school may be opened here.
    pub opens: bool,
}

/// Which schools are looked for; it stands in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolSearch {
    /// Words of the name, or the code.
    pub text: String,
    /// Those that are closed.
    pub closed: bool,
    /// Only those without an administrator.
    pub unadministered: bool,
    /// Only those of which fewer of a hundred accounts are activated.
    pub below: Option<u8>,
}

impl SchoolSearch {
    /// The shares that may be chosen.
    pub const SHARES: [u8; 4] = [10, 50, 80, 100];

    /// The address of the page at `path` for this search, or of a later page of it.
    pub fn address(&self, path: &str, after: Option<&str>) -> String {
        let below = self.below.map(|share| share.to_string()).unwrap_or_default();
        let given = [
            ("q", self.text.as_str()),
            ("status", if self.closed { "closed" } else { "" }),
            ("lacks", if self.unadministered { "administrator" } else { "" }),
            ("below", below.as_str()),
            ("after", after.unwrap_or("")),
        ];
        let given = given.into_iter().filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        *self != Self::default()
    }
}

impl Schools {
    /// Where the list is taken away.
    pub fn export(&self) -> String {
        self.search.address("/console/schools/export", None)
    }
}

/// A school in the list.
#[derive(Clone, Debug)]
pub struct SchoolLine {
    /// The school.
    pub school: School,
    /// Its levels.
    pub levels: String,
    /// The commune it belongs to.
    pub commune: String,
    /// Whether it is closed.
    pub closed: bool,
    /// How many administer it.
    pub administrators: u64,
    /// Pupils.
    pub pupils: u64,
    /// Staff.
    pub staff: u64,
    /// How many of a hundred accounts are activated, rounded down; `None` where there are none.
    pub percent: Option<u64>,
    /// When a file last brought or changed somebody.
    pub imported: Option<Moment>,
}

/// One school.
#[derive(Template, Clone, Debug)]
#[template(path = "console/school.html")]
pub struct SchoolPage {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What stands in the list.
    pub line: SchoolLine,
    /// Who administers it.
    pub administrators: Option<Vec<SchoolAdministrator>>,
    /// Its classes in which somebody is not activated.
    pub classes: Vec<WaitingClass>,
    /// Its networks, one on each line, or what was typed.
    pub networks: String,
    /// Whether they may be changed here.
    pub manages: bool,
    /// Whether the school may be closed here.
    pub closes: bool,
    /// The key of what has just been done.
    pub done: Option<&'static str>,
    /// All that is wrong with what was typed.
    pub problems: Vec<NetworkProblem>,
}

/// Who administers a school.
#[derive(Clone, Debug)]
pub struct SchoolAdministrator {
    /// Whose page, where this administrator may see it.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The key of the role's text.
    pub role: &'static str,
    /// The account, where this administrator may see them.
    pub state: Option<AccountState>,
}

/// Why networks were not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworkProblem {
    /// This is none.
    Unreadable(String),
    /// This is too large.
    TooLarge(String),
    /// There are too many.
    TooMany,
    /// Another school has registered some of this.
    Taken {
        /// What was typed.
        text: String,
        /// The school.
        school: String,
    },
}
