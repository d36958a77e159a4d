//! The numbers that people carry. Unique without a register: each is a permutation of the person's place in the sector.

use jiff::civil::Date;

use super::{lot::Lot, names::Sex};

/// Rising with the years and with gaps, as a register that was filled over time has them.
pub(super) fn pupil_id(ordinal: u32) -> String {
    format!("{:010}", 3_110_000_000 + 4 * u64::from(ordinal) + u64::from(scatter(ordinal, 7)) % 4)
}

pub(super) fn member_id(ordinal: u32) -> String {
    format!("{:010}", 3_100_100_000 + 4 * u64::from(ordinal) + u64::from(scatter(ordinal, 5)) % 4)
}

/// Province, century and sex, year of birth, six digits. Two people whose six digits agree were a million apart and
/// then come from different provinces.
pub(super) fn citizen(lot: &mut Lot, sex: Sex, born: Date, ordinal: u32) -> String {
    let province = PROVINCES[(ordinal / 1_000_000) as usize % PROVINCES.len()][usize::from(lot.per_mille(60))];
    let female = u8::from(sex == Sex::Female);
    let century = if born.year() >= 2000 { 2 } else { 0 };
    format!("{province}{}{:02}{:06}", century + female, born.year() % 100, scatter(ordinal, 271_828))
}

/// The city's own code and one neighbour's; then other pairs, for sectors of more than a million pupils.
#[rustfmt::skip]
const PROVINCES: [[&str; 2]; 20] = [
    ["031", "030"], ["022", "033"], ["034", "036"], ["001", "035"], ["037", "038"], ["027", "024"], ["026", "025"],
    ["019", "020"], ["040", "042"], ["044", "045"], ["046", "048"], ["049", "051"], ["052", "054"], ["056", "058"],
    ["060", "068"], ["075", "077"], ["079", "080"], ["082", "083"], ["086", "089"], ["092", "096"],
];

/// A permutation of a million: multiplication by a number coprime to it.
pub(super) fn scatter(ordinal: u32, offset: u64) -> u32 {
    u32::try_from((u64::from(ordinal) * 618_033 + offset) % 1_000_000).unwrap_or(0)
}

pub(super) fn phone(ordinal: u32, offset: u64) -> String {
    const PREFIXES: [&str; 12] = ["091", "090", "098", "097", "096", "094", "093", "086", "038", "036", "077", "083"];
    let number = (u64::from(ordinal) * 6_180_339 + offset) % 10_000_000;
    let prefix = PREFIXES[(ordinal % 10_000_000) as usize % PREFIXES.len()];
    format!("{prefix}{number:07}")
}
