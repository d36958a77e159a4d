//! `phuong slips`: activation slips of a school or a class, as a PDF for its owner only.

mod press;

use std::{collections::HashSet, path::PathBuf};

use serde_json::json;
use uuid::Uuid;

use super::{Context, Exit, Failure, usage::Form};
use crate::{
    admin::people,
    app,
    base::{
        clock::Clock,
        entropy::Entropy,
        id::{ClassId, PersonId},
        secret::Token,
    },
    model::class_code::ClassCode,
    roster,
    services::{
        Services,
        authority::{Group, Permit, PrintSlips, Standing},
    },
    slips::{self, NotPrinted, Order, Whom},
};

pub(super) use press::{Press, Pressed, begin_file, write_file};

/// Flags of `phuong slips`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The school's code.
    #[arg(long, value_name = "CODE")]
    school: String,
    /// Only the pupils of this class.
    #[arg(long, value_name = "3A")]
    class: Option<String>,
    /// Also those who have a password, to choose another within a week; without it, those who have none yet.
    #[arg(long)]
    everybody: bool,
    /// Only for those whom this import created, by the number of its run; for a day after it.
    #[arg(long, value_name = "RUN", value_parser = run_number)]
    import: Option<Uuid>,
    /// The PDF; more than 2,400 slips go on in OUT-2.pdf.
    #[arg(long, value_name = "OUT.pdf")]
    out: PathBuf,
}

/// The number of a run of an import.
pub(super) fn run_number(text: &str) -> Result<Uuid, Form> {
    text.parse().map_err(|_| Form {
        vi: "hãy ghi số của đợt nhập, như lệnh import đã in ra",
        en: "give the number of a run, as the import printed it",
    })
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let who = Standing::danger_command_line();
    let leave = group(&sv, &who, &args.school, args.class.as_deref()).await?;
    let whom = if args.everybody { Whom::Everybody } else { Whom::Newcomers };
    let only = match args.import {
        Some(run) => Some(created(&sv, run).await?),
        None => None,
    };
    // The file first: no code is issued that cannot be written down.
    let mut press = Press::to(&args.out)?;
    let order = Order { whom, only, form: Token::random(&sv.entropy) };
    press.add(&sv, slips::issue(&sv, &leave, &order).await?, context.out.locale).await?;
    let pressed = press.finish(&sv, context.out.locale).await?;
    tell(context, &pressed);
    Ok(())
}

/// Whom a run of an import created, as long as that is known.
pub(super) async fn created(sv: &Services, run: Uuid) -> Result<HashSet<PersonId>, Failure> {
    let created = roster::created(sv, run.into()).await?;
    if created.is_empty() {
        return Err(Failure::said(
            Exit::Usage,
            format!(
                "không còn biết đợt nhập {run} đã tạo ai: không có đợt này, đợt này không tạo ai, hoặc đã quá 24 giờ"
            ),
            format!(
                "whom import {run} created is not known: there is no such run, it created nobody, or it is over 24 h old"
            ),
        ));
    }
    Ok(created)
}

/// Leave for the school, or the class that is named.
pub(super) async fn group(
    sv: &Services,
    who: &Standing,
    code: &str,
    class: Option<&str>,
) -> Result<Permit<PrintSlips, Group>, Failure> {
    let Some(school) = people::school(sv, code).await? else {
        return Err(Failure::said(
            Exit::Usage,
            format!("không có đơn vị mã {code}"),
            format!("no org has the code {code}"),
        ));
    };
    let whole = who.with_group(sv, Group::School(school)).await?;
    match class {
        None => Ok(whole),
        Some(class) => Ok(who.with_group(sv, Group::Class(class_named(sv, &whole, class).await?)).await?),
    }
}

async fn class_named(sv: &Services, whole: &Permit<PrintSlips, Group>, name: &str) -> Result<ClassId, Failure> {
    let classes = slips::classes(sv, whole).await?;
    let wanted = ClassCode::read(name).map_or_else(|_| name.to_owned(), |code| code.key());
    let found = classes.iter().find(|class| ClassCode::kept(&class.code).key() == wanted || class.code == name);
    found.map(|class| class.id).ok_or_else(|| {
        let codes: Vec<&str> = classes.iter().map(|class| class.code.as_str()).collect();
        let codes = codes.join(", ");
        let vi = format!("trường không có lớp {name} có học sinh; có: {codes}");
        Failure::said(Exit::Usage, vi, format!("the school has no class {name} with pupils; there are: {codes}"))
    })
}

fn tell(context: &Context, pressed: &Pressed) {
    if pressed.files.is_empty() {
        let none = "Không có ai cần phiếu: mọi người đều đã có mật khẩu.";
        context.out.note(none, "Nobody needs a slip: everybody has a password.");
    }
    context.out.result(&pressed.value(), &pressed.text(context.out.locale));
}

impl Pressed {
    /// For programs.
    pub(super) fn value(&self) -> serde_json::Value {
        json!({ "slips": self.slips, "sheets": self.sheets, "files": self.files })
    }
}

impl From<NotPrinted> for Failure {
    fn from(error: NotPrinted) -> Self {
        let en = error.to_string();
        match error {
            NotPrinted::Store(error) => error.into(),
            NotPrinted::Denied(denied) => denied.into(),
            NotPrinted::Overtaken => {
                Self::said(Exit::Later, "cùng lúc có người khác cấp mã cho những người này; hãy in lại", en)
            }
            NotPrinted::Undrawable(_) => Self::said(Exit::Unexpected, "không vẽ được tờ phiếu", en),
        }
    }
}
