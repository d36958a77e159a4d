//! What an administrator changes of an app that is registered, held to the rules by which it was.

use std::collections::BTreeSet;

use super::{RegistrationProblem, approve, grants_of, scopes_of, wrong_resources};
use crate::protocol::{
    client::{Client, ClientId},
    target::TokenForm,
};

/// What is to be another; `None` stays what it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// All that it may ask for.
    pub scope: Option<String>,
    /// All the resources that it serves.
    pub serves: Option<BTreeSet<String>>,
    /// All the clients whose APIs it may call.
    pub calls: Option<BTreeSet<ClientId>>,
    /// The form of its access tokens.
    pub form: Option<TokenForm>,
}

impl Changes {
    /// The client as it is to be.
    pub fn apply(self, mut client: Client) -> Result<Client, Vec<RegistrationProblem>> {
        let mut problems = Vec::new();
        match self.scope.map(|scope| scopes_of(client.kind, Some(&scope))) {
            None => {}
            Some(Ok(scopes)) => {
                // For whom a scope was approved is kept, also while the app does not have it.
                approve(&mut client.release, &scopes);
                client.scopes = scopes;
            }
            Some(Err(problem)) => problems.push(problem),
        }
        let api = &mut client.api;
        api.serves = self.serves.unwrap_or_else(|| api.serves.clone());
        api.calls = self.calls.unwrap_or_else(|| api.calls.clone());
        api.form = self.form.unwrap_or(api.form);
        problems.extend(wrong_resources(api));
        client.grants = grants_of(client.kind, api);
        if problems.is_empty() { Ok(client) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{entropy::Entropy, secret::Token},
        protocol::{
            client::{Audience, GrantKind, Kind},
            registration::Registration,
        },
    };

    fn client() -> Client {
        let ask = Registration {
            redirect_uris: vec!["https://app.example/cb".into()],
            ..Registration::named("app", "App", Kind::Web)
        };
        ask.register(uuid::Uuid::nil().into(), &Token::random(&Entropy::danger_seeded(1))).unwrap()
    }

    #[test]
    fn what_is_not_named_stays_what_it_is() {
        assert_eq!(Changes::default().apply(client()).unwrap(), client());
    }

    #[test]
    fn an_app_acts_for_others_while_there_are_apps_that_it_may_call() {
        let calls = |ids: &[&str]| Some(ids.iter().map(|id| ClientId((*id).to_owned())).collect());
        let acting = Changes { calls: calls(&["lms"]), ..Changes::default() }.apply(client()).unwrap();
        assert!(acting.grants.contains(&GrantKind::TokenExchange));
        let alone = Changes { calls: calls(&[]), ..Changes::default() }.apply(acting).unwrap();
        assert_eq!(alone, client());
    }

    #[test]
    fn whom_a_scope_was_approved_for_outlives_the_scope() {
        let scope = |text: &str| Changes { scope: Some(text.into()), ..Changes::default() };
        let mut told = scope("openid edu.citizen_id").apply(client()).unwrap();
        assert_eq!(told.release["edu.citizen_id"], Audience::default(), "naming it approves it");
        let few = Audience { schools: ["31303405".to_owned()].into(), ..Audience::default() };
        told.release.insert("edu.citizen_id".into(), few.clone());
        let without = scope("openid").apply(told).unwrap();
        assert!(!without.scopes.has("edu.citizen_id"));
        assert_eq!(scope("openid edu.citizen_id").apply(without).unwrap().release["edu.citizen_id"], few);
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let wrong = Changes {
            scope: Some("openid nonsense".into()),
            serves: Some(["lms".to_owned(), "https://lms.example/#x".to_owned()].into()),
            ..Changes::default()
        };
        assert_eq!(wrong.apply(client()).unwrap_err().len(), 3);
    }
}
