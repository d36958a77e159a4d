//! `phuong rollover`: schools into the next year, one or all, beside a running server.

use jiff::civil::Date;
use serde_json::json;

use super::{Context, Exit, Failure, usage::Form};
use crate::{
    admin::{
        people,
        rollover::{self, Drafted, NotScheduled, Sheet},
    },
    app,
    base::{
        clock::Clock,
        entropy::Entropy,
        id::{OrgId, RolloverId},
    },
    model::{rollover::ClassFate, school_year::SchoolYear},
    services::{
        Services,
        authority::{Permit, PlanRollover, Reach, Standing},
    },
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Say what becomes of each class, as its grade and name tell it; what was said otherwise stays.
    Draft(Which),
    /// How far it has come; of one school, what becomes of each class.
    Show(Which),
    /// Do it on a day: at once when that is today or has passed, else by the server.
    Schedule {
        #[command(flatten)]
        which: Which,
        /// The day, 2027-08-01; today without it.
        #[arg(long, value_name = "DAY", value_parser = day)]
        on: Option<Date>,
    },
    /// Take it back, within seven days; whoever something happened to since is left as they are.
    Undo(Which),
}

fn day(text: &str) -> Result<Date, Form> {
    text.parse().map_err(|_| Form {
        vi: "cần một ngày có thật, viết năm-tháng-ngày như 2027-08-01",
        en: "give a day that exists, written like 2027-08-01",
    })
}

/// Which schools, and which year.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Only the school of this code.
    #[arg(long, value_name = "CODE")]
    school: Option<String>,
    /// The year that they go over into [default: the next one].
    #[arg(long, value_name = "YEAR")]
    year: Option<String>,
}

/// The schools that a command is about, and the year they leave.
struct Ground<'c> {
    context: &'c Context,
    sv: Services,
    leave: Permit<PlanRollover, Reach>,
    from: SchoolYear,
    /// Whether a single school was named.
    one: bool,
    schools: Vec<OrgId>,
}

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    match action {
        Action::Draft(which) => Ground::of(context, &which).await?.draft().await,
        Action::Show(which) => Ground::of(context, &which).await?.show().await,
        Action::Schedule { which, on } => Ground::of(context, &which).await?.schedule(on).await,
        Action::Undo(which) => Ground::of(context, &which).await?.undo().await,
    }
}

impl<'c> Ground<'c> {
    async fn of(context: &'c Context, which: &Which) -> Result<Self, Failure> {
        let config = context.config(&[])?;
        let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
        let from = match &which.year {
            Some(text) => before(text)?,
            None => rollover::year_to_leave(sv.clock.now().day()),
        };
        let leave: Permit<PlanRollover, Reach> = Standing::danger_command_line().everywhere()?;
        let schools = match &which.school {
            Some(code) => vec![people::school(&sv, code).await?.ok_or_else(|| unknown(code))?],
            None => rollover::schools(&sv, &leave, from).await?,
        };
        Ok(Self { context, sv, leave, from, one: which.school.is_some(), schools })
    }

    /// The year that they go over into.
    fn year(&self) -> String {
        self.from.next().map(|year| year.to_string()).unwrap_or_default()
    }

    async fn draft(self) -> Result<(), Failure> {
        let (mut schools, mut classes) = (0_u64, 0);
        for org in &self.schools {
            if let Drafted::Draft(added) = rollover::draft(&self.sv, &self.leave, *org, self.from).await?? {
                schools += 1;
                classes += added;
            }
        }
        if schools == 0 {
            return Err(self.nothing("nháp", "to draft"));
        }
        let text = self.context.out.choose("trường, lớp mới trong bản nháp", "schools, classes new in the draft");
        let value = json!({ "year": self.year(), "schools": schools, "classes": classes });
        self.context.out.result(&value, &format!("✓ {} · {schools}, {classes} ({text})", self.year()));
        Ok(())
    }

    async fn sheet(&self, org: OrgId) -> Result<Option<Sheet>, Failure> {
        Ok(rollover::sheet(&self.sv, &self.leave, org, &self.from.to_string()).await?)
    }

    /// How many stayed as they were when it was taken back.
    async fn kept(&self, id: RolloverId) -> Result<u64, Failure> {
        let kept = rollover::kept(&self.sv, &Standing::danger_command_line().everywhere()?, id).await?;
        Ok(kept.named.len() as u64 + kept.unnamed)
    }

