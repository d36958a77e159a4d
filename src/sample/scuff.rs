//! What happens to single cells on their way through Excel, old software and many hands.

use jiff::{Unit, civil::Date};

use super::{
    lot::Lot,
    mess::Hostility,
    rows::{About, Kind},
    sheet::{Cell, long_date},
};

/// What a cell becomes, if anything befalls it; nothing is counted when that is no hostility.
pub(super) type Scuffed = Option<(Cell, Option<Hostility>)>;

/// Lets one thing at most happen to a cell of a column of this kind.
pub(super) fn scuff(cell: &Cell, kind: Kind, about: About, lot: &mut Lot) -> Scuffed {
    match (kind, cell) {
        (Kind::Born | Kind::Since, Cell::Day(day)) => Some(date(*day, lot)),
        (_, Cell::Text(text)) if !text.is_empty() => of_kind(text, kind, about, lot)
            .or_else(|| {
                lot.per_mille(10).then(|| stray_space(text, lot)).map(|t| (Cell::Text(t), Hostility::StraySpace))
            })
            .map(|(cell, what)| (cell, Some(what))),
        _ => None,
    }
}

fn of_kind(text: &str, kind: Kind, about: About, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    match kind {
        Kind::Citizen => citizen(text, about, lot),
        Kind::SchoolCode | Kind::SectorId | Kind::TeacherId => dotted(text, lot),
        Kind::Phone => phone(text, lot),
        Kind::Email => email(text, lot),
        Kind::Status => lot.per_mille(30).then(|| {
            let numbered = format!("{}. {text}", 1 + lot.below(9));
            (Cell::Text(numbered), Hostility::NumberedStatus)
        }),
        _ => None,
    }
}

fn dotted(code: &str, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    lot.per_mille(40).then(|| (Cell::Text(format!("{code}.0")), Hostility::CodeDotZero))
}

fn citizen(number: &str, about: About, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    match lot.below(1000) {
        // Who has no sector ID yet is known by the citizen number.
        0..20 if about != About::Newcomer => Some((Cell::Blank, Hostility::NoCitizenNumber)),
        20..40 if about == About::Grown => {
            Some((Cell::Text(format!("031{}", &number[6..])), Hostility::OldIdentityCard))
        }
        40..50 => {
            // Even digits are male, odd ones female, two for each century.
            let digit = number[3..4].parse::<u8>().ok()? ^ 1;
            let number = format!("{}{digit}{}", &number[..3], &number[4..]);
            Some((Cell::Text(number), Hostility::CitizenOtherSex))
        }
        _ => dotted(number, lot).or_else(|| unpadded(number, lot)),
    }
}

/// A number without its leading zeros.
fn unpadded(code: &str, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    let number = code.parse().ok().filter(|_| code.starts_with('0') && lot.per_mille(80))?;
    Some((Cell::Number(number), Hostility::ZerosStripped))
}

fn phone(number: &str, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    if lot.per_mille(60) {
        let national = number.strip_prefix('0')?;
        let from_abroad = if lot.per_mille(500) {
            format!("+84{national}")
        } else {
            format!("+84 {} {} {}", &national[..2], &national[2..5], &national[5..])
        };
        return Some((Cell::Text(from_abroad), Hostility::PhoneInternational));
    }
    unpadded(number, lot)
}

fn email(address: &str, lot: &mut Lot) -> Option<(Cell, Hostility)> {
    let mailbox = address.split('@').next().unwrap_or(address);
    match lot.below(1000) {
        0..100 => Some((Cell::Blank, Hostility::NoEmail)),
        100..120 => {
            let wrong = [mailbox.to_owned(), format!("{mailbox}@"), "chưa có".to_owned(), "không".to_owned()];
            Some((Cell::text(wrong[lot.index(wrong.len())].as_str()), Hostility::WrongEmail))
        }
        _ => None,
    }
}

fn stray_space(text: &str, lot: &mut Lot) -> String {
    match lot.below(4) {
        0 => format!("{text} "),
        1 => format!("{text}\u{a0}"),
        2 => format!(" {text}"),
        _ => text.replacen(' ', "\u{a0}", 1) + " ",
    }
}

/// Five of eleven as they should be, the others short, as serials and in ISO.
fn date(day: Date, lot: &mut Lot) -> (Cell, Option<Hostility>) {
    match lot.below(11) {
        0..=4 => (Cell::Text(long_date(day)), None),
        5 | 6 => (Cell::Text(format!("{}/{}/{}", day.day(), day.month(), day.year())), None),
        n @ (7 | 8) => (Cell::Serial { days: serial(day), dressed: n == 7 }, Some(Hostility::DateSerial)),
        _ => (Cell::Text(day.to_string()), Some(Hostility::DateIso)),
    }
}

/// Days since 1899-12-30.
fn serial(day: Date) -> i32 {
    let epoch = jiff::civil::date(1899, 12, 30);
    epoch.until((Unit::Day, day)).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_counts_from_excels_epoch() {
        assert_eq!(serial(jiff::civil::date(2017, 3, 14)), 42808);
        assert_eq!(serial(jiff::civil::date(1900, 3, 1)), 61);
    }
}
