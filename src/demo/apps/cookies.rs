//! The two cookies of an app. Their names carry app and port, since all ports of a host share cookies.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use url::Url;

use super::App;
use crate::base::secret::Token;

/// Names the app's cookies and makes them.
#[derive(Clone, Debug)]
pub(super) struct Cookies {
    session: String,
    visitor: String,
    secure: bool,
}

impl Cookies {
    /// For the app at `base`.
    pub(super) fn new(app: App, base: &Url) -> Self {
        let secure = base.scheme() == "https";
        let prefix = if secure { "__Host-" } else { "" };
        let name = format!("{prefix}{}_{}", app.client_id(), base.port_or_known_default().unwrap_or(0));
        Self { session: format!("{name}_session"), visitor: format!("{name}_visitor"), secure }
    }

    /// The session that the browser presents.
    pub(super) fn session(&self, jar: &CookieJar) -> Option<Token> {
        jar.get(&self.session).map(|cookie| Token::presented(cookie.value()))
    }

    /// What ties a sign-in that was begun to its browser.
    pub(super) fn visitor(&self, jar: &CookieJar) -> Option<Token> {
        jar.get(&self.visitor).map(|cookie| Token::presented(cookie.value()))
    }

    /// Gives the browser its session.
    pub(super) fn keep_session(&self, jar: CookieJar, token: &Token) -> CookieJar {
        jar.add(self.cookie(&self.session, token))
    }

    /// Takes it away.
    pub(super) fn drop_session(&self, jar: CookieJar) -> CookieJar {
        jar.remove(self.cookie(&self.session, &Token::presented("")))
    }

    /// Marks the browser.
    pub(super) fn keep_visitor(&self, jar: CookieJar, token: &Token) -> CookieJar {
        jar.add(self.cookie(&self.visitor, token))
    }

    fn cookie(&self, name: &str, token: &Token) -> Cookie<'static> {
        Cookie::build((name.to_owned(), token.expose().to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .build()
    }
}
