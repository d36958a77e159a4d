//! A browser: keep-alive connections and a cookie jar, on loopback only.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::TcpStream;

/// No request of a bench takes longer.
const LONGEST: Duration = Duration::from_secs(60);
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A browser of one provider.
pub struct Browser {
    port: u16,
    connection: Option<SendRequest<Full<Bytes>>>,
    cookies: Vec<(String, String)>,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub body: Bytes,
}

impl Page {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).with_context(|| self.brief())
    }

    /// Status and beginning, for messages.
    pub fn brief(&self) -> String {
        format!(
            "HTTP {} {}",
            self.status.as_u16(),
            self.text().chars().take(300).collect::<String>().replace('\n', " ")
        )
    }
}

impl Browser {
    /// A fresh one, for the provider on this port.
    pub const fn new(port: u16) -> Self {
        Self { port, connection: None, cookies: Vec::new() }
    }

    /// As somebody else's: no cookie, a new connection.
    pub fn forget(&mut self) {
        self.connection = None;
        self.cookies.clear();
    }

    pub async fn get(&mut self, path: &str) -> Result<Page> {
        self.send(Method::GET, path, &[("accept", "text/html,application/json")], Bytes::new()).await
    }

    /// Posts a form, as from a page of the same site.
    pub async fn post(&mut self, path: &str, form: &[(String, String)]) -> Result<Page> {
        let origin = format!("http://localhost:{}", self.port);
        let headers = [
            ("accept", "text/html,application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", &origin),
        ];
        self.send(Method::POST, path, &headers, encode(form).into()).await
    }

    /// Posts a form as an app does.
    pub async fn post_as(&mut self, authorization: &str, path: &str, form: &[(String, String)]) -> Result<Page> {
        let headers = [
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("authorization", authorization),
        ];
        self.send(Method::POST, path, &headers, encode(form).into()).await
    }

    async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Page> {
        let place = path.split('?').next().unwrap_or("").to_owned();
        tokio::time::timeout(LONGEST, self.send_now(method, path, headers, body))
            .await
            .with_context(|| format!("{place} took longer than {LONGEST:?}"))?
            .with_context(|| place)
    }

    async fn send_now(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Result<Page> {
        // A second try is for a kept connection that the server has closed meanwhile.
        for fresh in [false, true] {
            let mut sender = match self.connection.take().filter(|kept| !fresh && !kept.is_closed()) {
                Some(kept) => kept,
                None => self.connect().await?,
            };
            if sender.ready().await.is_err() {
                continue;
            }
            let mut request = Request::builder()
                .method(method.clone())
                .uri(path)
                .header(header::HOST, format!("localhost:{}", self.port))
                .header(header::USER_AGENT, AGENT);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            if !self.cookies.is_empty() {
                request = request.header(header::COOKIE, self.cookie_header());
            }
            match sender.send_request(request.body(Full::new(body.clone()))?).await {
                Ok(answer) => {
                    for cookie in answer.headers().get_all(header::SET_COOKIE) {
                        self.keep(cookie.to_str()?);
                    }
                    let status = answer.status();
                    let location = answer.headers().get(header::LOCATION);
                    let location = location.map(|to| to.to_str().map(str::to_owned)).transpose()?;
                    let body = answer.into_body().collect().await?.to_bytes();
                    self.connection = Some(sender);
                    return Ok(Page { status, location, body });
                }
                Err(error) if !fresh && (error.is_canceled() || error.is_closed() || error.is_incomplete_message()) => {
                }
                Err(error) => return Err(error.into()),
            }
        }
        bail!("the connection was closed twice")
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    /// What it would send as `Cookie`.
    pub fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Paths are not looked at: whoever is measured here sets its cookies for pages that need them.
    fn keep(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let gone = parts.any(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            key.eq_ignore_ascii_case("max-age") && value.parse::<i64>().is_ok_and(|seconds| seconds <= 0)
                || key.eq_ignore_ascii_case("expires") && value.contains("1970")
        });
        self.cookies.retain(|(known, _)| known != name);
        if !gone {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// A form as it travels.
pub fn encode(form: &[(String, String)]) -> String {
    form.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

/// Percent-encoding.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            _ => escaped += &format!("%{byte:02X}"),
        }
    }
    escaped
}

/// A parameter of an address's query.
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let (_, value) = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(known, _)| *known == name)?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                std::str::from_utf8(&[*high, *low]).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
