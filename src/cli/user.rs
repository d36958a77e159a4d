//! `phuong user`: people and their accounts, beside a running server, which notices at once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::{
    Context, Exit, Failure, correct,
    grant::{Whom, grant},
};
use crate::{
    admin::{
        accounts::{self, CodeKind, NotDone},
        corrections,
        people::{self, Cursor, Query, Unsearchable},
    },
    app,
    base::{
        clock::{Clock, Moment},
        entropy::Entropy,
        id::PersonId,
        page::Ask,
        secret::Token,
    },
    i18n::Locale,
    login::password::canonical,
    model::{account::AccountState, sex::Sex},
    people::{PeopleError, identifiers, records, release::FURTHER},
    services::{
        Services,
        audit::Actor,
        authority::{Denied, FindPeople, Permit, Reach, SeePerson, Standing},
    },
    store::{Tx, accounts as rows, finding::FoundRow},
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Find people by words of their name or the end of their sector ID.
    Find {
        /// Words, with or without accents, in any order.
        words: Vec<String>,
        /// Only at the school of this code, or in the commune of this name.
        #[arg(long)]
        school: Option<String>,
        /// Only accounts in this state: provisional, pending, active, suspended, dormant, deactivated.
        #[arg(long)]
        state: Option<String>,
        /// How many at most, 1 to 200.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
    },
    /// Show a person.
    Show {
        /// Their sector ID.
        id: String,
    },
    /// Issue an activation code, or a rescue code of six digits to somebody who is active; printed once.
    Code {
        /// Their sector ID.
        id: String,
    },
    /// Suspend an account and end its sessions.
    Suspend {
        /// Their sector ID.
        id: String,
        /// Why; it stands in the audit trail.
        #[arg(long)]
        reason: String,
    },
    /// Let a suspended account go on.
    Resume {
        /// Their sector ID.
        id: String,
    },
    /// How many browsers are signed in to an account.
    Sessions {
        /// Their sector ID.
        id: String,
        /// Sign all of them out.
        #[arg(long)]
        end: bool,
    },
    /// Record further standard claims of somebody: a website, an address.
    Describe {
        /// Their sector ID.
        id: String,
        /// A file with a JSON object of nickname, preferred_username, profile, picture, website, gender, birthdate, zoneinfo, address.
        #[arg(long)]
        claims: PathBuf,
        /// The language they want to be spoken to: vi or en.
        #[arg(long, value_parser = ["vi", "en"])]
        language: Option<String>,
    },
    /// Correct somebody's name, day of birth or sex, or how they are reached.
    Correct(correct::Args),
    /// Put another sector ID in place of one that was recorded by mistake; the former is free for whom it belongs to.
    Renumber {
        /// The sector ID by which they are known.
        id: String,
        /// The one that they have in the sector database.
        to: String,
        /// Why the recorded one is wrong; it stands in the audit trail.
        #[arg(long)]
        reason: String,
    },
    /// Give an administrative role, or take it away.
    Grant {
        /// Their sector ID.
        id: String,
        /// sector_admin, auditor, school_admin or help_desk.
        #[arg(long)]
        role: String,
        /// The code of the school or the name of the commune, which school_admin needs; without it, the whole sector.
        #[arg(long)]
        org: Option<String>,
        /// Take it away instead.
        #[arg(long)]
        remove: bool,
    },
}

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let who = Standing::danger_command_line();
    match action {
        Action::Find { words, school, state, limit } => {
            let state = state.map(|name| AccountState::named(&name).ok_or_else(|| unknown_state(&name))).transpose()?;
            let query = Query::read(&words.join(" "), state)?;
            find(context, &sv, &who, &query, school.as_deref(), limit).await
        }
        Action::Show { id } => show(context, &sv, &who, &id).await,
        Action::Code { id } => code(context, &sv, &who, &id).await,
        Action::Suspend { id, reason } => {
            accounts::suspend(&sv, &who.over(&sv, person(&sv, &id).await?).await?, &reason).await?;
            done(context, &id, "suspended");
            Ok(())
        }
        Action::Resume { id } => {
            let state = accounts::resume(&sv, &who.over(&sv, person(&sv, &id).await?).await?).await?;
            done(context, &id, state.as_str());
            Ok(())
        }
        Action::Sessions { id, end } => {
            let person = person(&sv, &id).await?;
            if end {
                accounts::end_sessions(&sv, &who.over(&sv, person).await?).await?;
            }
            let count = see(&sv, &who, person).await?.sessions;
            context.out.result(&json!({ "sector_id": id, "sessions": count }), &format!("{id} {count}"));
            Ok(())
        }
        Action::Describe { id, claims, language } => {
            let further = further(&claims)?;
            let person = person(&sv, &id).await?;
            records::describe(&sv, &Actor::CommandLine, person, &further, language.as_deref()).await?;
            done(context, &id, "described");
            Ok(())
        }
        Action::Correct(args) => correct::run(context, &sv, &who, args).await,
        Action::Renumber { id, to, reason } => {
            let leave = who.over(&sv, person(&sv, &id).await?).await?;
            let changed = identifiers::renumber(&sv, &leave, &to, &reason).await?;
            let line = format!("{} {id} → {to}", if changed { "✓" } else { "=" });
            context.out.result(&json!({ "sector_id": to, "changed": changed }), &line);
            Ok(())
        }
        Action::Grant { id, role, org, remove } => {
            let whom = Whom { person: person(&sv, &id).await?, called: "sector_id", id: &id };
            grant(context, &sv, &who, (whom, &role, org.as_deref()), remove).await
        }
    }
}

