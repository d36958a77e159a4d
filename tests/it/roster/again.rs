//! A list that comes again: what it said before is not compared again, and comes to the same as if it were.

use jiff::civil::date;
use phuong::{
    admin::corrections::{self, Typed},
    base::id::PersonId,
    model::{affiliation::EndReason, identifier::IdentifierKind, role::Role},
    on_db,
    people::{
        identifiers,
        memberships::{self, Event},
        orgs,
        records::{self, ContactKind},
    },
    services::{audit::Actor, authority::Standing},
    store::{Tx, directory},
};

use super::{
    content,
    office::{Office, PUPILS, STAFF, Told, counts, told},
};

const LIST: &str = "31303401|3A|3112345601|031317000001|Nguyễn Thị An|14/03/2017|Nữ|Đang học|05/09/2026|\n\
                    31303401|3B|3112345602||Trần Văn Bình|15/03/2017|Nam|Đang học|05/09/2026|\n\
                    31303402|3A|||Lê Thị Chi|16/03/2017|Nữ|Đang học||\n";
const WORKERS: &str = "31303401|3112345611||Phạm Văn Dũng|01/02/1980|Nam|Đang làm việc|Giáo viên|dung@truong.example|0912345678\n\
                       31303402|3112345611||Phạm Văn Dũng|01/02/1980|Nam|Đang làm việc|Giáo viên|dung@truong.example|0912345678\n\
                       31303402|3112345612||Vũ Thị Em|02/02/1981|Nữ|Đang làm việc|Nhân viên||\n";

impl Office {
    async fn sends_both(&self) {
        self.file("hs.csv", PUPILS, LIST);
        self.file("cb.csv", STAFF, WORKERS);
        self.commit(&["cb.csv", "hs.csv"]).await;
    }

    /// What a dry run of both tells.
    async fn would_come_to(&self) -> Told {
        told(&self.dry(&["cb.csv", "hs.csv"]).await)
    }

    /// What a dry run tells, which must be what one tells that compares everything.
    async fn comes_to(&self) -> Told {
        let quick = self.would_come_to().await;
        self.runs("UPDATE persons SET imprint = imprint - 1").await;
        assert_eq!(self.would_come_to().await, quick);
        self.runs("UPDATE persons SET imprint = imprint + 1").await;
        quick
    }

    async fn runs(&self, sql: &'static str) {
        let run = async |tx: &mut Tx, sql: &&'static str| on_db!(tx, sqlx::query(*sql)).map(drop);
        self.store().write(sql, run).await.unwrap();
    }

    async fn person(&self, sector_id: &'static str) -> PersonId {
        let read = async |tx: &mut Tx, id: &&'static str| {
            let found: (PersonId,) = on_db!(tx, c => sqlx::query_as("SELECT person_id FROM identifiers WHERE value = $1 AND status <> 'superseded'").bind(*id).fetch_one(&mut *c))?;
            Ok(found.0)
        };
        self.store().read(sector_id, read).await.unwrap()
    }

    async fn imprinted(&self) -> usize {
        let sql = "SELECT full_name FROM persons WHERE imprint IS NOT NULL";
        content::rows(self.store(), sql).await.unwrap().len()
    }
}

both! {
    async fn what_nobody_changed_since_is_not_compared_and_unchanged(office: Office) {
        office.sends_both().await;
        assert_eq!(office.imprinted().await, 5);
        let content = office.content().await;
        let again = office.agree(&["cb.csv", "hs.csv"]).await;
        assert_eq!(counts(&again), [0, 0, 5, 0]);
        assert_eq!(office.content().await, content);
        // A mark that is not the row's is worth nothing, and the right one takes its place.
        office.runs("UPDATE persons SET imprint = 7").await;
        assert_eq!(counts(&office.agree(&["cb.csv", "hs.csv"]).await), [0, 0, 5, 0]);
        let kept = content::rows(office.store(), "SELECT full_name FROM persons WHERE imprint = 7").await.unwrap();
        assert_eq!((kept, office.content().await), (vec![], content));
    }
}

