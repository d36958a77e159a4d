//! One newcomer, typed into a form: a pupil who comes in the middle of the year, a new teacher.
//!
//! They are enrolled by a list of one row, in the way of every other list. Here is only what can be told at once of what
//! was typed; whom the row is about, whether somebody knows them already, and what becomes of it is for the roster to find
//! out. So there is one way in, and one way back.

use std::io;

use jiff::civil::Date;
use serde::Serialize;

use super::export::table::{Csv, MARK};
use crate::{
    base::id::ImportId,
    model::{
        class_code::ClassCode,
        name::PersonName,
        person::{self, PersonMistake},
        sector_id::SectorId,
        sex::Sex,
    },
    roster::{
        Field, Kind,
        desk::{Asked, Upload, UploadError},
    },
    services::{
        Services,
        authority::{Denied, ImportPeople, Permit, Reach},
    },
    store::StoreError,
};

/// A newcomer as somebody types them; what is not known is empty.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Typed {
    /// Whether they work at the school; otherwise they learn there.
    pub staff: bool,
    /// The full name, family name first.
    pub name: String,
    /// The day of birth: `d/m/yyyy`, or as ISO 8601 has it.
    pub born: String,
    /// *Nam* or *nữ*, in any of their usual forms.
    pub sex: String,
    /// A pupil's class.
    pub class: String,
    /// What a member of staff is: `teacher`, `vice-principal`, `principal` or `staff`.
    pub position: String,
    /// *Mã định danh Bộ GD&ĐT.*
    pub sector_id: String,
}

/// What a member of staff may be: the name, and how lists of staff say it (*nhóm chức vụ*).
const POSITIONS: [(&str, &str); 4] = [
    ("teacher", "Giáo viên"),
    ("vice-principal", "Phó hiệu trưởng"),
    ("principal", "Hiệu trưởng"),
    ("staff", "Nhân viên"),
];

/// What is wrong with one of the fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The name, the day of birth, or the sex.
    Person(PersonMistake),
    /// A pupil is in a class.
    Class,
    /// No sector ID.
    SectorId,
}

/// Why nobody was enrolled.
#[derive(Debug, thiserror::Error)]
pub enum NotEnrolled {
    /// Too many imports of theirs wait to be finished or thrown away.
    #[error("too many imports are unfinished")]
    TooManyOpen,
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<UploadError> for NotEnrolled {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::TooManyOpen => Self::TooManyOpen,
            UploadError::Denied(denied) => Self::Denied(denied),
            UploadError::Store(error) => Self::Store(error),
            // It is one file, and a small one.
            UploadError::NoFile | UploadError::TooLarge | UploadError::TooManyFiles => {
                Self::Store(StoreError::Abandoned("a list of one row was not taken"))
            }
        }
    }
}

/// A newcomer whom a row can tell of.
#[derive(Clone, Debug)]
pub struct Newcomer {
    name: PersonName,
    born: Option<Date>,
    sex: Option<Sex>,
    sector_id: Option<SectorId>,
    comes: As,
}

/// As what somebody comes.
#[derive(Clone, Debug)]
enum As {
    Pupil(ClassCode),
    /// With what the list says of the position; empty when nothing was chosen.
    Staff(&'static str),
}

impl Typed {
    /// Who it is; or everything that is wrong, in the order of the form.
    pub fn read(&self, today: Date) -> Result<Newcomer, Vec<Mistake>> {
        let sex = match self.sex.trim() {
            "" => Ok(None),
            text => person::sex(text).map(Some),
        };
        match (person::name(&self.name), self.born(today), sex, self.comes(), self.sector_id()) {
            (Ok(name), Ok(born), Ok(sex), Ok(comes), Ok(sector_id)) => {
                Ok(Newcomer { name, born, sex, sector_id, comes })
            }
            (name, born, sex, comes, sector_id) => {
                let person = [name.err(), born.err(), sex.err()].map(|mistake| mistake.map(Mistake::Person));
                Err(person.into_iter().chain([comes.err(), sector_id.err()]).flatten().collect())
            }
        }
    }

    fn born(&self, today: Date) -> Result<Option<Date>, PersonMistake> {
        // Lists of staff often lack it: by the ID alone they are told from others.
        if self.staff && self.born.trim().is_empty() && !self.sector_id.trim().is_empty() {
            return Ok(None);
        }
        person::born(&self.born, today).map(Some)
    }

    fn comes(&self) -> Result<As, Mistake> {
        if self.staff {
            let chosen = POSITIONS.into_iter().find(|(name, _)| *name == self.position);
            return Ok(As::Staff(chosen.map_or("", |(_, written)| written)));
        }
        ClassCode::read(&self.class).map(As::Pupil).map_err(|_| Mistake::Class)
    }

    /// Digits are often copied with spaces between them.
    fn sector_id(&self) -> Result<Option<SectorId>, Mistake> {
        let code: String = self.sector_id.chars().filter(|c| !c.is_whitespace()).collect();
        if code.is_empty() { Ok(None) } else { SectorId::read(&code).map(Some).map_err(|_| Mistake::SectorId) }
    }
}

impl Newcomer {
    const fn kind(&self) -> Kind {
        match self.comes {
            As::Pupil(_) => Kind::Pupils,
            As::Staff(_) => Kind::Staff,
        }
    }