/// The claims that a file holds, all of which apps can be told.
fn further(file: &Path) -> Result<Map<String, Value>, Failure> {
    let read: Result<Map<String, Value>, _> = serde_json::from_str(&fs::read_to_string(file)?);
    let claims = read.map_err(|error| {
        let vi = format!("{} không phải một đối tượng JSON: {error}", file.display());
        Failure::said(Exit::Usage, vi, format!("{} is no JSON object: {error}", file.display()))
    })?;
    let known = |name: &String| name == "address" || FURTHER.contains(&name.as_str());
    match claims.keys().find(|name| !known(name)) {
        None => Ok(claims),
        Some(name) => {
            let all = format!("address {}", FURTHER.join(" "));
            let vi = format!("{name} không ghi ở đây được; ghi được: {all}");
            Err(Failure::said(Exit::Usage, vi, format!("{name} cannot be recorded here; these can: {all}")))
        }
    }
}

async fn find(
    context: &Context,
    sv: &Services,
    who: &Standing,
    query: &Query,
    school: Option<&str>,
    limit: u32,
) -> Result<(), Failure> {
    let leave: Permit<FindPeople, Reach> = match school {
        Some(code) => who.under(sv, org(sv, code).await?).await?,
        None => who.everywhere()?,
    };
    let page = people::find(sv, &leave, query, &Ask::<Cursor>::from_outside(None, Some(limit))).await;
    let page = page?;
    let rows: Vec<Value> = page.rows.iter().map(shown).collect();
    let lines: Vec<String> = page.rows.iter().map(line).collect();
    if page.next.is_some() {
        context.out.note("Còn nữa: hãy thêm chữ hoặc tăng --limit.", "There are more: add words or raise --limit.");
    }
    context.out.result(&rows, &lines.join("\n"));
    Ok(())
}

fn shown(row: &FoundRow) -> Value {
    json!({
        "sector_id": row.sector_id, "name": row.full_name, "role": row.role, "school": row.org_name,
        "class": row.class, "state": row.state,
    })
}

fn line(row: &FoundRow) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let place = [text(&row.class), text(&row.org_name)].join(" ");
    format!("{:<12} {:<11} {:<9} {} · {place}", text(&row.sector_id), text(&row.state), text(&row.role), row.full_name)
}

async fn show(context: &Context, sv: &Services, who: &Standing, id: &str) -> Result<(), Failure> {
    let person = person(sv, id).await?;
    let seen = see(sv, who, person).await?;
    let known = corrections::known(sv, &who.over(sv, person).await?).await?.ok_or(Denied::Missing)?;
    let posts: Vec<Value> = seen
        .posts
        .iter()
        .map(|post| {
            json!({
                "role": post.role, "org": post.org_name, "primary": post.is_primary, "from": post.valid_from.0.to_string(),
                "to": post.valid_to.map(|day| day.0.to_string()),
            })
        })
        .collect();
    let classes: Vec<Value> = seen
        .seats
        .iter()
        .map(|seat| json!({ "code": seat.code, "school_year": seat.year, "function": seat.function }))
        .collect();
    let value = json!({
        "sector_id": id, "name": seen.name, "birth_date": seen.born.map(|day| day.to_string()),
        "sex": seen.sex.map(Sex::as_str), "email": known.email, "phone": known.phone,
        "state": seen.state.as_str(), "sign_in_names": seen.names,
        "affiliations": posts, "classes": classes, "sessions": seen.sessions,
    });
    context.out.result(&value, &serde_json::to_string_pretty(&value).unwrap_or_default());
    Ok(())
}

