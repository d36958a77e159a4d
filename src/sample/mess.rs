//! The hostilities of real exports (`DOMAIN.md`, "Files that administrators bring"), and how many of each a file holds.

use std::collections::BTreeMap;

/// How many of each.
pub type Hostilities = BTreeMap<Hostility, u64>;

macro_rules! hostilities {
    ($($(#[$doc:meta])* $name:ident = $key:literal,)*) => {
        /// One way in which a file is hostile; the unit that is counted stands with each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Hostility { $($(#[$doc])* $name,)* }
        impl Hostility {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// Its name in `messy.json`.
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key,)* } }
        }
    };
}

hostilities! {
    /// Files: the header stands below rows of titles.
    HeaderNotFirst = "header_not_first",
    /// Headers with a line break.
    HeaderNewline = "header_newline",
    /// Headers in NFD.
    HeaderNfd = "header_nfd",
    /// Headers under which the column is also known (`DOMAIN.md`, "Aliases seen").
    HeaderAlias = "header_alias",
    /// Files: columns in another order.
    ColumnsShuffled = "columns_shuffled",
    /// Columns that nobody asked for.
    ExtraColumns = "extra_columns",
    /// Sheets beside the data.
    CatalogueSheets = "catalogue_sheets",
    /// Files: the sheet claims to end in row 4.
    WrongDimension = "wrong_dimension",
    /// Dates as Excel's day number.
    DateSerial = "date_serial",
    /// Dates as `2017-03-14`.
    DateIso = "date_iso",
    /// Codes as `1234567890.0`.
    CodeDotZero = "code_dot_zero",
    /// Citizen numbers and telephones that lost their leading zeros.
    ZerosStripped = "zeros_stripped",
    /// Cells with spaces around the text, ordinary or no-break.
    StraySpace = "stray_space",
    /// Rows with nothing in them, or only a number; not counted among the file's rows.
    GhostRows = "ghost_rows",
    /// Rows: another person's sector ID, which stands in an intact row before.
    DuplicateSectorId = "duplicate_sector_id",
    /// Rows: a date of birth that is in no calendar.
    ImpossibleDate = "impossible_date",
    /// Rows without a name.
    MissingName = "missing_name",
    /// Rows: a status that nobody defined.
    UnknownStatus = "unknown_status",
    /// Rows: a name in TCVN3.
    LegacyName = "legacy_name",
    /// Rows: no sector ID yet.
    NoSectorId = "no_sector_id",
    /// Rows: the telephone of a sibling whose row stands before.
    SharedPhone = "shared_phone",
    /// Schools whose name another commune's school has too.
    SameSchoolName = "same_school_name",
    /// Assignments of a teacher whose own row cannot be imported as it stands.
    UnknownTeacher = "unknown_teacher",
}

/// What makes the whole row worthless or doubtful: at most one befalls a row, so that counts can be compared with what
/// an import reports. One person in 251 each: any sector of a few hundred shows all.
pub(super) fn fate(ordinal: u32) -> Option<Hostility> {
    match ordinal % 251 {
        17 => Some(Hostility::DuplicateSectorId),
        59 => Some(Hostility::ImpossibleDate),
        101 => Some(Hostility::MissingName),
        149 => Some(Hostility::UnknownStatus),
        5 | 191 | 229 => Some(Hostility::LegacyName),
        _ => None,
    }
}

/// Whether a row with this fate cannot be imported as it stands.
pub(super) const fn is_fatal(fate: Hostility) -> bool {
    use Hostility::{DuplicateSectorId, ImpossibleDate, MissingName, UnknownStatus};
    matches!(fate, DuplicateSectorId | ImpossibleDate | MissingName | UnknownStatus)
}
