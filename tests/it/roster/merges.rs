//! Two records become one, and nothing of either is lost: the classes of a teacher, what was said of a pupil, and what was
//! asked for; and pupils who attend continuing education beside their school.

use jiff::civil::date;
use phuong::{
    admin::{
        merge, people,
        transfers::{self, Claim},
    },
    base::id::{OrgId, PersonId},
    model::{
        affiliation::EndReason, identifier::IdentifierKind, name::PersonName, role::Role, rollover::Mark,
        sector_id::SectorId,
    },
    people::{
        PeopleError, accounts as ends,
        memberships::{self, Event},
        records::{self, Record},
    },
    roster::Severity,
    services::{audit::Actor, authority::Standing},
    store::{Tx, accounts},
};

use super::{
    content,
    office::{Office, codes},
    years::{draft, leave, mark, row, switch},
};

const BY: Actor = Actor::CommandLine;

/// Whose a sector ID is.
async fn who(office: &Office, sector_id: &str) -> PersonId {
    let read = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    office.sv.store.read(sector_id.to_owned(), read).await.unwrap().unwrap().person_id
}

/// Somebody of this sector ID who is nowhere.
async fn nobody(office: &Office, sector_id: &str) -> PersonId {
    let record =
        Record { name: PersonName::read("Nguyễn Bản Sao").unwrap(), born: Some(date(2017, 3, 14)), sex: None };
    records::register(&office.sv, &BY, &record, &[(IdentifierKind::Sector, sector_id)], true).await.unwrap()
}

async fn merge(office: &Office, kept: PersonId, gone: PersonId) {
    let by = Standing::danger_command_line();
    let (stays, goes) = (by.over(&office.sv, kept).await.unwrap(), by.over(&office.sv, gone).await.unwrap());
    merge::merge(&office.sv, &stays, &goes).await.unwrap();
}

async fn school(office: &Office, code: &str) -> OrgId {
    people::school(&office.sv, code).await.unwrap().unwrap()
}

/// The second school asks for the pupil of these last digits.
async fn ask(office: &Office, id: &str) {
    let sector_id = SectorId::read(&format!("31123456{id}")).unwrap();
    let claim = Claim { school: school(office, "31303402").await, sector_id, born: date(2017, 3, 14) };
    transfers::ask(&office.sv, &leave(), &claim).await.unwrap();
}

async fn happen(office: &Office, person: PersonId, events: Vec<Event>) {
    assert!(memberships::record(&office.sv, &BY, person, events, office.clock.now().day()).await.unwrap());
}

/// The places in classes that somebody has now.
async fn seats(office: &Office, sector_id: &str) -> Vec<String> {
    let seats = office.of("seat", sector_id).await.into_iter();
    seats.filter_map(|seat| Some(seat.strip_suffix("..")?.rsplit_once(' ')?.0.to_owned())).collect()
}

/// How many lines of the trail tell that a request ended.
async fn told_ended(office: &Office) -> usize {
    let lines = "SELECT subject FROM audit_events WHERE action = 'transfer.expired'";
    content::rows(office.store(), lines).await.unwrap().len()
}

both! {
    async fn a_teacher_goes_on_in_the_classes_of_both_and_a_pupil_in_one(office: Office) {
        office.pupils(&format!("{}{}", row("3A", "01", "An"), row("4B", "02", "An"))).await;
        let teacher = |id: &str| format!("31303401|{id}||Trần Đức Huy|02/09/1985|Nam|Đang làm việc|Giáo viên||\n");
        office.staff(&format!("{}{}", teacher("3100456789"), teacher("3100456790"))).await;
        office.assignments(
            "31303401|3A|3100456789|Chủ nhiệm|\n31303401|3A|3100456789|Bộ môn|Toán\n\
             31303401|3A|3100456790|Bộ môn|Toán\n31303401|4B|3100456790|Bộ môn|Toán\n",
        ).await;
        merge(&office, who(&office, "3100456789").await, who(&office, "3100456790").await).await;
        let places = ["homeroom 31303401 2026-2027 3A", "subject(Toán) 31303401 2026-2027 3A", "subject(Toán) 31303401 2026-2027 4B"];
        assert_eq!(seats(&office, "3100456789").await, places);
        merge(&office, who(&office, "3112345601").await, who(&office, "3112345602").await).await;
        assert_eq!(seats(&office, "3112345601").await, ["pupil 31303401 2026-2027 3A"]);
    }
}

both! {
    async fn what_a_school_said_of_a_pupils_next_year_is_said_of_the_record_that_stays(office: Office) {
        let rows = [("3A", "01", "An"), ("3A", "02", "Bình"), ("3A", "03", "Bình"), ("3B", "05", "Giang")];
        office.pupils(&rows.map(|(class, id, name)| row(class, id, name)).concat()).await;
        draft(&office).await;
        mark(&office, "3A", "01", Some(Mark::Repeats("3A".into()))).await.unwrap();
        mark(&office, "3A", "02", Some(Mark::Joins("4B".into()))).await.unwrap();
        mark(&office, "3A", "03", Some(Mark::Leaves)).await.unwrap();
        merge(&office, nobody(&office, "3112345699").await, who(&office, "3112345601").await).await;
        merge(&office, who(&office, "3112345602").await, who(&office, "3112345603").await).await;
        let mut marks = content::rows(office.store(), "SELECT fate FROM rollover_marks").await.unwrap();
        marks.sort_unstable();
        assert_eq!(marks, ["joins", "repeats"], "what was said of the record that stays goes before");
        switch(&office).await;
        assert_eq!(seats(&office, "3112345699").await, ["pupil 31303401 2027-2028 3A"]);
        assert_eq!(seats(&office, "3112345602").await, ["pupil 31303401 2027-2028 4B"]);
    }
}

