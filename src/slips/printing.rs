//! Issuing codes to many at once, for paper.
//!
//! All codes of one printing are issued in one write, with the lines that tell of it. Of two who print for the same
//! people at once one comes second, and only those slips are good: whoever was overtaken before the sheets were ready is
//! told so instead of getting them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use serde_json::json;

use super::{
    order::ordered,
    sheet::{self, Slip, Undrawable},
};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, OrgId, PersonId},
        secret::Token,
    },
    i18n::Locale,
    login::codes::ActivationCode,
    model::{account::AccountState, sort::SortKey},
    services::{
        Services,
        audit::{self, Scribe},
        authority::{Denied, Ground, Group, Permit, PrintSlips},
    },
    store::{
        Day, StoreError, Tx, accounts, directory, memberships,
        newcomers::{self, ClassRow, NewcomerRow},
        spent,
    },
};

/// How long a slip is good for that lets somebody who has a password choose another: paper gets lost, and this one opens
/// an account that is in use.
pub const RESET_LIFE: Duration = Duration::from_hours(24 * 7);
/// How many people are looked up in one read.
const SOME: usize = 5_000;
/// How long a form is remembered, so that sending it twice prints the same slips.
const FORM_LIFE: Duration = Duration::from_hours(1);

/// For whom of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Those who have no password yet.
    Newcomers,
    /// Also those who have one, and shall choose another.
    Everybody,
}

impl Whom {
    const fn name(self) -> &'static str {
        match self {
            Self::Newcomers => "newcomers",
            Self::Everybody => "everybody",
        }
    }
}

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct Order {
    /// For whom of the group.
    pub whom: Whom,
    /// Only for these of them: whom an import created.
    pub only: Option<HashSet<PersonId>>,
    /// The random token of the form that asks for it.
    pub form: Token,
}

/// Somebody of the group who gets no slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Their name.
    pub name: String,
    /// What they sign in with.
    pub sector_id: String,
    /// Why.
    pub why: Denied,
}

/// Codes that were issued, in the order of their slips.
#[derive(Debug)]
pub struct Printed {
    /// What is to be drawn.
    pub slips: Vec<Slip>,
    /// Who was left out.
    pub left_out: Vec<LeftOut>,
    issued: Vec<(AccountId, i64)>,
}

impl Printed {
    /// Whether somebody else issued codes to the same people since: then these slips are worth nothing.
    pub async fn is_overtaken(&self, sv: &Services) -> Result<bool, StoreError> {
        let ask = async |tx: &mut Tx, issued: &Vec<(AccountId, i64)>| accounts::overtaken(tx, issued).await;
        Ok(sv.store.read(self.issued.clone(), ask).await? > 0)
    }
}

