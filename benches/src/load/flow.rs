//! The flows of OpenID Connect as a browser and an app walk them, whoever the provider is.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use super::{
    browser::{Browser, Page, escape, parameter},
    html,
};
use crate::world::provider::{App, Provider, User};

/// Where every app of a bench wants its answers; nobody listens there.
pub const REDIRECT_URI: &str = "https://rp.example.org/cb";
/// More pages than any sign-in has.
const MOST_STEPS: usize = 12;

/// What a browser brings back to an app.
pub struct Code {
    code: String,
    verifier: String,
    nonce: String,
    /// How long the request with the password took.
    pub password: Duration,
}

/// What an app gets for a code.
pub struct Tokens {
    pub access: String,
    pub refresh: Option<String>,
    pub id: Option<String>,
    pub nonce: String,
}

/// From the app through the provider's pages back to the app. Without a user the browser must be signed in already.
pub async fn authorize(provider: &Provider, browser: &mut Browser, app: &App, user: Option<&User>) -> Result<Code> {
    let (verifier, state, nonce) = (random(32), random(12), random(12));
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let parameters = [
        ("client_id", app.id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", app.scope.as_str()),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let query: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let mut here = format!("{}?{}", provider.paths.authorize, query.join("&"));
    let mut page = browser.get(&here).await?;
    let mut password = Duration::ZERO;
    for _ in 0..MOST_STEPS {
        if let Some(to) = page.location.as_deref().filter(|_| page.status.is_redirection()) {
            if to.starts_with(REDIRECT_URI) {
                return arrive(to, &state, verifier, nonce, password);
            }
            here = path_of(to)?;
            page = browser.get(&here).await?;
            continue;
        }
        if page.status != 200 {
            bail!("{}: {}", here.split('?').next().unwrap_or(""), page.brief());
        }
        let began = Instant::now();
        let (to, typed) = fill(&page, &here, user)?;
        let (next, form) = to;
        page = browser.post(&next, &form).await?;
        here = next;
        if typed {
            if !password.is_zero() {
                bail!("the sign-in was refused: {}", page.brief());
            }
            password = began.elapsed();
        }
    }
    bail!("the sign-in has too many steps")
}

type Filled = ((String, Vec<(String, String)>), bool);

/// Where the page's form goes and with what; whether the password is in it.
fn fill(page: &Page, here: &str, user: Option<&User>) -> Result<Filled> {
    let text = page.text();
    let forms = html::forms(&text);
    let sign_in = forms.iter().find(|form| form.has("password"));
    let form = sign_in.or_else(|| forms.iter().find(|form| form.post)).context("a page without a form")?;
    let mut form = form.clone();
    if sign_in.is_some() {
        let user = user.context("a session was expected, and a password was asked for")?;
        form.fill("username", &user.name);
        form.fill("password", &user.password);
    }
    if let Some((name, value)) = form.buttons.first().cloned() {
        form.fill(&name, &value);
    }
    let to = if form.action.is_empty() { here.to_owned() } else { path_of(&form.action)? };
    Ok(((to, form.fields), sign_in.is_some()))
}

fn arrive(address: &str, state: &str, verifier: String, nonce: String, password: Duration) -> Result<Code> {
    if let Some(error) = parameter(address, "error") {
        bail!("refused: {error} {}", parameter(address, "error_description").unwrap_or_default());
    }
    if parameter(address, "state").as_deref() != Some(state) {
        bail!("another state than was sent");
    }
    Ok(Code { code: parameter(address, "code").context("no code")?, verifier, nonce, password })
}

/// A code for tokens.
pub async fn exchange(provider: &Provider, browser: &mut Browser, app: &App, code: &Code) -> Result<Tokens> {
    let form = form(&[
        ("grant_type", "authorization_code"),
        ("code", &code.code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", &code.verifier),
    ]);
    let page = browser.post_as(&basic(app), &provider.paths.token, &form).await?;
    Ok(Tokens { nonce: code.nonce.clone(), ..tokens(&page)? })
}

/// A refresh token for its successor.
pub async fn refresh(provider: &Provider, browser: &mut Browser, app: &App, token: &str) -> Result<Tokens> {
    let form = form(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    tokens(&browser.post_as(&basic(app), &provider.paths.token, &form).await?)
}

/// The whole way: sign in, and fetch the tokens.
pub async fn sign_in(provider: &Provider, browser: &mut Browser, app: &App, user: &User) -> Result<(Tokens, Duration)> {
    let code = authorize(provider, browser, app, Some(user)).await?;
    let password = code.password;
    Ok((exchange(provider, browser, app, &code).await?, password))
}

fn tokens(page: &Page) -> Result<Tokens> {
    if page.status != 200 {
        bail!("token endpoint: {}", page.brief());
    }
    let answer = page.json()?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(Tokens {
        access: text("access_token").context("no access token")?,
        refresh: text("refresh_token"),
        id: text("id_token"),
        nonce: String::new(),
    })
}

/// The authorization header of an app.
pub fn basic(app: &App) -> String {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", escape(&app.id), escape(&app.secret))))
}

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Path and query of an address of the provider's.
fn path_of(address: &str) -> Result<String> {
    let path = match address.split_once("://") {
        None => address,
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
    };
    if path.starts_with('/') { Ok(path.to_owned()) } else { bail!("an address relative to its page: {address}") }
}

fn random(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    fastrand::Rng::new().fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}
