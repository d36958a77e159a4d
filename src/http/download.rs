//! What is answered piece by piece: files, and events of the audit trail as they are read.

use std::{fs::File, io, sync::Arc};

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::io::AsyncReadExt;

use crate::{
    admin::{
        audit::Form,
        trail::{self, Asked},
    },
    base::id::EventId,
    services::{
        Services,
        authority::{Permit, Reach, ReadAudit},
    },
    store::StoreError,
};

/// How much of a file is read at a time.
const PIECE: usize = 64 << 10;

/// A file from its beginning.
pub(super) fn piecewise(file: File) -> Body {
    piecewise_once(async { Ok::<_, io::Error>(file) })
}

/// A file that has yet to be made: whoever asked for it is told at once that it comes, and by its missing end when it could
/// not be made.
pub(super) fn piecewise_once<E>(making: impl Future<Output = Result<File, E>> + Send + 'static) -> Body
where
    E: std::error::Error + Send + Sync + 'static,
{
    enum Step<F> {
        Making(F),
        Reading(tokio::fs::File),
    }
    Body::from_stream(stream::try_unfold(Step::Making(Box::pin(making)), async |step| {
        let mut file = match step {
            Step::Making(making) => tokio::fs::File::from_std(making.await.map_err(io::Error::other)?),
            Step::Reading(file) => file,
        };
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, io::Error>((read > 0).then(|| (Bytes::from(piece), Step::Reading(file))))
    }))
}

/// How far somebody has come who takes events away.
struct Taking {
    sv: Arc<Services>,
    form: Form,
    meant: (Permit<ReadAudit, Reach>, Asked),
    after: Option<EventId>,
    begun: bool,
}

/// Events as lines, the oldest first, as they are read; a file that breaks off is told by its missing end.
pub(super) fn events(sv: &Arc<Services>, form: Form, meant: (Permit<ReadAudit, Reach>, Asked)) -> Body {
    let begin = Taking { sv: sv.clone(), form, meant, after: None, begun: false };
    Body::from_stream(stream::try_unfold(begin, async |mut taking: Taking| {
        let mut piece = if taking.begun { Vec::new() } else { taking.form.head() };
        let events = trail::walk(&taking.sv, &taking.meant.0, &taking.meant.1, taking.after).await?;
        let last = events.last().map(|event| event.id);
        if taking.begun && last.is_none() {
            return Ok::<_, StoreError>(None);
        }
        for event in &events {
            taking.form.write(&mut piece, event);
        }
        taking.begun = true;
        taking.after = last.or(taking.after);
        Ok(Some((piece, taking)))
    }))
}
