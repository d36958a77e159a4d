//! The order of slips: by school, class and the Vietnamese order of names, so that a stack that is cut can be handed out.

use crate::{
    model::{class_code::ClassOrder, sort::SortKey},
    store::newcomers::NewcomerRow,
};

/// Puts people in order; whoever is there twice stays where the first slip is. Pupils first, class by class.
pub(super) fn ordered(rows: Vec<NewcomerRow>) -> Vec<NewcomerRow> {
    let mut keyed: Vec<(Place, NewcomerRow)> = rows.into_iter().map(|row| (Place::of(&row), row)).collect();
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut met = std::collections::HashSet::new();
    keyed.into_iter().map(|(_, row)| row).filter(|row| met.insert(row.account_id)).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    school: SortKey,
    /// Who has no class stands behind those who have one.
    class: (bool, Option<i64>, ClassOrder),
    name: Vec<u8>,
    account: crate::base::id::AccountId,
}

impl Place {
    fn of(row: &NewcomerRow) -> Self {
        Self {
            school: SortKey::of_text(&row.school),
            class: (row.class.is_none(), row.grade, ClassOrder::of(row.class.as_deref().unwrap_or_default())),
            name: row.sort_key.clone(),
            account: row.account_id,
        }
    }
}
