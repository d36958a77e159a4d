//! Reads from a row who a person is.

use std::borrow::Cow;

use jiff::civil::Date;

use super::{
    cell_reader::{CellReader, Found, masked},
    field::Field,
    issue::Problem,
    row::{Decided, Identity},
};
use crate::model::{
    citizen_number::{CitizenNumber, Mismatch},
    identifier::IdentifierKind,
    name::{NameError, PersonName},
    school_code::SchoolCode,
    sector_id::SectorId,
    sex::Sex,
    text::SearchKey,
};

/// Who the row is about; `None` when an error was reported.
pub(super) fn identity(cells: &mut CellReader<'_>) -> Option<Identity> {
    let name = name(cells);
    let found_born = cells.date(Field::BirthDate);
    let day = if let Found::Value(day) = &found_born { Some(*day) } else { None };
    let found_sector_id = sector_id(cells, day);
    let unnumbered = matches!(found_sector_id, Found::Empty);
    let nothing_bad = !matches!(found_born, Found::Bad) && !matches!(found_sector_id, Found::Bad);
    let (born, sector_id) = (found_born.value(), found_sector_id.value());
    let sex = cells.word(Field::Sex, Sex::read, Problem::SexUnknown).value();
    let found_number = citizen_number(cells, sex, born);
    let number_bad = matches!(found_number, Found::Bad);
    let citizen_number = found_number.value();
    if sector_id.is_none() && citizen_number.is_none() && born.is_none() && nothing_bad && !number_bad {
        cells.report(Field::SectorId, Problem::IdentityMissing);
        return None;
    }
    if unnumbered {
        cells.report(Field::SectorId, Problem::SectorIdMissing);
    }
    if nothing_bad && born.is_none() {
        cells.report(Field::BirthDate, Problem::BirthDateMissing);
    }
    let (upn, decided) = (upn(cells), decided(cells));
    Some(Identity { sector_id, citizen_number, name: name?, born, sex, upn, decided })
}

/// A wrong one is an error, not a contact to be left out: without it Teams would make the person a second account.
fn upn(cells: &mut CellReader<'_>) -> Option<String> {
    let text = cells.text(Field::Upn, 254).value()?;
    let found =
        IdentifierKind::Upn.read(&text).map_or_else(|| cells.bad(Field::Upn, Problem::UpnMalformed), Found::Value);
    found.value()
}

fn decided(cells: &mut CellReader<'_>) -> Option<Decided> {
    const FIELD: Field = Field::TemporaryId;
    let code = cells.code(FIELD).value()?;
    if matches!(SearchKey::of(&code).as_str(), "moi" | "new") {
        return Some(Decided::Somebody);
    }
    let (code, if_known) = code.strip_suffix('?').map_or((&*code, false), |code| (code, true));
    match SectorId::read(code) {
        Ok(id) if id.is_temporary() && if_known => Some(Decided::IfKnown(id)),
        Ok(id) if id.is_temporary() => Some(Decided::Is(id)),
        _ => cells.bad(FIELD, Problem::TemporaryIdMalformed).value(),
    }
}

fn name(cells: &mut CellReader<'_>) -> Option<PersonName> {
    let found = match whole_name(cells) {
        Found::Value(text) => match PersonName::read(&text) {
            Ok(name) => Found::Value(name),
            Err(NameError::TooLong) => cells.bad(Field::FullName, Problem::TooLong),
            Err(NameError::Damaged) if text.contains('?') => cells.bad(Field::FullName, Problem::TextDamaged),
            Err(NameError::Damaged) if has_note(&text) => cells.bad(Field::FullName, Problem::NameHasNote),
            Err(NameError::NoLetters | NameError::Damaged) => cells.bad(Field::FullName, Problem::NameUnreadable),
        },
        Found::Empty => Found::Empty,
        Found::Bad => Found::Bad,
    };
    let name = cells.required(Field::FullName, found)?;
    cells.look_beside(name.as_str());
    if name.as_str().bytes().any(|b| b.is_ascii_digit()) {
        cells.report(Field::FullName, Problem::NameHasDigits);
    }
    Some(name)
}

/// The text of a name; of one that lacks its last words, with what was put into their column since.
fn whole_name<'a>(cells: &mut CellReader<'a>) -> Found<Cow<'a, str>> {
    match cells.text(Field::FullName, 400) {
        Found::Value(first) if cells.is_part_of_name() => match cells.text(Field::GivenName, 400) {
            Found::Value(last) => Found::Value(format!("{first} {last}").into()),
            Found::Empty => cells.bad(Field::GivenName, Problem::Required),
            Found::Bad => Found::Bad,
        },
        found => found,
    }
}

