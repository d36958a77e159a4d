//! What is written beside the files: a README for people, the counts of what is wrong for tests.

use std::fmt::Write;

use serde_json::json;

use super::{files::Written, folder::MARK, mess::Hostilities, plan::Plan};

/// The README while the files are being written: it lists them all.
pub(super) fn unfinished(names: &[String]) -> String {
    let head =
        format!("{MARK}: chưa ghi xong, hãy chạy lại phuong sample.\r\nNot finished: run phuong sample again.\r\n\r\n");
    let names = names.iter().map(String::as_str).chain(["messy.json"]);
    names.fold(head, |text, name| text + "  " + name + "\r\n")
}

pub(super) fn readme(plan: &Plan, written: &Written) -> String {
    let mut text = format!(
        "{MARK}, năm học {}. Không có người nào trong đây là thật.\r\n\
         A synthetic school sector, school year {0}. Nobody in it exists.\r\n\r\n\
         {} trường, {} cán bộ, {} học sinh; seed {}.\r\n\r\n\
         Nhập theo thứ tự sau / import in this order:\r\n\r\n",
        plan.school_year(),
        plan.schools,
        plan.staff,
        plan.pupils,
        plan.seed
    );
    for file in &written.files {
        // Writing to a String cannot fail.
        let _ = write!(text, "  {:<26} {:>9}  {}\r\n", file.name, file.rows, about(&file.name));
    }
    if plan.messy {
        let _ = write!(text, "\r\n  {:<26} {:>9}  số lỗi cố ý / deliberate faults\r\n", "messy.json", "");
    }
    text.push_str(
        "\r\nCác tệp .xlsx lặp lại dữ liệu của các tệp .csv cùng tên.\r\n\
         The .xlsx files repeat rows of the .csv files of the same name.\r\n",
    );
    text
}

fn about(name: &str) -> &'static str {
    match name.split(['-', '.']).next() {
        Some("truong") => "trường / schools",
        Some("can") => "cán bộ, giáo viên, nhân viên / staff",
        Some("hoc") => "học sinh / pupils",
        _ => "phân công giảng dạy / teaching assignments",
    }
}

pub(super) fn messy_json(plan: &Plan, written: &Written) -> String {
    let counts = |hostilities: &Hostilities| -> serde_json::Map<String, serde_json::Value> {
        hostilities.iter().map(|(what, count)| (what.key().to_owned(), json!(count))).collect()
    };
    let files: serde_json::Map<String, serde_json::Value> = written
        .files
        .iter()
        .map(|f| (f.name.clone(), json!({ "rows": f.rows, "hostilities": counts(&f.hostilities) })))
        .collect();
    let all = json!({
        "seed": plan.seed,
        "school_year": plan.school_year(),
        "files": files,
        "total": counts(&written.hostilities()),
    });
    format!("{all:#}\n")
}
