//! What the plan finds out about a row that was read well: what contradicts other rows, and what is already known.
//!
//! The texts tell where to look, never what is stored of somebody else: whoever imports a school's file may not see the
//! next school's pupils.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::messages::{Entry, error, held, warning};
use crate::base::id::PersonId;

/// Another row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Its file.
    pub file: String,
    /// Its row in the spreadsheet, from 1.
    pub row: u32,
}

/// Those who bear the name of a row's person and were born on the same day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namesakes {
    /// The temporary ID of the first, where whoever reads the report may know it.
    pub temporary: Option<String>,
    /// Who they are: whoever is shown them must be allowed to see them.
    pub people: Vec<PersonId>,
}

/// What can be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// No school has this code.
    SchoolUnknown,
    /// The school is closed.
    SchoolClosed,
    /// The import is for one school only, and this is another.
    SchoolNotAsked(String),
    /// The school stands in another row, which says something else.
    SchoolTwice(Spot),
    /// The school is to be closed, and so many roles at it are in force.
    SchoolHasMembers(i64),
    /// The person stands in another row of the same school, which says something else.
    PersonTwice(Spot),
    /// The same stands in another row.
    RowRepeated(Spot),
    /// The sector ID belongs to somebody of another name and another day of birth.
    SectorIdOfAnother,
    /// The citizen number belongs to somebody of another name and another day of birth.
    CitizenNumberOfAnother,
    /// Sector ID and citizen number belong to two people.
    IdentifiersOfTwo,
    /// The person, known by the citizen number, has another sector ID.
    SectorIdDiffers,
    /// Somebody of this name and day of birth is known: by a temporary ID, or by a sector ID.
    MaybeKnown(Namesakes),
    /// The sector ID is a guess (a zero may be missing), and nobody has it.
    SectorIdGuessed,
    /// No one has this temporary ID.
    TemporaryIdUnknown,
    /// The record of whoever had this sector ID was removed.
    SectorIdBuried,
    /// Somebody signs in with this sector ID under an alias.
    SectorIdTaken,
    /// The Microsoft account is somebody else's.
    UpnTaken,
    /// A pupil of another school, which has not released them.
    PupilElsewhere(String),
    /// Somebody who is at another school, and whoever imports administers this one only.
    PersonElsewhere,
    /// Somebody who is not at the one school of whoever imports, and the row has not their day of birth.
    PersonNotHere,
    /// The same, or not: whoever imports was wrong about too many today to be told.
    TooManyWrongPairs,
    /// Whoever imports, or somebody who holds a right that they lack.
    PersonNotYours,
    /// Whoever administers the sector would be nowhere, and could not sign in.
    SectorAdminLeaves,
    /// Schools themselves are the sector's to change.
    SchoolNotYours,
    /// The pupil is at the school since this day, which is later than the day of leaving: they came back.
    LeftBefore(Date),
    /// The pupil is gone from the school since this day, which is later than what the row says.
    GoneSince(Date),
    /// The pupil is to leave on a day that is yet to come.
    LeavesLater,
    /// The day of birth is yet to come.
    Unborn,
    /// So many years old is nobody in the grade, or next to nobody.
    AgeOfNoPupil(i16),
    /// Somebody who works at a school is to become a pupil.
    PupilEmployed,
    /// A pupil who is not of age, or whose day of birth nobody knows, is to work at a school.
    PupilUnderAge,
    /// No one has the teacher's sector ID.
    TeacherUnknown,
    /// The teacher does not work at the school.
    TeacherElsewhere,
    /// Whoever has the ID is called otherwise than the row says.
    TeacherNameDiffers,
    /// The school has no such class this year.
    ClassUnknown,
    /// Somebody has a place in a class of a year with lessons until this day, and the list is of a later one.
    YearNotOver(Date),
    /// Another row names another homeroom teacher for the class.
    HomeroomTwice(Spot),
}

