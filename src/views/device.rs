//! What a browser is called in plain words.

use super::Icon;

/// A browser and the kind of device it runs on, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    browser: Option<&'static str>,
    system: Option<&'static str>,
}

impl Device {
    /// Reads a `User-Agent` (RFC 9110 §10.1.5). It says what it likes: for people to recognise, for nothing else.
    pub fn of(agent: &str) -> Self {
        let first =
            |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
        Self { browser: first(BROWSERS), system: first(SYSTEMS) }
    }

    /// "Chrome · Windows"; `None` when nothing is known.
    pub fn name(self) -> Option<String> {
        match (self.browser, self.system) {
            (Some(browser), Some(system)) => Some(format!("{browser} · {system}")),
            (one, other) => one.or(other).map(str::to_owned),
        }
    }

    /// A phone or a computer.
    pub fn icon(self) -> Icon {
        if matches!(self.system, Some("Android" | "iPhone" | "iPad")) { Icon::Phone } else { Icon::Desktop }
    }
}

/// Marks in the order in which they decide: each browser also carries the marks of those below it.
const BROWSERS: &[(&str, &str)] = &[
    ("coc_coc", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_what_tells_it_from_those_it_imitates() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0";
        assert_eq!(Device::of(edge).name().as_deref(), Some("Edge · Windows"));
        let phone = Device::of("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36");
        assert_eq!((phone.name().as_deref(), phone.icon()), (Some("Chrome · Android"), Icon::Phone));
        assert_eq!(Device::of("curl/8").name(), None);
    }
}
