//! Sheets of slips as a download, wherever they were asked for.

use axum::response::Response;

use super::{
    download::{self, PDF},
    render,
    visitor::Visitor,
};
use crate::{
    base::secret::Token,
    services::authority::{Denied, Group, Permit, PrintSlips},
    slips::{self, NotPrinted, Order, Sheets, Whom},
};

/// What became of an order.
pub(super) enum Printed {
    /// A response is ready: the PDF, or the page that says why there is none.
    Answer(Response),
    /// By the rules, not; each page says so in its own way.
    Denied(Denied),
    /// Nobody needs a slip.
    Nobody,
}

/// Prints for a group, and sends what was printed as a file of this name (letters, digits, hyphens).
pub(super) async fn print(
    visitor: &Visitor,
    leave: &Permit<PrintSlips, Group>,
    (whom, form): (Whom, Token),
    name: &str,
) -> Printed {
    order(visitor, leave, &Order { whom, only: None, form }, name).await
}

/// The same for some of a group.
pub(super) async fn order(visitor: &Visitor, leave: &Permit<PrintSlips, Group>, order: &Order, name: &str) -> Printed {
    match slips::print(&visitor.sv, leave, order, visitor.locale).await {
        Ok(Sheets { pdf: Some(pdf), .. }) => Printed::Answer(handed_over(visitor, pdf, name)),
        Ok(Sheets { pdf: None, .. }) => Printed::Nobody,
        Err(NotPrinted::Denied(denied)) => Printed::Denied(denied),
        Err(NotPrinted::Overtaken) => Printed::Answer(render::overtaken(visitor)),
        Err(NotPrinted::Store(error)) => Printed::Answer(render::fault(visitor, &error)),
        Err(NotPrinted::Undrawable(error)) => {
            tracing::error!(%error, "slips could not be drawn");
            Printed::Answer(render::fault(visitor, &crate::store::StoreError::Panicked))
        }
    }
}

pub(super) fn handed_over(visitor: &Visitor, pdf: Vec<u8>, name: &str) -> Response {
    visitor.remembers(download::file(PDF, &format!("{name}.pdf"), pdf))
}

/// A name for a file that every system takes: what else a code holds is left out.
pub(super) fn file_name(kind: &str, parts: &[&str]) -> String {
    let plain = |part: &&str| -> String {
        crate::model::text::SearchKey::of(part).as_str().chars().filter(char::is_ascii_alphanumeric).collect()
    };
    let parts: Vec<String> = [kind].iter().chain(parts).map(plain).filter(|part| !part.is_empty()).collect();
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_in_letters_that_every_system_takes() {
        assert_eq!(file_name("phieu", &["31303405", "10A1"]), "phieu-31303405-10a1");
        assert_eq!(file_name("phieu", &["31303405", "Lá 2\"\r\n"]), "phieu-31303405-la2");
        assert_eq!(file_name("the", &[]), "the");
    }
}
