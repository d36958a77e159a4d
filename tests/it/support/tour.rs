//! A whole provider in process: a hand-moved clock, seeded randomness, a small sample sector, and typed callers.

use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, header},
};
use phuong::{
    base::{clock::Clock, clock::Moment, entropy::Entropy, secret::Token},
    demo::{
        apps::App,
        sector::{self, Sample},
    },
    http,
    protocol::{
        client::Client,
        discovery::{Certificates, Offer},
        registration::Registration,
    },
    sample::demo_sector,
    services::{
        Parts, Services, Settings,
        authorities::Authorities,
        fetch::{Allowed, Fetch},
        hasher::{Cost, HasherSettings},
        keys::Kek,
    },
    store::{
        Store, Tx, clients,
        keys::{self, KeyRow, NewKey},
    },
};
use tokio::{net::TcpListener, sync::OnceCell};
use tower::ServiceExt;

use super::database::{Backend, Database};

pub(crate) const ISSUER: &str = "http://localhost:8080";
/// 32 zero bytes: the tests' key-encryption key.
pub(crate) const KEK: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// Tuesday, 24 November 2026, 07:00 in Việt Nam.
pub(crate) const START: Moment = Moment::from_seconds(1_795_478_400);

pub(crate) struct Tour {
    pub(crate) clock: Clock,
    pub(crate) sv: Arc<Services>,
    pub(crate) router: Router,
    pub(crate) people: Vec<Sample>,
    /// Dropped last: it drops the database.
    kept: Option<Database>,
}

/// The same behind https.
pub(crate) struct Https(pub(crate) Tour);

impl Https {
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        Tour::of(backend, Settings::of("https://id.example")).await.map(Self)
    }
}

/// The same, offering what is offered only where somebody wants it.
pub(crate) struct Offering(pub(crate) Tour);

impl Offering {
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        let certificates = Some(Certificates { address: "https://localhost:8443".to_owned(), vouched: true });
        let offer = Offer { legacy_response_types: true, certificates, ..Offer::default() };
        Tour::of(backend, Settings { offer, ..Settings::of(ISSUER) }).await.map(Self)
    }
}

/// The same behind a port of its own and by the real clock, for programs that are not ours.
pub(crate) struct Served {
    pub(crate) issuer: String,
    pub(crate) tour: Tour,
}

impl Served {
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        let database = Database::on(backend).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let mut tour = Tour::node(&database, Clock::system(), Entropy::system(), Settings::of(&issuer), None).await;
        tour.fill().await;
        tour.kept = Some(database);
        let door = http::Door { listener, tls: None, patience: http::PATIENCE };
        tokio::spawn(http::serve(door, tour.router.clone(), std::future::pending()));
        Some(Self { issuer, tour })
    }
}

impl Tour {
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        Self::of(backend, Settings::of(ISSUER)).await
    }

    pub(crate) async fn of(backend: Backend, settings: Settings) -> Option<Self> {
        Self::vouched(backend, settings, None).await
    }

    /// With authorities of clients' certificates.
    pub(crate) async fn vouched(
        backend: Backend,
        settings: Settings,
        authorities: Option<Authorities>,
    ) -> Option<Self> {
        let database = Database::on(backend).await?;
        let mut tour =
            Self::node(&database, Clock::by_hand(START), Entropy::danger_seeded(*SEED), settings, authorities).await;
        tour.fill().await;
        tour.kept = Some(database);
        Some(tour)
    }

    /// A node in this process, by the real clock, on a database that other nodes and tests use too.
    pub(crate) async fn beside(database: &Database) -> Self {
        Self::node(database, Clock::system(), Entropy::system(), Settings::of(ISSUER), None).await
    }

    async fn node(
        database: &Database,
        clock: Clock,
        entropy: Entropy,
        settings: Settings,
        authorities: Option<Authorities>,
    ) -> Self {
        // This test binary is not the program that reads uploads.
        let settings = Settings { reader: Some(env!("CARGO_BIN_EXE_phuong").into()), ..settings };
        let sv = Arc::new(services(database, &clock, entropy, settings, authorities).await);
        let router = http::router(sv.clone(), vec!["10.0.0.0/8".parse().unwrap()]);
        Self { clock, sv, router, people: Vec::new(), kept: None }
    }

    /// Fills the database with the sample sector.
    pub(crate) async fn fill(&mut self) {
        let base = |app: App| format!("http://localhost:{}", 8081 + app as u16);
        self.people = sector::set_up(&self.sv, &demo_sector(1, 300), base, |_| ()).await.unwrap().people;
    }

    /// The database that goes with it.
    pub(crate) fn database(&self) -> &Database {
        self.kept.as_ref().expect("a tour of its own")
    }

    pub(crate) fn person(&self, role: &str) -> &Sample {
        self.people.iter().find(|person| person.role == role).unwrap()
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Registers an app, and gives its secret.
    pub(crate) async fn register(&self, ask: Registration) -> (Client, String) {
        let secret = Token::random(&self.sv.entropy);
        let client = ask.register(self.sv.ids.next(), &secret).unwrap();
        self.change(&client, true).await;
        (client, secret.expose().to_owned())
    }

    /// Stores a client as it is now.
    pub(crate) async fn change(&self, client: &Client, new: bool) {
        let turn = (client.clone(), new, self.clock.now());
        let write = self.sv.store.write(turn, async |tx: &mut Tx, (client, new, now)| {
            if *new { clients::add(tx, client, *now).await } else { clients::change(tx, client, *now).await }
        });
        assert!(write.await.unwrap());
        self.sv.clients.reload().await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// A form to one of the endpoints for programs.
    pub(crate) async fn post(&self, path: &str, auth: Option<(&str, &str)>, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some((id, secret)) = auth {
            use base64::{Engine, engine::general_purpose::STANDARD};
            request =
                request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))));
        }
        Answer::of(self.send(request.body(body.into()).unwrap()).await).await
    }

    pub(crate) async fn get(&self, path: &str, bearer: Option<&str>) -> Answer {
        let mut request = Request::builder().uri(path);
        if let Some(token) = bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        Answer::of(self.send(request.body(Body::empty()).unwrap()).await).await
    }
}

