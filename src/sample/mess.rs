//! The hostilities of real exports (`DOMAIN.md`, "Names, dates, text" and "Files that administrators bring"), and how
//! many of each a file holds.

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
    /// Files: the title above the header is one cell merged over all columns.
    MergedTitle = "merged_title",
    /// Files: columns in another order.
    ColumnsShuffled = "columns_shuffled",
    /// Columns that nobody asked for.
    ExtraColumns = "extra_columns",
    /// Sheets beside the data.
    CatalogueSheets = "catalogue_sheets",
    /// Files: the sheet claims to end in row 4.
    WrongDimension = "wrong_dimension",
    /// Files: CSV with semicolons, below a line `sep=;`.
    Semicolons = "semicolons",
    /// Files: CSV in UTF-16 with tabs, which Excel calls Unicode text.
    UnicodeText = "unicode_text",
    /// Dates as Excel's day number; in workbooks every other one is formatted as a date.
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
    /// Rows: sector ID and citizen number each in the other's column.
    SwappedIdentifiers = "swapped_identifiers",
    /// Rows: a sector ID that is not 10 digits.
    UnusualSectorId = "unusual_sector_id",
    /// Rows: no sector ID yet.
    NoSectorId = "no_sector_id",
    /// Rows: no citizen number.
    NoCitizenNumber = "no_citizen_number",
    /// Rows: a citizen number that tells another sex.
    CitizenOtherSex = "citizen_other_sex",
    /// Rows: the 9 digits of an old identity card for a citizen number.
    OldIdentityCard = "old_identity_card",
    /// Rows: a date of birth that is in no calendar.
    ImpossibleDate = "impossible_date",
    /// Rows without a name.
    MissingName = "missing_name",
    /// Rows: a name in TCVN3.
    LegacyName = "legacy_name",
    /// Rows: a name in VNI.
    LegacyNameVni = "legacy_name_vni",
    /// Rows: a name in NFD.
    NameNfd = "name_nfd",
    /// Rows: a name with its tone on the other vowel: *Hoà* for *Hòa*.
    NameToneMoved = "name_tone_moved",
    /// Rows: a status that nobody defined.
    UnknownStatus = "unknown_status",
    /// Rows: a status behind a vendor's number for it.
    NumberedStatus = "numbered_status",
    /// Telephones as they are dialled from abroad: `+84…`.
    PhoneInternational = "phone_international",
    /// Rows: the telephone of a sibling whose row stands before.
    SharedPhone = "shared_phone",
    /// Rows: an e-mail address that is none.
    WrongEmail = "wrong_email",
    /// Rows: no e-mail address.
    NoEmail = "no_email",
    /// Schools whose name another commune's school has too.
    SameSchoolName = "same_school_name",
    /// Assignments of a teacher whose own row cannot be imported as it stands.
    UnknownTeacher = "unknown_teacher",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_hostilities_are_counted_under_one_name() {
        let keys: std::collections::BTreeSet<&str> = Hostility::ALL.iter().map(|what| what.key()).collect();
        assert_eq!(keys.len(), Hostility::ALL.len());
    }

    #[test]
    fn the_book_explains_each_hostility_by_its_name() {
        let page = include_str!("../../docs/reference/sample.md");
        let told: Vec<&str> = page
            .split("## What `--messy`")
            .nth(1)
            .unwrap()
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        let known: Vec<&str> = Hostility::ALL.iter().map(|what| what.key()).collect();
        assert_eq!(told, known);
    }
}
