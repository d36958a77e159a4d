//! The slips of those whom an import created: school by school, so that half a million of them need no more memory than the
//! largest school. A run that was killed prints again, and what it had printed is worth nothing.

use crate::{
    base::{id::PersonId, secret::Token},
    cli::{
        Context, Failure,
        slips::{Press, Pressed},
    },
    services::{
        Services,
        authority::{Group, Standing},
    },
    slips::{self, Order, Whom},
};

/// Prints them.
pub(super) async fn print(
    context: &Context,
    sv: &Services,
    created: &[PersonId],
    mut press: Press,
) -> Result<Pressed, Failure> {
    let who = Standing::danger_command_line();
    let mut shown = context.out.progress("In phiếu", "Printing slips", created.len() as u64);
    let mut done = 0;
    for (school, people) in slips::by_school(sv, created).await? {
        done += people.len() as u64;
        let leave = who.with_group(sv, Group::School(school)).await?;
        let order = Order { whom: Whom::Newcomers, only: Some(people), form: Token::random(&sv.entropy) };
        press.add(sv, slips::issue(sv, &leave, &order).await?, context.out.locale).await?;
        shown.reach(done);
    }
    press.finish(sv, context.out.locale).await
}
