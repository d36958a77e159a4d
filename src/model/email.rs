//! E-mail addresses: how people are reached, never who they are.

use super::text::clean;

/// An address as it is kept, which is as it is written; `None` when the text has not the shape of one.
pub fn read(text: &str) -> Option<String> {
    let text = clean(text);
    let (local, domain) = text.split_once('@').filter(|_| text.len() <= 254)?;
    let named = local.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b',' | b';' | b'<' | b'>' | b'"'));
    let labels = domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let shaped = !local.is_empty() && named && labels && domain.contains('.') && !domain.split('.').any(str::is_empty);
    shaped.then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_as_it_is_written() {
        assert_eq!(read(" Co.Ha+lop3@thd.hp.edu.vn\u{200B} ").as_deref(), Some("Co.Ha+lop3@thd.hp.edu.vn"));
        let long = format!("{}@hp.edu.vn", "a".repeat(245));
        assert!(read(&long).is_none() && read(&long[1..]).is_some(), "254 characters at most");
        for bad in
            ["", "an", "an@", "@hp.edu.vn", "an@hp", "an@hp..vn", "a n@hp.edu.vn", "ân@hp.edu.vn", "an@b@hp.edu.vn"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
