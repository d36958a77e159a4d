//! What somebody decides on the page of an import: whom a row is about, whether a guess is right, what a list is of; and what
//! the page says will be written.

use phuong::{admin::people, services::authority::AdminRole};

use super::{
    console::signed_in,
    give,
    imports::{HEADER, bring, count, press, whose_if_any, work},
    org_of, person, whose,
};
use crate::{
    roster::content::rows,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const NAME: &str = "Zuchinthe Xuân Quyxich";

/// A list of one pupil, born on one day, who bears one name.
fn list(school: &str, id: &str, sex: &str) -> String {
    format!("{HEADER}{school}|3A|{id}||{NAME}|05/04/2017|{sex}|Đang học\n")
}

/// Brings a list, and has it looked at: its address, and its page.
async fn looked_at(t: &Tour, browser: &mut Browser, school: &str, list: &str) -> (String, Answer) {
    let brought = bring(t, browser, school, &[("a.csv", list.as_bytes())]).await;
    assert_eq!(brought.status, 303, "{}", brought.text);
    let address = brought.header("location").to_owned();
    assert_eq!(work(t).await, 1);
    let page = browser.get(t, &address).await;
    (address, page)
}

/// Presses what stands there, and has the node do it: the page after that.
async fn pressed(
    t: &Tour,
    browser: &mut Browser,
    (address, page): (&str, &Answer),
    deed: &str,
    typed: &[(&str, &str)],
) -> Answer {
    let sent = press(t, browser, page, &format!("{address}/{deed}"), typed).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(work(t).await, 1);
    browser.get(t, address).await
}

/// Somebody at a school who has a temporary ID: which.
async fn temporary(t: &Tour, browser: &mut Browser, school: &str) -> String {
    let (address, page) = looked_at(t, browser, school, &list(school, "", "Nữ")).await;
    pressed(t, browser, (&address, &page), "commit", &[]).await;
    let value = "SELECT i.value FROM identifiers i JOIN persons p ON p.id = i.person_id
                 WHERE i.type = 'temp' AND i.status <> 'superseded' AND p.full_name = 'Zuchinthe Xuân Quyxich'";
    let found = rows(&t.sv.store, value).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

async fn names(t: &Tour) -> Vec<String> {
    let names = "SELECT full_name FROM persons WHERE full_name = 'Zuchinthe Xuân Quyxich' OR lower(full_name) = 'mới'";
    rows(&t.sv.store, names).await.unwrap()
}

/// Of the cells that can be put right, the fields.
fn boxes(page: &Answer) -> usize {
    (0..10).filter(|at| page.text.contains(&format!(" name=\"c{at}\""))).count()
}

both! { async fn whom_a_row_is_about_is_said_on_the_page_and_nothing_of_it_is_taken_for_a_name(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let code = temporary(&t, &mut head, &school).await;
    let who = people::named(&t.sv, &code).await.unwrap().unwrap();

    let (address, page) = looked_at(&t, &mut head, "", &list(&school, "3199000041", "Nữ")).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Cần xem lại")), ("0".into(), "1".into()));
    for told in [
        "Không có dòng nào để ghi",
        "1 dòng chờ người quyết định",
        "<select id=\"c0\" name=\"c0\">",
        &format!("Là người này: {code}"),
        &format!("{NAME} · 05/04/2017 · 3A · "),
    ] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert!(!page.text.contains("Mọi dòng") && boxes(&page) == 1, "{}", page.text);

    // Left for later, or answered with what is none of the answers: it waits.
    for nothing in ["", "An"] {
        let page = head.get(&t, &address).await;
        let still = pressed(&t, &mut head, (&address, &page), "cells", &[("c0", nothing)]).await;
        assert_eq!(count(&still, "Cần xem lại"), "1", "{nothing}: {}", still.text);
    }
    let page = head.get(&t, &address).await;
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("c0", &code)]).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Cập nhật")), ("0".into(), "1".into()), "{}", page.text);
    assert!(page.text.contains("Sẽ ghi 1 dòng") && !page.text.contains("chờ người quyết định"), "{}", page.text);
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    assert_eq!(whose(&t, "3199000041").await.1, who, "the ID came in place");
    assert_eq!(names(&t).await, [NAME]);
} }

