//! What administrators read when a whole file was refused: why, and what to do.

use super::{
    error::{Bound, OpenError, ReadError},
    fault::Fault,
    field::Field,
    issue::Language,
};
use crate::model::{school_year::SchoolYear, text::SearchKey};

impl OpenError {
    /// Its name in reports and APIs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "file_unreadable",
            Self::Empty => "file_empty",
            Self::AllHidden => "sheets_hidden",
            Self::Encrypted => "file_encrypted",
            Self::NotATable => "file_not_a_table",
            Self::OtherDocument => "file_other_document",
            Self::Archive => "file_archive",
            Self::Incomplete { .. } => "oneroster_incomplete",
            Self::Damaged(_) => "file_damaged",
            Self::OpenQuote { .. } => "quote_open",
            Self::Fault(_) => "cell_fault",
            Self::Garbled { .. } => "text_garbled",
            Self::TooLarge { .. } => "file_too_large",
            Self::Dtd { .. } => "file_dtd",
            Self::ExternalLinks { .. } => "file_external_links",
            Self::OtherYear { .. } => "school_year_differs",
            Self::ColumnRepeated { .. } => "column_repeated",
            Self::NoRows => "no_rows",
            Self::NoHeader { .. } => "header_not_found",
            Self::KindUnclear { .. } => "kind_unclear",
            Self::MissingColumns { .. } => "columns_missing",
        }
    }

    /// What is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Io(_), Language::Vi) => "Không đọc được tệp. Hãy kiểm tra đường dẫn và quyền đọc.".into(),
            (Self::Io(_), Language::En) => "The file cannot be read. Check its path and permissions.".into(),
            (Self::AllHidden, Language::Vi) => {
                "Mọi trang tính trong tệp đều bị ẩn. Hãy bỏ ẩn trang có dữ liệu (nhấp phải vào tên trang › Bỏ ẩn) rồi lưu lại.".into()
            }
            (Self::AllHidden, Language::En) => {
                "All sheets of the workbook are hidden. Unhide the one with the data (right-click › Unhide) and save.".into()
            }
            (Self::Empty, Language::Vi) => "Tệp trống. Hãy chọn tệp có dữ liệu.".into(),
            (Self::Empty, Language::En) => "The file is empty. Choose one with data.".into(),
            (Self::Encrypted, Language::Vi) => {
                "Tệp Excel có mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) rồi lưu lại.".into()
            }
            (Self::Encrypted, Language::En) => {
                "The workbook has a password. Open it in Excel, remove the password (File › Info › Protect), save."
                    .into()
            }
            (Self::OtherDocument, Language::Vi) => "Tệp là văn bản Word, PDF, bài trình chiếu hay ảnh, không phải bảng tính. Hãy chép bảng trong đó sang Excel hoặc LibreOffice rồi lưu thành .xlsx.".into(),
            (Self::OtherDocument, Language::En) => "The file is a Word text, a PDF, slides or a picture, no spreadsheet. Copy the table in it to Excel or LibreOffice and save that as .xlsx.".into(),
            (Self::Incomplete { part }, Language::Vi) => {
                format!("Tệp OneRoster thiếu bảng {part}. Hãy xuất lại trọn bộ (bulk) từ hệ thống nguồn.")
            }
            (Self::Incomplete { part }, Language::En) => {
                format!("The OneRoster zip lacks the table {part}. Export it again, all of it (bulk), from its system.")
            }
            (Self::Archive, Language::Vi) => "Tệp nén chứa những tệp khác. Hãy giải nén rồi chọn tệp Excel hoặc CSV bên trong.".into(),
            (Self::Archive, Language::En) => "The file is an archive of other files. Unpack it and choose the Excel or CSV file inside.".into(),
            (Self::NotATable, Language::Vi) => "Tệp không phải là bảng tính (CSV, XLSX, XLS, ODS) và không có bảng nào, dù có tên như vậy. Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx.".into(),
            (Self::NotATable, Language::En) => "The file is no spreadsheet (CSV, XLSX, XLS, ODS) and holds no table, whatever it is called. Open it in Excel or LibreOffice and save it as .xlsx.".into(),
            (Self::Damaged(_), Language::Vi) => "Tệp không đọc được: bị hỏng, chưa tải hết, hoặc do phần mềm lạ ghi. Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx hoặc CSV.".into(),
            (Self::Damaged(_), Language::En) => "The file cannot be read: it is damaged, incomplete, or by an unusual writer. Open it in Excel or LibreOffice and save it again as .xlsx or CSV.".into(),
            (Self::Fault(fault), _) => faulty(0, fault, language),
            (Self::OpenQuote { row }, _) => open_quote(*row, language),
            (Self::Garbled { row, text }, Language::Vi) => {
                format!(
                    "Dòng {row}: «{text}» là chữ UTF-8 bị mở nhầm theo bảng mã phương Tây rồi lưu lại, nên đã mất chữ. Hãy lấy lại tệp gốc; trong Excel chọn Dữ liệu › Từ văn bản/CSV › 65001: Unicode (UTF-8), rồi lưu thành .xlsx."
                )
            }
            (Self::Garbled { row, text }, Language::En) => {
                format!(
                    "Row {row}: “{text}” is UTF-8 that was opened as Western text and saved again, and letters were lost. Take the original file; in Excel choose Data › From Text/CSV › 65001: Unicode (UTF-8), and save it as .xlsx."
                )
            }
            (Self::TooLarge { what, most }, _) => too_large(*what, *most, language),
            (Self::Dtd { part } | Self::ExternalLinks { part }, Language::Vi) => {
                format!(
                    "Tệp chứa liên kết hoặc khai báo ra ngoài ({part}). Hãy bỏ liên kết (Dữ liệu › Sửa liên kết) rồi lưu lại."
                )
            }
            (Self::Dtd { part } | Self::ExternalLinks { part }, Language::En) => {
                format!(
                    "The file refers to something outside it ({part}). Break the links (Data › Edit Links) and save."
                )
            }
            (Self::OtherYear { row, said, asked }, _) => other_year(*row, *said, *asked, language),
            (Self::ColumnRepeated { row, titles, columns }, _) => repeated(*row, titles, columns, language),
            (Self::NoRows, Language::Vi) => {
                "Tệp có dòng tiêu đề nhưng không có dòng dữ liệu nào. Hãy kiểm tra xem đã chọn đúng tệp chưa.".into()
            }
            (Self::NoRows, Language::En) => {
                "The file has a header and no row of data below it. Check that it is the right file.".into()
            }
            (Self::NoHeader { .. }, Language::Vi) => {
                "Không tìm thấy dòng tiêu đề. Cần một dòng có các cột như Mã trường, Họ và tên, Ngày sinh.".into()
            }
            (Self::NoHeader { .. }, Language::En) => {
                "No header row was found. One with columns such as Mã trường, Họ và tên, Ngày sinh is needed.".into()
            }
            (Self::KindUnclear { row }, Language::Vi) => {
                format!(
                    "Dòng tiêu đề {row} không cho biết đây là học sinh hay cán bộ. Hãy thêm cột Mã lớp hoặc Trạng thái HS (học sinh), hay Trạng thái CB hoặc Nhóm chức vụ (cán bộ); hoặc nói rõ là danh sách gì."
                )
            }
            (Self::KindUnclear { row }, Language::En) => {
                format!(
                    "The header in row {row} does not tell pupils from staff. Add a column Mã lớp or Trạng thái HS (pupils), or Trạng thái CB or Nhóm chức vụ (staff); or say what list it is."
                )
            }
            (Self::MissingColumns { row, missing, .. }, Language::Vi) => {
                format!(
                    "Dòng tiêu đề {row} thiếu cột: {}. Hãy bổ sung, hoặc chọn đúng loại tệp và trường.",
                    titles(missing)
                )
            }
            (Self::MissingColumns { row, missing, .. }, Language::En) => {
                format!(
                    "The header in row {row} lacks: {}. Add them, or name the kind of file and the school.",
                    titles(missing)
                )
            }
        }
    }
}

