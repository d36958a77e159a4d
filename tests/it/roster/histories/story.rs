//! A small sector as it goes through years of events, and the rows that its schools send of them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

const OPEN: [&str; 3] = ["31303401", "31303402", "31303501"];
const PEOPLE: usize = OWN.len();
/// The middle names of all, by which they are told apart.
const OWN: [&str; 12] = ["Ba", "Chi", "Dung", "Giang", "Hoa", "Khoa", "Lan", "Mai", "Nga", "Oanh", "Phong", "Sơn"];
/// From here on, people work.
const STAFF_FROM: usize = 8;

/// What happens to somebody, or to the sector, before the next files are sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Comes to a school, or moves to it: released and claimed in one run.
    Moves(usize, usize),
    /// Leaves whatever there is.
    Leaves(usize),
    /// Sits in another class.
    Sits(usize, u8),
    /// Has the next name or day of birth.
    Corrected(usize, bool),
    /// Gets the sector ID that was waited for.
    Identified(usize),
    /// Takes up a second post, or does other work at the first.
    Works(usize, usize),
    /// A pupil is employed.
    Employed(usize, usize),
    /// A year is over: everybody's class is the next.
    YearEnds,
    /// The second school is merged into the first, for ever.
    Merged,
}

impl Event {
    /// Whom it happens to.
    const fn who(self) -> Option<usize> {
        match self {
            Self::Moves(who, _)
            | Self::Leaves(who)
            | Self::Sits(who, _)
            | Self::Corrected(who, _)
            | Self::Identified(who)
            | Self::Works(who, _)
            | Self::Employed(who, _) => Some(who),
            Self::YearEnds | Self::Merged => None,
        }
    }
}

/// How the files of a step are sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending {
    /// Turns the rows around by so many.
    turn: usize,
    /// Whether somebody stops it after its first unit.
    pub(super) cut: bool,
    pub(super) repeated: bool,
    /// Only people of these turns are mentioned without need.
    sparse: usize,
}

/// A few steps, each with what happened before it.
pub(super) fn steps() -> impl Strategy<Value = Vec<(Vec<Event>, Sending)>> {
    let (pupil, worker) = (0..STAFF_FROM, STAFF_FROM..PEOPLE);
    let event = prop_oneof![
        6 => (0..PEOPLE, 0..3_usize).prop_map(|(who, to)| Event::Moves(who, to)),
        2 => (0..PEOPLE).prop_map(Event::Leaves),
        2 => (pupil.clone(), 0..3_u8).prop_map(|(who, class)| Event::Sits(who, class)),
        2 => (0..PEOPLE, any::<bool>()).prop_map(|(who, name)| Event::Corrected(who, name)),
        2 => pupil.clone().prop_map(Event::Identified),
        2 => (worker, 0..3_usize).prop_map(|(who, at)| Event::Works(who, at)),
        1 => (pupil, 0..3_usize).prop_map(|(who, at)| Event::Employed(who, at)),
        1 => Just(Event::YearEnds),
        1 => Just(Event::Merged),
    ];
    let sending = (0..PEOPLE, any::<bool>(), any::<bool>(), 1..4_usize)
        .prop_map(|(turn, cut, repeated, sparse)| Sending { turn, cut, repeated, sparse });
    prop::collection::vec((prop::collection::vec(event, 2..6), sending), 6..9)
}

/// Somebody, as the files have them.
#[derive(Clone, Debug, Default)]
struct Life {
    number: usize,
    names: usize,
    days: usize,
    identified: bool,
    /// Posts by school: a pupil's class, or work.
    posts: BTreeMap<usize, &'static str>,
    grade: u8,
    class: u8,
    works: bool,
    /// Whether a file has yet to say what was corrected: name and day of birth are not corrected at once.
    corrected: bool,
}

impl Life {
    fn sector_id(&self) -> String {
        if self.identified { format!("31770000{:02}", self.number) } else { String::new() }
    }

    /// The middle name is somebody's own, and stays.
    fn name(&self) -> String {
        format!("Nguyễn {} {}", OWN[self.number], ["An", "Ân", "Anh"][self.names % 3])
    }

    /// Name, day of birth, sex: as both kinds of files have them.
    fn who(&self) -> String {
        let day = format!("{:02}/03/1996", 1 + self.days % 28);
        format!("{}|0310960000{:02}|{}|{day}|Nam", self.sector_id(), self.number, self.name())
    }

    fn correct(&mut self, name: bool) {
        if self.corrected || self.posts.is_empty() {
            return;
        }
        self.corrected = true;
        *if name { &mut self.names } else { &mut self.days } += 1;
    }

    fn pupil(&self, school: usize, status: &str) -> String {
        let class = format!("{}{}", self.grade, char::from(b'A' + self.class));
        format!("{}|{class}|{}|{status}||\n", OPEN[school], self.who())
    }

