//! What an authorization request needs next, as a list of named checks in the order they are made.

use std::time::Duration;

use super::{
    authorize::{AuthorizeAsk, Prompt},
    error::Refusal,
};
use crate::base::clock::Moment;

/// The strength of a sign-in with one factor (REFEDS SFA).
pub const ACR_ONE_FACTOR: &str = "https://refeds.org/profile/sfa";
/// Every strength that can be reached here, weakest first.
pub const ACRS: [&str; 1] = [ACR_ONE_FACTOR];

/// What is known when the decision is made.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Who is signed in in this browser.
    pub session: Option<SessionFacts>,
    /// When the browser came with this request: what is older is not fresh (R9).
    pub began: Moment,
    /// Now.
    pub now: Moment,
    /// The subject of the request's `id_token_hint`, when that was an ID token of ours for this client; the outer
    /// `Some` when there was a hint.
    pub hinted: Option<Option<&'a str>>,
    /// Whether the person has chosen this account for this request.
    pub chosen: bool,
    /// Whether everything asked for was agreed to, by the department or the person.
    pub agreed: bool,
    /// Whether agreement was given for this very request.
    pub agreed_now: bool,
}

impl Facts<'_> {
    /// Whether somebody signed in for this very request.
    fn is_fresh(&self, session: &SessionFacts) -> bool {
        session.auth_time >= self.began
    }
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// Who, towards this client.
    pub sub: String,
    /// When they proved it.
    pub auth_time: Moment,
    /// How strongly.
    pub acr: String,
    /// Whether they must choose a new password before anything else.
    pub must_change: bool,
    /// Whether the policy lets them use this app.
    pub admitted: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Sign in, and why.
    LogIn(Why),
    /// Choose an account.
    ChooseAccount,
    /// Choose a new password.
    ChangePassword,
    /// Agree to what the app is told.
    Consent,
    /// Tell the app no.
    Refuse(Refusal),
    /// Give the app a code.
    Issue,
}

/// Why somebody must sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody is signed in.
    Nobody,
    /// The app wants a fresh sign-in.
    AskedAgain,
    /// The sign-in is too old.
    TooOld,
    /// Somebody else is signed in.
    SomebodyElse,
}

