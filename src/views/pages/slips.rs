//! Codes on paper: the console's page, and a teacher's class.

use askama::Template;

use super::{console::School, person::AccountState};
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// Printing slips for a school or a class.
#[derive(Template, Clone, Debug)]
#[template(path = "console/slips.html")]
pub struct Slips {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// What makes a form that is sent twice print the same slips.
    pub form: String,
    /// What was typed to choose a school; `None` where there is only one.
    pub typed: Option<String>,
    /// The schools that it may mean.
    pub schools: Vec<School>,
    /// The chosen one.
    pub school: Option<SlipSchool>,
    /// An import whose newcomers alone are meant: its id, and how many they are.
    pub newcomers: Option<(String, u64)>,
    /// Whether a form was sent and nobody needed a slip.
    pub nobody: bool,
}

impl Slips {
    /// How many schools are offered to choose from.
    pub const MOST_SCHOOLS: usize = 20;

    /// The page of a school.
    pub fn address(school: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("school", school).finish();
        if school.is_empty() { "/console/slips".to_owned() } else { format!("/console/slips?{query}") }
    }

    /// The page of a school, for the same newcomers.
    pub fn address_here(&self, school: &str) -> String {
        let import = self.newcomers.as_ref().map(|(import, _)| ("import", import.as_str()));
        let parts = [("school", school)].into_iter().chain(import);
        format!("/console/slips?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish())
    }

    /// The page of a school where nobody needed a slip.
    pub fn told_nobody(school: &str) -> String {
        let joint = if school.is_empty() { '?' } else { '&' };
        format!("{}{joint}done=nobody", Self::address(school))
    }

    /// What was typed, if no school fits it.
    pub fn unknown(&self) -> Option<&str> {
        self.typed.as_deref().filter(|text| !text.is_empty() && self.schools.is_empty())
    }
}

/// A school for which slips may be printed.
#[derive(Clone, Debug)]
pub struct SlipSchool {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How many would get a slip.
    pub waiting: u64,
    /// Its classes.
    pub classes: Vec<SlipClass>,
    /// Who gets none.
    pub spared: Vec<Spared>,
}

/// A class for which slips may be printed.
#[derive(Clone, Debug)]
pub struct SlipClass {
    /// What the form sends.
    pub id: String,
    /// What it is called.
    pub code: String,
    /// How many pupils it has.
    pub pupils: u64,
    /// How many of them have no password yet.
    pub waiting: u64,
}

/// Somebody who gets no slip.
#[derive(Clone, Debug)]
pub struct Spared {
    /// Their name.
    pub name: String,
    /// Their sector ID.
    pub sector_id: String,
    /// The key of the text that says why.
    pub why: &'static str,
}

/// P11: the class of a teacher.
#[derive(Template, Clone, Debug)]
#[template(path = "class.html")]
pub struct Class {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the forms are ours.
    pub csrf: String,
    /// What makes a form that is sent twice issue one code.
    pub form: String,
    /// What the forms send.
    pub id: String,
    /// What it is called.
    pub code: String,
    /// Its school and year.
    pub place: String,
    /// All classes that the teacher has.
    pub classes: Vec<OwnClass>,
    /// Whether as the homeroom teacher, who prints for all.
    pub homeroom: bool,
    /// Who is in it, in the order of its list.
    pub pupils: Vec<Pupil>,
    /// What became of a form: the key of its text.
    pub done: Option<&'static str>,
}

impl Class {
    /// How many pupils have no password yet.
    pub fn waiting(&self) -> u64 {
        let waits = |pupil: &&Pupil| matches!(pupil.state, AccountState::Provisional | AccountState::Pending);
        self.pupils.iter().filter(waits).count() as u64
    }
}

/// A class of a teacher.
#[derive(Clone, Debug)]
pub struct OwnClass {
    /// What the address says.
    pub id: String,
    /// What it is called.
    pub code: String,
    /// Its school.
    pub school: String,
    /// Whether it is the one that is shown.
    pub current: bool,
}

/// A pupil of a class.
#[derive(Clone, Debug)]
pub struct Pupil {
    /// What the form sends.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Their sector ID.
    pub sector_id: String,
    /// The state of the account.
    pub state: AccountState,
    /// Whether a code can be issued.
    pub may_have_code: bool,
    /// Whether they have a badge.
    pub badge: bool,
}

/// The code that a teacher gives to a pupil; shown once.
#[derive(Template, Clone, Debug)]
#[template(path = "class_code.html")]
pub struct PupilCode {
    /// What surrounds it.
    pub f: Frame,
    /// The way back.
    pub back: String,
    /// Whom it is for.
    pub name: String,
    /// The class and its school.
    pub place: String,
    /// The pupil's sector ID.
    pub sector_id: String,
    /// The code, grouped as it is read aloud.
    pub code: String,
    /// Until when it works.
    pub expires: Moment,
    /// The provider's address: the code is entered at `/activate` below it.
    pub site: String,
}

/// Somebody's badge, as it stands with them.
#[derive(Clone, Debug)]
pub struct BadgeLine {
    /// When it was printed.
    pub printed: Moment,
    /// Until when it is good.
    pub until: Moment,
    /// Whether too many wrong PINs keep it from being used.
    pub suspended: bool,
}