impl ReadError {
    /// Its name in reports and APIs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "file_unreadable",
            Self::Fault { .. } => "cell_fault",
            Self::Damaged { .. } => "file_damaged",
            Self::OpenQuote { .. } => "quote_open",
            Self::TooLarge { .. } => "file_too_large",
        }
    }

    /// What is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Io(_), Language::Vi) => "Không đọc tiếp được tệp. Hãy thử lại.".into(),
            (Self::Io(_), Language::En) => "The file cannot be read any further. Try again.".into(),
            (Self::Fault { row, fault }, _) => faulty(*row, fault, language),
            (Self::OpenQuote { row }, _) => open_quote(*row, language),
            (Self::Damaged { row, .. }, Language::Vi) => {
                format!(
                    "Tệp không đọc được sau dòng {row}. Hãy mở bằng Excel hoặc LibreOffice rồi lưu lại thành .xlsx hoặc CSV."
                )
            }
            (Self::Damaged { row, .. }, Language::En) => {
                format!(
                    "The file cannot be read after row {row}. Open it in Excel or LibreOffice and save it again as .xlsx or CSV."
                )
            }
            (Self::TooLarge { row, what, most }, Language::Vi) => {
                format!("Dòng {row}: {}", too_large(*what, *most, language))
            }
            (Self::TooLarge { row, what, most }, Language::En) => {
                format!("Row {row}: {}", too_large(*what, *most, language))
            }
        }
    }
}

fn faulty(row: u32, fault: &str, language: Language) -> String {
    let meaning = Fault::read(fault).unwrap_or(Fault::Other).meaning(language);
    match language {
        Language::Vi => format!(
            "Có ô ở dòng {row} hoặc ngay sau đó chứa lỗi công thức «{fault}» ({meaning}). Hãy thay bằng giá trị, hoặc lưu tệp thành CSV UTF-8."
        ),
        Language::En => format!(
            "A cell in row {row} or soon after holds the formula error “{fault}” ({meaning}). Replace it with a value, or save the file as CSV UTF-8."
        ),
    }
}

