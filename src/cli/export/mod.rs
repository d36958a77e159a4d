//! `phuong export`: people as files, beside a running server.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Context, Exit, Failure};
use crate::{
    admin::{
        export::{self, Exported, Form, Leave, Listed, NotExported},
        people,
    },
    app,
    base::{clock::Clock, entropy::Entropy},
    services::{Services, authority::Standing},
};

/// What `phuong export` takes away.
#[derive(Clone, Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Lists of pupils and staff, with the columns that `phuong import` reads.
    People {
        /// The new file: .xlsx holds both lists, .csv one.
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
        /// Only one school, by its code, or one commune, by its name.
        #[arg(long, value_name = "CODE")]
        school: Option<String>,
        /// The list of a .csv file.
        #[arg(long, value_parser = ["pupils", "staff"])]
        kind: Option<String>,
    },
    /// Everything that is kept of one person, for that person: a zip of JSON and a page to be read.
    Person {
        /// The sector ID.
        #[arg(long)]
        id: String,
        /// The new zip.
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
    },
    /// OneRoster 1.2: a zip of CSV files.
    Oneroster {
        /// The new zip.
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
        /// Only one school, by its code, or one commune, by its name.
        #[arg(long, value_name = "CODE")]
        school: Option<String>,
    },
    /// Microsoft School Data Sync 2.1: a folder of CSV files.
    Sds {
        /// The new folder.
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
        /// Only one school, by its code, or one commune, by its name.
        #[arg(long, value_name = "CODE")]
        school: Option<String>,
    },
}

/// What is written where.
enum What {
    People(Form),
    Person(String),
    OneRoster,
    Sds,
}

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    let (what, out, school) = match action {
        Action::People { out, school, kind } => (What::People(form(&out, kind.as_deref())?), out, school),
        Action::Person { id, out } => (What::Person(id), out, None),
        Action::Oneroster { out, school } => (What::OneRoster, out, school),
        Action::Sds { out, school } => (What::Sds, out, school),
    };
    if out.exists() {
        let at = out.display();
        return Err(Failure::said(
            Exit::Usage,
            format!("đã có {at}; hãy chọn tên khác"),
            format!("{at} exists; name another one"),
        ));
    }
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    if let What::Person(id) = &what {
        return person(context, &sv, id, &out).await;
    }
    let leave = leave(&sv, school.as_deref()).await?;
    let mut progress = context.out.progress("Xuất người", "Exporting people", 0);
    let mut told = |people| progress.reach(people);
    let exported = match what {
        What::People(form) => export::people(&sv, &leave, form, &out, &mut told).await,
        What::OneRoster => export::oneroster(&sv, &leave, &out, &mut told).await,
        What::Sds | What::Person(_) => export::sds(&sv, &leave, &out, &mut told).await,
    };
    drop(progress);
    let Exported { people, rows } = exported.map_err(|error| failure(&out, error))?;
    let path = out.display().to_string();
    let text = context.out.choose("người", "people");
    context.out.result(&json!({ "people": people, "rows": rows, "out": path }), &format!("✓ {path} ({people} {text})"));
    Ok(())
}

/// Everything that is kept of one person.
async fn person(context: &Context, sv: &Services, id: &str, out: &Path) -> Result<(), Failure> {
    let who = Standing::danger_command_line();
    let person = super::user::person(sv, id).await?;
    let exported = export::person(sv, &who.over(sv, person).await?, &who.everywhere()?).await;
    let zip = exported.map_err(|error| failure(out, error))?.ok_or_else(|| {
        let (vi, en) = (format!("không ai có mã {id}"), format!("nobody has the ID {id}"));
        Failure::said(Exit::Usage, vi, en)
    })?;
    let written = export::write(out, &zip);
    written.map_err(|error| failure(out, error.into()))?;
    let path = out.display().to_string();
    context.out.result(&json!({ "sector_id": id, "out": path }), &format!("✓ {path}"));
    Ok(())
}

/// Everybody, or whoever is at one school or below a commune.
async fn leave(sv: &Services, school: Option<&str>) -> Result<Leave, Failure> {
    let who = Standing::danger_command_line();
    let Some(code) = school else { return Ok(who.everywhere()?) };
    let Some(org) = people::place(sv, code).await? else {
        let vi = format!("không có trường nào mang mã {code}, cũng không có xã, phường nào tên như thế");
        return Err(Failure::said(Exit::Usage, vi, format!("no school has the code {code}, and no commune that name")));
    };
    Ok(who.under(sv, org).await?)
}

/// In which form lists are written: the file's name tells.
fn form(out: &Path, kind: Option<&str>) -> Result<Form, Failure> {
    let extension = out.extension().and_then(|extension| extension.to_str());
    match (extension, kind) {
        (Some("xlsx"), None) => Ok(Form::Workbook),
        (Some("csv"), Some("pupils")) => Ok(Form::Csv(Listed::Pupils)),
        (Some("csv"), Some(_)) => Ok(Form::Csv(Listed::Staff)),
        (Some("xlsx"), Some(_)) => Err(Failure::said(
            Exit::Usage,
            "tệp .xlsx chứa cả hai bảng; hãy bỏ --kind",
            "an .xlsx file holds both lists; leave --kind out",
        )),
        (Some("csv"), None) => Err(Failure::said(
            Exit::Usage,
            "tệp .csv chỉ chứa một bảng; hãy thêm --kind pupils hoặc --kind staff",
            "a .csv file holds one list; add --kind pupils or --kind staff",
        )),
        _ => {
            let at = out.display();
            let vi = format!("--out {at}: tên tệp phải kết thúc bằng .xlsx hoặc .csv");
            Err(Failure::said(Exit::Usage, vi, format!("--out {at}: the file's name must end in .xlsx or .csv")))
        }
    }
}

fn failure(out: &Path, error: NotExported) -> Failure {
    match error {
        NotExported::Store(error) => error.into(),
        NotExported::Io(error) => {
            let at = out.display();
            let vi = format!("không ghi được {at}: {error}");
            Failure::said(Exit::Unexpected, vi, format!("{at} cannot be written: {error}"))
        }
    }
}
