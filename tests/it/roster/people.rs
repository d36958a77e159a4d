//! Who a row is about: one person for life, whatever file they come from, and nobody guessed.

use phuong::roster::Severity;

use super::{
    content::rows,
    office::{Office, PUPILS, codes, counts},
};

const AN: &str = "31303401|3A|3112345601|031317000001|Nguyễn Thị An|14/03/2017|Nữ|Đang học||\n";

/// The row without sector ID.
fn without_id(row: &str) -> String {
    row.replace("3112345601", "")
}

both! {
    async fn a_temporary_id_is_replaced_in_place(office: Office) {
        let new = office.pupils(&without_id(AN)).await;
        assert_eq!((counts(&new), codes(&new, Severity::Warning)), ([1, 0, 0, 0], vec!["sector_id_missing"]));
        let pid = rows(office.store(), "SELECT CAST(count(*) AS TEXT) || max(full_name) FROM persons").await.unwrap();
        assert_eq!(office.facts("identifier").await, ["TAM Nguyễn Thị An cccd active", "TAM Nguyễn Thị An temp provisional"]);
        let again = office.pupils(&without_id(AN)).await;
        assert_eq!(counts(&again), [0, 0, 1, 0], "the same row again is the same person");
        assert!(again.issues.is_empty(), "who has a temporary ID gets no other: {:?}", again.issues);
        let arrived = office.pupils(AN).await;
        assert_eq!(counts(&arrived), [0, 1, 0, 0], "{:?}", arrived.issues);
        assert_eq!(rows(office.store(), "SELECT CAST(count(*) AS TEXT) || max(full_name) FROM persons").await.unwrap(), pid);
        let identifiers = ["cccd active", "moet active", "temp superseded"];
        assert_eq!(office.of("identifier", "3112345601").await, identifiers);
        // What was printed and handed out still signs in.
        assert_eq!(office.of("name", "3112345601").await, ["alias tam", "sector_id 3112345601"]);
        assert_eq!(office.of("affiliation", "3112345601").await.len(), 1);
        assert_eq!(counts(&office.pupils(AN).await), [0, 0, 1, 0]);
    }
}

both! {
    async fn name_and_day_of_birth_alone_go_to_review_and_a_human_decides(office: Office) {
        let bare = without_id(AN).replace("031317000001", "");
        office.pupils(&bare).await;
        let named = AN.replace("031317000001", "");
        let held = office.pupils(&named).await;
        assert_eq!((counts(&held), held.tally.review), ([0, 0, 0, 0], 1));
        assert_eq!(codes(&held, Severity::Held), ["maybe_known"]);
        let told = held.of(Severity::Held).next().unwrap().message(phuong::roster::Language::Vi);
        let temporary = told.split_whitespace().find(|word| word.starts_with("TAM-")).unwrap().trim_end_matches(['.', ',']);
        // It is somebody else.
        let other = office.pupils(&named.replace("Đang học||", "Đang học||mới")).await;
        assert_eq!(counts(&other), [1, 0, 0, 0], "{:?}", other.issues);
        // It is the one who waited for an ID.
        let same = named.replace("3112345601", "3112345609").replace("Đang học||", &format!("Đang học||{temporary}"));
        assert_eq!(counts(&office.pupils(&same).await), [0, 1, 0, 0]);
        assert_eq!(office.of("identifier", "3112345609").await, ["moet active", "temp superseded"]);
        assert_eq!(office.facts("person").await.len(), 2);
    }
}

both! {
    async fn two_people_with_ids_of_their_own_may_bear_one_name(office: Office) {
        office.pupils(AN).await;
        let twin = AN.replace("3112345601", "3112345602").replace("031317000001", "");
        assert_eq!(counts(&office.pupils(&twin).await), [1, 0, 0, 0]);
        let third = twin.replace("3112345602", "");
        let held = office.pupils(&third).await;
        assert_eq!((held.tally.review, codes(&held, Severity::Held)), (1, vec!["maybe_known"]));
    }
}