both! { async fn somebody_else_of_that_name_is_enrolled_by_saying_so(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    temporary(&t, &mut head, &school).await;
    let form = head.get(&t, "/console/people/new").await;
    let csrf = form.field("csrf");
    let typed = [
        ("csrf", csrf.as_str()),
        ("kind", "pupil"),
        ("name", NAME),
        ("born", "5/4/2017"),
        ("sex", "male"),
        ("class", "3B"),
        ("position", "teacher"),
        ("sector_id", ""),
    ];
    let sent = head.post(&t, "/console/people/new", &typed).await;
    let address = sent.header("location").to_owned();
    work(&t).await;
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("<option value=\"mới\">Là người khác (mới)</option>"), "{}", page.text);
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("c0", "mới")]).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Lỗi")), ("1".into(), "0".into()), "{}", page.text);
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    assert_eq!(names(&t).await, [NAME, NAME], "two people, and none is called “mới”");
} }

both! { async fn somebody_with_a_sector_id_is_chosen_for_a_row_that_has_none(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let (address, page) = looked_at(&t, &mut head, "", &list(&school, "3199000042", "Nữ")).await;
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    let (address, page) = looked_at(&t, &mut head, "", &list(&school, "", "Nữ").replace("3A", "3B")).await;
    assert!(page.text.contains("Là người này: 3199000042"), "{}", page.text);
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("c0", "3199000042")]).await;
    assert_eq!((count(&page, "Cập nhật"), count(&page, "Lỗi")), ("1".into(), "0".into()), "{}", page.text);
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    assert_eq!(names(&t).await, [NAME]);
} }

both! { async fn r38_whoever_a_row_may_be_about_is_shown_to_those_alone_who_may_see_them(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let other = t.people.iter().map(|one| one.school_code.clone()).find(|code| *code != school).unwrap();
    let mut office = signed_in(&t, "sector_admin").await;
    let code = temporary(&t, &mut office, &other).await;
    let who = people::named(&t.sv, &code).await.unwrap().unwrap();
    let mut head = signed_in(&t, "school_admin").await;
    assert_eq!(head.get(&t, &format!("/console/people/{who}")).await.status, 404);

    // Their own list, and one that the sector brought for them and looks at with other eyes.
    let row = list(&school, "3199000043", "Nam");
    let (own, page) = looked_at(&t, &mut head, "", &row).await;
    let (brought, seen) = looked_at(&t, &mut office, &school, &row).await;
    assert!(seen.text.contains(&format!("Là người này: {code}")), "the sector sees them: {}", seen.text);
    for page in [&page, &head.get(&t, &brought).await] {
        assert_eq!(count(page, "Cần xem lại"), "1");
        assert!(!page.text.contains("TAM-") && !page.text.contains("Là người này"), "{}", page.text);
        assert!(page.text.contains("Người ấy không hiện ở đây") && boxes(page) == 1, "{}", page.text);
    }
    let page = pressed(&t, &mut head, (&own, &page), "cells", &[("c0", "mới")]).await;
    pressed(&t, &mut head, (&own, &page), "commit", &[]).await;
    assert_ne!(whose(&t, "3199000043").await.1, who);
} }

