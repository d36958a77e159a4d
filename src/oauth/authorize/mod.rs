//! The authorization endpoint: from a request to the next page, a refusal or a code.
//!
//! The whole request travels with the browser in a sealed [`Flow`] and is read again at every step, so that nothing that
//! was dropped or changed on the way matters (R9, R33).

mod flow;
mod issue;
mod reply;
mod request;

use std::sync::Arc;

pub use flow::{Flow, FlowError, Goal};
use request::{Came, Requested};
pub(super) use request::{PUSHED, opened};

use super::{logout::read_hint, refusal, target};
use crate::{
    base::clock::Moment,
    people::release::Profile,
    protocol::{
        authorize::AuthorizeAsk,
        client::{Client, ClientId, Trust},
        discovery,
        error::Refusal,
        interaction::{self, Facts, Next, SessionFacts, Why},
        response::{Answer, ReturnAddress},
    },
    services::{Services, audit},
    store::{
        StoreError, Tx,
        audit::{self as trail, Event},
        consents::{self, Consent},
        grants,
        sessions::SessionRow,
    },
};

/// What comes next for the browser.
#[derive(Debug)]
pub enum Step {
    /// A page that says no, with nowhere to go back to (R3).
    Page(Refusal),
    /// Back to the app.
    Answer(Answer),
    /// The sign-in page.
    LogIn(Arc<Client>, Why, Option<String>),
    /// The account chooser.
    ChooseAccount(Arc<Client>),
    /// A new password first.
    ChangePassword,
    /// The consent page.
    Consent(Arc<Client>, Box<AuthorizeAsk>),
}

/// A request, its parts verified in order: first where to answer, then what is asked.
struct Asked {
    client: Arc<Client>,
    back: ReturnAddress,
    ask: AuthorizeAsk,
    came: Came,
}

enum Unreadable {
    Nowhere(Refusal),
    At(Arc<Client>, ReturnAddress, Refusal),
}

/// The next step of a flow to an app, for whoever is signed in.
pub async fn advance(sv: &Services, flow: &Flow, session: Option<&SessionRow>) -> Step {
    let asked = match read(sv, flow).await {
        Ok(asked) => asked,
        Err(Unreadable::Nowhere(refusal)) => return Step::Page(refusal),
        Err(Unreadable::At(client, back, refusal)) => return Step::Answer(reply::refuse(sv, &client, &back, refusal)),
    };
    match next(sv, flow, &asked, session).await {
        Ok((Next::LogIn(why), _)) => Step::LogIn(asked.client, why, asked.ask.login_hint),
        Ok((Next::ChooseAccount, _)) => Step::ChooseAccount(asked.client),
        Ok((Next::ChangePassword, _)) => Step::ChangePassword,
        Ok((Next::Consent, _)) => Step::Consent(asked.client, Box::new(asked.ask)),
        Ok((Next::Refuse(refusal), _)) | Err(refusal) => {
            tracing::info!(client = %asked.client.client_id, refusal = %refusal.name(), "authorization refused");
            Step::Answer(reply::refuse(sv, &asked.client, &asked.back, refusal))
        }
        Ok((Next::Issue, Some(session))) => Step::Answer(issue::answer(sv, &asked, &session).await),
        Ok((Next::Issue, None)) => Step::Answer(reply::refuse(sv, &asked.client, &asked.back, Refusal::Fault)),
    }
}

/// The person's answer on the consent page.
pub async fn answer_consent(sv: &Services, flow: Flow, session: &SessionRow, allowed: bool) -> Result<Step, Refusal> {
    let Ok(asked) = read(sv, &flow).await else { return Ok(advance(sv, &flow, Some(session)).await) };
    // Whoever was not asked, a minor for one, agrees to nothing.
    if !matches!(next(sv, &flow, &asked, Some(session)).await, Ok((Next::Consent, _))) {
        return Ok(advance(sv, &flow, Some(session)).await);
    }
    if !allowed {
        return Ok(Step::Answer(reply::refuse(sv, &asked.client, &asked.back, Refusal::Declined)));
    }
    let agreement = Agreement::of(sv, session, &asked.client, &asked.ask);
    let give = async |tx: &mut Tx, (agreement, now): &(Agreement, Moment)| agreement.give(tx, *now).await;
    sv.store.write((agreement, sv.clock.now()), give).await.map_err(refusal)?;
    Ok(advance(sv, &flow.agreed(), Some(session)).await)
}

/// That the person agrees, with its line in the audit trail, for the write that remembers it.
#[derive(Debug)]
pub(super) struct Agreement(Consent, Event);

impl Agreement {
    /// To what a request asks for.
    pub(super) fn of(sv: &Services, session: &SessionRow, client: &Client, ask: &AuthorizeAsk) -> Self {
        let consent = Consent {
            account: session.account_id,
            client: client.key,
            scope: ask.scopes.to_string(),
            claims: claim_names(ask),
        };
        let detail =
            serde_json::json!({ "client": client.client_id, "scope": consent.scope, "claims": consent.claims });
        let actor = audit::Actor::Account(session.account_id);
        let event = sv.event(&actor, "consent.given", audit::account(session.account_id), &detail);
        Self(consent, event)
    }

