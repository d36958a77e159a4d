//! OneRoster 1.2 CSV (1EdTech): a zip of files whose names, headers and their order the standard fixes. What Vietnam needs
//! besides stands under `metadata.vn.*`, behind the standard's columns.
//!
//! Ids are this export's own (pairwise, as an app's subjects are): no business number is a key, and ours stay with us.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    Exported, Leave, NotExported, Told, beside,
    ids::Ids,
    note,
    table::Csv,
    walk::{Walk, first},
};
use crate::{
    services::Services,
    store::{
        directory::{ClassRow, OrgRow},
        exporting::{MemberRow, PlaceRow},
    },
};

/// Every property that the standard's manifest has, in its order.
const MANIFEST: [(&str, &str); 25] = [
    ("manifest.version", "1.0"),
    ("oneroster.version", "1.2"),
    ("file.academicSessions", "bulk"),
    ("file.categories", "absent"),
    ("file.classes", "bulk"),
    ("file.classResources", "absent"),
    ("file.courses", "bulk"),
    ("file.courseResources", "absent"),
    ("file.demographics", "bulk"),
    ("file.enrollments", "bulk"),
    ("file.lineItemLearningObjectiveIds", "absent"),
    ("file.lineItems", "absent"),
    ("file.lineItemScoreScales", "absent"),
    ("file.orgs", "bulk"),
    ("file.resources", "absent"),
    ("file.resultLearningObjectiveIds", "absent"),
    ("file.results", "absent"),
    ("file.resultScoreScales", "absent"),
    ("file.roles", "bulk"),
    ("file.scoreScales", "absent"),
    ("file.userProfiles", "absent"),
    ("file.userResources", "absent"),
    ("file.users", "bulk"),
    ("source.systemName", "Phượng"),
    ("source.systemCode", "phuong"),
];

const ORGS: &str =
    "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.vn.levels,metadata.vn.commune";
const SESSIONS: &str = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear";
const COURSES: &str =
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes";
const CLASSES: &str = "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,\
                       schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods";
const USERS: &str = "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,\
                     identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,\
                     preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns,\
                     metadata.vn.fullName,metadata.vn.temporaryId";
const ROLES: &str = "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,\
                     userProfileSourcedId";
const ENROLLMENTS: &str = "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,\
                           beginDate,endDate,metadata.vn.subject";
const DEMOGRAPHICS: &str = "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,asian,\
                            blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,\
                            demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,\
                            stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus";

/// Writes everybody within reach into a new zip.
pub async fn oneroster(sv: &Services, leave: &Leave, to: &Path, told: Told<'_>) -> Result<Exported, NotExported> {
    note(sv, leave, "oneroster").await?;
    let file = tempfile::NamedTempFile::new_in(beside(to))?;
    let walk = Walk::begin(sv, leave).await?;
    let ids = Ids::new(&sv.subjects, "oneroster");
    let mut zip = ZipWriter::new(BufWriter::new(file.reopen()?));
    fixed(&mut zip, &walk, &ids)?;

    let mut done = Exported::default();
    let (mut users, mut written) = (begin(&mut zip, "users", USERS)?, 0);
    done.people = walk
        .people(|roles| {
            written += 1;
            told(written);
            users.row(&user(&walk, &ids, roles).each_ref().map(String::as_str))
        })
        .await?;
    users.end()?;
    let mut roles = begin(&mut zip, "roles", ROLES)?;
    walk.people(|all| {
        done.rows += all.len() as u64;
        all.iter().try_for_each(|row| roles.row(&role(&ids, all, row).each_ref().map(String::as_str)))
    })
    .await?;
    roles.end()?;
    let mut enrollments = begin(&mut zip, "enrollments", ENROLLMENTS)?;
    done.rows += walk.places(|place| enrollments.row(&enrollment(&ids, place).each_ref().map(String::as_str))).await?;
    enrollments.end()?;
    let mut demographics = begin(&mut zip, "demographics", DEMOGRAPHICS)?;
    walk.people(|roles| {
        let row = &roles[0];
        let (born, sex) = (row.birth_date.map(|day| day.0.to_string()), row.sex.clone());
        let mut cells = [const { String::new() }; 16];
        (cells[0], cells[3], cells[4]) = (ids.person(row.id), born.unwrap_or_default(), sex.unwrap_or_default());
        demographics.row(&cells.each_ref().map(String::as_str))
    })
    .await?;
    demographics.end()?;
    zip.finish().map_err(io::Error::from)?.flush()?;
    file.as_file().sync_all()?;
    file.persist_noclobber(to).map_err(|error| error.error)?;
    Ok(done)
}

type Zip = ZipWriter<BufWriter<File>>;

fn begin<'z>(zip: &'z mut Zip, name: &str, header: &str) -> io::Result<Csv<&'z mut Zip>> {
    let how = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    zip.start_file(format!("{name}.csv"), how)?;
    Csv::begin(zip, &header.split(',').map(str::trim).collect::<Vec<_>>())
}

