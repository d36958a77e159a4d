//! A school's list is about its own people: it lets nobody of another school go, and is told nothing of them.

use super::{
    console::signed_in,
    imports::{HEADER, bring, count, press, work},
};
use crate::support::{
    callers::Browser,
    tour::{Answer, Tour},
};

both! { async fn r39_a_school_releases_nobody_of_another(t: Tour) {
    // A list that says itself that the other school lets a pupil go.
    let school = t.person("school_admin").school_code.clone();
    let other = t.people.iter().map(|p| p.school_code.clone()).find(|code| *code != school).unwrap();
    let row = |code: &str, status: &str| format!("{code}|3A|3199000001||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|{status}\n");
    let mut office = signed_in(&t, "sector_admin").await;
    written(&t, &mut office, &format!("{HEADER}{}", row(&other, "Đang học"))).await;
    let mut head = signed_in(&t, "school_admin").await;
    let forged = format!("{HEADER}{}{}", row(&other, "Chuyển đi"), row(&school, "Đang học"));
    let page = written(&t, &mut head, &forged).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Chờ chuyển trường")), ("0".into(), "1".into()), "{}", page.text);
} }

both! { async fn r38_what_was_known_of_somebody_who_comes_is_not_told_beforehand(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let other = t.people.iter().map(|p| p.school_code.clone()).find(|code| *code != school).unwrap();
    let row = |code: &str, name: &str, born: &str, status: &str| format!("{HEADER}{code}|3A|3199000001||{name}|{born}|Nữ|{status}\n");
    let ngoc = "Nguyễn Thị Bảo Ngọc";
    let mut office = signed_in(&t, "sector_admin").await;
    for status in ["Đang học", "Chuyển đi"] {
        written(&t, &mut office, &row(&other, ngoc, "14/03/2017", status)).await;
    }
    let mut head = signed_in(&t, "school_admin").await;
    let look = async |head: &mut Browser, name: &str, born: &str, status: &str| {
        let brought = bring(&t, head, "", &[("a.csv", row(&school, name, born, status).as_bytes())]).await;
        work(&t).await;
        head.get(&t, brought.header("location")).await
    };
    // Whoever does not know the day of birth does not take them in, be the name right or wrong; nor find it out.
    for (name, born) in [(ngoc, ""), (ngoc, "15/03/2017"), ("Trần Văn Khác", "15/03/2017")] {
        let page = look(&mut head, name, born, "Đang học").await;
        assert_eq!((count(&page, "Cập nhật"), count(&page, "Cần xem lại")), ("0".into(), "1".into()), "{}", page.text);
        assert!(page.text.contains("«3199000001» là mã đã bỏ, hoặc thuộc về người không ở trường này"), "{}", page.text);
    }
    for born in ["14/03/2017", "15/03/2017"] {
        let page = look(&mut head, ngoc, born, "Thôi học").await;
        let nothing = ["Không đổi", "Rời trường", "Cần xem lại"].map(|word| count(&page, word));
        assert_eq!(nothing, ["0"; 3], "whoever leaves is nobody here: {}", page.text);
    }
    let page = look(&mut head, "Nguyễn Thị Bảo Ngân", "14/03/2017", "Đang học").await;
    assert_eq!(count(&page, "Cập nhật"), "1", "{}", page.text);
    assert!(page.text.contains("<del>•••</del> → <ins>Nguyễn Thị Bảo Ngân</ins>") && !page.text.contains(ngoc), "{}", page.text);
    // Once the pupil is theirs they are told.
    written(&t, &mut head, &row(&school, ngoc, "14/03/2017", "Đang học")).await;
    let page = look(&mut head, ngoc, "15/03/2017", "Đang học").await;
    assert!(page.text.contains("<del>14/03/2017</del> → <ins>15/03/2017</ins>"), "{}", page.text);
    written(&t, &mut head, &row(&school, ngoc, "15/03/2017", "Đang học")).await;
    let page = look(&mut head, ngoc, "16/03/2017", "Đang học").await;
    assert!(page.text.contains("<del>15/03/2017</del> → <ins>16/03/2017</ins>"), "{}", page.text);
} }

/// Brings a list and has it written; its page after that.
pub(super) async fn written(t: &Tour, browser: &mut Browser, file: &str) -> Answer {
    let brought = bring(t, browser, "", &[("a.csv", file.as_bytes())]).await;
    work(t).await;
    let page = browser.get(t, brought.header("location")).await;
    press(t, browser, &page, &format!("{}/commit", brought.header("location")), &[]).await;
    work(t).await;
    browser.get(t, brought.header("location")).await
}
