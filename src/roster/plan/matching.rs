//! Whom a row is about: by sector ID, then by citizen number; by name and day of birth only a human says (Circular 42/2021:
//! one identifier for life).

use super::{
    super::{
        field::Field,
        finding::{Finding, Namesakes},
        row::{Decided, Identity},
    },
    keyring::Keys,
    known::{Known, Readers},
};

/// Those whom a row may be about.
#[derive(Debug, Default)]
pub(crate) struct Candidates<'a> {
    /// Who has the sector ID, or the temporary one, that stands in the row.
    pub(crate) sector: Option<&'a Known>,
    /// Who has the citizen number.
    pub(crate) citizen: Option<&'a Known>,
    /// Who was made of the same row before.
    pub(crate) derived: Option<&'a Known>,
    /// Who has the temporary ID of which somebody decided.
    pub(crate) decided: Option<&'a Known>,
    /// Who bears the same name and was born on the same day.
    pub(crate) namesakes: Vec<&'a Known>,
    /// Who reads the report.
    pub(crate) readers: Readers,
}

/// Whom a row is about.
#[derive(Debug)]
pub(crate) enum Match<'a> {
    /// Somebody known.
    Known(&'a Known),
    /// Nobody known.
    Newcomer,
}

/// Fields that are guesses, since zeros may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guessed {
    /// The sector ID.
    pub(crate) sector: bool,
    /// The citizen number.
    pub(crate) citizen: bool,
}

/// What keeps a row from being matched, and where.
pub(crate) type Unmatched = (Field, Finding);

/// Decides whom a row is about.
pub(crate) fn decide<'a>(
    who: &Identity,
    keys: &Keys,
    guessed: Guessed,
    found: &Candidates<'a>,
) -> Result<Match<'a>, Unmatched> {
    let row = Told { who, keys, guessed };
    match (&who.sector_id, found.sector) {
        (Some(id), None) if id.is_temporary() => Err((Field::SectorId, Finding::TemporaryIdUnknown)),
        (Some(_), Some(known)) => row.by_sector_id(known, found),
        (Some(_), None) => row.of_a_new_sector_id(found),
        (None, _) => row.without_sector_id(found),
    }
}

/// So many of one name and day of birth are told of a row.
const NAMESAKES: usize = 5;

struct Told<'t> {
    who: &'t Identity,
    keys: &'t Keys,
    guessed: Guessed,
}

impl Told<'_> {
    fn by_sector_id<'a>(&self, known: &'a Known, found: &Candidates<'a>) -> Result<Match<'a>, Unmatched> {
        let citizen = self.citizen(found);
        if citizen.is_some_and(|other| other.id != known.id) {
            return Err((Field::CitizenNumber, Finding::IdentifiersOfTwo));
        }
        if citizen.is_none() && !self.agrees(known) {
            return Err((Field::SectorId, Finding::SectorIdOfAnother));
        }
        Ok(Match::Known(known))
    }

    fn of_a_new_sector_id<'a>(&self, found: &Candidates<'a>) -> Result<Match<'a>, Unmatched> {
        if self.guessed.sector {
            return Err((Field::SectorId, Finding::SectorIdGuessed));
        }
        if let Some(known) = self.citizen(found) {
            return self.by_citizen_number(known);
        }
        if let Some(known) = self.decided(found)? {
            return Ok(Match::Known(known));
        }
        // Two people with sector IDs of their own are two people, whatever they are called.
        self.unless_maybe_known(found, |known| !known.has_sector_id())
    }

    fn without_sector_id<'a>(&self, found: &Candidates<'a>) -> Result<Match<'a>, Unmatched> {
        if let Some(known) = self.citizen(found) {
            return self.by_citizen_number(known);
        }
        if let Some(known) = self.decided(found)? {
            return Ok(Match::Known(known));
        }
        match found.derived {
            Some(known) if !self.is_told_apart(known) => Ok(Match::Known(known)),
            _ => self.unless_maybe_known(found, |_| true),
        }
    }

    fn by_citizen_number<'a>(&self, known: &'a Known) -> Result<Match<'a>, Unmatched> {
        if self.who.sector_id.is_some() && known.has_sector_id() {
            return Err((Field::SectorId, Finding::SectorIdDiffers));
        }
        if !self.agrees(known) {
            return Err((Field::CitizenNumber, Finding::CitizenNumberOfAnother));
        }
        Ok(Match::Known(known))
    }

    fn decided<'a>(&self, found: &Candidates<'a>) -> Result<Option<&'a Known>, Unmatched> {
        match (&self.who.decided, found.decided) {
            (Some(Decided::Is(_)), None) => Err((Field::TemporaryId, Finding::TemporaryIdUnknown)),
            (Some(Decided::Is(_)), Some(known)) if !self.agrees(known) => {
                Err((Field::TemporaryId, Finding::SectorIdOfAnother))
            }
            (Some(Decided::IfKnown(_)), Some(known)) if !self.agrees(known) => Ok(None),
            (_, known) => Ok(known),
        }
    }

    fn unless_maybe_known<'a>(
        &self,
        found: &Candidates<'a>,
        may_be: impl Fn(&Known) -> bool,
    ) -> Result<Match<'a>, Unmatched> {
        let alike = found.namesakes.iter().filter(|known| may_be(known) && !self.is_told_apart(known));
        let mut alike: Vec<&Known> = alike.copied().collect();
        alike.sort_unstable_by_key(|known| known.id);
        if alike.is_empty() || self.who.decided == Some(Decided::Somebody) {
            return Ok(Match::Newcomer);
        }
        let told = alike.iter().find(|known| known.is_told_to(found.readers)).and_then(|known| known.sector.as_ref());
        let temporary = told.filter(|sector| sector.value.is_temporary()).map(|sector| sector.value.to_string());
        let people = alike.iter().take(NAMESAKES).map(|known| known.id).collect();
        Err((Field::TemporaryId, Finding::MaybeKnown(Namesakes { temporary, people })))
    }

    /// Who has the citizen number; a guess counts only when name and day of birth confirm it.
    fn citizen<'a>(&self, found: &Candidates<'a>) -> Option<&'a Known> {
        found.citizen.filter(|known| !self.guessed.citizen || self.is_like(known))
    }

    /// Two citizen numbers tell two people of one name apart; it may have been issued anew, but a sector ID would tell.
    fn is_told_apart(&self, known: &Known) -> bool {
        let told = self.keys.citizen.filter(|_| !self.guessed.citizen);
        told.zip(known.citizen).is_some_and(|(told, (_, known))| told != known)
    }

    fn agrees(&self, known: &Known) -> bool {
        self.keys.name.as_ref().is_some_and(|name| known.agrees(name, self.who.born))
    }

    fn is_like(&self, known: &Known) -> bool {
        self.who.born.is_some() && self.who.born == known.born && self.keys.name == Some(known.name.search_key())
    }
}