    fn worker(&self, school: usize, work: &str, status: &str) -> String {
        format!("{}|{}|{status}|{work}||\n", OPEN[school], self.who())
    }
}

/// What was said of the sector so far.
pub(super) struct Story {
    lives: Vec<Life>,
    pub(super) year: i16,
    pub(super) merged: bool,
    /// Of whom something is new.
    news: BTreeSet<usize>,
    /// What ended, by who, where, and whether it was work: as rows.
    gone: BTreeMap<(usize, usize, bool), String>,
}

impl Story {
    pub(super) fn new() -> Self {
        let life = |number| Life {
            number,
            identified: number % 3 > 0 || number >= STAFF_FROM,
            grade: 1,
            works: number >= STAFF_FROM,
            ..Life::default()
        };
        let lives = (0..PEOPLE).map(life).collect();
        Self { lives, year: 2026, merged: false, news: BTreeSet::new(), gone: BTreeMap::new() }
    }

    /// Only the first two schools take pupils of these grades; the merged one takes nobody.
    fn place(&self, at: usize, works: bool) -> usize {
        match at {
            1 if self.merged => 0,
            2 if !works => 0,
            at => at,
        }
    }

    pub(super) fn meets(&mut self, event: Event) {
        match event {
            Event::Moves(who, to) => {
                let to = self.place(to, self.lives[who].works);
                if !self.lives[who].posts.contains_key(&to) {
                    self.ends(who, "Chuyển đi", "Đã điều động");
                    self.begins(who, to);
                }
            }
            Event::Leaves(who) => self.ends(who, "Thôi học", "Thôi việc"),
            Event::Sits(who, class) => self.lives[who].class = class,
            Event::Corrected(who, name) => self.lives[who].correct(name),
            Event::Identified(who) => self.lives[who].identified = true,
            Event::Works(who, at) => {
                let at = self.place(at, true);
                let there = self.lives[who].posts.contains_key(&at);
                self.lives[who].posts.insert(at, if there { "Nhân viên" } else { "Giáo viên" });
            }
            Event::Employed(who, at) => {
                let at = self.place(at, true);
                let life = &mut self.lives[who];
                if life.identified && !life.works {
                    life.works = true;
                    life.posts = [(at, "Nhân viên")].into();
                }
            }
            Event::YearEnds => {
                self.year += 1;
                self.lives.iter_mut().for_each(|life| life.grade = (life.grade + 1).min(5));
            }
            Event::Merged => {
                self.merged = true;
                for who in 0..PEOPLE {
                    if self.lives[who].posts.contains_key(&1) {
                        self.ends(who, "Chuyển đi", "Đã điều động");
                        self.begins(who, 0);
                        self.news.insert(who);
                    }
                }
            }
        }
        self.news.extend(event.who());
    }

    fn begins(&mut self, who: usize, at: usize) {
        let life = &mut self.lives[who];
        life.posts.insert(at, if life.works { "Giáo viên" } else { "" });
    }

    fn ends(&mut self, who: usize, pupil: &str, worker: &str) {
        let posts = std::mem::take(&mut self.lives[who].posts);
        let life = &self.lives[who];
        for (at, work) in posts {
            let row = if life.works { life.worker(at, work, worker) } else { life.pupil(at, pupil) };
            self.gone.insert((who, at, life.works), row);
        }
    }

    /// The rows of pupils and of staff: what ended, and those who are there, but for some of whom nothing is new.
    pub(super) fn rows(&mut self, sending: Sending) -> [Vec<String>; 2] {
        let mut said = std::mem::take(&mut self.gone);
        let news = std::mem::take(&mut self.news);
        for life in &mut self.lives {
            for (at, work) in &life.posts {
                let row = if life.works {
                    life.worker(*at, work, "Đang làm việc")
                } else {
                    life.pupil(*at, "Đang học")
                };
                // What ended and began again between two files, no file tells.
                let before = said.remove(&(life.number, *at, life.works));
                if before.is_some() || news.contains(&life.number) || life.number % sending.sparse == 0 {
                    said.insert((life.number, *at, life.works), row);
                }
            }
            life.corrected &= life.posts.is_empty() || !said.keys().any(|(who, ..)| *who == life.number);
        }
        [false, true].map(|works| {
            let mut rows: Vec<String> =
                said.iter().filter(|((.., work), _)| *work == works).map(|(_, row)| row.clone()).collect();
            let turn = sending.turn % rows.len().max(1);
            rows.rotate_left(turn);
            rows
        })
    }

    /// Who has which roles where, as the database should have it.
    pub(super) fn said(&self) -> BTreeSet<String> {
        let role = |work| match work {
            "" => "student",
            "Giáo viên" => "teacher",
            _ => "staff",
        };
        let posts = self.lives.iter().flat_map(|life| life.posts.iter().map(move |(at, work)| (life, at, role(*work))));
        posts.map(|(life, at, role)| format!("{} {role}@{}", life.name(), OPEN[*at])).collect()
    }
}
