//! What the suites stand on: fresh databases of both kinds, a real browser, and saying aloud what was skipped.

pub(crate) mod accessibility;
pub(crate) mod caching;
pub(crate) mod callers;
pub(crate) mod certificates;
pub(crate) mod chromium;
pub(crate) mod database;
pub(crate) mod demo;
pub(crate) mod key_server;
pub(crate) mod prover;
pub(crate) mod receiver;
pub(crate) mod skip;
pub(crate) mod tour;
pub(crate) mod within;

/// Writes a test's body once and lists it for both databases.
///
/// The parameter's type says what the test is given: anything with `async fn on(Backend) -> Option<Self>`, which
/// answers `None` after it has said why it is skipped.
macro_rules! both {
    ($(#[$attribute:meta])* async fn $name:ident($given:ident: $fixture:ty) $body:block) => {
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing of its file")]
            use super::*;

            $(#[$attribute])*
            async fn body($given: $fixture) $body

            #[tokio::test]
            async fn sqlite() {
                if let Some(given) = <$fixture>::on($crate::support::database::Backend::Sqlite).await {
                    body(given).await;
                }
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(given) = <$fixture>::on($crate::support::database::Backend::Postgres).await {
                    body(given).await;
                }
            }
        }
    };
}

/// As `both!`, for what one of the databases alone can show: `only! { Sqlite, async fn … }`.
macro_rules! only {
    ($backend:ident, $(#[$attribute:meta])* async fn $name:ident($given:ident: $fixture:ty) $body:block) => {
        $(#[$attribute])*
        #[tokio::test]
        async fn $name() {
            if let Some($given) = <$fixture>::on($crate::support::database::Backend::$backend).await $body
        }
    };
}
