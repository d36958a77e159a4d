//! What every use case needs: keys, hashing, clients, limits, audit, authority, jobs, ending access, outbound requests.

pub mod audit;
pub mod authorities;
pub mod authority;
pub mod client_keys;
pub mod clients;
pub mod common_words;
pub mod ending;
pub mod failures;
pub mod fetch;
pub mod hasher;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod neighbourhoods;
pub mod polls;
pub mod recent;
pub mod together;

use std::{path::PathBuf, time::Duration};

use together::Together;

use crate::{
    base::{clock::Clock, entropy::Entropy, id::Ids},
    protocol::{discovery::Offer, jwt::AccessToken, registration::dynamic::Registrar, subject::Subjects},
    store::{
        Store, StoreError, Tx,
        exchanges::{self, Redemption, Rotation},
        grants::{CodeRow, GrantRow, NewCode, NewGrant, RefreshRow},
        versions,
    },
};

/// What the use cases are set to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The issuer: scheme, host, port; no slash at the end. Everything we say about ourselves derives from it (R22).
    pub issuer: String,
    /// The scope of eduPerson's scoped affiliations: `haiphong.edu.vn`.
    pub realm: String,
    /// What the sector is called on pages.
    pub sector_name: String,
    /// How long a code is good for; 60 s at most.
    pub code: Duration,
    /// How long a pushed request may wait for its person.
    pub pushed: Duration,
    /// How long a refresh token's family lives.
    pub refresh: Duration,
    /// How old the sign-in may be for which apps are told what is sensitive; any, if `None`.
    pub sensitive: Option<Duration>,
    /// Whether DPoP proofs must hold a nonce of ours.
    pub dpop_nonce: bool,
    /// How long a session on a shared device lives.
    pub shared_session: Duration,
    /// After how long unused a session on a shared device has ended.
    pub shared_idle: Duration,
    /// How long a session on one's own device lives.
    pub own_session: Duration,
    /// How long a printed activation code is good for.
    pub activation: Duration,
    /// How long a graduate's account is kept before it is purged.
    pub graduates_kept: Duration,
    /// How long events of the audit trail are kept.
    pub audit_kept: Duration,
    /// The shortest password.
    pub shortest_password: usize,
    /// The program that reads uploaded workbooks, in a process of its own; this one, if `None`.
    pub reader: Option<PathBuf>,
    /// What the protocol's endpoints offer beyond what is always there.
    pub offer: Offer,
    /// What apps that register themselves are held to.
    pub registrar: Registrar,
}

impl Settings {
    /// The defaults, for an issuer.
    pub fn of(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            realm: "localhost".to_owned(),
            sector_name: "Phượng".to_owned(),
            code: Duration::from_mins(1),
            pushed: Duration::from_mins(1),
            refresh: Duration::from_hours(24 * 30),
            sensitive: None,
            dpop_nonce: false,
            shared_session: Duration::from_hours(10),
            shared_idle: Duration::from_hours(2),
            own_session: Duration::from_hours(24 * 90),
            activation: Duration::from_hours(24 * 60),
            graduates_kept: Duration::from_hours(24 * 365),
            audit_kept: Duration::from_hours(24 * 1_826),
            shortest_password: 8,
            reader: None,
            offer: Offer::default(),
            registrar: Registrar::default(),
        }
    }
}

impl Settings {
    /// The addresses of an endpoint for programs: at the issuer, and where certificates are shown.
    pub fn addresses(&self, path: &str) -> Vec<String> {
        let second = self.offer.certificates.as_ref().map(|second| &second.address);
        [&self.issuer].into_iter().chain(second).map(|base| format!("{base}{path}")).collect()
    }
}

/// How many tokens are remembered for a moment.
const RECENT: u64 = 10_000;

/// A live access token.
#[derive(Clone, Debug)]
pub struct LiveToken {
    /// What it says.
    pub claims: AccessToken,
    /// The grant it was issued from; `None` for a service's own token.
    pub grant: Option<GrantRow>,
}

/// What the userinfo endpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// As JSON.
    Plain(String),
    /// As a signed token.
    Signed(String),
}