/// Whether it is a name with a note in brackets behind it.
fn has_note(text: &str) -> bool {
    text.split_once(['(', '[']).is_some_and(|(name, _)| PersonName::read(name).is_ok())
}

/// The sector identifier, with the zero that a spreadsheet took from it. It may have any length; but twelve digits that tell
/// the year of birth are a citizen number, by which a second person would come to be, and sign in.
pub(super) fn sector_id(cells: &mut CellReader<'_>, born: Option<Date>) -> Found<SectorId> {
    const FIELD: Field = Field::SectorId;
    let code = match cells.code(FIELD) {
        Found::Value(code) => restored(cells, FIELD, code, 10),
        Found::Empty => return Found::Empty,
        Found::Bad => return Found::Bad,
    };
    let Ok(id) = SectorId::read(&code) else { return cells.bad(FIELD, Problem::SectorIdMalformed) };
    if CitizenNumber::read(id.as_str()).is_ok_and(|number| fits(&number, born)) {
        return cells.bad(FIELD, Problem::SectorIdLooksLikeCitizenNumber);
    }
    if !id.is_usual() {
        cells.report(FIELD, Problem::SectorIdUnusual);
    }
    Found::Value(id)
}

/// The school's code, with the zero that a spreadsheet took from it; the caller's where the row has none.
pub(super) fn school(cells: &mut CellReader<'_>, otherwise: Option<&SchoolCode>) -> Option<SchoolCode> {
    const FIELD: Field = Field::SchoolCode;
    let found = match cells.code(FIELD) {
        Found::Value(code) => {
            let code = restored(cells, FIELD, code, 8);
            match SchoolCode::read(&code) {
                Ok(code) => Found::Value(code),
                Err(_) => cells.bad(FIELD, Problem::SchoolCodeMalformed),
            }
        }
        Found::Empty => otherwise.cloned().map_or(Found::Empty, Found::Value),
        Found::Bad => Found::Bad,
    };
    cells.required(FIELD, found)
}

/// One zero before a number that lacks just one digit of the usual count; reported, to be confirmed.
fn restored<'a>(cells: &mut CellReader<'_>, field: Field, code: Cow<'a, str>, usual: usize) -> Cow<'a, str> {
    if code.len() + 1 != usual || !code.bytes().all(|b| b.is_ascii_digit()) || !cells.may_lack_zeros(field) {
        return code;
    }
    let became = format!("0{code}");
    cells.report(field, Problem::LeadingZerosRestored(became.clone()));
    Cow::Owned(became)
}

fn citizen_number(cells: &mut CellReader<'_>, sex: Option<Sex>, born: Option<Date>) -> Found<CitizenNumber> {
    const FIELD: Field = Field::CitizenNumber;
    let code = match cells.code(FIELD) {
        Found::Value(code) => code,
        Found::Empty => return Found::Empty,
        Found::Bad => return Found::Bad,
    };
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    let padded = match code.len() {
        10 | 11 if digits => padded(&code, 12).filter(|number| code.len() == 11 || fits(number, born)),
        8 if digits => padded(&code, 9),
        _ => None,
    };
    let number = match padded.filter(|_| cells.may_lack_zeros(FIELD)) {
        Some(number) => {
            cells.report(FIELD, Problem::LeadingZerosRestored(masked(number.expose())));
            number
        }
        None => match CitizenNumber::read(&code) {
            Ok(number) => number,
            Err(_) if digits && code.len() == 10 => return cells.bad(FIELD, Problem::CitizenNumberLooksLikeSectorId),
            Err(_) => return cells.bad(FIELD, Problem::CitizenNumberMalformed),
        },
    };
    for mismatch in number.mismatches(sex, born) {
        cells.report(
            FIELD,
            match mismatch {
                Mismatch::Sex => Problem::CitizenNumberOtherSex,
                Mismatch::BirthYear => Problem::CitizenNumberOtherYear,
            },
        );
    }
    Found::Value(number)
}

fn padded(digits: &str, length: usize) -> Option<CitizenNumber> {
    CitizenNumber::read(&format!("{digits:0>length$}")).ok()
}

/// Ten digits are more often a sector identifier: only the year of birth tells that two zeros are missing.
fn fits(number: &CitizenNumber, born: Option<Date>) -> bool {
    number.tells().zip(born).is_some_and(|((_, year), born)| year == born.year())
}
