//! Which school somebody means who types a code, or what they remember of its name.
//!
//! Only among the schools of their reach: what lies outside looks like what does not exist (R38).

use crate::{
    model::text::SearchKey,
    services::{
        Services,
        authority::{Action, FindPeople, Permit, Reach},
    },
    store::{
        StoreError, Tx, reach,
        schools::{self, SchoolRow},
        scope::{Scope, Within},
    },
};

/// More schools than any province has.
const MOST: i64 = 10_000;

/// A school within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// Its code (mã trường).
    pub code: String,
    /// Its name.
    pub name: String,
}

/// The schools where somebody may do something, by name.
pub async fn all<A: Action>(sv: &Services, leave: &Permit<A, Reach>) -> Result<Vec<School>, StoreError> {
    read(sv, leave, MOST).await
}

/// The school, where there is only one.
pub async fn only(sv: &Services, leave: &Permit<FindPeople, Reach>) -> Result<Option<School>, StoreError> {
    let mut some = two(sv, leave).await?;
    Ok(if some.len() == 1 { some.pop() } else { None })
}

/// Those of which the fewest accounts are activated, among those where somebody is not.
pub async fn lowest(sv: &Services, leave: &Permit<FindPeople, Reach>, most: i64) -> Result<Vec<SchoolRow>, StoreError> {
    let scope = leave.within(sv.clock.now().day()).scope;
    let read = async |tx: &mut Tx, (scope, most): &(Scope, i64)| schools::lowest(tx, scope, *most).await;
    sv.store.read((scope, most), read).await
}

/// Two of them, or fewer: enough to know whether there are several to choose from.
pub async fn two(sv: &Services, leave: &Permit<FindPeople, Reach>) -> Result<Vec<School>, StoreError> {
    read(sv, leave, 2).await
}

async fn read<A: Action>(sv: &Services, leave: &Permit<A, Reach>, most: i64) -> Result<Vec<School>, StoreError> {
    let within = leave.within(sv.clock.now().day());
    let read = async |tx: &mut Tx, (within, most): &(Within, i64)| reach::schools(tx, within, *most).await;
    let read = sv.store.read((within, most), read);
    Ok(read.await?.into_iter().map(|(code, name)| School { code, name }).collect())
}

/// The schools that a text may mean: the one of that code; else those of that very name; else those whose names have
/// words that begin like the text's, in any order and without accents.
pub fn meant(schools: Vec<School>, text: &str) -> Vec<School> {
    meant_of(schools, text, |school| (&school.code, &school.name))
}

/// The same of whatever has a code and a name.
pub fn meant_of<T: Clone>(all: Vec<T>, text: &str, shown: impl Fn(&T) -> (&str, &str)) -> Vec<T> {
    let (text, key) = (text.trim(), SearchKey::of(text));
    let has_code = |one: &&T| !text.is_empty() && shown(one).0.eq_ignore_ascii_case(text);
    if let Some(one) = all.iter().find(has_code) {
        return vec![one.clone()];
    }
    let named = |one: &T| SearchKey::of(shown(one).1);
    let fits = |one: &T| {
        let name = named(one);
        key.tokens().count() > 0 && key.tokens().all(|word| name.tokens().any(|part| part.starts_with(word)))
    };
    let fitting: Vec<T> = all.into_iter().filter(fits).collect();
    let exact: Vec<T> = fitting.iter().filter(|one| named(one) == key).cloned().collect();
    if exact.is_empty() { fitting } else { exact }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant_codes(text: &str) -> Vec<String> {
        let school = |(code, name): (&str, &str)| School { code: code.into(), name: name.into() };
        let schools = [
            ("31303405", "Trường Tiểu học Kim Đồng"),
            ("31303406", "Trường Tiểu học Kim Đồng"),
            ("31303407", "Trường THCS Ngô Quyền"),
            ("31303408", "Trường THCS Ngô Quyền 2"),
        ];
        meant(schools.map(school).to_vec(), text).into_iter().map(|school| school.code).collect()
    }

    #[test]
    fn a_school_is_meant_by_its_code_or_by_words_of_its_name() {
        assert_eq!(meant_codes(" 31303406 "), ["31303406"]);
        assert_eq!(meant_codes("kim dong"), ["31303405", "31303406"], "two of one name");
        assert_eq!(meant_codes("quyen ngo"), ["31303407", "31303408"]);
        assert_eq!(meant_codes("truong thcs ngo quyen"), ["31303407"], "that very name, though another begins with it");
        assert_eq!(meant_codes("ngo quyen 2"), ["31303408"]);
        for nothing in ["", "  ", "%", "303", "hồng bàng"] {
            assert_eq!(meant_codes(nothing), [""; 0], "{nothing}");
        }
    }
}