    /// Remembers it.
    pub(super) async fn give(&self, tx: &mut Tx, now: Moment) -> Result<(), StoreError> {
        consents::give(tx, &self.0, now).await?;
        trail::add(tx, &self.1).await
    }
}

/// The person takes back what they agreed to: the app is asked to ask again, and what it was given ends.
pub async fn withdraw_consent(sv: &Services, session: &SessionRow, client: &Client) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "client": client.client_id });
    let actor = audit::Actor::Account(session.account_id);
    let event = sv.event(&actor, "consent.withdrawn", audit::account(session.account_id), &detail);
    let turn = (session.account_id, client.key, event, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (account, client, event, now)| {
            if consents::take_back(tx, *account, *client).await? {
                grants::end_of_client(tx, *account, *client, *now).await?;
                trail::add(tx, event).await?;
            }
            Ok(())
        })
        .await
}

/// The app a flow leads to, for its name on pages.
pub async fn client_of(sv: &Services, flow: &Flow) -> Option<Arc<Client>> {
    let Goal::App(request) = &flow.goal else { return None };
    sv.clients.by_id(&ClientId(request.params(sv).await.ok()?.get("client_id")?.to_owned()))
}

async fn read(sv: &Services, flow: &Flow) -> Result<Asked, Unreadable> {
    let Requested { client, params, came } = request::resolve(sv, flow).await?;
    let back = ReturnAddress::find(&params, &client).map_err(Unreadable::Nowhere)?;
    let ask = back
        .require_mode()
        .and_then(|()| came.require(&client))
        .and_then(|()| AuthorizeAsk::parse(&params, &client, &sv.settings.offer))
        .and_then(|ask| target::check(sv, &client, &ask.resources).map(|()| ask));
    match ask {
        Ok(ask) => Ok(Asked { client, back, ask, came }),
        Err(refusal) => Err(Unreadable::At(client, back, refusal)),
    }
}

async fn next(
    sv: &Services,
    flow: &Flow,
    asked: &Asked,
    session: Option<&SessionRow>,
) -> Result<(Next, Option<SessionRow>), Refusal> {
    let Asked { client, ask, .. } = asked;
    let hinted =
        ask.id_token_hint.as_deref().map(|hint| read_hint(sv, hint).filter(|hint| hint.aud == client.client_id.0));
    let facts = Facts {
        session: match session {
            None => None,
            Some(session) => Some(session_facts(sv, client, session).await?),
        },
        began: flow.began,
        now: sv.clock.now(),
        hinted: hinted.as_ref().map(|hint| hint.as_ref().map(|hint| hint.sub.as_str())),
        chosen: flow.chosen,
        agreed: agreed(sv, client, ask, session).await?,
        agreed_now: flow.agreed_now,
    };
    Ok((interaction::decide(ask, &facts), session.cloned()))
}

/// Who is signed in, as far as it matters to an app.
pub(super) async fn session_facts(
    sv: &Services,
    client: &Client,
    session: &SessionRow,
) -> Result<SessionFacts, Refusal> {
    Ok(SessionFacts {
        sub: sv.subjects.person(&client.subject, session.person_id),
        auth_time: session.auth_time,
        acr: session.acr.clone(),
        must_change: session.must_change == Some(true),
        admitted: admitted(sv, client, session).await?,
    })
}

/// Whether anything that the person is now lets them use the app.
async fn admitted(sv: &Services, client: &Client, session: &SessionRow) -> Result<bool, Refusal> {
    if client.trust == Trust::AsksConsent {
        let profile = Profile::read(sv, session.person_id).await.map_err(refusal)?;
        return Ok(profile.is_some_and(|profile| profile.admitted(client, sv.clock.now().day())));
    }
    Ok(client.audience.admits_any(session.posts.iter()))
}

pub(super) async fn agreed(
    sv: &Services,
    client: &Client,
    ask: &AuthorizeAsk,
    session: Option<&SessionRow>,
) -> Result<bool, Refusal> {
    let (Trust::AsksConsent, Some(session)) = (client.trust, session) else {
        return Ok(client.trust == Trust::SectorApproved);
    };
    let given = sv
        .store
        .read((session.account_id, client.key), async |tx: &mut Tx, (account, client)| {
            consents::given(tx, *account, *client).await
        })
        .await
        .map_err(refusal)?;
    Ok(given.is_some_and(|(scope, claims)| {
        let known: Vec<&str> = claims.split(' ').collect();
        let scopes = scope.parse().is_ok_and(|given| ask.scopes.within(&given));
        scopes && claim_names(ask).split(' ').all(|name| known.contains(&name))
    }))
}

/// Only claims that exist: a name may be any text, and one with spaces in it would be taken for several.
fn claim_names(ask: &AuthorizeAsk) -> String {
    let asked = ask.claims.userinfo.keys().chain(ask.claims.id_token.keys()).map(String::as_str);
    let mut names: Vec<&str> = asked.filter(|name| discovery::CLAIMS.contains(name)).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}