both! { async fn a_guess_has_one_box_and_is_confirmed_by_leaving_it_as_it_is(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let (address, page) = looked_at(&t, &mut head, "", &list(&school, "311000145", "Nữ")).await;
    assert!(boxes(&page) == 1 && page.field("c0") == "0311000145", "{}", page.text);
    assert!(page.text.contains("Không có dòng nào để ghi"), "{}", page.text);
    // Not by Enter in the field for the number of those who leave.
    let enter = [("c0", "0311000145"), ("confirm", "25")];
    let page = pressed(&t, &mut head, (&address, &page), "cells", &enter).await;
    assert!(boxes(&page) == 1 && page.text.contains("Chưa ghi gì"), "{}", page.text);
    // A form of very many cells is one, too.
    let long = format!("0311000145{}", " ".repeat(100_000));
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("c0", &long)]).await;
    assert_eq!((count(&page, "Tạo mới"), boxes(&page)), ("1".into(), 0), "{}", page.text);
    assert!(page.text.contains("Sẽ ghi 1 dòng"), "{}", page.text);
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    assert!(whose_if_any(&t, "0311000145").await.is_some());
} }

both! { async fn what_was_decided_and_not_checked_yet_is_checked_before_anything_is_written(t: Tour) {
    const TOLD: &str = "Chưa ghi gì: những gì vừa chọn";
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let code = temporary(&t, &mut head, &school).await;
    let who = people::named(&t.sv, &code).await.unwrap().unwrap();
    let pupil = |id: &str, name: &str, born: &str| format!("{school}|3A|{id}||{name}|{born}|Nữ|Đang học\n");
    let rows = [
        list(&school, "3199000045", "Nữ"),
        pupil("3199000046", "Phạm Thu Hà", "31/02/2017"),
        pupil("311000146", "Phạm Thu Hương", "01/02/2017"),
        pupil("3199000047", "Phạm Thu Thuỷ", "02/02/2017"),
    ];
    let (address, page) = looked_at(&t, &mut head, "", &rows.concat()).await;
    assert_eq!(["Tạo mới", "Lỗi", "Cần xem lại"].map(|word| count(&page, word)), ["1", "1", "2"], "{}", page.text);
    // One form, whose first button only checks.
    let form = page.text.split(&format!("action=\"{address}/cells\"")).nth(1).unwrap().split("</form>").next().unwrap();
    let buttons = ["id=\"import-correct\"", "id=\"import-commit\""].map(|id| form.find(id).unwrap());
    assert!(buttons[0] < buttons[1] && form.contains(&format!("formaction=\"{address}/commit\"")), "{form}");
    let at = |page: &Answer, told: &str| {
        let label = page.text.split("<label for=\"").find(|part| part.contains(told)).unwrap();
        label.split('"').next().unwrap().to_owned()
    };
    let (born, whom) = (at(&page, "«31/02/2017»"), at(&page, "cùng họ tên"));
    let guess = at(&page, "«0311000146»");
    assert_eq!(page.field(&guess), "0311000146");

    // As a browser sends it: every box, of which two say something new.
    let typed = [(&*born, "28/02/2017"), (&*whom, &*code), (&*guess, "0311000146")];
    let page = pressed(&t, &mut head, (&address, &page), "commit", &typed).await;
    assert!(page.text.contains(TOLD) && page.text.contains("import-commit"), "{}", page.text);
    let counts = ["Tạo mới", "Cập nhật", "Lỗi", "Cần xem lại"].map(|word| count(&page, word));
    assert_eq!(counts, ["2", "1", "0", "1"], "the guess was left as it was, and waits: {}", page.text);
    assert!(whose_if_any(&t, "3199000047").await.is_none(), "nothing is written yet");

    // Nothing new: it is written.
    let guess = at(&page, "«0311000146»");
    let page = pressed(&t, &mut head, (&address, &page), "commit", &[(&*guess, "0311000146")]).await;
    assert!(page.text.contains("Đã ghi") && !page.text.contains(TOLD), "{}", page.text);
    assert_eq!(whose(&t, "3199000045").await.1, who);
    for (id, known) in [("3199000046", true), ("3199000047", true), ("0311000146", false)] {
        assert_eq!(whose_if_any(&t, id).await.is_some(), known, "{id}");
    }
} }

