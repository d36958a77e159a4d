//! Issuing badges (*thẻ QR*) to a class, a school, some of either, or one person: cards by which those sign in who cannot
//! type a password yet.
//!
//! A token is random and its hash is all that is kept, so a badge is drawn once: printing again makes another, and the one
//! before is worth nothing. Who prints for whom is judged as for slips, person by person.

use std::collections::HashSet;

use serde_json::json;
use zeroize::Zeroizing;

use super::{
    badge_sheet::{self, Badge},
    printing::{Judged, LeftOut, NotPrinted, Whom, group, judge, subject},
};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        entropy::Entropy,
        id::{AccountId, BadgeId, Ids, PersonId},
        letters,
    },
    i18n::Locale,
    model::school_year::SchoolYear,
    services::{
        Services,
        audit::{self, Scribe},
        authority::{Denied, Group, IssueCode, Permit, PrintSlips, Subject},
    },
    store::{
        StoreError, Tx,
        badges::{self, BadgeRow, NewBadge},
        memberships,
        newcomers::NewcomerRow,
    },
};

/// 18³¹ is more than 2¹²⁸.
const LETTERS: usize = 31;

/// Badges that were issued, in the order of their cards.
#[derive(Debug)]
pub struct IssuedBadges {
    /// What is to be drawn.
    pub badges: Vec<Badge>,
    /// Who was left out.
    pub left_out: Vec<LeftOut>,
    issued: Vec<BadgeId>,
}

impl IssuedBadges {
    /// Whether somebody else issued badges to the same people since: then these cards are worth nothing.
    pub async fn is_overtaken(&self, sv: &Services) -> Result<bool, StoreError> {
        let ask = async |tx: &mut Tx, issued: &Vec<BadgeId>| badges::overtaken(tx, issued).await;
        Ok(sv.store.read(self.issued.clone(), ask).await? > 0)
    }
}

/// Sheets of badges that are ready.
#[derive(Debug)]
pub struct BadgeSheets {
    /// The PDF; `None` when nobody gets a badge.
    pub pdf: Option<Vec<u8>>,
    /// How many badges it holds.
    pub badges: usize,
    /// Who was left out.
    pub left_out: Vec<LeftOut>,
}

/// Issues badges and lays them out. What this answers with was good when the sheets were ready.
pub async fn print_badges(
    sv: &Services,
    leave: &Permit<PrintSlips, Group>,
    only: Option<Vec<PersonId>>,
    locale: Locale,
) -> Result<BadgeSheets, NotPrinted> {
    let mut issued = issue_badges(sv, leave, only).await?;
    let badges = std::mem::take(&mut issued.badges);
    let count = badges.len();
    let pdf = if badges.is_empty() { None } else { Some(draw_badges(sv, badges, locale).await?) };
    if issued.is_overtaken(sv).await? {
        return Err(NotPrinted::Overtaken);
    }
    Ok(BadgeSheets { pdf, badges: count, left_out: issued.left_out })
}

/// The sheets of these badges, made on a thread of their own.
pub async fn draw_badges(sv: &Services, badges: Vec<Badge>, locale: Locale) -> Result<Vec<u8>, NotPrinted> {
    let site = sv.settings.issuer.clone();
    let drawn = tokio::task::spawn_blocking(move || badge_sheet::pdf(&badges, &site, locale.texts())).await;
    Ok(drawn.map_err(|_| StoreError::Panicked)??)
}

/// Issues badges to a group, or to some of it; the ones that these people had are worth nothing from now on. Whoever may
/// not be given a code by the asker is left out, and named.
pub async fn issue_badges(
    sv: &Services,
    leave: &Permit<PrintSlips, Group>,
    only: Option<Vec<PersonId>>,
) -> Result<IssuedBadges, NotPrinted> {
    let issuing = Issuing {
        leave: leave.clone(),
        only: only.map(|people| people.into_iter().collect()),
        scribe: leave.scribe(sv),
        ids: sv.ids.clone(),
        entropy: sv.entropy.clone(),
        now: sv.clock.now(),
    };
    Ok(sv.store.write(issuing, async |tx: &mut Tx, issuing: &Issuing| issuing.write(tx).await).await??)
}

struct Issuing {
    leave: Permit<PrintSlips, Group>,
    only: Option<HashSet<PersonId>>,
    scribe: Scribe,
    ids: Ids,
    entropy: Entropy,
    now: Moment,
}

