//! Addresses that apps register beside their redirect URIs, and the origins by which our policies name them.

use url::Url;

use super::redirect::is_loopback;

/// An https address (http on loopback only), without a fragment and without a user name.
pub fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(is_web_address)
}

/// Whether it is one.
pub fn is_web_address(url: &Url) -> bool {
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    scheme && has_plain_host(url) && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

/// Scheme, host and port as a Content-Security-Policy names them; `None` for what no browser loads from.
pub fn origin(url: &Url) -> Option<String> {
    let web = matches!(url.scheme(), "https" | "http") && has_plain_host(url);
    web.then(|| url.origin().ascii_serialization())
}

/// Browsers let a host hold characters that end a directive of a policy, or a whole policy.
pub fn has_plain_host(url: &Url) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b);
    url.host_str().is_some_and(|host| !host.is_empty() && host.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_an_address_leads_to_the_web_and_says_so_plainly() {
        for bad in [
            "http://app.example/x",
            "https://app.example/x#y",
            "https://user@app.example/x",
            "https://:pw@app.example/x",
            "javascript:alert(1)",
            "JAVASCRIPT://app.example/%0aalert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example/x",
            "ftp://app.example/x",
            "https://app.example;script-src/x",
            "https://a,b.example/x",
            "https://*.example/x",
            "https://a'b.example/x",
            "/x",
            "",
        ] {
            assert_eq!(web_address(bad), None, "{bad}");
        }
        for good in ["https://app.example/x?y=1", "http://localhost:8081/x", "https://[2606:4700::1111]:8443/"] {
            assert!(web_address(good).is_some(), "{good}");
        }
    }

    #[test]
    fn r27_an_origin_holds_nothing_that_ends_a_directive() {
        let origin = |text: &str| origin(&text.parse().unwrap());
        assert_eq!(origin("https://App.example:443/x").as_deref(), Some("https://app.example"));
        assert_eq!(origin("http://localhost:8081/x").as_deref(), Some("http://localhost:8081"));
        assert_eq!(origin("https://a;sandbox.example/x"), None);
        assert_eq!(origin("com.example.app:/x"), None);
    }
}