async fn code(context: &Context, sv: &Services, who: &Standing, id: &str) -> Result<(), Failure> {
    let leave = who.over(sv, person(sv, id).await?).await?;
    let issued = accounts::issue_code(sv, &leave, &Token::random(&sv.entropy)).await?;
    let kind = match issued.kind {
        CodeKind::Activation => "activation",
        CodeKind::Rescue => "rescue",
    };
    let address = format!("{}/activate", sv.settings.issuer);
    let value = json!({
        "sector_id": id, "kind": kind, "code": issued.code.as_str(), "until": issued.until.to_string(), "address": address,
    });
    context.out.result(&value, &format!("{}\n→ {address}\n{}", issued.code.as_str(), until(context, issued.until)));
    Ok(())
}

fn until(context: &Context, moment: Moment) -> String {
    let texts = context.out.locale.texts();
    format!("{} {}", texts.say("code-until"), texts.moment(&moment))
}

fn done(context: &Context, id: &str, state: &str) {
    context.out.result(&json!({ "sector_id": id, "state": state }), &format!("✓ {id} {state}"));
}

async fn see(sv: &Services, who: &Standing, person: PersonId) -> Result<people::Seen, Failure> {
    let leave = who.over::<SeePerson>(sv, person).await?;
    let seen = people::see(sv, &leave, &who.everywhere()?).await?;
    Ok(seen.ok_or(Denied::Missing)?)
}

/// Whom a sector ID, or another name to sign in with, belongs to.
pub(super) async fn person(sv: &Services, id: &str) -> Result<PersonId, Failure> {
    let found = sv.store.read(canonical(id), async |tx: &mut Tx, name: &String| rows::by_name(tx, name).await).await?;
    found.map(|row| row.person_id).ok_or_else(|| {
        let (vi, en) = (format!("không ai có mã {id}"), format!("nobody has the ID {id}"));
        Failure::said(Exit::Usage, vi, en).then("phuong user find")
    })
}

/// The school of a code, or the commune of a name.
pub(super) async fn org(sv: &Services, code: &str) -> Result<crate::base::id::OrgId, Failure> {
    let found = people::place(sv, code).await?;
    found.ok_or_else(|| {
        Failure::said(
            Exit::Usage,
            format!("không có trường nào mang mã {code}, cũng không có xã, phường nào tên như thế"),
            format!("there is no school with the code {code}, and no commune of that name"),
        )
    })
}

fn unknown_state(name: &str) -> Failure {
    let states = AccountState::ALL.map(AccountState::as_str).join(", ");
    let (vi, en) =
        (format!("không có trạng thái {name}; có: {states}"), format!("no state {name}; there are: {states}"));
    Failure::said(Exit::Usage, vi, en)
}

impl From<Unsearchable> for Failure {
    fn from(error: Unsearchable) -> Self {
        Self::said(Exit::Usage, "hãy cho ít nhất 4 ký tự cuối của mã định danh", error.to_string())
    }
}

impl From<PeopleError> for Failure {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Store(error) => error.into(),
            PeopleError::Denied(denied) => denied.into(),
            PeopleError::NoReason => Self::said(Exit::Usage, "cần lý do, dài tối đa 200 ký tự", error.to_string()),
            PeopleError::Malformed(_) | PeopleError::Taken(_) | PeopleError::Buried => {
                let vi = "mã này không đúng dạng, hoặc đã thuộc về người khác; hãy tra lại trên cơ sở dữ liệu ngành";
                Self::said(Exit::Usage, vi, error.to_string())
            }
            other => Self::said(Exit::Usage, "không ghi được điều này về người này", other.to_string()),
        }
    }
}

impl From<NotDone> for Failure {
    fn from(error: NotDone) -> Self {
        let en = error.to_string();
        match error {
            NotDone::Store(error) => error.into(),
            NotDone::Denied(denied) => denied.into(),
            NotDone::Step(no) => {
                let state = Locale::Vi.texts().say(&format!("state-{}", no.from)).into_owned();
                Self::said(Exit::Usage, format!("tài khoản đang ở trạng thái «{state}», không làm được việc này"), en)
            }
            NotDone::Reason => Self::said(Exit::Usage, "cần lý do, dài tối đa 200 ký tự", en),
            NotDone::Used => Self::said(Exit::Usage, "mã đã được dùng hoặc thay thế", en),
        }
    }
}
