//! The DevTools protocol: calls with numbered answers, and events, over one WebSocket.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot, watch},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use super::{DEADLINE, record::Record};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection to the browser. It closes when this is dropped.
pub(super) struct Connection {
    outgoing: mpsc::UnboundedSender<Message>,
    shared: Arc<Shared>,
    serial: AtomicU64,
}

/// What the reader of the socket hands its messages to.
#[derive(Default)]
struct Shared {
    /// Who waits for the answer to which call.
    calls: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    /// What each page's events are noted in, by session.
    records: Mutex<HashMap<String, watch::Sender<Record>>>,
}

impl Connection {
    pub(super) async fn open(address: &str) -> Self {
        let (socket, _) = tokio_tungstenite::connect_async(address).await.expect("Chromium accepts the connection");
        let (outgoing, to_send) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::default());
        tokio::spawn(carry(socket, to_send, Arc::clone(&shared)));
        Self { outgoing, shared, serial: AtomicU64::new(1) }
    }

    /// Notes the events of `session` in `record` from now on.
    pub(super) fn watch(&self, session: &str, record: watch::Sender<Record>) {
        lock(&self.shared.records).insert(session.to_owned(), record);
    }

    /// Calls `method`, of the browser itself or of one page's session; `Err` is what the browser says against it.
    pub(super) async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, String> {
        let id = self.serial.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let (tell, answer) = oneshot::channel();
        lock(&self.shared.calls).insert(id, tell);
        self.outgoing.send(Message::text(message.to_string())).map_err(|_| "the browser is gone".to_owned())?;
        match tokio::time::timeout(DEADLINE, answer).await {
            Err(_) => Err(format!("no answer within {} s", DEADLINE.as_secs())),
            Ok(Err(_)) => Err("the browser is gone".to_owned()),
            Ok(Ok(answer)) => match answer.get("error") {
                Some(error) => Err(error["message"].as_str().unwrap_or("unknown").to_owned()),
                None => Ok(answer["result"].clone()),
            },
        }
    }
}

/// Sends what is to be sent and hands on what arrives, until either side ends.
async fn carry(mut socket: Socket, mut to_send: mpsc::UnboundedReceiver<Message>, shared: Arc<Shared>) {
    loop {
        tokio::select! {
            message = to_send.recv() => {
                let Some(message) = message else { break };
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            arrived = socket.next() => match arrived {
                Some(Ok(Message::Text(text))) => {
                    let message = serde_json::from_str(&text).expect("the browser sends JSON");
                    shared.hand_on(message);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    // Who still waits learns that no answer will come.
    lock(&shared.calls).clear();
    lock(&shared.records).clear();
}

impl Shared {
    fn hand_on(&self, mut message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(waiting) = lock(&self.calls).remove(&id) {
                // Nobody waits any more after the deadline.
                let _ = waiting.send(message);
            }
        } else if let (Some(session), Some(method)) = (message["sessionId"].as_str(), message["method"].as_str())
            && let Some(record) = lock(&self.records).get(session)
        {
            let method = method.to_owned();
            let params = message["params"].take();
            record.send_modify(|record| record.note(&method, &params));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