both! {
    async fn a_name_or_a_day_of_birth_is_corrected_but_not_both_at_once(office: Office) {
        office.pupils(AN).await;
        let named = AN.replace("Nguyễn Thị An", "Nguyễn Thị Ân");
        assert_eq!(counts(&office.pupils(&named).await), [0, 1, 0, 0]);
        assert!(office.facts("person").await[0].contains("Nguyễn Thị Ân (Ân) 2017-03-14"));
        let born = named.replace("14/03/2017", "15/03/2017").replace("031317000001", "");
        assert_eq!(counts(&office.pupils(&born).await), [0, 1, 0, 0]);
        let both = born.replace("Nguyễn Thị Ân", "Trần Văn Bình").replace("15/03/2017", "01/01/2016");
        let held = office.pupils(&both).await;
        assert_eq!((counts(&held), codes(&held, Severity::Held)), ([0, 0, 0, 0], vec!["sector_id_of_another"]));
        let proved = both.replace("3112345601|", "3112345601|031317000001");
        assert_eq!(counts(&office.pupils(&proved).await), [0, 1, 0, 0]);
        let words = office.of("word", "3112345601").await;
        // From each word on, so that any of them finds the whole name.
        assert_eq!(words, ["binh tran van", "tran van binh", "van binh tran"], "it is found by its new name only");
    }
}

both! {
    async fn identifiers_that_contradict_each_other_go_to_review(office: Office) {
        let binh = AN.replace("3112345601", "3112345602").replace("031317000001", "031317000002").replace(" An|", " Bình|");
        office.pupils(&format!("{AN}{binh}")).await;
        let crossed = office.pupils(&AN.replace("031317000001", "031317000002")).await;
        assert_eq!(codes(&crossed, Severity::Held), ["identifiers_of_two"]);
        let renumbered = office.pupils(&AN.replace("3112345601", "3112345603")).await;
        assert_eq!(codes(&renumbered, Severity::Held), ["sector_id_differs"]);
        let borrowed = office.pupils(&without_id(AN).replace("Nguyễn Thị An|14/03/2017", "Lê Văn Cường|01/01/2016")).await;
        assert_eq!(codes(&borrowed, Severity::Held), ["citizen_number_of_another"]);
        assert_eq!(office.facts("person").await.len(), 2);
        // A citizen number may be issued anew.
        assert_eq!(counts(&office.pupils(&AN.replace("031317000001", "031317000009")).await), [0, 1, 0, 0]);
        assert_eq!(office.of("identifier", "3112345601").await, ["cccd active", "cccd superseded", "moet active"]);
    }
}

both! {
    async fn the_same_person_twice_in_a_file_or_in_two_is_found(office: Office) {
        let other = AN.replace("031317000001", "").replace("Nguyễn Thị An|14/03/2017", "Lê Văn Cường|01/01/2016");
        let report = office.pupils(&format!("{AN}{AN}{other}")).await;
        assert_eq!(counts(&report), [1, 0, 0, 0]);
        assert_eq!(codes(&report, Severity::Warning), ["row_repeated"]);
        assert_eq!(codes(&report, Severity::Error), ["duplicate_person"]);
        let told = report.of(Severity::Error).next().unwrap().message(phuong::roster::Language::En);
        assert!(told.contains("row 2 of hoc-sinh.csv"), "{told}");
        office.file("nua.csv", PUPILS, &format!("{AN}{}", AN.replace("3A", "3B")));
        let both = office.agree(&["hoc-sinh.csv", "nua.csv"]).await;
        assert_eq!(counts(&both), [0, 0, 1, 0]);
        assert_eq!(codes(&both, Severity::Error), ["duplicate_person", "duplicate_person"]);
    }
}

both! {
    async fn lost_zeros_are_believed_only_when_something_else_confirms_them(office: Office) {
        let an = AN.replace("3112345601", "0112345601");
        // Nobody has the ID yet: it may be a guess.
        let guessed = office.pupils(&AN.replace("3112345601", "112345601")).await;
        assert_eq!(codes(&guessed, Severity::Held), ["sector_id_guessed"]);
        office.pupils(&an).await;
        assert_eq!(counts(&office.pupils(&AN.replace("3112345601", "112345601")).await), [0, 0, 1, 0]);
        // A citizen number that is a guess is left out.
        let binh = AN.replace("3112345601", "3112345602").replace("031317000001", "31317000002").replace(" An|", " Bình|");
        assert_eq!(counts(&office.pupils(&binh).await), [1, 0, 0, 0]);
        assert_eq!(office.of("identifier", "3112345602").await, ["moet active"]);
        // A person without any other identifier is known by it only if name and day of birth agree.
        assert_eq!(counts(&office.pupils(&without_id(AN).replace("031317", "31317")).await), [0, 0, 1, 0]);
    }
}
