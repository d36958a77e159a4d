//! Everything that is kept of one person, for the person: a zip of JSON for programs and of a page to be read, in Vietnamese
//! and in English (data-subject requests of Decree 13/2023 and 356/2025, answered within two working days).
//!
//! Only what lies within the asker's reach is told (R38), and no secret: neither passwords nor codes, in whatever form. What
//! others did to the account is told without who they are.

use std::{
    cmp::Reverse,
    io::{self, Cursor, Write},
};

use serde_json::{Value, json};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{NotExported, page::page};
use crate::{
    base::clock::Moment,
    i18n::Locale,
    model::identifier::IdentifierKind,
    people::identifiers,
    protocol::client::ClientId,
    services::{
        Services,
        audit::account as audit_subject,
        authority::{ExportPeople, Permit, Reach, Subject},
    },
    store::{
        StoreError, Tx,
        accounts::{self, Holder},
        audit,
        exporting::{self, KeptRow},
        merges,
        personal::{self, ConsentRow, DescribedRow, GrantedRow, IssuedRow, RightRow, TransferRow},
        scope::Within,
        sessions,
    },
};

/// So many events of the audit trail are told, the newest first.
const EVENTS: i64 = 10_000;

/// The zip; `None` when the person went away meanwhile.
pub async fn person(
    sv: &Services,
    leave: &Permit<ExportPeople, Subject>,
    within: &Permit<ExportPeople, Reach>,
) -> Result<Option<Vec<u8>>, NotExported> {
    let subject = audit_subject(leave.place().account);
    let event = leave.event(sv, "person.exported", subject, &json!({}));
    sv.store.write_aside(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await?;
    let Some(kept) = kept(sv, *leave.place(), within.within(sv.clock.now().day())).await? else {
        return Ok(None);
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("du-lieu.json", serde_json::to_vec_pretty(&kept).map_err(io::Error::from)?),
        ("du-lieu.html", page(&kept, Locale::Vi)),
        ("du-lieu.en.html", page(&kept, Locale::En)),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).map_err(io::Error::from)?;
        zip.write_all(&bytes)?;
    }
    Ok(Some(zip.finish().map_err(io::Error::from)?.into_inner()))
}

/// Everything, as the database has it.
struct Found {
    holder: Holder,
    described: Option<DescribedRow>,
    lines: Vec<KeptRow>,
    names: Vec<String>,
    sessions: Vec<sessions::SessionRow>,
    badges: Vec<IssuedRow>,
    transfers: Vec<TransferRow>,
    rights: Vec<RightRow>,
    consents: Vec<ConsentRow>,
    grants: Vec<GrantedRow>,
    events: Vec<audit::EventRow>,
    /// The account, and those that went into it, as events name them.
    own: Vec<String>,
}

impl Found {
    async fn of(tx: &mut Tx, subject: Subject, within: &Within, now: Moment) -> Result<Option<Self>, StoreError> {
        let Some(holder) = accounts::holder(tx, subject.account).await? else { return Ok(None) };
        let mut own = vec![audit_subject(subject.account)];
        own.extend(merges::accounts_of(tx, subject.person).await?.into_iter().map(audit_subject));
        Ok(Some(Self {
            holder,
            described: personal::described(tx, subject.person).await?,
            lines: exporting::kept(tx, &within.scope, subject.person).await?,
            names: accounts::names(tx, subject.account).await?,
            sessions: sessions::of_account(tx, subject.account, now).await?,
            badges: personal::badges(tx, subject.account).await?,
            transfers: personal::transfers(tx, &within.scope, subject.person).await?,
            rights: personal::rights(tx, &within.scope, subject.account).await?,
            consents: personal::consents(tx, subject.account).await?,
            grants: personal::granted(tx, subject.account, now).await?,
            events: events(tx, within, &own).await?,
            own,
        }))
    }
}

/// What happened to these accounts, the newest first; never more of them held than twice what is told.
async fn events(tx: &mut Tx, within: &Within, own: &[String]) -> Result<Vec<audit::EventRow>, StoreError> {
    let mut events = Vec::new();
    for account in own {
        events.extend(audit::within(tx, within, account, EVENTS).await?);
        events.sort_unstable_by_key(|event: &audit::EventRow| Reverse(event.id));
        events.truncate(usize::try_from(EVENTS).unwrap_or_default());
    }
    Ok(events)
}

