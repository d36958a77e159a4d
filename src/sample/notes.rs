//! What is written beside the files: a README for people, the counts of what is wrong for tests.

use std::fmt::Write;

use serde_json::json;

use super::{files::Written, mess::Hostilities, plan::Plan};

pub(super) fn readme(plan: &Plan, written: &Written) -> String {
    let mut text = format!(
        "Dữ liệu mẫu của một ngành giáo dục, năm học {}. Không có người nào trong đây là thật.\r\n\
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
    text.push_str("\r\nCSV: UTF-8 có BOM. truong.xlsx và hoc-sinh-*.xlsx lặp lại dữ liệu của các tệp CSV.\r\n");
    if plan.messy {
        text.push_str("\r\nCác lỗi cố ý được đếm trong messy.json / deliberate faults are counted in messy.json.\r\n");
    }
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