/// A check: `None` passes on to the next.
type Check = fn(&AuthorizeAsk, &Facts<'_>) -> Option<Next>;

/// In this order: who, how fresh, how strong, with which password, may they, do they agree.
const CHECKS: [Check; 9] = [
    somebody_is_signed_in,
    it_is_whom_the_app_means,
    the_account_was_chosen,
    a_fresh_sign_in_was_given,
    the_sign_in_is_young_enough,
    the_strength_suffices,
    the_password_may_stay,
    policy_admits_the_person,
    everything_was_agreed_to,
];

/// The decision. With `prompt=none` every page becomes the refusal that names it (Core 3.1.2.6).
pub fn decide(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Next {
    let next = CHECKS.iter().find_map(|check| check(ask, facts)).unwrap_or(Next::Issue);
    if !ask.prompt.contains(&Prompt::None) {
        return next;
    }
    match next {
        Next::LogIn(_) => Next::Refuse(Refusal::LoginRequired),
        Next::ChooseAccount => Next::Refuse(Refusal::AccountSelectionRequired),
        Next::ChangePassword => Next::Refuse(Refusal::InteractionRequired),
        Next::Consent => Next::Refuse(Refusal::ConsentRequired),
        settled @ (Next::Refuse(_) | Next::Issue) => settled,
    }
}

fn somebody_is_signed_in(_: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    facts.session.is_none().then_some(Next::LogIn(Why::Nobody))
}

/// Core 3.1.2.1 `id_token_hint` and 5.5.1 `sub`: only the person they name. Whoever signs in for this request and is
/// somebody else is the app's to hear of, not to be asked for ever. A hint that cannot be read (its key is gone, or it
/// never was ours) names nobody: who is here proves anew who they are, and more cannot be had.
fn it_is_whom_the_app_means(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    let session = facts.session.as_ref()?;
    let (sub, fresh) = (session.sub.as_str(), facts.is_fresh(session));
    let hinted = facts.hinted.is_none_or(|hinted| hinted.map_or(fresh, |named| named == sub));
    let asked = ask.claims.id_token("sub").is_none_or(|asked| asked.accepts(&sub.into()));
    let otherwise = if fresh { Next::Refuse(Refusal::LoginRequired) } else { Next::LogIn(Why::SomebodyElse) };
    (!hinted || !asked).then_some(otherwise)
}

fn the_account_was_chosen(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    // Who has just signed in has chosen.
    let fresh = facts.session.as_ref().is_some_and(|session| facts.is_fresh(session));
    (ask.prompt.contains(&Prompt::SelectAccount) && !facts.chosen && !fresh).then_some(Next::ChooseAccount)
}

/// R9: `prompt=login` is met by credentials given since this request began, and by nothing else.
fn a_fresh_sign_in_was_given(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    let session = facts.session.as_ref()?;
    (ask.prompt.contains(&Prompt::Login) && !facts.is_fresh(session)).then_some(Next::LogIn(Why::AskedAgain))
}

fn the_sign_in_is_young_enough(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    let session = facts.session.as_ref()?;
    let limit = Duration::from_secs(u64::from(ask.max_age?));
    // Just signed in for this request counts even for max_age=0, or it could never be met.
    (!facts.is_fresh(session) && facts.now.since(session.auth_time) > limit).then_some(Next::LogIn(Why::TooOld))
}

/// Core 5.5.1.1: an essential acr that is not reached is a refusal, a voluntary one is not.
fn the_strength_suffices(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    let acr = &facts.session.as_ref()?.acr;
    let wanted = ask.claims.id_token("acr")?;
    let unmet = wanted.essential && !wanted.accepts(&acr.as_str().into());
    unmet.then_some(Next::Refuse(Refusal::AuthenticationUnmet))
}

/// R33: a password that must be changed opens no app.
fn the_password_may_stay(_: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    facts.session.as_ref()?.must_change.then_some(Next::ChangePassword)
}

fn policy_admits_the_person(_: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    (!facts.session.as_ref()?.admitted).then_some(Next::Refuse(Refusal::NotForThisPerson))
}

fn everything_was_agreed_to(ask: &AuthorizeAsk, facts: &Facts<'_>) -> Option<Next> {
    let again = ask.prompt.contains(&Prompt::Consent) && !facts.agreed_now;
    (!facts.agreed || again).then_some(Next::Consent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{authorize::tests::client, discovery::Offer, params::Params};

    const BASE: &str = "response_type=code&scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
        &code_challenge_method=S256";

    fn at(seconds: i64) -> Moment {
        Moment::from_seconds(seconds)
    }

    fn signed_in(at_seconds: i64) -> Facts<'static> {
        let session = SessionFacts {
            sub: "me".into(),
            auth_time: at(at_seconds),
            acr: ACR_ONE_FACTOR.into(),
            must_change: false,
            admitted: true,
        };
        Facts {
            session: Some(session),
            began: at(1000),
            now: at(1005),
            hinted: None,
            chosen: false,
            agreed: true,
            agreed_now: false,
        }
    }

    fn next(extra: &str, facts: &Facts<'_>) -> Next {
        let params = Params::parse(&format!("{BASE}{extra}"));
        decide(&AuthorizeAsk::parse(&params, &client(), &Offer::default()).unwrap(), facts)
    }

    #[test]
    fn each_prompt_asks_for_its_page_and_none_for_no_page() {
        let nobody = Facts { session: None, ..signed_in(0) };
        assert_eq!(next("", &nobody), Next::LogIn(Why::Nobody));
        assert_eq!(next("&prompt=none", &nobody), Next::Refuse(Refusal::LoginRequired));
        assert_eq!(next("", &signed_in(900)), Next::Issue);
        assert_eq!(next("&prompt=none", &signed_in(900)), Next::Issue);
        assert_eq!(next("&prompt=select_account", &signed_in(900)), Next::ChooseAccount);
        assert_eq!(next("&prompt=select_account", &Facts { chosen: true, ..signed_in(900) }), Next::Issue);
        assert_eq!(next("&prompt=consent", &signed_in(900)), Next::Consent);
        assert_eq!(next("&prompt=consent", &Facts { agreed_now: true, ..signed_in(900) }), Next::Issue);
        assert_eq!(
            next("&prompt=none", &Facts { agreed: false, ..signed_in(900) }),
            Next::Refuse(Refusal::ConsentRequired)
        );
    }

    #[test]
    fn r9_prompt_login_and_max_age_need_fresh_credentials() {
        assert_eq!(next("&prompt=login", &signed_in(999)), Next::LogIn(Why::AskedAgain));
        assert_eq!(next("&prompt=login", &signed_in(1001)), Next::Issue);
        assert_eq!(next("&max_age=10", &signed_in(900)), Next::LogIn(Why::TooOld));
        assert_eq!(next("&max_age=200", &signed_in(900)), Next::Issue);
        assert_eq!(next("&max_age=0", &signed_in(1001)), Next::Issue);
        assert_eq!(next("&max_age=10&prompt=none", &signed_in(900)), Next::Refuse(Refusal::LoginRequired));
    }

    #[test]
    fn an_id_token_hint_admits_nobody_else() {
        assert_eq!(next("", &Facts { hinted: Some(Some("me")), ..signed_in(900) }), Next::Issue);
        assert_eq!(next("", &Facts { hinted: Some(Some("her")), ..signed_in(900) }), Next::LogIn(Why::SomebodyElse));
        assert_eq!(
            next("&prompt=none", &Facts { hinted: Some(None), ..signed_in(900) }),
            Next::Refuse(Refusal::LoginRequired)
        );
    }

    #[test]
    fn whoever_has_just_signed_in_is_not_asked_for_ever() {
        let fresh = |hinted| Facts { hinted: Some(hinted), ..signed_in(1001) };
        assert_eq!(next("", &Facts { hinted: Some(None), ..signed_in(900) }), Next::LogIn(Why::SomebodyElse));
        assert_eq!(next("", &fresh(None)), Next::Issue, "who a hint means that cannot be read nobody knows");
        assert_eq!(next("", &fresh(Some("her"))), Next::Refuse(Refusal::LoginRequired));
        let her = "&claims={\"id_token\":{\"sub\":{\"value\":\"her\"}}}";
        assert_eq!(next(her, &signed_in(1001)), Next::Refuse(Refusal::LoginRequired));
    }

    #[test]
    fn a_subject_asked_for_by_value_admits_nobody_else() {
        let wants = |sub: &str| format!("&claims={{\"id_token\":{{\"sub\":{{\"value\":\"{sub}\"}}}}}}");
        assert_eq!(next(&wants("me"), &signed_in(900)), Next::Issue);
        assert_eq!(next(&wants("her"), &signed_in(900)), Next::LogIn(Why::SomebodyElse));
        assert_eq!(
            next(&format!("{}&prompt=none", wants("her")), &signed_in(900)),
            Next::Refuse(Refusal::LoginRequired)
        );
    }

    #[test]
    fn r33_a_password_that_must_be_changed_opens_no_app() {
        let mut facts = signed_in(900);
        facts.session.as_mut().unwrap().must_change = true;
        assert_eq!(next("", &facts), Next::ChangePassword);
        assert_eq!(next("&prompt=none", &facts), Next::Refuse(Refusal::InteractionRequired));
    }

    #[test]
    fn an_essential_acr_that_is_not_reached_is_refused_and_a_voluntary_one_is_not() {
        let claims = |essential| {
            format!("&claims={{\"id_token\":{{\"acr\":{{\"essential\":{essential},\"value\":\"high\"}}}}}}")
        };
        assert_eq!(next(&claims(true), &signed_in(900)), Next::Refuse(Refusal::AuthenticationUnmet));
        assert_eq!(next(&claims(false), &signed_in(900)), Next::Issue);
    }

    #[test]
    fn a_person_the_policy_does_not_admit_is_refused() {
        let mut facts = signed_in(900);
        facts.session.as_mut().unwrap().admitted = false;
        assert_eq!(next("", &facts), Next::Refuse(Refusal::NotForThisPerson));
    }
}
