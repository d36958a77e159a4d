//! Whether a new password may be one: what its owner's policy says, and what their keyboard may have made of it.

use super::{
    password::NotProved,
    policy::{Owner, Policy, School, Weak, mangled_by_input_method},
};
use crate::{
    base::id::AccountId,
    people::release::Profile,
    services::Services,
    store::{StoreError, Tx, accounts},
};

/// What may be wrong with a new password.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// The password is weak.
    #[error(transparent)]
    Weak(#[from] Weak),
    /// It holds Vietnamese letters: an input method may have written them, so the person is asked.
    #[error("the password holds Vietnamese letters")]
    Accents,
    /// The code was spent or replaced meanwhile.
    #[error("the code is not good any more")]
    Spent,
    /// Anything else.
    #[error(transparent)]
    NotProved(#[from] NotProved),
}

impl From<StoreError> for NotSet {
    fn from(error: StoreError) -> Self {
        Self::NotProved(error.into())
    }
}

/// Asks about Vietnamese letters in a new password, unless they are meant: where the input method is off, or another
/// one is on, the same keys write something else.
pub fn judge_accents(password: &str, meant: bool) -> Result<(), NotSet> {
    if meant || !mangled_by_input_method(password) { Ok(()) } else { Err(NotSet::Accents) }
}

/// Judges a new password of an account's owner.
pub async fn judge(sv: &Services, account: AccountId, password: &str) -> Result<(), NotSet> {
    let (holder, names) = sv
        .store
        .read(account, async |tx: &mut Tx, account: &AccountId| {
            Ok((accounts::holder(tx, *account).await?, accounts::names(tx, *account).await?))
        })
        .await?;
    let Some(holder) = holder else { return Err(NotSet::Spent) };
    let profile = Profile::read(sv, holder.person_id).await?;
    let contexts = profile.as_ref().map(Profile::contexts).unwrap_or_default();
    let schools: Vec<School<'_>> = contexts
        .iter()
        .map(|context| School { name: &context.org_name, code: context.org_code.as_deref().unwrap_or("") })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let owner = Owner {
        full_name: &holder.full_name,
        schools: &schools,
        sign_in_names: &names,
        birth_date: holder.birth_date.map(|day| day.0),
    };
    Ok(Policy::at_least(sv.settings.shortest_password).judge(password, &owner)?)
}
