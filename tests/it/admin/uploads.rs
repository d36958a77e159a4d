//! What is brought and cannot be worked at: too large, or failing again and again.

use std::time::Duration;

use phuong::store::{Tx, import_tasks};

use super::{
    console::signed_in,
    imports::{HEADER, bring, press, work},
};
use crate::{
    roster::content::rows,
    support::{database::Backend, tour::Tour},
};

#[tokio::test]
async fn r45_r53_files_larger_than_may_be_are_refused_as_they_come_and_leave_nothing() {
    let Some(t) = Tour::on(Backend::Sqlite).await else { return };
    let mut head = signed_in(&t, "school_admin").await;
    let half = vec![b'x'; 50 << 20];
    let answer = bring(&t, &mut head, "", &[("a.csv", &half), ("b.csv", &half)]).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert!(answer.text.contains("vượt quá 96 MB") && answer.text.contains("name=\"files\""), "{}", answer.text);
    for table in
        ["SELECT name FROM import_files", "SELECT 'piece' FROM import_pieces", "SELECT state FROM import_tasks"]
    {
        assert_eq!(rows(&t.sv.store, table).await.unwrap(), [""; 0], "{table}");
    }
}

both! { async fn an_import_that_keeps_failing_rests_until_it_is_tried_again(t: Tour) {
    let school = t.person("school_admin").school_code.clone();
    let mut head = signed_in(&t, "school_admin").await;
    let row = format!("{HEADER}{school}|3A|3199000001||Nguyễn Thị Bảo Ngọc|14/03/2017|Nữ|Đang học\n");
    let brought = bring(&t, &mut head, "", &[("a.csv", row.as_bytes())]).await;
    let address = brought.header("location").to_owned();
    let id: phuong::base::id::ImportId = address.rsplit('/').next().unwrap().parse().unwrap();
    // A piece that was sealed under another key: no node can open it.
    let piece = import_tasks::Piece { task: id, file: 0, number: 1, content: b"not sealed".to_vec() };
    t.sv.store.write(piece, async |tx: &mut Tx, piece| import_tasks::add_piece(tx, piece).await).await.unwrap();
    let mut pauses = Vec::new();
    for seconds in [15, 30, 60, 120, 240, 480] {
        assert_eq!(work(&t).await, 1);
        assert_eq!(work(&t).await, 0, "it pauses");
        t.advance(Duration::from_secs(seconds));
        pauses.push(seconds);
    }
    t.advance(Duration::from_hours(1));
    assert_eq!(work(&t).await, 0, "it rests after {pauses:?}");
    let page = head.get(&t, &address).await;
    assert!(page.text.contains("Chưa làm được") && page.text.contains("id=\"import-retry\""), "{}", page.text);
    assert!(!page.text.contains("data-follows"), "nothing is under way");
    let code = page.text.split("Mã hỗ trợ: <span class=\"code\">").nth(1).map(|rest| rest.split('<').next().unwrap());
    assert!(code.is_some_and(|code| code.chars().filter(char::is_ascii_uppercase).count() == 8), "{}", page.text);
    assert!(head.get(&t, "/console/imports").await.text.contains("Chưa làm được"));
    let again = press(&t, &mut head, &page, &format!("{address}/retry"), &[]).await;
    assert_eq!(again.status, 303, "{}", again.text);
    assert_eq!(work(&t).await, 1, "once more");
    let twice = press(&t, &mut head, &page, &format!("{address}/retry"), &[]).await;
    assert_eq!(twice.status, 303, "pressed twice: it is under way");
    for seconds in [15, 30, 60, 120, 240, 480] {
        t.advance(Duration::from_secs(seconds));
        work(&t).await;
    }
    let page = head.get(&t, &address).await;
    let gone = press(&t, &mut head, &page, &format!("{address}/discard"), &[]).await;
    assert_eq!(gone.header("location"), "/console/imports", "{}", gone.text);
} }
