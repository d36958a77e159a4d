//! What must hold of every parser that meets bytes from outside, whatever the bytes are. cargo-fuzz looks for what breaks
//! it (`fuzz/fuzz_targets`), and `tests/it/hostile.rs` tries some thousand inputs in every run.
//!
//! Each body panics where a promise is broken: a panic of the parser is one, and so is taking what nobody signed.

use std::sync::LazyLock;

use jsonwebtoken::{Algorithm, jwk::JwkSet};
use phuong::{
    base::{clock::Moment, entropy::Entropy, secret::Token},
    protocol::{
        alg::{ProofAlg, SigningAlg},
        authorize::AuthorizeAsk,
        claims::ClaimsAsk,
        client::{Client, Kind},
        credential::{Addressee, Presented, check_assertion},
        discovery::Offer,
        dpop,
        jwt::{AccessToken, Expected, one_of, verify},
        logout::LogoutAsk,
        params::Params,
        redirect::RedirectUri,
        registration::Registration,
        request_object,
        response::{Answer, ResponseType, ReturnAddress},
        terms::Terms,
        token::TokenAsk,
    },
    services::keys::Signer,
};

const ISSUER: &str = "https://op.example";
const REGISTERED: [&str; 2] = ["https://app.example/cb", "https://app.example/cb?x=1"];
const NOW: Moment = Moment::from_seconds(1_800_000_000);

/// A client that may ask for everything there is.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let ask = Registration {
        redirect_uris: REGISTERED.map(str::to_owned).into(),
        terms: Terms { response_types: ResponseType::ALL.into(), ..Terms::default() },
        ..Registration::named("app", "App", Kind::Web)
    };
    let secret = Token::random(&Entropy::danger_seeded(1));
    ask.register(uuid::Uuid::nil().into(), &secret).expect("a registration without a mistake")
});

/// Keys whose other halves nobody has: one of each kind.
static KEYS: LazyLock<JwkSet> = LazyLock::new(|| {
    let public = |alg: SigningAlg| {
        let signer = Signer::from_pkcs8(alg, &Signer::generate(alg, 2048)).expect("a key that was just made");
        let mut jwk = signer.public_jwk();
        jwk.common.key_id = Some("k".to_owned());
        jwk.common.key_algorithm = None;
        jwk
    };
    JwkSet { keys: SigningAlg::ALL.map(public).into() }
});

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A request to the authorization endpoint: it is answered at a registered address or nowhere (R1, R3).
pub(crate) fn authorize(bytes: &[u8]) {
    let params = Params::parse(&text(bytes));
    assert_eq!(Params::parse(&params.encode()), params, "reading and writing agree");
    let Ok(back) = ReturnAddress::find(&params, &CLIENT) else { return };
    assert!(REGISTERED.contains(&back.uri()), "{}", back.uri());
    let tokens = params.get("response_type").and_then(ResponseType::of).is_some_and(ResponseType::is_legacy);
    match back.carry(&[("access_token", "t")]) {
        Answer::Redirect(to) => {
            let (address, rest) = to.split_at(back.uri().len());
            assert!(address == back.uri() && rest.starts_with(['?', '&', '#']), "{to}");
            assert!(!tokens || rest.starts_with('#'), "tokens never stand in a query: {to}");
        }
        Answer::FormPost { action, .. } => assert_eq!(action, back.uri()),
    }
    let offer = Offer { legacy_response_types: true, ..Offer::default() };
    if let Ok(ask) = AuthorizeAsk::parse(&params, &CLIENT, &offer) {
        assert!(ask.scopes.has("openid") && ask.scopes.within(&CLIENT.scopes), "{}", ask.scopes);
        assert!(ask.challenge.is_some() || !ask.response_type.has_code(), "R5: no code without PKCE");
        assert!(ask.nonce.is_some() || !ask.response_type.has_id_token());
        assert!(ask.response_type == ResponseType::Code || params.get("response_type").is_some());
    }
}

/// A request to the token or the logout endpoint: whatever is read is read once (R4).
pub(crate) fn token(bytes: &[u8]) {
    let params = Params::parse(&text(bytes));
    if TokenAsk::parse(&params).is_ok() {
        assert!(!params.repeats("grant_type") && !params.repeats("code") && !params.repeats("client_id"));
    }
    if LogoutAsk::parse(&params).is_ok() {
        assert!(!params.repeats("post_logout_redirect_uri"));
    }
}