pub(crate) async fn services(
    database: &Database,
    clock: &Clock,
    entropy: Entropy,
    settings: Settings,
    authorities: Option<Authorities>,
) -> Services {
    let store = database.open(8).await;
    lend_keys(&store, clock.now()).await;
    Services::open(Parts { authorities, ..parts(store, clock, entropy, settings) }).await.unwrap()
}

fn parts(store: Store, clock: &Clock, entropy: Entropy, settings: Settings) -> Parts {
    Parts {
        clock: clock.clone(),
        entropy,
        store,
        kek: Kek::from_text(KEK, "the tests").unwrap(),
        rsa_bits: 2048,
        hashing: HasherSettings {
            cost: Cost { memory_kib: 64, passes: 1, lanes: 1 },
            queue_seconds: 30,
            ..HasherSettings::default()
        },
        fetch: Fetch::new(Allowed { hosts: vec!["localhost".into()], ..Allowed::default() }).unwrap(),
        authorities: None,
        settings,
    }
}

/// Gives a provider that has no keys yet its first RSA keys, sealed as they are: looking for their primes is most of what it
/// takes to set one up, and a run sets up a thousand. All other keys it makes itself.
async fn lend_keys(store: &Store, now: Moment) {
    static RSA_KEYS: OnceCell<Vec<KeyRow>> = OnceCell::const_new();
    let lent = RSA_KEYS.get_or_init(rsa_keys).await.clone();
    let lend = async |tx: &mut Tx, (lent, now): &(Vec<KeyRow>, Moment)| {
        if keys::all(tx).await?.is_empty() {
            for KeyRow { id, state, sealed, .. } in lent {
                let sealed = sealed.clone().unwrap_or_default();
                let (purpose, algorithm, active) = ("signing", "RS256", state == "active");
                keys::add(tx, &NewKey { id: *id, purpose, algorithm, active, sealed, created_at: *now }).await?;
            }
        }
        Ok(())
    };
    store.write((lent, now), lend).await.unwrap();
}

/// Of a provider that makes all its keys, under ids that are nobody else's.
async fn rsa_keys() -> Vec<KeyRow> {
    let database = Database::on(Backend::Sqlite).await.unwrap();
    let (clock, store) = (Clock::by_hand(START), database.open(1).await);
    let sv = Services::open(parts(store, &clock, Entropy::system(), Settings::of(ISSUER))).await.unwrap();
    let all = sv.store.read((), async |tx: &mut Tx, (): &()| keys::all(tx).await).await.unwrap();
    all.into_iter().filter(|key| key.algorithm == "RS256").collect()
}

/// The same in every test of a run: nothing may depend on it.
static SEED: LazyLock<u64> = LazyLock::new(|| 20_261_124);

/// A response, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
    /// The body as it came, for what is no text.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            body: bytes.to_vec(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or("").to_owned()
    }

    /// The value of a form's hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let at = self.text.find(&mark).unwrap_or_else(|| panic!("no field {name} in {}", self.text)) + mark.len();
        self.text[at..].split('"').next().unwrap().to_owned()
    }

    /// A parameter of the address that the browser is sent to.
    pub(crate) fn sent(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.header("location")).ok()?;
        url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    }

    /// Everything that stands in the fragment of the address that the browser is sent to.
    pub(crate) fn in_fragment(&self) -> BTreeMap<String, String> {
        let (before, fragment) = self.header("location").split_once('#').expect("a fragment");
        assert!(!before.contains("token"), "{before}");
        url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect()
    }
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> serde_json::Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}