impl Finding {
    /// Its text, with everything in it but the cell's own value.
    pub(super) fn fill(&self, text: &str) -> String {
        match self {
            Self::SchoolNotAsked(asked) => text.replace("{asked}", asked),
            Self::SchoolTwice(spot) | Self::PersonTwice(spot) | Self::RowRepeated(spot) | Self::HomeroomTwice(spot) => {
                text.replace("{file}", &spot.file).replace("{first}", &spot.row.to_string())
            }
            Self::SchoolHasMembers(count) => text.replace("{count}", &count.to_string()),
            Self::MaybeKnown(Namesakes { temporary: Some(code), .. }) => text.replace("{temporary}", code),
            Self::LeftBefore(since) | Self::GoneSince(since) | Self::YearNotOver(since) => {
                text.replace("{since}", &since.strftime("%d/%m/%Y").to_string())
            }
            Self::AgeOfNoPupil(age) => text.replace("{age}", &age.to_string()),
            Self::PupilElsewhere(school) => text.replace("{school}", school),
            _ => text.to_owned(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each finding")]
    pub(super) const fn entry(&self) -> Entry {
        match self {
            Self::SchoolUnknown => error(
                "school_unknown",
                "không có trường nào mang mã «{value}». Hãy nhập tệp trường trước, hoặc sửa mã trường.",
                "no school has the code “{value}”. Import the file of schools first, or correct the code.",
            ),
            Self::SchoolClosed => error(
                "school_closed",
                "trường «{value}» đã ngừng hoạt động. Hãy sửa mã trường, hoặc mở lại trường trong tệp trường.",
                "the school “{value}” is closed. Correct the code, or open the school again in the file of schools.",
            ),
            Self::SchoolNotAsked(_) => error(
                "school_not_asked",
                "dòng này thuộc trường «{value}», mà đợt nhập chỉ dành cho trường {asked}. Hãy bỏ dòng này, hoặc nhập tệp cho toàn ngành.",
                "the row is about the school “{value}”, and the import is for {asked} only. Remove the row, or import the file for the whole sector.",
            ),
            Self::SchoolTwice(_) => error(
                "duplicate_school",
                "trường «{value}» đã có ở dòng {first} của {file} với nội dung khác. Hãy giữ lại một dòng.",
                "the school “{value}” stands in row {first} of {file} with other content. Keep one of the two.",
            ),
            Self::SchoolHasMembers(_) => error(
                "school_has_members",
                "trường «{value}» còn {count} người nên chưa thể đóng. Hãy cho họ chuyển đi hoặc thôi học, thôi việc trước.",
                "the school “{value}” still has {count} people and cannot be closed. Let them move or leave first.",
            ),
            Self::PersonTwice(_) => error(
                "duplicate_person",
                "«{value}» đã có ở dòng {first} của {file} với nội dung khác. Hãy giữ lại một dòng, hoặc sửa mã của người kia.",
                "“{value}” stands in row {first} of {file} with other content. Keep one of the two, or correct an ID.",
            ),
            Self::RowRepeated(_) => warning(
                "row_repeated",
                "dòng này lặp lại dòng {first} của {file} nên được bỏ qua. Không cần làm gì.",
                "the row repeats row {first} of {file} and was skipped. There is nothing to do.",
            ),
            Self::SectorIdOfAnother => held(
                "sector_id_of_another",
                "mã định danh «{value}» đang thuộc người có họ tên và ngày sinh khác. Hãy tra lại mã; nếu cả họ tên và ngày sinh đều cần sửa, hãy ghi thêm số định danh cá nhân.",
                "the sector ID “{value}” belongs to somebody of another name and day of birth. Look it up; if both are to be corrected, add the citizen number.",
            ),
            Self::CitizenNumberOfAnother => held(
                "citizen_number_of_another",
                "số định danh cá nhân «{value}» đang thuộc người có họ tên và ngày sinh khác. Hãy tra lại số này.",
                "the citizen number “{value}” belongs to somebody of another name and day of birth. Look it up.",
            ),
            Self::IdentifiersOfTwo => held(
                "identifiers_of_two",
                "mã định danh và số định danh cá nhân thuộc về hai người khác nhau. Hãy tra lại cả hai.",
                "the sector ID and the citizen number belong to two people. Look both up.",
            ),
            Self::SectorIdDiffers => held(
                "sector_id_differs",
                "người có số định danh cá nhân này đã có mã định danh khác «{value}». Mã định danh không bao giờ đổi; hãy tra lại; nếu mã đang ghi là gõ nhầm thì nhờ quản trị ngành thay.",
                "whoever has this citizen number has another sector ID than “{value}”. A sector ID never changes: look it up; where the recorded one is a slip, the sector's administrators replace it.",
            ),
            Self::MaybeKnown(Namesakes { temporary: Some(_), .. }) => held(
                "maybe_known",
                "đã có người cùng họ tên và ngày sinh, mang mã tạm {temporary}. Hãy chọn ngay trên trang của đợt nhập; hoặc thêm cột «Mã tạm» vào tệp: ghi mã tạm ấy nếu là một người, ghi «mới» nếu là người khác.",
                "somebody of this name and day of birth is known by the temporary ID {temporary}. Choose on the page of the import; or add a column “Mã tạm” to the file: that ID if it is them, “mới” if it is somebody else.",
            ),
            Self::MaybeKnown(_) => held(
                "maybe_known",
                "đã có người cùng họ tên và ngày sinh. Hãy chọn ngay trên trang của đợt nhập; hoặc điền mã định danh Bộ GD&ĐT vào tệp nếu là người ấy, thêm cột «Mã tạm» và ghi «mới» nếu là người khác.",
                "somebody of this name and day of birth is known. Choose on the page of the import; or fill in the sector ID in the file if it is them, add a column “Mã tạm” with “mới” if it is somebody else.",
            ),
            Self::SectorIdGuessed => held(
                "sector_id_guessed",
                "«{value}» có thể đã mất số 0 ở đầu, và chưa ai có mã này. Hãy xác nhận mã đủ số trên trang của đợt nhập; hoặc định dạng cột trong tệp là Văn bản rồi ghi lại mã cho đủ.",
                "“{value}” may have lost a zero at its beginning, and nobody has it yet. Confirm the whole ID on the page of the import; or format the column in the file as text and write it in full.",
            ),
            Self::TemporaryIdUnknown => error(
                "temporary_id_unknown",
                "không có ai mang mã tạm «{value}». Hãy sửa lại, hoặc để trống.",
                "nobody has the temporary ID “{value}”. Correct it, or leave it empty.",
            ),
            Self::SectorIdBuried => held(
                "sector_id_buried",
                "hồ sơ của người có mã «{value}» đã được xoá vĩnh viễn. Hãy liên hệ quản trị ngành.",
                "the record of whoever had “{value}” was removed for good. Ask the sector's administrator.",
            ),
            Self::SectorIdTaken => held(
                "sector_id_taken",
                "đã có người đăng nhập bằng tên «{value}». Hãy bỏ bí danh đó trước.",
                "somebody signs in as “{value}” already. Remove that alias first.",
            ),
            Self::UpnTaken => error(
                "upn_taken",
                "tài khoản Microsoft «{value}» đang ghi cho người khác. Hãy tra lại tên tài khoản; nếu đúng là của người này, hãy nhờ quản trị ngành.",
                "the Microsoft account “{value}” is recorded for somebody else. Look it up; if it is this person's, ask the sector's administrator.",
            ),
            Self::PupilElsewhere(_) => held(
                "pupil_elsewhere",
                "em này đang học ở trường {school}. Lúc ghi, đề nghị được gửi để trường đó duyệt ở trang «Chuyển trường» (nếu dòng có mã định danh và ngày sinh khớp); hoặc xin trường đó ghi «Chuyển đi», rồi nhập lại tệp này.",
                "this is a pupil of the school {school}. As the rows are written, a request goes to that school for its page of transfers (if the row has the sector ID, and the date of birth agrees); or ask it to record “Chuyển đi”, then import this file again.",
            ),
            Self::PersonElsewhere => held(
                "person_elsewhere",
                "người mang mã «{value}» đang ở trường khác. Hãy đề nghị trường đó cho chuyển đi, hoặc nhờ quản trị ngành nhập.",
                "“{value}” is at another school. Ask it to release them, or the sector's administrator to import this.",
            ),
            Self::PersonNotHere => held(
                "person_not_here",
                "«{value}» là mã đã bỏ, hoặc thuộc về người không ở trường này mà ngày sinh ở dòng này không phải là ngày sinh đã ghi của người ấy (hoặc chưa ghi). Hãy tra lại cả hai; nếu đúng là người này, hãy nhờ quản trị ngành nhập.",
                "“{value}” is in use no more, or belongs to somebody who is not at this school and the row does not have the date of birth that is on record (if there is one). Look both up; if it is them, ask the sector's administrator to import this.",
            ),
            Self::TooManyWrongPairs => held(
                "too_many_wrong_pairs",
                "trong 24 giờ qua đã có quá nhiều mã của người ở nơi khác đi với ngày sinh không đúng, nên «{value}» chưa được tra. Hãy xem lại các dòng ấy rồi nhập lại vào ngày mai, hoặc nhờ quản trị ngành nhập.",
                "too many IDs of people from elsewhere came with wrong dates of birth in the last 24 hours, so “{value}” was not looked up. Check those rows and import this again tomorrow, or ask the sector's administrator to import it.",
            ),
            Self::PersonNotYours => held(
                "person_not_yours",
                "«{value}» là chính người nhập, hoặc là người có quyền quản trị mà người nhập không có. Hãy nhờ người có quyền ấy nhập dòng này.",
                "“{value}” is whoever imports this, or holds a right that they lack. Ask somebody who has that right to import the row.",
            ),
            Self::SectorAdminLeaves => held(
                "sector_admin_leaves",
                "«{value}» là quản trị ngành, và rời nơi này thì không còn ở đâu để đăng nhập. Hãy ghi nơi làm việc mới, hoặc thu quyền ấy, rồi nhập lại dòng này.",
                "“{value}” administers the sector, and would be nowhere and unable to sign in. Record where they work next, or take the right, then import the row again.",
            ),
            Self::SchoolNotYours => error(
                "school_not_yours",
                "tên, cấp học và trạng thái của trường «{value}» do quản trị ngành nhập. Hãy gửi tệp này cho quản trị ngành.",
                "name, levels and status of the school “{value}” are the sector's to import. Send this file to its administrator.",
            ),
            Self::LeftBefore(_) => warning(
                "left_before",
                "em này học ở trường từ {since}, sau ngày «{value}» của dòng này, nên vẫn đang học. Nếu em lại rời trường, hãy ghi ngày mới ở cột này.",
                "the pupil is at the school since {since}, later than the “{value}” of this row, and stays. If they left again, write the new date here.",
            ),
            Self::GoneSince(_) => warning(
                "gone_since",
                "em này đã rời trường từ {since}, sau điều dòng này ghi, nên không được đưa trở lại. Nếu em đã học lại, hãy ghi ngày học lại ở cột «Ngày nhập trạng thái».",
                "the pupil is gone from this school since {since}, later than what this row says, and is not brought back. If they came back, write the day of that in the column “Ngày nhập trạng thái”.",
            ),
            Self::LeavesLater => held(
                "leaves_later",
                "ngày «{value}» chưa tới nên em vẫn đang học. Hãy sửa ngày, hoặc nhập lại dòng này khi đến ngày ấy.",
                "“{value}” is yet to come, and the pupil stays until then. Correct the day, or import this row again on that day.",
            ),
            Self::Unborn => error(
                "birth_date_future",
                "ngày sinh «{value}» chưa tới. Hãy kiểm tra năm.",
                "the day of birth “{value}” is yet to come. Check the year.",
            ),
            Self::AgeOfNoPupil(_) => warning(
                "age_unusual",
                "sinh ngày «{value}» thì năm nay {age} tuổi, không hợp với khối. Hãy kiểm tra ngày sinh và khối.",
                "born on “{value}”, the pupil turns {age} this school year, which does not go with the grade. Check both.",
            ),
            Self::PupilEmployed => held(
                "pupil_employed",
                "mã «{value}» thuộc người đang làm việc trong ngành. Hãy tra lại mã của học sinh.",
                "“{value}” belongs to somebody who works in the sector. Look up the pupil's ID.",
            ),
            Self::PupilUnderAge => held(
                "pupil_under_age",
                "mã «{value}» thuộc một em đang là học sinh và chưa đủ 18 tuổi, hoặc chưa có ngày sinh. Hãy tra lại mã của cán bộ; nếu đúng là người này, hãy ghi «Thôi học» ở trường cũ trước, hoặc sửa ngày sinh.",
                "“{value}” belongs to a pupil who is under 18, or whose day of birth is missing. Look up the ID; if it is them, record first that they left school (“Thôi học”), or correct the day of birth.",
            ),
            Self::TeacherUnknown => error(
                "teacher_unknown",
                "không có ai mang mã «{value}». Hãy nhập tệp cán bộ trước, hoặc sửa mã của giáo viên.",
                "nobody has the ID “{value}”. Import the file of staff first, or correct the teacher's ID.",
            ),
            Self::TeacherElsewhere => error(
                "teacher_elsewhere",
                "người có mã «{value}» không làm việc ở trường này. Hãy sửa mã trường hoặc mã của giáo viên.",
                "“{value}” does not work at this school. Correct the school's code or the teacher's ID.",
            ),
            Self::YearNotOver(_) => error(
                "year_not_over",
                "người này đang ở lớp của năm học còn học đến {since}, nên chưa sang lớp «{value}» của năm sau được. Nếu danh sách là của năm học này, hãy chọn lại năm học; nếu trường lên lớp, hãy dùng trang «Năm học mới» và hẹn ngày.",
                "this person is in a class of a year with lessons until {since}, so that they cannot go into “{value}” of the next year yet. If the list is of this year, choose that; for a whole school's step into the next year, draft it on the page «Năm học mới» (New school year) and choose the day.",
            ),
            Self::TeacherNameDiffers => error(
                "teacher_name_differs",
                "«{value}» không phải là họ tên của người mang mã ở dòng này. Hãy tra lại mã của giáo viên; nếu mã đúng, hãy sửa họ tên ở đây, hoặc nhập trước tệp cán bộ có họ tên mới.",
                "“{value}” is not the name of whoever has the ID in this row. Look up the teacher's ID; if it is right, correct the name here, or import the file of staff with the new name first.",
            ),
            Self::ClassUnknown => error(
                "class_unknown",
                "trường không có lớp «{value}» trong năm học này. Hãy nhập tệp học sinh trước, hoặc sửa mã lớp.",
                "the school has no class “{value}” this school year. Import the file of pupils first, or correct the class.",
            ),
            Self::HomeroomTwice(_) => error(
                "duplicate_homeroom",
                "lớp «{value}» đã có giáo viên chủ nhiệm khác ở dòng {first} của {file}. Hãy giữ lại một dòng.",
                "the class “{value}” has another homeroom teacher in row {first} of {file}. Keep one of the two.",
            ),
        }
    }
}