both! {
    async fn a_row_that_says_something_else_is_compared(office: Office) {
        office.sends_both().await;
        for (from, to) in [("3B", "3C"), ("Trần Văn Bình", "Trần Văn Bính"), ("15/03/2017", "15/04/2017"), ("|Nam|Đang", "|Nữ|Đang")] {
            office.file("hs.csv", PUPILS, &LIST.replace(from, to));
            let [created, updated, unchanged, ended] = counts(&office.agree(&["hs.csv"]).await);
            assert_eq!([created, updated + unchanged, ended], [0, 3, 0], "{to}");
            assert!(updated > 0, "{to}");
            office.file("hs.csv", PUPILS, LIST);
            assert_eq!(counts(&office.agree(&["hs.csv"]).await)[1], updated, "{from}");
        }
    }
}

both! {
    async fn another_year_and_a_closed_school_are_not_overlooked(office: Office) {
        office.sends_both().await;
        office.waits_until(date(2027, 6, 1));
        let next = phuong::roster::Ask { year: "2027-2028".parse().ok(), commit: true, ..office.ask(&["hs.csv"]) };
        assert_eq!(counts(&office.run(&next).await.unwrap())[1], 3, "the classes are of another year");
        orgs::close(&office.sv, &Actor::System, office.school("31303402").await).await.unwrap();
        let after = office.comes_to().await;
        assert!(after.2.iter().any(|issue| issue.code() == "school_closed"), "{after:#?}");
    }
}

both! {
    async fn whatever_else_changes_somebody_is_compared_with_the_next_list(office: Office) {
        office.sends_both().await;
        let (sv, by) = (&office.sv, Actor::System);
        let (an, binh, dung) = (office.person("3112345601").await, office.person("3112345602").await, office.person("3112345611").await);
        let typed = Typed { name: Some("Nguyễn Thị Ân".to_owned()), ..Typed::default() };
        let all = counts_of(&office.comes_to().await);
        assert_eq!(all, [0, 0, 5, 0]);

        let leave = Standing::danger_command_line().over(sv, an).await.unwrap();
        assert!(corrections::correct(sv, &leave, &typed, None).await.unwrap());
        assert_eq!(counts_of(&office.comes_to().await), [0, 1, 4, 0], "a name");
        office.sends_both().await;

        identifiers::put(sv, &by, an, IdentifierKind::Citizen, "031317000002", "by hand").await.unwrap();
        assert_eq!(counts_of(&office.comes_to().await), [0, 1, 4, 0], "a citizen number");
        office.sends_both().await;

        records::reach(sv, &by, dung, ContactKind::Email, None).await.unwrap();
        assert_eq!(counts_of(&office.comes_to().await), [0, 1, 4, 0], "an address");
        office.sends_both().await;

        let typed = Typed { email: Some("pham.dung@truong.example".to_owned()), ..Typed::default() };
        let leave = Standing::danger_command_line().over(sv, dung).await.unwrap();
        assert!(corrections::correct(sv, &leave, &typed, None).await.unwrap());
        assert_eq!(counts_of(&office.comes_to().await), [0, 1, 4, 0], "an address that was typed");
        office.sends_both().await;
        let addresses = "SELECT value || ', ' || source FROM contacts WHERE kind = 'email' ORDER BY value";
        let both = ["dung@truong.example, import", "pham.dung@truong.example, by hand"];
        assert_eq!(content::rows(office.store(), addresses).await.unwrap(), both, "beside the one of the list");

        let school = office.school("31303401").await;
        let ends = vec![Event::Ends(Role::Student, school, EndReason::Left)];
        memberships::record(sv, &by, binh, ends, date(2026, 9, 5)).await.unwrap();
        assert_eq!(counts_of(&office.comes_to().await), [0, 1, 4, 0], "a place at a school");
        office.sends_both().await;
        assert_eq!(counts_of(&office.comes_to().await), [0, 0, 5, 0], "all is as the lists say");
    }
}

fn counts_of(told: &Told) -> [i64; 4] {
    [told.0.created, told.0.updated, told.0.unchanged, told.0.ended]
}

impl Office {
    async fn school(&self, code: &'static str) -> phuong::base::id::OrgId {
        let read = async |tx: &mut Tx, code: &&'static str| {
            Ok(directory::orgs(tx).await?.into_iter().find(|org| org.code.as_deref() == Some(*code)).map(|org| org.id))
        };
        self.store().read(code, read).await.unwrap().unwrap()
    }
}
