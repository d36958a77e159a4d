//! How far whoever imports reaches. Whoever administers one school takes in nobody of another by a list, finds out nothing
//! about them by trying (R38, R39), and changes nothing about themselves or about those who hold rights that they lack
//! (invariants 6 and 7). Nobody at all leaves the sector without those who administer it.

use std::collections::HashSet;

use jiff::civil::Date;

use super::{
    super::{field::Field, finding::Finding, row::Identity},
    draft::guessed,
    keyring::{Prepared, mark},
    known::Known,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{AffiliationId, OrgId, PersonId},
    store::matching::Keyed,
};

/// Pairs of an identifier and a day of birth, of people who are not at the one school of whoever imports: the pair by which
/// a school asks for a pupil (P16), counted as there.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    /// How many more may be wrong.
    pub(crate) left: u32,
    /// Marks of those that were wrong before: once more they tell nothing new.
    pub(crate) before: HashSet<u64>,
    /// Marks of those that this unit adds.
    pub(crate) wrong: Vec<u64>,
}

impl Pairs {
    /// What is told of an identifier that is nobody's any more: as of somebody elsewhere who was born on another day.
    pub(super) fn nobodys(&mut self, keyed: Keyed, said: Option<Date>) -> Finding {
        let judged = said.map(|said| self.judge(mark((keyed, said)), false));
        judged.and_then(Result::err).unwrap_or(Finding::PersonNotHere)
    }

    fn judge(&mut self, mark: u64, right: bool) -> Result<(), Finding> {
        let told = self.before.contains(&mark) || self.wrong.contains(&mark);
        if !told && self.left == 0 {
            return Err(Finding::TooManyWrongPairs);
        }
        if right {
            return Ok(());
        }
        if !told {
            self.left -= 1;
            self.wrong.push(mark);
        }
        Err(Finding::PersonNotHere)
    }
}

impl Unit<'_> {
    /// Whom a row names by an identifier, where whoever imports administers one school.
    fn named(&self, it: &Prepared) -> impl Iterator<Item = (Field, Keyed, &Known)> {
        let citizen = it.keys.citizen.filter(|_| !guessed(it).citizen);
        let keys =
            [(Field::SectorId, it.keys.sector), (Field::CitizenNumber, citizen), (Field::TemporaryId, it.keys.decided)];
        let known = |keyed: &Keyed| self.people.get(self.holders.get(keyed)?);
        let named = keys.into_iter().filter(|_| self.world.bounded);
        named.filter_map(move |(field, keyed)| Some((field, keyed?, known(&keyed?)?)))
    }

    /// Whether a row names somebody, and nobody of the school: of whoever leaves, no more is told then than of nobody.
    pub(super) fn is_of_a_stranger(&self, it: &Prepared) -> bool {
        let readers = self.world.readers();
        let mut named = self.named(it).map(|(.., known)| known.is_told_to(readers) || known.left(readers)).peekable();
        named.peek().is_some() && !named.any(|here| here)
    }

    /// Of somebody who is not at the school nothing is told, and nothing done about them, unless the row has their day of
    /// birth: not even whether the name is theirs.
    pub(super) fn may_be_told(&mut self, who: &Identity, it: &Prepared) -> Result<(), Trouble> {
        let readers = self.world.readers();
        let strangers = self.named(it).filter(|(.., known)| !known.is_told_to(readers) && !known.left(readers));
        let strangers: Vec<_> = strangers.map(|(field, keyed, known)| (field, keyed, known.born)).collect();
        for (field, keyed, born) in strangers {
            let judged = match who.born.zip(born) {
                Some((said, born)) => self.pairs.judge(mark((keyed, said)), born == said),
                // Whoever tries no day finds out none; nor does anybody where none is known.
                None => Err(Finding::PersonNotHere),
            };
            judged.map_err(|finding| Trouble::new(field, who.said(field), finding))?;
        }
        Ok(())
    }

    /// Somebody who is at another school is not claimed by this one, when that is all that whoever imports administers:
    /// claimed, they could be given a code. Nor is somebody who never was anywhere, as the first administrator: whoever made
    /// them says where they belong.
    pub(super) fn may_be_claimed(&self, id: PersonId, school: OrgId, said: &str) -> Result<(), Trouble> {
        let Some(known) = self.people.get(&id).filter(|known| self.world.bounded && known.was.is_some()) else {
            return Ok(());
        };
        let free = known.standing.active().next().is_none() && known.standing.all().next().is_some();
        if known.is_at(school) || free {
            return Ok(());
        }
        Err(Trouble::new(Field::SectorId, said, Finding::PersonElsewhere))
    }

    /// A row about somebody to whom whoever imports does nothing is taken if all is as it says, and waits for somebody else
    /// if not.
    pub(super) fn may_be_changed(
        &self,
        id: PersonId,
        said: &str,
        is_as_said: impl FnOnce() -> bool,
    ) -> Result<(), Trouble> {
        if !self.beyond.contains(&id) || is_as_said() {
            return Ok(());
        }
        Err(Trouble::new(Field::SectorId, said, Finding::PersonNotYours))
    }

    /// Whether roles of somebody may end: not of those to whom whoever imports does nothing; and whoever administers the
    /// sector does not end up nowhere, where nobody signs in.
    pub(super) fn may_be_let_go(&self, id: PersonId, roles: &[AffiliationId], said: &str) -> Result<(), Trouble> {
        self.may_be_changed(id, said, || false)?;
        let mut active = self.people.get(&id).into_iter().flat_map(|known| known.standing.active());
        if self.sector_admins.contains(&id) && active.all(|role| roles.contains(&role.id)) {
            return Err(Trouble::new(Field::SectorId, said, Finding::SectorAdminLeaves));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r38_a_wrong_pair_counts_once_and_after_too_many_no_other_is_looked_at() {
        let mut pairs = Pairs { left: 2, before: HashSet::from([1]), wrong: Vec::new() };
        let judged = [(1, false), (2, false), (2, false), (3, true), (4, false), (5, true), (2, false), (1, true)];
        let judged = judged.map(|(mark, right)| pairs.judge(mark, right));
        let (wrong, late) = (Err(Finding::PersonNotHere), Err(Finding::TooManyWrongPairs));
        let expected = [wrong.clone(), wrong.clone(), wrong.clone(), Ok(()), wrong.clone(), late, wrong, Ok(())];
        assert_eq!((judged, pairs.wrong), (expected, vec![2, 4]));
    }
}
