//! Stylesheet, script, fonts and marks, embedded; their address carries the digest of all of them, so that browsers may
//! keep them for ever.

use std::{borrow::Cow, sync::LazyLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rust_embed::RustEmbed;

use crate::base::digest::Digest;

#[derive(RustEmbed)]
#[folder = "src/views/assets/"]
struct Files;

/// One digest for all: the stylesheet names its fonts by relative addresses.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut all = Vec::new();
    for name in names {
        all.extend_from_slice(name.as_bytes());
        all.extend(Files::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(&Digest::of(&all).bytes()[..9])
});

/// An asset.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
}

/// The address of an asset.
pub fn address(name: &str) -> String {
    format!("/assets/{}/{name}", *VERSION)
}

/// The asset at an address below `/assets/`; one of another version is still served, but must not be kept.
pub fn find(path: &str) -> Option<(Asset, bool)> {
    let (version, name) = path.split_once('/')?;
    let content_type = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    };
    let file = Files::get(name)?;
    Some((Asset { bytes: file.data, content_type }, version == *VERSION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_the_stylesheet_names_is_there() {
        let css = find(address("app.css").strip_prefix("/assets/").unwrap()).unwrap().0;
        let css = String::from_utf8(css.bytes.into_owned()).unwrap();
        for (at, _) in css.match_indices("url(\"") {
            let name = css[at + 5..].split('"').next().unwrap();
            assert!(find(&format!("any/{name}")).is_some(), "{name}");
        }
        assert!(find("x/../../Cargo.toml").is_none() && find("x/licences/OFL-inter.txt").is_none());
    }
}
