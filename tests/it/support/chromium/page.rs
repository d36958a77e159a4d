//! One person's page: going somewhere, filling in, clicking, looking.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{DEADLINE, Traffic, connection::Connection, record::Record};

/// A page. Selectors are CSS and mean the first element that they match.
pub(crate) struct Page {
    connection: Arc<Connection>,
    /// Whose page it is: cookies and all that a browser keeps for one person.
    context: Value,
    session: String,
    record: watch::Receiver<Record>,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) path: String,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    /// `Strict`, `Lax`, `None`, or empty when the server said nothing.
    pub(crate) same_site: String,
}

impl Page {
    pub(super) async fn open(connection: Arc<Connection>) -> Self {
        let made = connection.call(None, "Target.createBrowserContext", json!({})).await;
        let context = made.unwrap_or_else(|e| panic!("a new person's browser: {e}"))["browserContextId"].clone();
        Self::open_in(connection, context).await
    }

    /// Another tab of the same person's browser.
    pub(crate) async fn tab(&self) -> Self {
        Self::open_in(Arc::clone(&self.connection), self.context.clone()).await
    }

    async fn open_in(connection: Arc<Connection>, context: Value) -> Self {
        let browser = async |method: &str, params: Value| {
            connection.call(None, method, params).await.unwrap_or_else(|e| panic!("{method}: {e}"))
        };
        let target =
            browser("Target.createTarget", json!({"url": "about:blank", "browserContextId": context})).await["targetId"]
                .clone();
        let session = browser("Target.attachToTarget", json!({"targetId": target, "flatten": true})).await["sessionId"]
            .as_str()
            .expect("attaching answers a session")
            .to_owned();
        // The frame of the page itself has its target's name.
        let (noting, record) = watch::channel(Record::of(target.as_str().expect("a target has a name")));
        connection.watch(&session, noting);
        let page = Self { connection, context, session, record };
        for domain in ["Page.enable", "Network.enable", "Runtime.enable", "Log.enable"] {
            page.call(domain, json!({})).await;
        }
        page.call("Page.setLifecycleEventsEnabled", json!({"enabled": true})).await;
        // Several pages are open at once, and each must believe that it is the one in front.
        page.call("Emulation.setFocusEmulationEnabled", json!({"enabled": true})).await;
        page
    }

    /// Goes to `url`, following redirects, and returns when the document and all it needs are loaded; or the next
    /// document, when this one sent the browser on before it was.
    pub(crate) async fn goto(&self, url: &str) {
        let answer = self.call("Page.navigate", json!({"url": url})).await;
        if let Some(error) = answer["errorText"].as_str() {
            panic!("{url} cannot be opened: {error}");
        }
        // Without a loader only the fragment has changed.
        if let Some(loader) = answer["loaderId"].as_str() {
            self.until(&format!("{url} to load"), |r| r.loaded && r.loaders.iter().any(|l| l == loader)).await;
        }
    }

