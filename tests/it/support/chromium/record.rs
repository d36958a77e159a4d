//! What a page's events have told: where it is, what it loaded, and what it complained about.

use serde_json::Value;

/// Everything noted about one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// The frame of the page itself; the frames inside it do not count.
    pub(super) frame: String,
    /// The documents that have been shown, by their loaders; the last is shown now.
    pub(super) loaders: Vec<String>,
    pub(super) url: String,
    /// Whether the document that is shown has been loaded completely.
    pub(super) loaded: bool,
    /// What the document asked for, itself and its redirects included.
    pub(super) requests: Vec<Request>,
    pub(super) complaints: Vec<String>,
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub(super) struct Request {
    id: String,
    pub(super) url: String,
    pub(super) status: Option<u64>,
    bytes: u64,
    finished: bool,
    /// Whether the browser had the answer itself and asked nobody.
    cached: bool,
}

/// What a page cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Requests that a server was asked, redirects included. What the browser's cache answered is none: whether a
    /// picture used twice is looked up there once or twice is the browser's own affair, and changes with the load.
    pub(crate) requests: usize,
    /// Bytes that arrived: headers, and bodies as compressed.
    pub(crate) bytes: u64,
}

impl Record {
    pub(super) fn of(frame: &str) -> Self {
        Self { frame: frame.to_owned(), ..Self::default() }
    }

    /// Notes an event of the DevTools protocol; those that tell nothing here are passed over.
    pub(super) fn note(&mut self, event: &str, p: &Value) {
        match event {
            "Page.frameNavigated" if p["frame"]["id"] == *self.frame => {
                self.loaders.push(text(&p["frame"]["loaderId"]));
                self.url = text(&p["frame"]["url"]) + p["frame"]["urlFragment"].as_str().unwrap_or_default();
                self.loaded = false;
            }
            "Page.navigatedWithinDocument" if p["frameId"] == *self.frame => self.url = text(&p["url"]),
            "Page.lifecycleEvent"
                if p["name"] == "load" && p["frameId"] == *self.frame && self.is_shown(&p["loaderId"]) =>
            {
                self.loaded = true;
            }
            "Network.requestWillBeSent" => self.note_request(p),
            "Network.responseReceived" => {
                self.answered(&p["requestId"], |r| {
                    r.status = p["response"]["status"].as_u64();
                    r.cached |= p["response"]["fromDiskCache"] == true;
                });
            }
            "Network.requestServedFromCache" => self.answered(&p["requestId"], |r| r.cached = true),
            "Network.loadingFinished" => self.answered(&p["requestId"], |r| r.finish(&p["encodedDataLength"])),
            "Network.loadingFailed" => self.answered(&p["requestId"], |r| r.finished = true),
            "Runtime.exceptionThrown" => {
                let details = &p["exceptionDetails"];
                let what = details["exception"]["description"].as_str().or(details["text"].as_str());
                self.complaints.push(format!("exception: {}", what.unwrap_or_default()));
            }
            "Runtime.consoleAPICalled" if matches!(p["type"].as_str(), Some("error" | "warning" | "assert")) => {
                let said: Vec<String> = p["args"].as_array().into_iter().flatten().map(argument).collect();
                self.complaints.push(format!("console: {}", said.join(" ")));
            }
            "Log.entryAdded" if matches!(p["entry"]["level"].as_str(), Some("error" | "warning")) => {
                self.note_entry(&p["entry"]);
            }
            "Page.javascriptDialogOpening" => self.complaints.push(format!("dialog: {}", text(&p["message"]))),
            _ => {}
        }
    }

    /// What was asked of those addresses that begin so.
    pub(super) fn traffic(&self, origin: &str) -> Traffic {
        let asked: Vec<&Request> = self.requests.iter().filter(|r| r.url.starts_with(origin)).collect();
        Traffic { requests: asked.iter().filter(|r| !r.cached).count(), bytes: asked.iter().map(|r| r.bytes).sum() }
    }

    /// Whether every request has had its answer.
    pub(super) fn is_quiet(&self) -> bool {
        self.unanswered().is_empty()
    }

    /// The addresses that have not answered yet.
    pub(super) fn unanswered(&self) -> Vec<String> {
        self.requests.iter().filter(|r| !r.finished).map(|r| r.url.clone()).collect()
    }

    /// The status of the document itself; `None` for one that no server sent.
    pub(super) fn status(&self) -> Option<u64> {
        let document = self.loaders.last()?;
        self.requests.iter().rfind(|r| r.id == *document)?.status
    }

    fn is_shown(&self, loader: &Value) -> bool {
        self.loaders.last().is_some_and(|shown| *loader == **shown)
    }