both! {
    async fn r51_a_request_waits_on_for_the_record_that_stays_and_one_that_ends_is_told(office: Office) {
        office.pupils(&["01", "02", "03"].map(|id| row("3A", id, "An")).concat()).await;
        for id in ["01", "02", "03"] {
            ask(&office, id).await;
        }
        merge(&office, nobody(&office, "3112345699").await, who(&office, "3112345601").await).await;
        assert_eq!(office.of("transfer", "3112345699").await, ["31303401 > 31303402 waiting"]);
        assert_eq!(told_ended(&office).await, 0);
        merge(&office, who(&office, "3112345602").await, who(&office, "3112345603").await).await;
        let both = ["31303401 > 31303402 expired", "31303401 > 31303402 waiting"];
        assert_eq!(office.of("transfer", "3112345602").await, both, "asked for twice, one request waits");
        assert_eq!(told_ended(&office).await, 1);

        // Who turns out to be at a third school has nobody to be let go by.
        office.pupils(&row("6A", "04", "Chi").replace("31303401", "31303501")).await;
        let (kept, gone) = (who(&office, "3112345604").await, nobody(&office, "3112345698").await);
        happen(&office, gone, vec![Event::Begins(Role::Student, school(&office, "31303401").await)]).await;
        ask(&office, "98").await;
        happen(&office, gone, vec![Event::Ends(Role::Student, school(&office, "31303401").await, EndReason::Left)]).await;
        merge(&office, kept, gone).await;
        assert_eq!(office.of("transfer", "3112345604").await, ["31303401 > 31303402 expired"]);
        assert_eq!(told_ended(&office).await, 2);
    }
}

both! {
    async fn r42_neither_sector_id_of_a_merged_person_is_given_again(office: Office) {
        office.pupils(&format!("{}{}", row("3A", "01", "An"), row("3A", "02", "An"))).await;
        let kept = who(&office, "3112345601").await;
        merge(&office, kept, who(&office, "3112345602").await).await;
        happen(&office, kept, vec![Event::Ends(Role::Student, school(&office, "31303401").await, EndReason::Left)]).await;
        ends::purge(&office.sv, &BY, kept).await.unwrap();
        let record = Record { name: PersonName::read("Người Khác").unwrap(), born: None, sex: None };
        for id in ["3112345601", "3112345602"] {
            let again = records::register(&office.sv, &BY, &record, &[(IdentifierKind::Sector, id)], true).await;
            assert!(matches!(again, Err(PeopleError::Buried)), "{id}: {again:?}");
        }
        let listed = office.pupils(&format!("{}{}", row("3A", "01", "Bình"), row("3A", "02", "Chi"))).await;
        assert_eq!(codes(&listed, Severity::Held), ["sector_id_buried", "sector_id_buried"]);
    }
}

both! {
    async fn invariant_3_continuing_education_beside_the_school_keeps_no_pupil_from_another(office: Office) {
        office.pupils(&row("3A", "01", "An")).await;
        let (pupil, centre) = (who(&office, "3112345601").await, school(&office, "31303901").await);
        let begins = vec![Event::Begins(Role::Student, centre)];
        memberships::record(&office.sv, &BY, pupil, begins, date(2026, 9, 5)).await.unwrap();
        ask(&office, "01").await;
        assert!(!transfers::meet(&office.sv).await.unwrap());
        let released = transfers::release(&office.sv, &leave(), pupil, EndReason::Transferred).await.unwrap();
        assert_eq!(released, Ok(true));
        assert_eq!(office.of("transfer", "3112345601").await, ["31303401 > 31303402 waiting"]);
        transfers::meet(&office.sv).await.unwrap();
        assert_eq!(office.of("transfer", "3112345601").await, ["31303401 > 31303402 approved"]);
        let roles = office.of("affiliation", "3112345601").await;
        let active: Vec<_> = roles.iter().filter(|role| role.contains(" active ")).map(|role| &role[..16]).collect();
        assert_eq!(active, ["student@31303402", "student@31303901"], "{roles:?}");
        assert_eq!(told_ended(&office).await, 0);
    }
}

both! {
    async fn r51_who_went_over_to_continuing_education_is_asked_for_no_more_and_that_is_told(office: Office) {
        office.pupils(&row("3A", "01", "An")).await;
        let (pupil, from) = (who(&office, "3112345601").await, school(&office, "31303401").await);
        ask(&office, "01").await;
        let over = vec![Event::Transfers { role: Role::Student, from, to: school(&office, "31303901").await }];
        happen(&office, pupil, over).await;
        transfers::meet(&office.sv).await.unwrap();
        assert_eq!(office.of("transfer", "3112345601").await, ["31303401 > 31303402 expired"]);
        assert_eq!(told_ended(&office).await, 1);
    }
}