fn open_quote(row: u32, language: Language) -> String {
    match language {
        Language::Vi => format!(
            "Dòng {row} có dấu ngoặc kép (\") mở mà không đóng, nên mọi dòng sau đó thành một ô. Hãy xoá hoặc đóng dấu đó, hoặc lưu tệp thành .xlsx."
        ),
        Language::En => format!(
            "A quote (\") in row {row} opens and never closes, so that all rows after it are one cell. Remove or close it, or save the file as .xlsx."
        ),
    }
}

fn other_year(row: u32, said: SchoolYear, asked: SchoolYear, language: Language) -> String {
    let says = match (row, language) {
        (0, Language::Vi) => "Tên trang tính".into(),
        (0, Language::En) => "The name of the sheet".into(),
        (_, Language::Vi) => format!("Dòng {row}"),
        (_, Language::En) => format!("Row {row}"),
    };
    match language {
        Language::Vi => format!(
            "{says} ghi năm học {said}, mà đợt nhập này dành cho năm học {asked}. Hãy chọn đúng tệp; nếu đúng là nhập cho {said}, hãy nói rõ năm học đó."
        ),
        Language::En => format!(
            "{says} says that the file is of the school year {said}, and the import is for {asked}. Choose the right file; if it is meant for {said}, say so."
        ),
    }
}

fn repeated(row: u32, [title, other]: &[String; 2], [first, second]: &[String; 2], language: Language) -> String {
    let same = SearchKey::of(title) == SearchKey::of(other);
    match language {
        Language::Vi if !same => format!(
            "Dòng tiêu đề {row} có hai cột «{title}» ({first}) và «{other}» ({second}) chỉ phân biệt bằng chữ trong ngoặc, nên không biết phải đọc cột nào. Hãy xoá cột không cần, hoặc bỏ ngoặc ở tiêu đề của cột cần đọc."
        ),
        Language::En if !same => format!(
            "The header in row {row} has two columns, “{title}” ({first}) and “{other}” ({second}), which only their brackets tell apart, and nobody can tell which is meant. Delete the one that is not needed, or take the brackets off the title of the one to be read."
        ),
        Language::Vi => format!(
            "Dòng tiêu đề {row} có hai cột cùng tên «{title}» ({first} và {second}), nên không biết phải đọc cột nào. Nếu là hai bảng đặt cạnh nhau, hãy chuyển bảng bên phải sang trang khác; nếu không, hãy xoá hoặc đổi tên một cột."
        ),
        Language::En => format!(
            "The header in row {row} has two columns “{title}” ({first} and {second}), and nobody can tell which is meant. If these are two tables side by side, move the right one to a sheet of its own; if not, delete or rename one of the columns."
        ),
    }
}

fn titles(fields: &[Field]) -> String {
    fields.iter().map(|field| field.title()).collect::<Vec<_>>().join(", ")
}

fn too_large(what: Bound, most: u64, language: Language) -> String {
    match (what, language) {
        (Bound::Memory, Language::Vi) => {
            return format!(
                "Tệp cần nhiều bộ nhớ hơn mức cho phép ({} MiB). Hãy xoá những dòng và cột trống nằm ngoài bảng, chia nhỏ tệp, hoặc lưu lại thành .xlsx.",
                most >> 20
            );
        }
        (Bound::Memory, Language::En) => {
            return format!(
                "The file needs more memory than allowed ({} MiB). Delete the empty rows and columns beside the table, split the file, or save it as .xlsx.",
                most >> 20
            );
        }
        (Bound::Seconds, Language::Vi) => {
            return format!("Đọc tệp mất quá {most} giây. Hãy chia nhỏ tệp, hoặc lưu lại thành .xlsx hay CSV.");
        }
        (Bound::Seconds, Language::En) => {
            return format!("Reading the file takes more than {most} seconds. Split it, or save it as .xlsx or CSV.");
        }
        _ => {}
    }
    if language == Language::En {
        return format!(
            "The file has more {what} than may be ({most}). Split it, and delete what lies beside the table."
        );
    }
    let what = match what {
        Bound::FileBytes => "Dung lượng tệp (byte)",
        Bound::InflatedBytes => "Dung lượng sau khi giải nén (byte)",
        Bound::Parts => "Số thành phần trong tệp",
        Bound::SharedStrings => "Số chuỗi khác nhau",
        Bound::Cells => "Số ô",
        Bound::CellBytes => "Độ dài một ô (byte)",
        Bound::Rows => "Số dòng",
        Bound::Columns => "Số cột",
        Bound::Sheets => "Số trang có cùng các cột",
        Bound::Memory | Bound::Seconds => "Tài nguyên để đọc tệp",
    };
    format!("{what} vượt quá {most}. Hãy chia nhỏ tệp và xoá những gì nằm ngoài bảng.")
}