impl Issuing {
    async fn write(&self, tx: &mut Tx) -> Result<Result<IssuedBadges, Denied>, StoreError> {
        let ground = match self.leave.again(tx, self.now).await? {
            Ok(ground) => ground,
            Err(denied) => return Ok(Err(denied)),
        };
        let waiting: Vec<PersonId> = self.group(tx).await?.iter().map(|row| row.person_id).collect();
        memberships::hold(tx, &waiting).await?;
        let rows = self.group(tx).await?;
        let Judged { able, left_out } = judge(tx, &self.leave, ground, rows, self.now).await?;
        let mut issued = IssuedBadges { badges: Vec::with_capacity(able.len()), left_out, issued: Vec::new() };
        let mut new = Vec::with_capacity(able.len());
        for row in &able {
            let (token, year) = (token(&self.entropy), self.year(row));
            let badge = NewBadge {
                id: self.ids.next(),
                account: row.account_id,
                affiliation: row.affiliation_id,
                digest: digest(&token),
                until: Moment::start_of(year.ends()),
            };
            issued.issued.push(badge.id);
            issued.badges.push(card(row, token, year));
            new.push(badge);
        }
        badges::issue(tx, &new, self.now).await?;
        if !new.is_empty() {
            self.tell(tx, (&able, &new), ground.over).await?;
        }
        Ok(Ok(issued))
    }

    async fn group(&self, tx: &mut Tx) -> Result<Vec<NewcomerRow>, StoreError> {
        let mut rows = group(tx, &self.leave, Whom::Everybody, self.now).await?;
        if let Some(only) = &self.only {
            rows.retain(|row| only.contains(&row.person_id));
        }
        Ok(rows)
    }

    /// The school year for which a badge is good: this one, or the class's when that is a later one.
    fn year(&self, row: &NewcomerRow) -> SchoolYear {
        let class = row.year.as_deref().and_then(|year| year.parse().ok());
        SchoolYear::of(self.now.day()).max(class.unwrap_or_else(|| SchoolYear::of(self.now.day())))
    }

    /// One line for the printing, and one for each account.
    async fn tell(
        &self,
        tx: &mut Tx,
        (rows, new): (&[NewcomerRow], &[NewBadge]),
        over: Option<crate::base::id::OrgId>,
    ) -> Result<(), StoreError> {
        let scribe = self.scribe.by_right_over(over);
        let detail = json!({ "badges": new.len(), "school": rows.first().map(|row| &row.school) });
        scribe.note(tx, "badges.printed", subject(&self.leave), &detail).await?;
        let event = |badge: &NewBadge| {
            let detail = json!({ "badge": badge.id, "until": badge.until.to_string() });
            scribe.event("account.badge_issued", audit::account(badge.account), &detail)
        };
        scribe.note_all(tx, &new.iter().map(event).collect::<Vec<_>>()).await
    }
}

fn card(row: &NewcomerRow, token: Zeroizing<String>, year: SchoolYear) -> Badge {
    Badge {
        name: row.full_name.clone(),
        class: row.class.clone(),
        school: row.school.clone(),
        sector_id: row.sector_id.clone().unwrap_or_default().to_uppercase(),
        year: year.to_string(),
        token,
    }
}

/// A badge's token: letters that no Vietnamese keyboard rewrites, for a scanner types them like one.
fn token(entropy: &Entropy) -> Zeroizing<String> {
    Zeroizing::new((0..LETTERS).map(|_| letters::random(entropy)).collect())
}

/// What the store keeps of a token.
fn digest(token: &str) -> Digest {
    Digest::of(token.as_bytes())
}

/// The badge that a token is of, as long as it is good.
pub async fn badge_of(sv: &Services, token: &str) -> Result<Option<BadgeRow>, StoreError> {
    let question = (digest(token), sv.clock.now());
    sv.store
        .read(question, async |tx: &mut Tx, (digest, now): &(Digest, Moment)| {
            badges::by_digest(tx, *digest, *now).await
        })
        .await
}

/// Makes somebody's badge worthless at once; false when they had none. Whoever may give them a code may do so.
pub async fn void_badge(sv: &Services, leave: &Permit<IssueCode, Subject>) -> Result<Result<bool, Denied>, StoreError> {
    let voiding = (leave.clone(), leave.scribe(sv), sv.clock.now());
    sv.store
        .write(voiding, async |tx: &mut Tx, (leave, scribe, now): &(Permit<IssueCode, Subject>, Scribe, Moment)| {
            let over = match leave.again(tx, *now).await? {
                Ok(over) => over,
                Err(denied) => return Ok(Err(denied)),
            };
            let account: AccountId = leave.place().account;
            let voided = badges::void(tx, account, *now).await?;
            if voided {
                let scribe = scribe.by_right_over(over);
                scribe.note(tx, "account.badge_voided", audit::account(account), &json!({})).await?;
            }
            Ok(Ok(voided))
        })
        .await
}