/// A signed token: what nobody signed is not taken (R18, R19).
pub(crate) fn jws(bytes: &[u8]) {
    let algs = [Algorithm::ES256, Algorithm::RS256, Algorithm::PS256, Algorithm::EdDSA];
    let typs = [None, Some("jwt"), Some("at+jwt")];
    let expected = Expected { algs: &algs, typs: &typs, key: one_of(&KEYS) };
    assert!(verify::<AccessToken, _>(&text(bytes), &expected).is_err());
}

/// What a client presents: an assertion that nobody signed is not taken (R14).
pub(crate) fn client_assertion(bytes: &[u8]) {
    let text = text(bytes);
    let (header, body) = text.split_once('\n').unwrap_or((&text, &text));
    if let Ok(presented) = Presented::read(Some(header), &Params::parse(body)) {
        assert!(!matches!(presented, Presented::Post(..) | Presented::Assertion(..)), "one way of proving at a time");
    }
    let _ = Presented::read(None, &Params::parse(body));
    let to = Addressee { issuer: ISSUER, token_endpoint: None };
    assert!(check_assertion(&CLIENT.client_id, &KEYS, &ProofAlg::ALL, to, &text, NOW).is_err());
}

/// A proof of possession: none is right by chance, since it holds a signature over itself.
pub(crate) fn dpop_proof(bytes: &[u8]) {
    let addresses = [format!("{ISSUER}/token")];
    let target = dpop::Target { method: "POST", addresses: &addresses, access_token: None };
    assert!(dpop::check(&text(bytes), &target, NOW).is_err());
}

/// A request object: what nobody signed asks for nothing.
pub(crate) fn request_object(bytes: &[u8]) {
    assert!(request_object::open(&text(bytes), &CLIENT, &KEYS, ISSUER, NOW).is_err());
}

/// A redirect URI: what is registered leads where it says, in every reading of it (R1, R2).
pub(crate) fn redirect_uri(bytes: &[u8]) {
    let text = text(bytes);
    for native in [false, true] {
        let Ok(uri) = RedirectUri::register(&text, native) else { continue };
        assert!(uri.matches(&text) && !uri.matches(&format!("{text}x")) && !uri.matches(&format!("{text}/../x")));
        let url = url::Url::parse(&text).expect("what is registered can be read");
        assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none(), "{text}");
        match url.scheme() {
            "https" | "http" => {
                let (_, rest) = text.split_once("://").expect("written plainly");
                let authority = rest.split(['/', '?']).next().unwrap_or("");
                let host = url.host_str().expect("a host");
                // Capitals are the one thing that browsers write in another way without meaning another host.
                let written = authority.to_ascii_lowercase();
                assert!(written == host || written.starts_with(&format!("{host}:")), "two readings of {text}");
                assert!(
                    url.scheme() == "https"
                        || ["localhost", "127.0.0.1", "[::1]"].contains(&host)
                        || host.starts_with("127."),
                    "{text}"
                );
            }
            scheme => assert!(native && scheme.contains('.'), "{text}"),
        }
    }
}

/// The `claims` parameter.
pub(crate) fn claims(bytes: &[u8]) {
    let inner = Params::of(vec![("claims".to_owned(), text(bytes))]);
    if let Ok(asked) = ClaimsAsk::asked(&inner) {
        let _ = asked.id_token("acr").map(|acr| acr.accepts(&"x".into()));
        let again = serde_json::to_value(&asked).expect("text keys become JSON");
        assert_eq!(serde_json::from_value::<ClaimsAsk>(again).expect("it was just written"), asked);
    }
}

/// What must hold of any bytes.
type Body = fn(&[u8]);

/// Each by its name, for the targets and for the tests.
pub(crate) const ALL: [(&str, Body); 8] = [
    ("authorize", authorize),
    ("token", token),
    ("jws", jws),
    ("client_assertion", client_assertion),
    ("dpop_proof", dpop_proof),
    ("request_object", request_object),
    ("redirect_uri", redirect_uri),
    ("claims", claims),
];
