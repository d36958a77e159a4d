//! From one school year to the next: what becomes of a class, and of a pupil who does not go its way.

use super::{
    class_code::ClassCode,
    grade::{Grade, SchoolGrade},
};

/// What becomes of a class at the end of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassFate {
    /// It goes on as the class of this name, a grade higher.
    GoesOn(String),
    /// Its level is done: the pupils leave the school, and wait for whoever claims them next.
    Completes,
    /// It is left as it is: before school, and where grades are mixed, a class does not tell what becomes of it.
    Stays,
}

impl ClassFate {
    /// What usually becomes of a class.
    pub fn usual(code: &str, grade: Option<SchoolGrade>) -> Self {
        let Some(grade) = grade else { return Self::Stays };
        let next = SchoolGrade::new(grade.number() + 1);
        match next.filter(|next| Grade::School(*next).level() == Grade::School(grade).level()) {
            Some(next) => Self::GoesOn(renamed(code, grade, next)),
            None => Self::Completes,
        }
    }

    /// The name under which it is kept.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::GoesOn(_) => "goes_on",
            Self::Completes => "completes",
            Self::Stays => "stays",
        }
    }

    /// What it is called next year.
    pub const fn code(&self) -> Option<&str> {
        if let Self::GoesOn(code) = self { Some(code.as_str()) } else { None }
    }

    /// As it was kept.
    pub fn read(name: &str, code: Option<&str>) -> Option<Self> {
        match (name, code) {
            ("goes_on", Some(code)) => Some(Self::GoesOn(code.to_owned())),
            ("completes", None) => Some(Self::Completes),
            ("stays", None) => Some(Self::Stays),
            _ => None,
        }
    }
}

/// *4A* for *3A*, *4/1* for *3/1*, *04A* for *03A*; a name that does not begin with the grade stays.
fn renamed(code: &str, grade: SchoolGrade, next: SchoolGrade) -> String {
    if Grade::of_class(code) != Some(Grade::School(grade)) {
        return code.to_owned();
    }
    let rest = code.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{:0width$}{rest}", next.number(), width = code.len() - rest.len())
}

/// What becomes of a pupil who does not go the way of the class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// *Lưu ban*: the same grade again, in the class of this name.
    Repeats(String),
    /// *Thôi học.*
    Leaves,
    /// Goes on in another class.
    Joins(String),
}

impl Mark {
    /// The name under which it is kept.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Repeats(_) => "repeats",
            Self::Leaves => "leaves",
            Self::Joins(_) => "joins",
        }
    }

    /// The class of next year.
    pub const fn code(&self) -> Option<&str> {
        match self {
            Self::Repeats(code) | Self::Joins(code) => Some(code.as_str()),
            Self::Leaves => None,
        }
    }

    /// As it was kept.
    pub fn read(name: &str, code: Option<&str>) -> Option<Self> {
        match (name, code) {
            ("repeats", Some(code)) => Some(Self::Repeats(code.to_owned())),
            ("leaves", None) => Some(Self::Leaves),
            ("joins", Some(code)) => Some(Self::Joins(code.to_owned())),
            _ => None,
        }
    }
}

/// How far a rollover has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RolloverState {
    /// To be reviewed.
    Draft,
    /// Waits for its day.
    Scheduled,
    /// Under way.
    Running,
    /// Done; for seven days it can be taken back.
    Done,
    /// Being taken back.
    Undoing,
    /// Taken back.
    Undone,
}

impl RolloverState {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [Self::Draft, Self::Scheduled, Self::Running, Self::Done, Self::Undoing, Self::Undone];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// The state of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether classes and pupils may still be marked.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled)
    }
}

/// A class's name as somebody typed it.
pub fn class_name(text: &str) -> Option<String> {
    ClassCode::read(text).ok().map(|code| code.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(code: &str, grade: u8) -> ClassFate {
        ClassFate::usual(code, SchoolGrade::new(grade))
    }

    #[test]
    fn a_class_goes_on_a_grade_higher_until_its_level_is_done() {
        assert_eq!(usual("3A", 3), ClassFate::GoesOn("4A".into()));
        assert_eq!(usual("1/2", 1), ClassFate::GoesOn("2/2".into()));
        assert_eq!(usual("1.1", 1), ClassFate::GoesOn("2.1".into()));
        assert_eq!(usual("01A", 1), ClassFate::GoesOn("02A".into()), "not the class that 1A becomes");
        assert_eq!(usual("9A1", 9), ClassFate::Completes);
        assert_eq!(usual("5B", 5), ClassFate::Completes);
        assert_eq!(usual("12 Anh", 12), ClassFate::Completes);
        assert_eq!(usual("10 Anh", 10), ClassFate::GoesOn("11 Anh".into()));
        assert_eq!(usual("Chuyên Toán", 10), ClassFate::GoesOn("Chuyên Toán".into()));
        assert_eq!(usual("Lá 1", 0), ClassFate::Stays);
    }

    #[test]
    fn fates_marks_and_states_are_read_back() {
        for fate in [ClassFate::GoesOn("4A".into()), ClassFate::Completes, ClassFate::Stays] {
            assert_eq!(ClassFate::read(fate.as_str(), fate.code()), Some(fate));
        }
        for mark in [Mark::Repeats("3A".into()), Mark::Leaves, Mark::Joins("4B".into())] {
            assert_eq!(Mark::read(mark.as_str(), mark.code()), Some(mark));
        }
        for state in RolloverState::ALL {
            assert_eq!(RolloverState::named(state.as_str()), Some(state));
        }
        assert_eq!((ClassFate::read("goes_on", None), Mark::read("leaves", Some("3A"))), (None, None));
    }
}