/// What hardly anybody changes: few rows, held in memory.
fn fixed(zip: &mut Zip, walk: &Walk<'_>, ids: &Ids<'_>) -> io::Result<()> {
    let mut manifest = begin(zip, "manifest", "propertyName,value")?;
    for (name, value) in MANIFEST {
        manifest.row(&[name, value])?;
    }
    manifest.end()?;
    let mut orgs = begin(zip, "orgs", ORGS)?;
    for org in walk.orgs.values() {
        let parent = org.department.or(org.commune).and_then(|id| walk.org(id)).filter(|org| walk.holds(org));
        let commune = org.commune.and_then(|id| walk.org(id)).map(|org| org.name.clone()).unwrap_or_default();
        let parent = parent.map(|org| ids.org(org.id)).unwrap_or_default();
        let code = org.code.as_deref().unwrap_or_default();
        orgs.row(&[&ids.org(org.id), "", "", &org.name, kind(org), code, &parent, &org.levels, &commune])?;
    }
    orgs.end()?;
    let mut sessions = begin(zip, "academicSessions", SESSIONS)?;
    for year in &walk.years {
        let (first, last) = (year.starts_on.0, year.ends_on.0);
        let (from, to, of) = (first.to_string(), last.to_string(), last.year().to_string());
        sessions.row(&[&year.code, "", "", &format!("Năm học {}", year.code), "schoolYear", &from, &to, "", &of])?;
    }
    sessions.end()?;
    let mut courses = begin(zip, "courses", COURSES)?;
    let schools = walk.orgs.values().filter(|org| matches!(org.kind.as_str(), "school" | "campus"));
    for org in schools {
        let (id, school) = (ids.course(org.id), ids.org(org.id));
        courses.row(&[&id, "", "", "", "Chương trình giáo dục phổ thông", "", "", &school, "", ""])?;
    }
    courses.end()?;
    let mut classes = begin(zip, "classes", CLASSES)?;
    let mut all: Vec<&ClassRow> = walk.classes.values().collect();
    all.sort_unstable_by(|a, b| (a.org_id, &a.year, &a.code).cmp(&(b.org_id, &b.year, &b.code)));
    for class in all {
        let (id, course, school) = (ids.class(class.id), ids.course(class.org_id), ids.org(class.org_id));
        let grade = grade(class);
        let (title, year) = (&class.code, &class.year);
        classes.row(&[&id, "", "", title, &grade, &course, title, "homeroom", "", &school, year, "", "", ""])?;
    }
    classes.end()?;
    Ok(())
}

fn user(walk: &Walk<'_>, ids: &Ids<'_>, roles: &[MemberRow]) -> [String; 24] {
    let row = &roles[0];
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let username = row.sector_id.clone().or_else(|| row.temporary_id.clone()).unwrap_or_default();
    let own = row.sector_id.as_ref().map(|id| format!("{{moet:{id}}}"));
    let class = roles.iter().find_map(|role| walk.classes.get(&role.class_id?));
    // The standard wants both names: whoever has one only is called by it.
    let family = if row.family_name.is_empty() { &row.given_name } else { &row.family_name };
    let enabled = matches!(row.state.as_deref(), Some("provisional" | "pending" | "active"));
    let temporary = row.temporary_id.clone().filter(|_| row.sector_id.is_none()).unwrap_or_default();
    let mut cells = [const { String::new() }; 24];
    cells[0] = ids.person(row.id);
    cells[3] = enabled.to_string();
    cells[4].clone_from(&username);
    cells[5] = own.unwrap_or_default();
    cells[6].clone_from(&row.given_name);
    cells[7].clone_from(family);
    cells[8].clone_from(&row.middle_name);
    cells[9] = text(&row.sector_id);
    cells[10] = text(&row.email);
    cells[12] = text(&row.phone);
    cells[14] = class.map(grade).unwrap_or_default();
    cells[20] = first(roles).map(|role| ids.org(role.org_id)).unwrap_or_default();
    cells[22].clone_from(&row.full_name);
    cells[23] = temporary;
    cells
}

fn role(ids: &Ids<'_>, all: &[MemberRow], row: &MemberRow) -> [String; 10] {
    let primary = first(all).is_some_and(|first| first.affiliation_id == row.affiliation_id);
    let role = if row.role == "staff" { "ext:staff" } else { &row.role };
    [
        ids.of("r", row.affiliation_id.uuid()),
        String::new(),
        String::new(),
        ids.person(row.id),
        if primary { "primary" } else { "secondary" }.to_owned(),
        role.to_owned(),
        row.valid_from.0.to_string(),
        String::new(),
        ids.org(row.org_id),
        String::new(),
    ]
}

fn enrollment(ids: &Ids<'_>, place: &PlaceRow) -> [String; 11] {
    let pupil = place.function == "pupil";
    let primary = if pupil { String::new() } else { (place.function == "homeroom").to_string() };
    [
        ids.of("e", place.id.uuid()),
        String::new(),
        String::new(),
        ids.class(place.class_id),
        ids.org(place.org_id),
        ids.person(place.person_id),
        if pupil { "student" } else { "teacher" }.to_owned(),
        primary,
        place.valid_from.0.to_string(),
        String::new(),
        place.subject.clone(),
    ]
}

fn grade(class: &ClassRow) -> String {
    class.grade.map(|grade| format!("{grade:02}")).unwrap_or_default()
}

fn kind(org: &OrgRow) -> &'static str {
    match org.kind.as_str() {
        "ministry" => "national",
        "department" => "district",
        "commune" => "local",
        _ => "school",
    }
}
