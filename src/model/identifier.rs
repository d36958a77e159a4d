//! The kinds of identifiers somebody can have. A value is unique within its kind among those that are not superseded.

use super::{citizen_number::CitizenNumber, sector_id::SectorId, text::clean};

/// What issued an identifier, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// *Mã định danh ngành*, the sector ID.
    Sector,
    /// Ours, until the sector database gives one.
    Temporary,
    /// *Số định danh cá nhân*; personal.
    Citizen,
    /// A passport; personal.
    Passport,
    /// The name of an existing Microsoft account.
    Upn,
    /// VNeID.
    VneId,
}

impl IdentifierKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Sector, Self::Temporary, Self::Citizen, Self::Passport, Self::Upn, Self::VneId];

    /// The name under which it is kept.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sector => "moet",
            Self::Temporary => "temp",
            Self::Citizen => "cccd",
            Self::Passport => "passport",
            Self::Upn => "upn",
            Self::VneId => "vneid",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether its values are kept sealed.
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Citizen | Self::Passport)
    }

    /// Whether somebody signs in by it.
    pub const fn signs_in(self) -> bool {
        matches!(self, Self::Sector | Self::Temporary)
    }

    /// A value of this kind as it is compared and kept; `None` when it is none.
    pub fn read(self, text: &str) -> Option<String> {
        let text = clean(text);
        match self {
            Self::Sector => SectorId::read(&text).ok().filter(|id| !id.is_temporary()).map(|id| id.to_string()),
            Self::Temporary => SectorId::read(&text).ok().filter(SectorId::is_temporary).map(|id| id.to_string()),
            Self::Citizen => CitizenNumber::read(&text).ok().map(|number| number.expose().to_owned()),
            Self::Passport => plain(&text, 5, 20).map(|text| text.to_uppercase()),
            Self::Upn => Some(text.to_lowercase()).filter(|upn| is_upn(upn)),
            Self::VneId => plain(&text, 5, 64),
        }
    }
}

/// *name@domain*, as Microsoft takes it: without marks or spaces, and of one domain with a dot in it.
fn is_upn(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@').filter(|_| text.len() <= 254) else { return false };
    let named = name.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b',' | b';' | b'<' | b'>' | b'"'));
    let labels = domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    !name.is_empty() && named && labels && domain.contains('.') && !domain.split('.').any(str::is_empty)
}

fn plain(text: &str, least: usize, most: usize) -> Option<String> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_by_its_kind() {
        assert_eq!(IdentifierKind::Sector.read(" 3112345678 ").as_deref(), Some("3112345678"));
        assert_eq!(IdentifierKind::Sector.read("TAM-000001"), None);
        assert_eq!(IdentifierKind::Temporary.read("TAM-000001").as_deref(), Some("TAM-000001"));
        assert_eq!(IdentifierKind::Citizen.read("0313170043"), None);
        assert_eq!(IdentifierKind::Passport.read("c1234567").as_deref(), Some("C1234567"));
        assert_eq!(IdentifierKind::Upn.read("An@HP.edu.vn").as_deref(), Some("an@hp.edu.vn"));
        for bad in ["an", "an@", "@hp.edu.vn", "an@hp", "an@hp..vn", "a n@hp.edu.vn", "ân@hp.edu.vn", "an@b@hp.edu.vn"]
        {
            assert_eq!(IdentifierKind::Upn.read(bad), None, "{bad}");
        }
        assert_eq!(IdentifierKind::Upn.read(&format!("{}@hp.edu.vn", "a".repeat(245))), None, "255 characters");
        for kind in IdentifierKind::ALL {
            assert_eq!(IdentifierKind::named(kind.as_str()), Some(kind));
            assert_eq!(kind.read(""), None);
        }
    }
}