    fn note_request(&mut self, p: &Value) {
        let (id, url) = (text(&p["requestId"]), text(&p["request"]["url"]));
        let redirect = &p["redirectResponse"];
        if !redirect.is_null() {
            self.answered(&p["requestId"], |r| {
                r.status = redirect["status"].as_u64();
                r.finish(&redirect["encodedDataLength"]);
            });
        } else if p["frameId"] == *self.frame && p["requestId"] == p["loaderId"] {
            // The page's next document: what the last one asked for is history.
            self.requests.clear();
        }
        // An icon for the tab, which browsers ask for when it pleases them, is "Other"; what pages ask for has a type.
        if url.starts_with("http") && p["type"] != "Other" {
            self.requests.push(Request { id, url, status: None, bytes: 0, finished: false, cached: false });
        }
    }

    /// The browser logs a document's own 400 as a failure; whether that is right, the test asks with the status.
    fn note_entry(&mut self, entry: &Value) {
        let of_document =
            self.requests.first().map(|r| &r.id) == entry["networkRequestId"].as_str().map(str::to_owned).as_ref();
        if entry["source"] != "network" || !of_document {
            let (source, said, url) = (text(&entry["source"]), text(&entry["text"]), text(&entry["url"]));
            self.complaints.push(format!("{source}: {said} {url}").trim_end().to_owned());
        }
    }

    /// Of several requests with one id, as redirects make them, the last is meant.
    fn answered(&mut self, id: &Value, note: impl FnOnce(&mut Request)) {
        if let Some(request) = self.requests.iter_mut().rfind(|r| *id == *r.id) {
            note(request);
        }
    }
}

impl Request {
    fn finish(&mut self, bytes: &Value) {
        self.finished = true;
        // The protocol's numbers may have a fraction; bytes have none.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of bytes")]
        let bytes = bytes.as_f64().unwrap_or_default() as u64;
        self.bytes = bytes;
    }
}

fn argument(argument: &Value) -> String {
    match (&argument["value"], argument["description"].as_str()) {
        (Value::String(said), _) => said.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (value, _) => value.to_string(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(id: &str, url: &str) -> Value {
        json!({"requestId": id, "loaderId": id, "frameId": "main", "request": {"url": url}})
    }

    #[test]
    fn a_redirect_counts_as_a_request_and_a_new_document_starts_a_new_count() {
        let mut record = Record::of("main");
        record.note("Network.requestWillBeSent", &document("1", "http://a/"));
        let mut hop = document("1", "http://a/next");
        hop["redirectResponse"] = json!({"status": 303, "encodedDataLength": 100});
        record.note("Network.requestWillBeSent", &hop);
        assert!(!record.is_quiet());
        record.note("Network.loadingFinished", &json!({"requestId": "1", "encodedDataLength": 50.0}));
        assert!(record.is_quiet());
        assert_eq!(record.traffic(""), Traffic { requests: 2, bytes: 150 });
        assert_eq!(record.traffic("http://a/next"), Traffic { requests: 1, bytes: 50 });
        record.note("Network.requestWillBeSent", &document("2", "http://a/other"));
        assert_eq!(record.traffic(""), Traffic { requests: 1, bytes: 0 });
    }

    #[test]
    fn what_the_browser_had_already_was_asked_of_nobody() {
        let mut record = Record::of("main");
        for (id, path) in [("1", ""), ("2", "mark.svg"), ("3", "mark.svg"), ("4", "app.css")] {
            let mut request = document(id, &format!("http://a/{path}"));
            request["loaderId"] = json!("1");
            record.note("Network.requestWillBeSent", &request);
        }
        record.note("Network.requestServedFromCache", &json!({"requestId": "3"}));
        let cached = |yes: bool| json!({"status": 200, "fromDiskCache": yes});
        record.note("Network.responseReceived", &json!({"requestId": "2", "response": cached(false)}));
        record.note("Network.responseReceived", &json!({"requestId": "4", "response": cached(true)}));
        assert_eq!(record.traffic("").requests, 2, "the document and the picture, once");
    }

    #[test]
    fn a_frame_inside_the_page_does_not_move_the_page() {
        let mut record = Record::of("main");
        let navigated =
            |frame: &str| json!({"frame": {"id": frame, "loaderId": "1", "url": format!("http://{frame}/")}});
        record.note("Page.frameNavigated", &navigated("main"));
        record.note("Page.frameNavigated", &navigated("inner"));
        assert_eq!(record.url, "http://main/");
        record.note("Page.lifecycleEvent", &json!({"name": "load", "frameId": "inner", "loaderId": "1"}));
        assert!(!record.loaded);
    }
}
