//! What an app is told: as members of its address or a form, or as one signed token (JARM).

use serde_json::Map;

use crate::{
    protocol::{
        client::Client,
        error::Refusal,
        jwt::{AuthorizationAnswer, assemble},
        response::{Answer, ReturnAddress},
    },
    services::Services,
};

/// How long an app may take to look at a signed answer, in seconds (JARM §2.1 recommends ten minutes at most).
const ANSWER_SECONDS: i64 = 600;

/// Carries a refusal back.
pub(super) fn refuse(sv: &Services, client: &Client, back: &ReturnAddress, refusal: Refusal) -> Answer {
    say(sv, client, back, &[("error", refusal.code_in_front()), ("error_description", &refusal.to_string())])
}

/// Carries an answer back: with the state as it came, and with the issuer (RFC 9207, R7).
pub(super) fn say(sv: &Services, client: &Client, back: &ReturnAddress, said: &[(&str, &str)]) -> Answer {
    let mut members = said.to_vec();
    members.extend(back.state().map(|state| ("state", state)));
    if back.is_signed() {
        back.carry(&[("response", &signed(sv, client, &members))])
    } else {
        members.push(("iss", &sv.settings.issuer));
        back.carry(&members)
    }
}

fn signed(sv: &Services, client: &Client, members: &[(&str, &str)]) -> String {
    let claims = AuthorizationAnswer {
        iss: sv.settings.issuer.clone(),
        aud: client.client_id.0.clone(),
        exp: sv.clock.now().seconds() + ANSWER_SECONDS,
        members: members.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect::<Map<_, _>>(),
    };
    let signer = sv.ring.signer(client.terms.answer_alg.unwrap_or(client.id_token_alg));
    assemble(&claims, signer.alg(), signer.kid(), |input| signer.sign(input))
}