async fn kept(sv: &Services, subject: Subject, within: Within) -> Result<Option<Value>, StoreError> {
    let now = sv.clock.now();
    let read = async |tx: &mut Tx, (subject, within, now): &(Subject, Within, Moment)| {
        Found::of(tx, *subject, within, *now).await
    };
    let found = sv.store.read((subject, within, now), read).await?;
    Ok(found.map(|found| told(sv, &found, now)))
}

fn told(sv: &Services, found: &Found, now: Moment) -> Value {
    let session = |row: &sessions::SessionRow| json!({ "since": row.created_at.to_string(), "address": row.address, "browser": row.agent, "by": row.amr });
    let event = |row: &audit::EventRow| {
        let own = found.own.contains(&row.actor);
        let address = row.address.as_ref().filter(|_| own);
        let by = if own { "self" } else { "others" };
        json!({ "at": row.at.to_string(), "what": row.action, "by": by, "address": address })
    };
    let at = |moment: Option<Moment>| moment.map(|moment| moment.to_string());
    let app = |id: &str| sv.clients.by_id(&ClientId(id.to_owned())).map(|client| client.name.clone());
    let badge = |row: &IssuedRow| {
        json!({
            "printed": row.issued_at.to_string(), "until": row.expires_at.to_string(), "ended": at(row.ended_at),
            "reason": row.end_reason, "suspended": at(row.suspended_at), "last_used": at(row.last_used_at),
        })
    };
    let transfer = |row: &TransferRow| {
        json!({
            "from": row.from_name, "to": row.to_name, "state": row.state, "reason": row.reason,
            "asked": row.asked_at.to_string(), "decided": at(row.decided_at),
        })
    };
    let right = |row: &RightRow| json!({ "role": row.role, "where": row.org_name, "since": row.granted_at.to_string(), "ended": at(row.ended_at) });
    let consent = |row: &ConsentRow| json!({ "app": app(&row.client_id), "client_id": row.client_id, "scope": row.scope, "claims": row.claims, "since": row.given_at.to_string() });
    let grant = |row: &GrantedRow| json!({ "app": app(&row.client_id), "client_id": row.client_id, "scope": row.scope, "since": row.since.to_string(), "until": row.until.to_string() });
    let of =
        |what: &str| found.lines.iter().filter(|row| row.what == what).map(|row| line(sv, row)).collect::<Vec<_>>();
    let (holder, described) = (&found.holder, found.described.as_ref());
    json!({
        "exported_at": now.to_string(),
        "name": holder.full_name,
        "birth_date": holder.birth_date.map(|day| day.0.to_string()),
        "sex": described.and_then(|row| row.sex.as_ref()),
        "locale": described.and_then(|row| row.locale.as_ref()),
        "claims": described.and_then(|row| row.claims.as_ref()).map(|claims| &claims.0),
        "identifiers": of("identifier"),
        "contacts": of("contact"),
        "roles": of("role"),
        "classes": of("class"),
        "transfers": found.transfers.iter().map(transfer).collect::<Vec<_>>(),
        "rights": found.rights.iter().map(right).collect::<Vec<_>>(),
        "account": { "state": holder.state.as_str(), "sign_in_names": found.names },
        "badges": found.badges.iter().map(badge).collect::<Vec<_>>(),
        "sessions": found.sessions.iter().map(session).collect::<Vec<_>>(),
        "consents": found.consents.iter().map(consent).collect::<Vec<_>>(),
        "grants": found.grants.iter().map(grant).collect::<Vec<_>>(),
        "events": found.events.iter().map(event).collect::<Vec<_>>(),
    })
}

fn line(sv: &Services, row: &KeptRow) -> Value {
    let sealed = row.sealed.as_deref().and_then(|sealed| {
        let kind = IdentifierKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind)?;
        identifiers::open(sv, kind, sealed).ok()
    });
    let value = sealed.or_else(|| row.value.clone());
    let KeptRow { what, kind, state, place, year, subject, valid_from: from, valid_to: to, source, .. } = row;
    match what.as_str() {
        "identifier" => json!({ "kind": kind, "value": value, "state": state, "source": source }),
        "role" => json!({ "role": kind, "where": place, "state": state, "from": from, "to": to, "source": source }),
        "class" => {
            json!({
                "class": value, "year": year, "function": kind, "subject": subject, "where": place, "from": from, "to": to,
            })
        }
        _ => json!({ "kind": kind, "value": value, "source": source }),
    }
}
