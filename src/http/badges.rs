//! Badges on paper, wherever they are asked for, and the end of one.

use axum::response::Response;

use super::{
    render,
    sheets::{Printed, handed_over},
    visitor::Visitor,
};
use crate::{
    base::id::PersonId,
    services::authority::{Group, Permit, PrintSlips},
    slips::{self, BadgeSheets, NotPrinted},
};

/// Prints badges for a group, or for some of it, and sends them as a file of this name.
pub(super) async fn print(
    visitor: &Visitor,
    leave: &Permit<PrintSlips, Group>,
    only: Option<Vec<PersonId>>,
    name: &str,
) -> Printed {
    match slips::print_badges(&visitor.sv, leave, only, visitor.locale).await {
        Ok(BadgeSheets { pdf: Some(pdf), .. }) => Printed::Answer(handed_over(visitor, pdf, name)),
        Ok(BadgeSheets { pdf: None, .. }) => Printed::Nobody,
        Err(no) => not_printed(visitor, no),
    }
}

fn not_printed(visitor: &Visitor, no: NotPrinted) -> Printed {
    let page: Response = match no {
        NotPrinted::Denied(denied) => return Printed::Denied(denied),
        NotPrinted::Overtaken => render::overtaken(visitor),
        NotPrinted::Store(error) => render::fault(visitor, &error),
        NotPrinted::Undrawable(error) => {
            tracing::error!(%error, "badges could not be drawn");
            render::fault(visitor, &crate::store::StoreError::Panicked)
        }
    };
    Printed::Answer(page)
}