both! { async fn where_nothing_is_to_be_written_no_button_says_that_it_would_be(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let rows = list(&school, "3199000048", "Nữ");
    let (address, page) = looked_at(&t, &mut head, "", &rows).await;
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    let (address, page) = looked_at(&t, &mut head, "", &rows).await;
    assert_eq!(count(&page, "Không đổi"), "1", "{}", page.text);
    assert!(page.text.contains("Không có dòng nào để ghi") && page.text.contains("/result"), "{}", page.text);
    assert!(!page.text.contains("import-commit") && !page.text.contains(&format!("{address}/commit")), "{}", page.text);
} }

both! { async fn whoever_cannot_be_told_gets_their_day_of_birth_on_the_page(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let rows = list(&school, "", "Nữ").replace("05/04/2017", "");
    let (address, page) = looked_at(&t, &mut head, "", &rows).await;
    assert_eq!((count(&page, "Lỗi"), boxes(&page)), ("1".into(), 2), "{}", page.text);
    assert!(page.text.contains("<label for=\"c1\">Dòng 2: cột «Ngày sinh»</label>"), "{}", page.text);
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("c1", "05/04/2017")]).await;
    assert_eq!((count(&page, "Lỗi"), count(&page, "Tạo mới")), ("0".into(), "1".into()), "{}", page.text);
} }

both! { async fn a_cell_is_put_right_by_emptying_it(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let (address, page) = looked_at(&t, &mut head, "", &list(&school, "chưa có", "Nữ")).await;
    assert_eq!((count(&page, "Lỗi"), page.field("c0")), ("1".into(), "chưa có".into()), "{}", page.text);
    let whole = page.field("whole");
    let page = pressed(&t, &mut head, (&address, &page), "cells", &[("whole", &whole), ("c0", "")]).await;
    assert_eq!((count(&page, "Lỗi"), count(&page, "Tạo mới")), ("0".into(), "1".into()), "{}", page.text);
} }

both! { async fn what_a_list_is_of_is_said_on_the_page_where_its_columns_do_not_tell(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let unclear = format!("Mã trường|Mã định danh|Họ tên|Ngày sinh|Môn\n{school}|3199000044|{NAME}|05/04/2017|\n");
    let (address, page) = looked_at(&t, &mut head, "", &unclear).await;
    assert!(page.text.contains("không cho biết đây là học sinh hay cán bộ"), "{}", page.text);
    assert!(page.text.contains("<select id=\"kind\" name=\"kind\""), "{}", page.text);
    assert!(!page.text.contains("--kind") && !page.text.contains("dòng lệnh"), "no flags in a browser: {}", page.text);
    let state = async |head: &mut Browser| {
        let listed = head.get(&t, "/console/imports").await.text;
        ["Không nhập được", "Chờ xem lại"].map(|word| listed.contains(word))
    };
    assert_eq!(state(&mut head).await, [true, false], "a refused file has its own word");
    let page = pressed(&t, &mut head, (&address, &page), "columns", &[("kind", "pupils")]).await;
    assert_eq!((count(&page, "Tạo mới"), count(&page, "Lỗi")), ("1".into(), "0".into()), "{}", page.text);
    assert!(page.text.contains("<option value=\"pupils\" selected>"), "{}", page.text);
    assert_eq!(state(&mut head).await, [false, true]);
    pressed(&t, &mut head, (&address, &page), "commit", &[]).await;
    assert!(whose_if_any(&t, "3199000044").await.is_some());
} }

both! { async fn a_page_that_a_role_does_not_open_speaks_of_nobody(t: Tour) {
    let org = org_of(&t, "school_admin").await;
    give(&t, "staff", AdminRole::HelpDesk, org).await;
    let mut desk = signed_in(&t, "staff").await;
    let refused = desk.get(&t, "/console/imports").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("Vai trò của bạn không cho phép việc này.") && !refused.text.contains("người ấy"));
    assert!(desk.get(&t, &format!("/console/people/{}", person(&t, "student").await)).await.status == 200);
} }