    /// Puts `text` into an input in place of what it holds, as an input method would.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        self.on(selector, "e.scrollIntoView({block: 'center'}); e.focus(); e.select()").await;
        self.call("Input.insertText", json!({"text": text})).await;
    }

    /// Chooses a file in a field for files.
    pub(crate) async fn choose_file(&self, selector: &str, path: &Path) {
        let document = self.call("DOM.getDocument", json!({})).await["root"]["nodeId"].clone();
        let found = self.call("DOM.querySelector", json!({"nodeId": document, "selector": selector})).await;
        self.call("DOM.setFileInputFiles", json!({"nodeId": found["nodeId"], "files": [path]})).await;
    }

    /// Clicks with the mouse and returns when the page that this leads to has loaded. For what leads nowhere: `press`.
    pub(crate) async fn click(&self, selector: &str) {
        let before = self.record.borrow().loaders.len();
        self.press(selector).await;
        self.until(&format!("the click on {selector} to lead to a page"), |r| r.loaded && r.loaders.len() > before)
            .await;
    }

    /// Clicks with the mouse and waits for nothing. Panics when the element cannot be clicked: hidden, or covered.
    pub(crate) async fn press(&self, selector: &str) {
        let point = self.on(selector, CLICKABLE_POINT).await;
        if let Some(why) = point.as_str() {
            panic!("{selector} cannot be clicked on {}: it is {why}", self.url());
        }
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let (x, y) = (&point["x"], &point["y"]);
            let event = json!({"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// Strikes a key, `Tab`, `Enter` or `Space`, where the focus is; waits for nothing.
    pub(crate) async fn strike(&self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Space" => (32, " "),
            other => panic!("no such key here: {other}"),
        };
        let named = if key == "Space" { " " } else { key };
        let event =
            |kind: &str| json!({"type": kind, "key": named, "code": key, "windowsVirtualKeyCode": code, "text": text});
        self.call("Input.dispatchKeyEvent", event(if text.is_empty() { "rawKeyDown" } else { "keyDown" })).await;
        self.call("Input.dispatchKeyEvent", event("keyUp")).await;
    }

    /// Returns when the page is at an address that begins with `prefix`, and loaded: the end of a chain of pages that
    /// send the browser on by themselves.
    pub(crate) async fn arrives_at(&self, prefix: &str) {
        self.until(&format!("the page to arrive at {prefix}"), |r| r.loaded && r.url.starts_with(prefix)).await;
    }

    /// Returns when no element matches any more: a page that follows something goes on by itself until there is nothing to
    /// follow.
    pub(crate) async fn settles(&self, selector: &str) {
        loop {
            let before = self.record.borrow().loaders.len();
            if !self.exists(selector).await {
                return;
            }
            self.until(&format!("the page to go on from {selector}"), |r| r.loaded && r.loaders.len() > before).await;
        }
    }

    /// Returns when a script has put an element that matches into the page.
    pub(crate) async fn appears(&self, selector: &str) {
        let wait = format!(
            "new Promise(done => {{
                const look = () => document.querySelector({selector}) && (watcher.disconnect(), done(true));
                const watcher = new MutationObserver(look);
                watcher.observe(document, {{subtree: true, childList: true, attributes: true}});
                look();
            }})",
            selector = Value::from(selector)
        );
        self.evaluate(&wait).await;
    }

    /// The text of an element as it is shown.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.on(selector, "return e.innerText").await.as_str().expect("an element has text").to_owned()
    }

    /// What an input holds.
    pub(crate) async fn value(&self, selector: &str) -> String {
        self.on(selector, "return e.value").await.as_str().expect("an input has a value").to_owned()
    }

    pub(crate) async fn exists(&self, selector: &str) -> bool {
        self.evaluate(&format!("document.querySelector({}) !== null", Value::from(selector))).await == true
    }

    pub(crate) fn url(&self) -> String {
        self.record.borrow().url.clone()
    }

    pub(crate) async fn title(&self) -> String {
        self.evaluate("document.title").await.as_str().expect("a document has a title").to_owned()
    }

    /// The HTTP status with which the document came; `None` for one that no server sent.
    pub(crate) fn status(&self) -> Option<u64> {
        self.record.borrow().status()
    }

    /// The value of a JavaScript expression; a promise is waited for. Works also where the page's own scripts do not.
    pub(crate) async fn evaluate(&self, expression: &str) -> Value {
        let ask = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", ask).await;
        if let Some(details) = answer.get("exceptionDetails") {
            let what = details["exception"]["description"].as_str().or(details["text"].as_str());
            panic!("{} (on {})", what.unwrap_or_default(), self.url());
        }
        answer["result"]["value"].clone()
    }

    /// The window's inner size in CSS pixels.
    pub(crate) async fn set_viewport(&self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Shows pages as to people who like them dark, or light; colours change at once and not by and by.
    pub(crate) async fn set_dark(&self, dark: bool) {
        let scheme = json!({"name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" }});
        let still = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        self.call("Emulation.setEmulatedMedia", json!({"features": [scheme, still]})).await;
    }

    /// Whether the page is wider than its window, so that one has to scroll sideways (WCAG 2.2 SC 1.4.10 at 320 px).
    pub(crate) async fn overflows_horizontally(&self) -> bool {
        self.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth").await == true
    }

    /// From the next page on, the pages' own scripts do not run.
    pub(crate) async fn disable_javascript(&self) {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
    }

    /// The cookies that the server of this page would be sent.
    pub(crate) async fn cookies(&self) -> Vec<Cookie> {
        let answer = self.call("Network.getCookies", json!({})).await;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let cookie = |c: &Value| Cookie {
            name: text(&c["name"]),
            value: text(&c["value"]),
            path: text(&c["path"]),
            http_only: c["httpOnly"] == true,
            secure: c["secure"] == true,
            same_site: text(&c["sameSite"]),
        };
        answer["cookies"].as_array().expect("a list of cookies").iter().map(cookie).collect()
    }

    /// Forgets every cookie of this person, as closing a shared computer's browser does.
    pub(crate) async fn clear_cookies(&self) {
        self.call("Network.clearBrowserCookies", json!({})).await;
    }

    /// What the document cost, once all it asked for has arrived: its redirects, itself, and everything in it.
    pub(crate) async fn traffic(&self) -> Traffic {
        self.until("all requests to be answered", Record::is_quiet).await;
        self.record.borrow().traffic("")
    }

    /// The same with one server alone.
    pub(crate) async fn traffic_with(&self, origin: &str) -> Traffic {
        self.traffic().await;
        self.record.borrow().traffic(origin)
    }

    /// The addresses that the document asked for, in order, its own redirects first.
    pub(crate) fn requested(&self) -> Vec<String> {
        self.record.borrow().requests.iter().map(|r| r.url.clone()).collect()
    }

    /// What scripts, the console and the browser complained about since the page was opened: errors, warnings and
    /// refusals by the Content Security Policy. A round trip first, so that what was said before it has arrived.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        self.evaluate("0").await;
        self.record.borrow().complaints.clone()
    }

    /// The whole page as a picture, `target/screenshots/NAME.png`.
    pub(crate) async fn screenshot(&self, name: &str) -> PathBuf {
        // A tab behind another is not painted.
        self.call("Page.bringToFront", json!({})).await;
        let picture =
            self.call("Page.captureScreenshot", json!({"format": "png", "captureBeyondViewport": true})).await;
        let picture = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("a picture in base64");
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().expect("tmp lies in target").to_owned();
        let file = target.join("screenshots").join(format!("{name}.png"));
        fs::create_dir_all(file.parent().expect("it lies in screenshots")).unwrap();
        fs::write(&file, picture).unwrap();
        file
    }

    /// Runs `body` as a function of the element `e` that `selector` finds.
    async fn on(&self, selector: &str, body: &str) -> Value {
        let found = format!(
            "(e => {{ if (!e) throw new Error('nothing matches ' + {selector}); {body} }})(document.querySelector({selector}))",
            selector = Value::from(selector)
        );
        self.evaluate(&found).await
    }

    /// Waits until what the events have told fits.
    async fn until(&self, what: &str, fits: impl FnMut(&Record) -> bool) {
        let mut record = self.record.clone();
        let Ok(waited) = tokio::time::timeout(DEADLINE, record.wait_for(fits)).await else {
            let waiting = self.record.borrow().unanswered();
            panic!("waited {} s for {what}, in vain; the page is at {}; {waiting:?}", DEADLINE.as_secs(), self.url());
        };
        assert!(waited.is_ok(), "the browser ended while we waited for {what}");
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.connection.call(Some(&self.session), method, params).await;
        answer.unwrap_or_else(|e| panic!("{method}: {e} (on {})", self.url()))
    }
}

/// Where to click `e`, or a word about why one cannot.
const CLICKABLE_POINT: &str = "
    e.scrollIntoView({block: 'center', behavior: 'instant'});
    const box = e.getClientRects()[0];
    if (!box || !box.width || !box.height) return 'not shown';
    if (e.disabled) return 'disabled';
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    if (!hit) return 'outside the window';
    if (!e.contains(hit)) return 'covered by ' + hit.outerHTML.slice(0, 100);
    return {x, y};";