    async fn show(self) -> Result<(), Failure> {
        let mut sheets = Vec::new();
        for org in &self.schools {
            sheets.extend(self.sheet(*org).await?);
        }
        let Some(first) = sheets.first() else { return Err(self.nothing("xem", "to show")) };
        if self.one {
            let value = json!({
                "year": self.year(), "state": first.state.as_str(), "on": first.row.switch_on.map(|day| day.0.to_string()),
                "classes": first.classes.iter().map(|class| {
                    let [pupils, repeat, leave, other] = class.heads();
                    json!({
                        "class": class.code, "fate": class.fate.as_str(), "next": class.fate.code(), "pupils": pupils,
                        "repeat": repeat, "leave": leave, "other_class": other,
                    })
                }).collect::<Vec<_>>(),
                "kept": self.kept(first.row.id).await?,
            });
            let lines: Vec<String> = first.classes.iter().map(|class| self.line(class)).collect();
            let head = format!("{} {}", self.year(), first.state.as_str());
            self.context.out.result(&value, &format!("{head}\n{}", lines.join("\n")));
            return Ok(());
        }
        let mut states = std::collections::BTreeMap::<&str, u64>::new();
        let mut pupils = [0_u64; 4];
        for sheet in &sheets {
            *states.entry(sheet.state.as_str()).or_default() += 1;
            for (sum, count) in sheet.classes.iter().flat_map(|class| class.heads().into_iter().enumerate()) {
                pupils[sum] += count;
            }
        }
        let [all, repeat, leave, other] = pupils;
        let value = json!({
            "year": self.year(), "schools": states,
            "pupils": all, "repeat": repeat, "leave": leave, "other_class": other,
        });
        let told: Vec<String> = states.iter().map(|(state, count)| format!("{state} {count}")).collect();
        self.context
            .out
            .result(&value, &format!("{} {} · {all} (−{leave}, ↻{repeat}, ⇄{other})", self.year(), told.join(", ")));
        Ok(())
    }

    fn line(&self, class: &rollover::ShownClass) -> String {
        let fate = match &class.fate {
            ClassFate::GoesOn(code) => format!("→ {code}"),
            ClassFate::Completes => self.context.out.choose("hoàn thành cấp học", "level done").to_owned(),
            ClassFate::Stays => self.context.out.choose("để nguyên", "left as it is").to_owned(),
        };
        let [pupils, repeat, leave, other] = class.heads();
        format!("{:<10} {fate:<22} {pupils:>4} (−{leave}, ↻{repeat}, ⇄{other})", class.code)
    }

    async fn schedule(self, on: Option<Date>) -> Result<(), Failure> {
        let today = self.sv.clock.now().day();
        let on = on.unwrap_or(today).max(today);
        let found: Vec<RolloverId> = self.current().await?.into_iter().map(|(id, _)| id).collect();
        let ids = rollover::schedule_all(&self.sv, &self.leave, &found, on).await?;
        if ids.is_empty() {
            return Err(self.nothing("lên lịch", "to schedule").then("phuong rollover draft"));
        }
        if on == today {
            self.carry_out(&ids).await?;
        }
        let value = json!({ "year": self.year(), "schools": ids.len(), "on": on.to_string() });
        self.context.out.result(&value, &format!("✓ {} · {} · {on}", self.year(), ids.len()));
        Ok(())
    }

    async fn undo(self) -> Result<(), Failure> {
        let current = self.current().await?;
        let found: Vec<RolloverId> = current.iter().map(|(id, _)| *id).collect();
        let ids = rollover::undo_all(&self.sv, &self.leave, &found).await?;
        if ids.is_empty() {
            return Err(self.nothing("hoàn tác", "to take back"));
        }
        self.carry_out(&ids).await?;
        let mut kept = 0;
        for id in &ids {
            kept += self.kept(*id).await?;
        }
        let value = json!({ "year": self.year(), "schools": ids.len(), "kept": kept });
        self.context.out.result(&value, &format!("✓ {} · {} (={kept})", self.year(), ids.len()));
        Ok(())
    }

    async fn current(&self) -> Result<Vec<(RolloverId, OrgId)>, Failure> {
        Ok(rollover::current(&self.sv, &self.leave, &self.schools, &self.from.to_string()).await?)
    }

    async fn carry_out(&self, ids: &[RolloverId]) -> Result<(), Failure> {
        let mut progress = self.context.out.progress("Trường", "Schools", ids.len() as u64);
        rollover::see_through(&self.sv, ids, |left| progress.reach((ids.len() - left) as u64)).await?;
        Ok(())
    }

    fn nothing(&self, vi: &str, en: &str) -> Failure {
        let year = self.year();
        Failure::said(
            Exit::Usage,
            format!("không có gì để {vi} cho năm học {year}"),
            format!("there is nothing {en} for {year}"),
        )
    }
}

/// The year before the one that a text names.
fn before(text: &str) -> Result<SchoolYear, Failure> {
    let year: Option<SchoolYear> = text.parse().ok();
    year.and_then(|year| SchoolYear::beginning_in(year.first_year() - 1)).ok_or_else(|| {
        Failure::said(
            Exit::Usage,
            format!("«{text}» không phải năm học; viết 2027-2028"),
            format!("“{text}” is no school year; write 2027-2028"),
        )
    })
}

fn unknown(code: &str) -> Failure {
    Failure::said(Exit::Usage, format!("không có trường {code}"), format!("there is no school {code}"))
}

impl From<NotScheduled> for Failure {
    fn from(no: NotScheduled) -> Self {
        match no {
            NotScheduled::Store(error) => error.into(),
            NotScheduled::Denied(denied) => denied.into(),
            NotScheduled::TooLate => Self::said(Exit::Usage, "đã quá muộn cho việc ấy", no.to_string()),
        }
    }
}
