//! The whole sector: how long its import takes against the database alone, and how the server starts, rests and
//! searches with it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use super::{Effort, Places, office};
use crate::{
    raw::bulk,
    report::{Line, Report, median, number},
    world::{
        database::Database,
        phuong::{Imported, Phuong},
        postgres::Cluster,
        process::{Processes, run as finish},
    },
};

/// The whole sector may take so long, in seconds.
pub const IMPORT: f64 = 300.0;

/// `phuong sample` into a folder; its files in the order in which they are imported.
pub fn sample(program: &Path, folder: &Path, (schools, staff, pupils): (u32, u32, u32)) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    finish(Command::new(program).arg("sample").arg("--out").arg(folder).args([
        "--schools",
        &schools.to_string(),
        "--staff",
        &staff.to_string(),
        "--pupils",
        &pupils.to_string(),
    ]))?;
    // A school before its people, people before what they teach.
    let files = ["truong.csv", "can-bo.csv", "hoc-sinh.csv", "phan-cong.csv"].map(|name| folder.join(name));
    Ok(files.to_vec())
}

/// On SQLite: import, the same rows in bulk, start, memory.
pub async fn on_sqlite(effort: &Effort, places: &Places, report: &mut Report) -> Result<()> {
    let size = effort.sector;
    let files = sample(&places.program, &places.work.join("sector"), size)?;
    let folder = places.work.join("sector-sqlite");
    let file = folder.join("phuong.db");
    let phuong = Phuong::init(&places.program, &folder, "phuong", Database::Sqlite(file.clone()))?;
    let empty = places.work.join("empty");
    Phuong::init(&places.program, &empty, "phuong", Database::Sqlite(empty.join("phuong.db")))?;
    let looked = office::dry(&phuong, &files, "SQLite", report)?;
    let imported = phuong.import(&files)?;
    let raw = bulk::sqlite(&file, &empty.join("phuong.db"))?;
    import_lines("SQLite", size, (looked, imported), raw.took, report);
    office::again(&phuong, &files, imported.took, "SQLite", report)?;
    start_and_rest(&phuong, "SQLite", report).await?;
    office::year(effort, &phuong, &files[2], size, "SQLite", report).await
}

/// On PostgreSQL: import, and the same rows by COPY.
pub async fn on_postgres(effort: &Effort, places: &Places, cluster: &Cluster, report: &mut Report) -> Result<()> {
    let size = effort.sector;
    let files = sample(&places.program, &places.work.join("sector"), size)?;
    for database in ["sector", "emptied"] {
        cluster.create(database)?;
    }
    let make = |database: &str| {
        let folder = places.work.join(format!("{database}-postgres"));
        Phuong::init(&places.program, &folder, "phuong", Database::Postgres(cluster.url(database)))
    };
    let phuong = make("sector")?;
    make("emptied")?;
    let looked = office::dry(&phuong, &files, "PostgreSQL", report)?;
    let imported = phuong.import(&files)?;
    let raw = bulk::postgres(cluster, "sector", "emptied", &places.work)?;
    import_lines("PostgreSQL", size, (looked, imported), raw, report);
    office::again(&phuong, &files, imported.took, "PostgreSQL", report)?;
    start_and_rest(&phuong, "PostgreSQL", report).await?;
    office::year(effort, &phuong, &files[2], size, "PostgreSQL", report).await
}

fn import_lines(
    on: &'static str,
    size: (u32, u32, u32),
    (looked, imported): (Duration, Imported),
    raw: Duration,
    report: &mut Report,
) {
    let people = size.1 + size.2;
    let took = imported.took.as_secs_f64();
    let what = format!("import of {} schools and {people} people", size.0);
    let behind = format!("{} people/s", number(f64::from(people) / took));
    report.add(Line::low("#2", &what, took, "s").on(on).must(IMPORT).behind(behind));
    let ratio = raw.as_secs_f64() / took;
    let behind = format!("{} against {} s", number(raw.as_secs_f64()), number(took));
    report.add(Line::high("G12", &what, ratio, "× the same rows in bulk").on(on).must(0.3).aim(0.5).behind(behind));
    let both = looked.as_secs_f64() + took;
    let behind = format!("{} against {} s", number(raw.as_secs_f64()), number(both));
    let ratio = raw.as_secs_f64() / both;
    report.add(Line::high("G12", "dry run and import", ratio, "× the same rows in bulk").on(on).aim(0.5).behind(behind));
    report.add(Line::low("#2", "memory of the import", imported.peak_mib, "MiB").on(on).must(300.0));
}

/// Start to the first discovery answer, and anonymous memory at rest, each the median of five.
async fn start_and_rest(phuong: &Phuong, on: &'static str, report: &mut Report) -> Result<()> {
    let (mut starts, mut rests) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let (process, took) = phuong.serve().await?;
        starts.push(took.as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        rests.push(Processes::of([process.id()]).anonymous_mib());
    }
    report.add(
        Line::low("G11", "start to the first discovery answer", median(starts), "ms").on(on).must(200.0).aim(30.0),
    );
    report.add(Line::low("G10", "anonymous memory at rest", median(rests), "MiB").on(on).must(60.0).aim(25.0));
    Ok(())
}

/// One school's workbook of 1,500 rows, from the command to its end.
pub fn one_school(places: &Places, report: &mut Report) -> Result<()> {
    let files = sample(&places.program, &places.work.join("school"), (1, 60, 1_500))?;
    let folder = places.work.join("school-sqlite");
    let phuong = Phuong::init(&places.program, &folder, "phuong", Database::Sqlite(folder.join("phuong.db")))?;
    let workbook = fs::read_dir(places.work.join("school"))?.flatten().map(|entry| entry.path()).find(|file| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.starts_with("hoc-sinh-") && name.ends_with(".xlsx")
    });
    let workbook = workbook.context("the sample has no workbook of a school")?;
    let name = workbook.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let code = name.trim_start_matches("hoc-sinh-").to_owned();
    phuong.import(&files[..1])?;
    let began = Instant::now();
    phuong.import(&[workbook])?;
    let took = began.elapsed().as_secs_f64();
    report.add(Line::low("#2", "one school's workbook of 1,500 rows", took, "s").on("SQLite").must(2.0));
    office::slips(&phuong, &code, &folder, report)
}