    /// What the list is called: without the name, for lists of imports tell what files are called.
    fn file(&self) -> String {
        match &self.comes {
            As::Pupil(class) => format!("Học sinh mới lớp {}.csv", class.as_str().replace(['/', '\\'], "-")),
            As::Staff(_) => "Cán bộ mới.csv".to_owned(),
        }
    }

    /// The list of one row.
    fn list(&self) -> io::Result<Vec<u8>> {
        let born = self.born.map(|born| born.strftime("%d/%m/%Y").to_string()).unwrap_or_default();
        let sex = match self.sex {
            Some(Sex::Male) => "Nam",
            Some(Sex::Female) => "Nữ",
            None => "",
        };
        let (last, text) = match &self.comes {
            As::Pupil(class) => (Field::Class, class.as_str()),
            As::Staff(position) => (Field::PositionGroup, *position),
        };
        let fields = [Field::FullName, Field::BirthDate, Field::Sex, Field::SectorId, last];
        let mut list = Csv::begin(MARK.to_vec(), &fields.map(Field::title))?;
        list.row(&[self.name.as_str(), &born, sex, self.sector_id.as_ref().map_or("", SectorId::as_str), text])?;
        list.end()
    }
}

/// Brings the list that enrols somebody; the import, which waits to be looked over and written like any other.
/// `english`: the language of the workbook that goes back.
pub async fn enrol(
    sv: &Services,
    leave: Permit<ImportPeople, Reach>,
    newcomer: &Newcomer,
    english: bool,
) -> Result<ImportId, NotEnrolled> {
    let upload = bring(sv, leave, newcomer, english).await?;
    let id = upload.id();
    upload.finish(None).await?;
    Ok(id)
}

/// The same up to its end, for whoever keeps an answer with it.
pub async fn bring<'s>(
    sv: &'s Services,
    leave: Permit<ImportPeople, Reach>,
    newcomer: &Newcomer,
    english: bool,
) -> Result<Upload<'s>, NotEnrolled> {
    let list = newcomer.list().map_err(|_| StoreError::Abandoned("a list of one row was not written"))?;
    let kind = Some(newcomer.kind().as_str().to_owned());
    let mut upload = Upload::begin(sv, leave, Asked { kind, english, ..Asked::default() }).await?;
    upload.file(&newcomer.file()).await?;
    upload.take(&list).await?;
    Ok(upload)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{dates::DateError, name::NameError};

    const TODAY: Date = date(2026, 11, 24);

    fn pupil(name: &str, born: &str, class: &str) -> Typed {
        Typed { name: name.into(), born: born.into(), class: class.into(), ..Typed::default() }
    }

    #[test]
    fn everything_that_is_wrong_is_told_in_the_order_of_the_form() {
        let (nameless, undated) =
            (PersonMistake::Name(NameError::NoLetters), PersonMistake::Born(DateError::Unreadable));
        let expected = [Mistake::Person(nameless), Mistake::Person(undated), Mistake::Class];
        assert_eq!(pupil(" ", "", " ").read(TODAY).unwrap_err(), expected);
        let wrong = Typed { sex: "x".into(), sector_id: "31 23".into(), ..pupil("An", "25/11/2026", "3A") };
        let expected = [Mistake::Person(PersonMistake::Future), Mistake::Person(PersonMistake::Sex), Mistake::SectorId];
        assert_eq!(wrong.read(TODAY).unwrap_err(), expected);
        let numbered = Typed { sector_id: "3112345678".into(), ..pupil("An", "", "") };
        assert_eq!(numbered.read(TODAY).unwrap_err(), [Mistake::Person(undated), Mistake::Class]);
        assert!(Typed { staff: true, ..numbered }.read(TODAY).is_ok(), "the ID tells who it is");
        assert!(Typed { staff: true, ..pupil("An", "", "") }.read(TODAY).is_err());
    }

    #[test]
    fn r47_a_row_holds_text_whatever_was_typed() {
        let typed = Typed { sex: "female".into(), ..pupil(" -Nguyễn  Văn, An", "2017-3-14", "3A 1/2") };
        let newcomer = typed.read(TODAY).unwrap();
        let list = String::from_utf8(newcomer.list().unwrap()).unwrap();
        let expected = "\u{FEFF}Họ và tên,Ngày sinh,Giới tính,Mã định danh Bộ GD&ĐT,Mã lớp\r\n\
                        \"'-Nguyễn Văn, An\",14/03/2017,Nữ,,3A 1/2\r\n";
        assert_eq!(list, expected);
        assert_eq!(newcomer.file(), "Học sinh mới lớp 3A 1-2.csv");
        assert_eq!(
            pupil("An", "2017-3-14", "=3\"A").read(TODAY).unwrap_err(),
            [Mistake::Class],
            "a formula is no class"
        );
    }

    #[test]
    fn a_member_of_staff_is_what_was_chosen_and_in_no_class() {
        let typed =
            Typed { staff: true, position: "vice-principal".into(), ..pupil("Lê Thị Hoa", "1/2/1980", "3A") };
        let list = typed.read(TODAY).unwrap().list().unwrap();
        let expected = "\u{FEFF}Họ và tên,Ngày sinh,Giới tính,Mã định danh Bộ GD&ĐT,Nhóm chức vụ\r\n\
                        Lê Thị Hoa,01/02/1980,,,Phó hiệu trưởng\r\n";
        assert_eq!(String::from_utf8(list).unwrap(), expected);
        let unknown = Typed { position: "boss".into(), ..typed };
        assert!(matches!(unknown.read(TODAY).unwrap().comes, As::Staff("")));
    }
}
