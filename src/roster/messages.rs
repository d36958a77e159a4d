//! The texts of all problems, in both languages: what is wrong, and what to do.

use super::issue::{Language, Problem, Severity};

/// A problem's severity, name and two texts. Each text says what is wrong, then, as a new sentence, what to do.
pub(super) struct Entry {
    severity: Severity,
    code: &'static str,
    vi: &'static str,
    en: &'static str,
}

pub(super) const fn error(code: &'static str, vi: &'static str, en: &'static str) -> Entry {
    Entry { severity: Severity::Error, code, vi, en }
}

pub(super) const fn warning(code: &'static str, vi: &'static str, en: &'static str) -> Entry {
    Entry { severity: Severity::Warning, code, vi, en }
}

pub(super) const fn held(code: &'static str, vi: &'static str, en: &'static str) -> Entry {
    Entry { severity: Severity::Held, code, vi, en }
}

impl Problem {
    /// Whether it keeps the row out.
    pub const fn severity(&self) -> Severity {
        self.entry().severity
    }

    /// Its name in reports and APIs.
    pub const fn code(&self) -> &'static str {
        self.entry().code
    }

    /// What is wrong, and what to do about it; `{value}` stands for what the cell holds.
    pub(super) fn texts(&self, language: Language) -> (String, String) {
        let entry = self.entry();
        let text = match language {
            Language::Vi => entry.vi,
            Language::En => entry.en,
        };
        let (what, repair) = text.split_once(". ").unwrap_or((text, ""));
        (self.fill(what, language), self.fill(repair, language))
    }

    fn fill(&self, text: &str, language: Language) -> String {
        match self {
            Self::CellFault(fault) => text.replace("{meaning}", fault.meaning(language)),
            Self::LeadingZerosRestored(became) | Self::TextRepaired(became) => text.replace("{became}", became),
            Self::LegacyText { encoding, became } => text.replace("{encoding}", encoding).replace("{became}", became),
            Self::TextBesideName { column, text: beside } => {
                text.replace("{column}", column).replace("{beside}", beside)
            }
            Self::Found(finding) => finding.fill(text),
            _ => text.to_owned(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: one entry for each problem")]
    const fn entry(&self) -> Entry {
        match self {
            Self::Found(finding) => finding.entry(),
            Self::Required => {
                error("required", "ô này bắt buộc mà đang trống. Hãy điền vào.", "this must not be empty. Fill it in.")
            }
            Self::CellFault(_) => error(
                "cell_fault",
                "ô chứa lỗi công thức «{value}»: {meaning}. Hãy sửa công thức, hoặc thay bằng giá trị.",
                "the cell holds the formula error “{value}”: {meaning}. Correct the formula, or replace it with a value.",
            ),
            Self::FormulaUncomputed => error(
                "formula_uncomputed",
                "công thức trong ô này chưa được tính nên tệp không có kết quả. Hãy mở tệp bằng Excel, lưu lại rồi gửi lại.",
                "the formula in this cell was never calculated, and its result is not in the file. Open the file in Excel, save it, send it again.",
            ),
            Self::TextDamaged => error(
                "text_damaged",
                "«{value}» đã mất chữ khi lưu tệp. Hãy lấy lại tệp gốc và lưu dạng Excel (.xlsx) hoặc CSV UTF-8.",
                "“{value}” lost letters when the file was saved. Take the original and save it as Excel (.xlsx) or CSV UTF-8.",
            ),
            Self::TooLong => error("too_long", "«{value}» quá dài. Hãy rút gọn.", "“{value}” is too long. Shorten it."),
            Self::NameUnreadable => error(
                "name_unreadable",
                "«{value}» không phải là họ tên. Hãy ghi đầy đủ họ, tên đệm và tên.",
                "“{value}” is no name. Write family, middle and given name.",
            ),
            Self::NameHasNote => error(
                "name_has_note",
                "họ tên «{value}» có ghi chú trong ngoặc. Hãy chỉ để họ tên; đã chuyển đi hay thôi học, thôi việc thì ghi ở cột Trạng thái.",
                "the name “{value}” has a note in brackets. Leave the name alone; that somebody left belongs in the column Trạng thái.",
            ),
            Self::NameHasDigits => warning(
                "name_has_digits",
                "họ tên «{value}» có chữ số. Hãy kiểm tra lại.",
                "the name “{value}” has digits in it. Check it.",
            ),
            Self::TextBesideName { .. } => error(
                "text_beside_name",
                "cột {column} cạnh họ tên «{value}» có chữ «{beside}» mà không được đọc. Nếu đó là một phần của họ tên, hãy đặt tiêu đề «Họ đệm» và «Tên» cho hai cột; nếu không, hãy chuyển cột ấy ra sau các cột họ tên, với tiêu đề khác, ví dụ «Ghi chú».",
                "column {column} beside the name “{value}” holds “{beside}”, which is not read. If it is a part of the name, give the two columns the titles “Họ đệm” and “Tên”; if not, move that column behind those of the name, under another title, such as “Ghi chú”.",
            ),
            Self::IdentityMissing => error(
                "identity_missing",
                "không có mã định danh Bộ GD&ĐT, số định danh cá nhân hay ngày sinh. Hãy điền ít nhất một.",
                "there is neither a sector ID nor a citizen number nor a date of birth. Fill in at least one.",
            ),
            Self::SectorIdMissing => warning(
                "sector_id_missing",
                "chưa có mã định danh Bộ GD&ĐT. Sẽ cấp mã tạm, và thay khi có mã chính thức.",
                "there is no sector ID yet. A temporary one will be given, to be replaced later.",
            ),
            Self::UpnMalformed => error(
                "upn_malformed",
                "«{value}» không phải là tên tài khoản Microsoft (ten@mien, ví dụ ngoc@hs.example.edu.vn). Hãy chép lại từ trang quản trị Microsoft 365, hoặc để trống.",
                "“{value}” is not the name of a Microsoft account (name@domain, such as ngoc@hs.example.edu.vn). Copy it from the Microsoft 365 admin centre, or leave it empty.",
            ),
            Self::CodeShortened => error(
                "code_shortened",
                "«{value}» là mã số bị bảng tính viết gọn nên đã mất chữ số. Trong tệp gốc hãy chọn cả cột › Định dạng ô › Văn bản, lấy lại mã đầy đủ rồi lưu lại.",
                "“{value}” is a number that the spreadsheet shortened, and digits are gone. In the original select the column › Format Cells › Text, take the whole codes again, save.",
            ),
            Self::SectorIdMalformed => error(
                "sector_id_malformed",
                "«{value}» không phải là mã định danh Bộ GD&ĐT (10 chữ số, ví dụ 3112345678). Hãy tra lại trên cơ sở dữ liệu ngành.",
                "“{value}” is no sector ID (10 digits, such as 3112345678). Look it up in the sector database.",
            ),
            Self::TemporaryIdMalformed => error(
                "temporary_id_malformed",
                "«{value}» không phải là mã tạm. Hãy ghi TAM-…, hoặc «mới» nếu là người chưa có trong hệ thống, hoặc để trống.",
                "“{value}” is no temporary ID. Write TAM-…, or “mới” for somebody who is not known yet, or leave it empty.",
            ),
            Self::SectorIdUnusual => warning(
                "sector_id_unusual",
                "mã định danh «{value}» không có 10 chữ số như thường lệ. Hãy kiểm tra lại.",
                "the sector ID “{value}” does not have the usual 10 digits. Check it.",
            ),
            Self::SectorIdLooksLikeCitizenNumber => error(
                "sector_id_looks_like_citizen_number",
                "«{value}» có 12 chữ số như số định danh cá nhân, đúng cả năm sinh của dòng, mà cột này cần mã định danh Bộ GD&ĐT. Hãy ghi nó ở cột «Số định danh cá nhân», hoặc chọn lại cột ấy là gì.",
                "“{value}” has 12 digits like a citizen number, of the row's year of birth, and this column is for the sector ID. Write it in a column “Số định danh cá nhân”, or say what this column is.",
            ),
            Self::CitizenNumberMalformed => error(
                "citizen_number_malformed",
                "«{value}» không phải là số định danh cá nhân (12 chữ số) hay số CMND (9 chữ số). Hãy sửa hoặc để trống.",
                "“{value}” is neither a citizen number (12 digits) nor an old one (9). Correct it or leave it empty.",
            ),
            Self::CitizenNumberLooksLikeSectorId => error(
                "citizen_number_looks_like_sector_id",
                "«{value}» có 10 chữ số như mã định danh Bộ GD&ĐT. Cột này cần số định danh cá nhân (12 chữ số).",
                "“{value}” has 10 digits like a sector ID. This column is for the citizen number (12 digits).",
            ),
            Self::CitizenNumberOtherSex => warning(
                "citizen_number_other_sex",
                "số định danh cá nhân không khớp với giới tính. Hãy kiểm tra cả hai.",
                "the citizen number tells another sex. Check both.",
            ),
            Self::CitizenNumberOtherYear => warning(
                "citizen_number_other_year",
                "số định danh cá nhân không khớp với năm sinh. Hãy kiểm tra cả hai.",
                "the citizen number tells another year of birth. Check both.",
            ),
            Self::LeadingZerosRestored(_) => warning(
                "leading_zeros_restored",
                "«{value}» có thể đã mất số 0 ở đầu, được đọc là «{became}». Cần xác nhận; hãy định dạng cột là Văn bản.",
                "“{value}” seems to have lost its leading zeros and was read as “{became}”. Confirm; format the column as text.",
            ),
            Self::DateNoSuchDay => error(
                "date_no_such_day",
                "«{value}» không tồn tại. Hãy kiểm tra ngày và tháng.",
                "“{value}” does not exist. Check day and month.",
            ),
            Self::DateNoSuchMonth => error(
                "date_no_such_month",
                "«{value}» không có tháng này. Hãy ghi ngày trước, tháng sau: ngày/tháng/năm.",
                "“{value}” has no such month. Write the day first: day/month/year.",
            ),
            Self::DateShortYear => error(
                "date_short_year",
                "«{value}» thiếu hai chữ số của năm. Hãy ghi đủ bốn chữ số, ví dụ 14/03/2017.",
                "“{value}” lacks two digits of the year. Write all four, such as 14/03/2017.",
            ),
            Self::DateYearOnly => error(
                "date_year_only",
                "«{value}» chỉ có năm. Hãy ghi đủ ngày/tháng/năm.",
                "“{value}” is only a year. Write day/month/year.",
            ),
            Self::DateOutOfRange => error(
                "date_out_of_range",
                "«{value}» nằm ngoài khoảng 1900-2099. Hãy kiểm tra năm.",
                "“{value}” lies outside 1900-2099. Check the year.",
            ),
            Self::DateUnreadable => error(
                "date_unreadable",
                "«{value}» không phải là ngày. Hãy ghi ngày/tháng/năm, ví dụ 14/03/2017.",
                "“{value}” is no date. Write day/month/year, such as 14/03/2017.",
            ),
            Self::DateOrderUnclear => error(
                "date_order_unclear",
                "cột này có những ngày ghi tháng trước (như 03/14/2017), nên không rõ «{value}» là ngày nào. Hãy ghi cả cột theo ngày/tháng/năm, hoặc ghi riêng ô này theo năm-tháng-ngày, ví dụ 2017-03-14.",
                "days in this column were written month first (such as 03/14/2017), so “{value}” may be either of two. Write the whole column as day/month/year, or this cell as year-month-day, such as 2017-03-14.",
            ),
            Self::BirthDateMissing => warning(
                "birth_date_missing",
                "dòng này không có ngày sinh nên chỉ đối chiếu được theo mã. Hãy bổ sung để đối chiếu đúng người.",
                "the row has no date of birth and was matched by its IDs alone. Add it, so that the right person is matched.",
            ),
            Self::SexUnknown => error(
                "sex_unknown",
                "«{value}» không phải là giới tính. Hãy ghi Nam hoặc Nữ.",
                "“{value}” is no sex. Write Nam or Nữ.",
            ),
            Self::PupilStatusUnknown => error(
                "pupil_status_unknown",
                "không có trạng thái «{value}». Hãy dùng: Đang học, Chuyển đến, Nghỉ học xin học lại, Chuyển đi, Thôi học, Hoàn thành chương trình.",
                "there is no status “{value}”. Use: Đang học, Chuyển đến, Nghỉ học xin học lại, Chuyển đi, Thôi học, Hoàn thành chương trình.",
            ),
            Self::StaffStatusUnknown => error(
                "staff_status_unknown",
                "không có trạng thái «{value}». Hãy dùng: Đang làm việc, Chuyển đến, Chờ nghỉ hưu, Đã biệt phái, Đã chuyển đi, Đã điều động, Đã nghỉ hưu, Thôi việc.",
                "there is no status “{value}”. Use: Đang làm việc, Chuyển đến, Chờ nghỉ hưu, Đã biệt phái, Đã chuyển đi, Đã điều động, Đã nghỉ hưu, Thôi việc.",
            ),
            Self::SheetOfLeavers => error(
                "sheet_of_leavers",
                "tên của trang tính này nói về những người đã rời trường, mà dòng này không có trạng thái. Hãy ghi ở cột «Trạng thái»: Thôi học, Chuyển đi, Thôi việc…; ai vẫn ở trường thì hãy ghi Đang học, Đang làm việc, hoặc đổi tên trang.",
                "the name of this sheet is about people who left, and the row has no status. Write it in the column “Trạng thái”: Thôi học, Chuyển đi, Thôi việc…; for whoever is still there Đang học, Đang làm việc, or rename the sheet.",
            ),
            Self::RecordGone => error(
                "record_gone",
                "hệ thống nguồn ghi là đã xoá («{value}») nên dòng này không được nhập, và không ai rời trường vì nó. Ai đã rời trường thì hãy ghi Thôi học, Chuyển đi hay Thôi việc trong một danh sách khác.",
                "the system it comes from has deleted the record (“{value}”): the row is not imported, and nobody leaves because of it. Whoever left, record as Thôi học, Chuyển đi or Thôi việc in another list.",
            ),
            Self::SchoolStatusUnknown => error(
                "school_status_unknown",
                "không có trạng thái «{value}». Hãy dùng: Đang hoạt động, Giải thể, Sáp nhập, Ngừng hoạt động.",
                "there is no status “{value}”. Use: Đang hoạt động, Giải thể, Sáp nhập, Ngừng hoạt động.",
            ),
            Self::SchoolCodeMalformed => error(
                "school_code_malformed",
                "«{value}» không phải là mã trường (ví dụ 31303405). Hãy tra lại mã của trường.",
                "“{value}” is no school code (such as 31303405). Look up the school's code.",
            ),
            Self::LevelsUnknown => error(
                "levels_unknown",
                "không có cấp học «{value}». Hãy dùng MN, TH, THCS, THPT, GDTX; nhiều cấp thì cách nhau bằng dấu phẩy.",
                "there is no level “{value}”. Use MN, TH, THCS, THPT, GDTX, separated by commas.",
            ),
            Self::LevelsMissing => {
                warning("levels_missing", "chưa có cấp học. Hãy bổ sung.", "there is no level of education. Add it.")
            }
            Self::ClassMissing => warning(
                "class_missing",
                "chưa có lớp. Học sinh sẽ thuộc trường nhưng chưa được xếp lớp.",
                "there is no class. The pupil will belong to the school but to no class.",
            ),
            Self::ClassBecameDate => error(
                "class_became_date",
                "bảng tính đã đổi tên lớp thành ngày «{value}». Hãy định dạng cột là Văn bản rồi gõ lại tên lớp, ví dụ 3/1.",
                "the spreadsheet turned the class into the date “{value}”. Format the column as text and type it again, such as 3/1.",
            ),
            Self::ClassMayLackZero => warning(
                "class_may_lack_zero",
                "ô này là số «{value}», nên nếu lớp là «{value}0» thì số 0 đã mất. Hãy kiểm tra; hãy định dạng cột là Văn bản rồi gõ lại tên lớp.",
                "the cell is the number “{value}”: if the class is “{value}0”, the zero is gone. Check it; format the column as text and type the class again.",
            ),
            Self::ClassMalformed => error(
                "class_malformed",
                "«{value}» không phải là mã của một lớp (ví dụ 3A). Hãy ghi đúng một lớp.",
                "“{value}” is not the code of one class (such as 3A). Write just one.",
            ),
            Self::GradeUnknown => error(
                "grade_unknown",
                "không có khối «{value}». Hãy ghi Khối 1 đến Khối 12, Nhà trẻ hoặc Mẫu giáo.",
                "there is no grade “{value}”. Write Khối 1 to Khối 12, Nhà trẻ or Mẫu giáo.",
            ),
            Self::GradeDiffersFromClass => warning(
                "grade_differs_from_class",
                "khối «{value}» không khớp với tên lớp. Hãy kiểm tra cả hai.",
                "the grade “{value}” is not the one the class is named after. Check both.",
            ),
            Self::PositionMissing => warning(
                "position_missing",
                "chưa có nhóm chức vụ và vị trí việc làm; ai đã có vai trò ở trường thì giữ nguyên, người mới tạm coi là nhân viên. Hãy bổ sung.",
                "there is neither position group nor position; whoever has a role at the school keeps it, others are taken for plain staff. Add one.",
            ),
            Self::PositionUnknown => warning(
                "position_unknown",
                "«{value}» không nói rõ là giáo viên hay nhân viên; ai đã có vai trò ở trường thì giữ nguyên, người mới tạm coi là nhân viên. Hãy ghi ở cột «Nhóm chức vụ»: Hiệu trưởng, Phó hiệu trưởng, Giáo viên hoặc Nhân viên.",
                "“{value}” does not tell teachers from other staff; whoever has a role at the school keeps it, others are taken for plain staff. Write in the column “Nhóm chức vụ”: Hiệu trưởng, Phó hiệu trưởng, Giáo viên or Nhân viên.",
            ),
            Self::FunctionUnknown => error(
                "function_unknown",
                "không có chức năng «{value}». Hãy ghi Chủ nhiệm hoặc Bộ môn.",
                "there is no function “{value}”. Write Chủ nhiệm or Bộ môn.",
            ),
            Self::EmailUnusable => warning(
                "email_unusable",
                "«{value}» không phải là địa chỉ email nên được bỏ qua.",
                "“{value}” is no e-mail address and was left out.",
            ),
            Self::PhoneUnusable => warning(
                "phone_unusable",
                "«{value}» không phải là số điện thoại (0 và 9 chữ số) nên được bỏ qua.",
                "“{value}” is no phone number (0 and nine digits) and was left out.",
            ),
            Self::BelowTheList => warning(
                "row_below_list",
                "«{value}» đứng dưới danh sách, không có mã hay ngày sinh, nên được coi là ghi chú và bỏ qua. Nếu đó là một người, hãy điền mã định danh hoặc ngày sinh.",
                "“{value}” stands below the list without an ID or a date of birth, and was passed over as a note. If it is somebody, fill in an ID or the date of birth.",
            ),
            Self::TextRepaired(_) => warning(
                "text_repaired",
                "«{value}» là chữ UTF-8 bị mở nhầm theo bảng mã phương Tây, được đọc lại thành «{became}». Hãy kiểm tra; lần sau, trong Excel chọn Dữ liệu › Từ văn bản/CSV › 65001: Unicode (UTF-8).",
                "“{value}” is UTF-8 that was opened as Western text, and was read as “{became}”. Check it; next time choose Data › From Text/CSV › 65001: Unicode (UTF-8) in Excel.",
            ),
            Self::TextGarbled => error(
                "text_garbled",
                "«{value}» là chữ UTF-8 bị mở nhầm theo bảng mã phương Tây và đã mất chữ. Hãy lấy lại tệp gốc; trong Excel chọn Dữ liệu › Từ văn bản/CSV › 65001: Unicode (UTF-8), rồi lưu thành .xlsx.",
                "“{value}” is UTF-8 that was opened as Western text, and letters were lost. Take the original file; in Excel choose Data › From Text/CSV › 65001: Unicode (UTF-8), and save it as .xlsx.",
            ),
            Self::LegacyText { .. } => warning(
                "legacy_text",
                "«{value}» dùng bảng mã cũ {encoding}, được chuyển thành «{became}». Hãy kiểm tra lại.",
                "“{value}” is in the old encoding {encoding} and was converted to “{became}”. Check it.",
            ),
        }
    }
}