/// Sheets that are ready.
#[derive(Debug)]
pub struct Sheets {
    /// The PDF; `None` when nobody gets a slip.
    pub pdf: Option<Vec<u8>>,
    /// How many slips it holds.
    pub slips: usize,
    /// Who was left out.
    pub left_out: Vec<LeftOut>,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum NotPrinted {
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Somebody else printed for the same people at this moment.
    #[error("somebody else issued codes to the same people at this moment, so these slips would be worth nothing")]
    Overtaken,
    /// There is no document.
    #[error(transparent)]
    Undrawable(#[from] Undrawable),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Issues codes and lays their slips out. What this answers with was good when the sheets were ready.
pub async fn print(
    sv: &Services,
    leave: &Permit<PrintSlips, Group>,
    order: &Order,
    locale: Locale,
) -> Result<Sheets, NotPrinted> {
    let mut printed = issue(sv, leave, order).await?;
    let slips = std::mem::take(&mut printed.slips);
    let count = slips.len();
    let pdf = if slips.is_empty() { None } else { Some(draw(sv, slips, locale).await?) };
    if printed.is_overtaken(sv).await? {
        return Err(NotPrinted::Overtaken);
    }
    Ok(Sheets { pdf, slips: count, left_out: printed.left_out })
}

/// The sheets of these slips, made on a thread of their own.
pub async fn draw(sv: &Services, slips: Vec<Slip>, locale: Locale) -> Result<Vec<u8>, NotPrinted> {
    let site = sv.settings.issuer.clone();
    let drawn = tokio::task::spawn_blocking(move || sheet::pdf(&slips, &site, locale.texts())).await;
    Ok(drawn.map_err(|_| StoreError::Panicked)??)
}

/// What a printing would come to.
#[derive(Debug)]
pub struct Preview {
    /// How many would get a slip.
    pub slips: usize,
    /// Who would be left out.
    pub left_out: Vec<LeftOut>,
}

/// Finds out what a printing would come to, and issues nothing.
pub async fn preview(
    sv: &Services,
    leave: &Permit<PrintSlips, Group>,
    whom: Whom,
) -> Result<Result<Preview, Denied>, StoreError> {
    let question = (leave.clone(), whom, sv.clock.now());
    sv.store
        .read(question, async |tx: &mut Tx, (leave, whom, now)| {
            let ground = match leave.again(tx, *now).await? {
                Ok(ground) => ground,
                Err(denied) => return Ok(Err(denied)),
            };
            let rows = group(tx, leave, *whom, *now).await?;
            let judged = judge(tx, leave, ground, rows, *now).await?;
            Ok(Ok(Preview { slips: judged.able.len(), left_out: judged.left_out }))
        })
        .await
}

/// The classes of a school that have pupils.
pub async fn classes(sv: &Services, leave: &Permit<PrintSlips, Group>) -> Result<Vec<ClassRow>, StoreError> {
    let Group::School(school) = *leave.place() else { return Ok(Vec::new()) };
    sv.store.read(school, async |tx: &mut Tx, school: &OrgId| newcomers::classes(tx, *school).await).await
}

/// Where people are now, school by school in the order of names; whoever is at several, at the main one.
pub async fn by_school(sv: &Services, people: &[PersonId]) -> Result<Vec<(OrgId, HashSet<PersonId>)>, StoreError> {
    let mut at: HashMap<PersonId, OrgId> = HashMap::with_capacity(people.len());
    for some in people.chunks(SOME) {
        let ask = async |tx: &mut Tx, some: &Vec<PersonId>| newcomers::schools_of(tx, some).await;
        at.extend(sv.store.read(some.to_vec(), ask).await?);
    }
    let mut schools: HashMap<OrgId, HashSet<PersonId>> = HashMap::new();
    for (person, school) in at {
        schools.entry(school).or_default().insert(person);
    }
    let names = async |tx: &mut Tx, (): &()| directory::orgs(tx).await;
    let mut order = sv.store.read((), names).await?;
    order.sort_by_cached_key(|org| (SortKey::of_text(&org.name), org.code.clone()));
    Ok(order.iter().filter_map(|org| Some((org.id, schools.remove(&org.id)?))).collect())
}

/// Issues codes to all of a group for whom the order is; whatever was printed for them before is worth nothing from now
/// on. Whoever may not be given a code by the asker is left out, and named.
pub async fn issue(sv: &Services, leave: &Permit<PrintSlips, Group>, order: &Order) -> Result<Printed, NotPrinted> {
    let now = sv.clock.now();
    let printing = Printing {
        leave: leave.clone(),
        order: Arc::new(order.clone()),
        scribe: leave.scribe(sv),
        form: format!("{} {:?} {} {}", leave.by(), leave.place(), order.whom.name(), order.form.expose()),
        until: now + sv.settings.activation,
        now,
    };
    let done = sv.store.write(printing, async |tx: &mut Tx, printing: &Printing| printing.write(tx).await).await??;
    let slips = done.given.iter().map(|given| given.slip(sv)).collect();
    let issued = done.given.iter().map(|given| (given.row.account_id, given.number)).collect();
    Ok(Printed { slips, left_out: done.left_out, issued })
}

struct Printing {
    leave: Permit<PrintSlips, Group>,
    order: Arc<Order>,
    scribe: Scribe,
    /// Names who asks by which form for what.
    form: String,
    until: Moment,
    now: Moment,
}

/// A code that was issued: to whom, which, until when.
struct Given {
    row: NewcomerRow,
    number: i64,
    until: Moment,
}

impl Given {
    fn slip(&self, sv: &Services) -> Slip {
        let code = ActivationCode::derive(&sv.keys.activation, self.row.account_id, self.number);
        Slip {
            name: self.row.full_name.clone(),
            class: self.row.class.clone(),
            school: self.row.school.clone(),
            sector_id: self.row.sector_id.clone().unwrap_or_default().to_uppercase(),
            code: code.shown(),
            until: self.until,
        }
    }
}

struct Done {
    given: Vec<Given>,
    left_out: Vec<LeftOut>,
}

impl Printing {
    async fn write(&self, tx: &mut Tx) -> Result<Result<Done, Denied>, StoreError> {
        let ground = match self.leave.again(tx, self.now).await? {
            Ok(ground) => ground,
            Err(denied) => return Ok(Err(denied)),
        };
        // Held, and read once more: who prints for the same people at this moment has either finished or comes later.
        let waiting: Vec<PersonId> = self.group(tx).await?.iter().map(|row| row.person_id).collect();
        memberships::hold(tx, &waiting).await?;
        let rows = self.group(tx).await?;
        let Judged { able, left_out } = judge(tx, &self.leave, ground, rows, self.now).await?;
        if able.is_empty() {
            return Ok(Ok(Done { given: Vec::new(), left_out }));
        }
        let given = if self.printed_before(tx, &able).await? {
            able.into_iter().map(Self::as_it_is).collect()
        } else {
            self.give(tx, able).await?
        };
        self.tell(tx, ground.over, &given).await?;
        Ok(Ok(Done { given, left_out }))
    }

    async fn group(&self, tx: &mut Tx) -> Result<Vec<NewcomerRow>, StoreError> {
        let mut rows = group(tx, &self.leave, self.order.whom, self.now).await?;
        if let Some(only) = &self.order.only {
            rows.retain(|row| only.contains(&row.person_id));
        }
        Ok(rows)
    }

    /// Whether this very form issued the codes that these people have now, and all are still good: then it was sent twice,
    /// and both get the same slips. What somebody else issued since is never told here.
    async fn printed_before(&self, tx: &mut Tx, rows: &[NewcomerRow]) -> Result<bool, StoreError> {
        let good = |row: &NewcomerRow| row.activation_expires_at.is_some_and(|until| self.now < until);
        let issued: Vec<_> = rows.iter().map(|row| (row.account_id, row.activation_issue)).collect();
        Ok(rows.iter().all(good) && spent::is_spent(tx, spent::Kind::CodeForm, self.of(&issued)).await?)
    }

    /// What the form is spent for when it issues these codes.
    fn of(&self, issued: &[(AccountId, i64)]) -> Digest {
        let pairs = issued.iter().map(|(account, number)| format!("{account} {number}\n"));
        Digest::of(format!("{}\n{}", self.form, pairs.collect::<String>()).as_bytes())
    }

    fn as_it_is(row: NewcomerRow) -> Given {
        let (number, until) = (row.activation_issue, row.activation_expires_at.unwrap_or(Moment::from_seconds(0)));
        Given { row, number, until }
    }

    async fn give(&self, tx: &mut Tx, rows: Vec<NewcomerRow>) -> Result<Vec<Given>, StoreError> {
        let until = |row: &NewcomerRow| match row.state {
            AccountState::Active => self.until.min(self.now + RESET_LIFE),
            _ => self.until,
        };
        let wanted: Vec<_> = rows.iter().map(|row| (row.account_id, until(row))).collect();
        let numbers: HashMap<AccountId, i64> =
            accounts::issue_activations(tx, &wanted, self.now).await?.into_iter().collect();
        let given: Vec<Given> = rows
            .into_iter()
            .filter_map(|row| {
                let (number, until) = (*numbers.get(&row.account_id)?, until(&row));
                Some(Given { row, number, until })
            })
            .collect();
        let issued: Vec<_> = given.iter().map(|given| (given.row.account_id, given.number)).collect();
        spent::spend(tx, spent::Kind::CodeForm, self.of(&issued), self.now + FORM_LIFE).await?;
        Ok(given)
    }

    /// One line for the printing, and one for each account, as for a code that is issued alone.
    async fn tell(&self, tx: &mut Tx, over: Option<OrgId>, given: &[Given]) -> Result<(), StoreError> {
        let scribe = self.scribe.by_right_over(over);
        let first = given.first();
        let class =
            first.and_then(|given| given.row.class.clone()).filter(|_| matches!(self.leave.place(), Group::Class(_)));
        let detail = json!({
            "slips": given.len(), "for": self.order.whom.name(), "school": first.map(|given| &given.row.school), "class": class,
        });
        scribe.note(tx, "slips.printed", subject(&self.leave), &detail).await?;
        let detail = json!({ "kind": "activation", "on": "paper" });
        let event = |given: &Given| scribe.event("account.code_issued", audit::account(given.row.account_id), &detail);
        scribe.note_all(tx, &given.iter().map(event).collect::<Vec<_>>()).await
    }
}

/// What a printing is about, for the audit trail.
pub(super) fn subject(leave: &Permit<PrintSlips, Group>) -> String {
    match leave.place() {
        Group::Class(class) => format!("class:{class}"),
        Group::School(org) => format!("org:{org}"),
    }
}

/// Of a group: who may be given a code, in the order of slips, and who may not.
pub(super) struct Judged {
    pub(super) able: Vec<NewcomerRow>,
    pub(super) left_out: Vec<LeftOut>,
}

pub(super) async fn group(
    tx: &mut Tx,
    leave: &Permit<PrintSlips, Group>,
    whom: Whom,
    now: Moment,
) -> Result<Vec<NewcomerRow>, StoreError> {
    let everybody = whom == Whom::Everybody;
    match *leave.place() {
        Group::Class(class) => newcomers::of_class(tx, class, everybody).await,
        Group::School(org) => newcomers::of_school(tx, org, everybody, Day(now.day())).await,
    }
}

pub(super) async fn judge(
    tx: &mut Tx,
    leave: &Permit<PrintSlips, Group>,
    ground: Ground,
    rows: Vec<NewcomerRow>,
    now: Moment,
) -> Result<Judged, StoreError> {
    let mut judged = Judged { able: Vec::with_capacity(rows.len()), left_out: Vec::new() };
    for row in ordered(rows) {
        // A pupil who is nothing else is below everybody; of whoever may be more, the rules are asked.
        let plain = !row.has_rights && (row.only_pupil || !ground.by_teaching);
        let asked = !plain || leave.account() == Some(row.account_id);
        let why = if asked { leave.spares(tx, row.person_id, now).await? } else { None };
        match why {
            None => judged.able.push(row),
            Some(why) => {
                let (name, sector_id) = (row.full_name, row.sector_id.unwrap_or_default());
                judged.left_out.push(LeftOut { name, sector_id, why });
            }
        }
    }
    Ok(judged)
}