/// Everything a use case may use.
#[derive(Debug)]
pub struct Services {
    /// Tells the time.
    pub clock: Clock,
    /// Gives randomness.
    pub entropy: Entropy,
    /// Makes identifiers.
    pub ids: Ids,
    /// The database.
    pub store: Store,
    /// The server keys.
    pub keys: keys::ServerKeys,
    /// Writes to the audit trail.
    pub trail: audit::Trail,
    /// The signing keys.
    pub ring: keys::Ring,
    /// The hashing pool.
    pub hasher: hasher::Hasher,
    /// The registered apps.
    pub clients: clients::Clients,
    /// The networks that schools registered.
    pub neighbourhoods: neighbourhoods::Neighbourhoods,
    /// The keys of clients that publish them themselves.
    pub client_keys: client_keys::ClientKeys,
    /// The way out.
    pub fetch: fetch::Fetch,
    /// Access tokens that were looked at a moment ago.
    pub recent_tokens: recent::Recent<LiveToken>,
    /// What the userinfo endpoint answered a moment ago.
    pub recent_userinfo: recent::Recent<Told>,
    /// How many names have a common word.
    pub common_words: common_words::CommonWords,
    /// Failures on their way to the database.
    pub failures: failures::Failures,
    /// How often devices ask.
    pub polls: polls::Polls,
    /// Grants and their codes on their way to the database.
    pub gifts: Together<(NewGrant, NewCode), ()>,
    /// Codes that are redeemed.
    pub redemptions: Together<Redemption, (CodeRow, GrantRow)>,
    /// Refresh tokens that are rotated.
    pub rotations: Together<Rotation, (RefreshRow, GrantRow)>,
    /// What each app calls people and things.
    pub subjects: Subjects,
    /// Who vouches for certificates of clients.
    pub authorities: Option<authorities::Authorities>,
    /// Settings.
    pub settings: Settings,
}

/// What [`Services::open`] is given.
#[derive(Debug)]
pub struct Parts {
    /// Tells the time.
    pub clock: Clock,
    /// Gives randomness.
    pub entropy: Entropy,
    /// The database, migrated.
    pub store: Store,
    /// Unseals the keys.
    pub kek: keys::Kek,
    /// RSA modulus, 2048 or 3072 bits.
    pub rsa_bits: u32,
    /// The hashing pool's settings.
    pub hashing: hasher::HasherSettings,
    /// The way out.
    pub fetch: fetch::Fetch,
    /// Who vouches for certificates of clients.
    pub authorities: Option<authorities::Authorities>,
    /// The use cases' settings.
    pub settings: Settings,
}

impl Services {
    /// Reads keys and clients; makes keys that are missing.
    pub async fn open(parts: Parts) -> Result<Self, keys::KeyError> {
        let Parts { clock, entropy, store, kek, rsa_bits, hashing, fetch, authorities, settings } = parts;
        let ids = Ids::new(clock.clone(), entropy.clone());
        let server = match keys::ServerKeys::load(&store, &kek, &entropy).await? {
            Some(keys) => keys,
            None => keys::ServerKeys::create(&store, &kek, &ids, &clock, &entropy).await?,
        };
        let trail = audit::Trail::new(ids.clone(), clock.clone(), server.audit.clone());
        let ring = keys::Ring::open(store.clone(), &kek, trail.clone(), rsa_bits, &entropy).await?;
        let clients = clients::Clients::open(store.clone()).await?;
        let neighbourhoods = neighbourhoods::Neighbourhoods::open(store.clone()).await?;
        let subjects = Subjects::new(server.pairwise.clone());
        let recent_tokens = recent::Recent::new(store.clone(), RECENT);
        let recent_userinfo = recent::Recent::new(store.clone(), RECENT);
        let gifts = Together::new(store.clone(), |store: Store, all: Vec<(NewGrant, NewCode)>| async move {
            let giving = async |tx: &mut Tx, all: &Vec<(NewGrant, NewCode)>| {
                exchanges::give(tx, all).await.map(|()| vec![Some(()); all.len()])
            };
            store.write_one(all, giving).await
        });
        let redemptions =
            Together::new(store.clone(), |store, all| async move { exchanges::redeem(&store, all).await });
        let rotations = Together::new(store.clone(), |store, all| async move { exchanges::rotate(&store, all).await });
        let hasher = hasher::Hasher::start(hashing, entropy.clone());
        Ok(Self {
            clock,
            entropy,
            ids,
            store,
            keys: server,
            trail,
            ring,
            hasher,
            clients,
            neighbourhoods,
            client_keys: client_keys::ClientKeys::default(),
            fetch,
            recent_tokens,
            recent_userinfo,
            common_words: common_words::CommonWords::default(),
            failures: failures::Failures::default(),
            polls: polls::Polls::default(),
            gifts,
            redemptions,
            rotations,
            subjects,
            authorities,
            settings,
        })
    }

    /// Reads again what another node or a command has changed since `known`; the versions now.
    pub async fn refresh(&self, known: versions::Versions) -> Result<versions::Versions, keys::KeyError> {
        let now = self.store.read((), async |tx: &mut Tx, (): &()| versions::current(tx).await).await?;
        if now.clients != known.clients {
            self.clients.reload().await?;
        }
        if now.networks != known.networks {
            self.neighbourhoods.reload().await?;
        }
        if now.keys != known.keys {
            self.ring.reload().await?;
            // A key that was destroyed vouches for nothing any more.
            self.recent_tokens.forget_all();
            self.recent_userinfo.forget_all();
        }
        Ok(now)
    }

    /// Whether the database answers.
    pub async fn ready(&self) -> Result<(), StoreError> {
        self.store.ping().await
    }
}
