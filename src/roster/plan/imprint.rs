//! Rows that come again. What was taken of a person leaves a mark of its row in the store, which whatever else changes the
//! person removes: where the mark of a row is its person's, there is nothing to be read, compared or written.

use super::{
    super::row::Row,
    RULES,
    draft::guessed,
    keyring::{Prepared, mark},
};
use crate::model::{school_year::SchoolYear, status::Effect};

/// The mark of a row that says who somebody is and where; none of a row that ends something, which is always compared.
///
/// It is compared with one person's only, so that nobody gains by rows of the same mark.
pub(crate) fn imprint(it: &Prepared, year: SchoolYear) -> Option<i64> {
    let (who, effect) = match &it.record.outcome {
        Ok(Row::Pupil(row)) => (&row.who, row.status.effect()),
        Ok(Row::Staff(row)) => (&row.who, row.status.effect()),
        _ => return None,
    };
    let says = matches!(effect, Effect::Active | Effect::Seconded) && who.decided.is_none();
    let guessed = guessed(it);
    says.then(|| mark((RULES, year, it.keys.gist, guessed.sector, guessed.citizen)).cast_signed())
}
