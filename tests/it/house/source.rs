//! Rust source as the house rules read it: words with their lines, without comments, and knowing what is test code.

use std::{
    fs,
    iter::Peekable,
    path::{Path, PathBuf},
    str::CharIndices,
};

/// A file of ours.
#[derive(Debug)]
pub(super) struct Source {
    /// From the package's root: `src/store/tx.rs`.
    pub(super) path: String,
    pub(super) lines: usize,
    pub(super) words: Vec<Word>,
}

/// An identifier, `::`, any other single character, or a literal (which begins with `"`, `'` or a digit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
    /// Inside something that is compiled for tests only.
    pub(super) in_test: bool,
    /// How many modules written in the file itself are around it, by name.
    pub(super) inside: Vec<String>,
}

impl Word {
    pub(super) fn is_identifier(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

impl Source {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let mut words = words(text);
        mark_modules(&mut words);
        let whole = path.ends_with("/tests.rs")
            || path.contains("/tests/")
            || is(&words, 0, &["#", "!", "[", "cfg", "(", "test"]);
        mark_tests(&mut words, whole);
        Self { path: path.to_owned(), lines: text.lines().count(), words }
    }

    /// Whether the words from `at` on are `texts`.
    pub(super) fn says(&self, at: usize, texts: &[&str]) -> bool {
        is(&self.words, at, texts)
    }

    /// Where a word stands, for messages.
    pub(super) fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.words[at].line)
    }
}

/// Every Rust file under `folder`, which is relative to the package's root.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let read = |path: String| Source::new(&path, &fs::read_to_string(root().join(&path)).unwrap());
    let found: Vec<_> = rust_files(folder).into_iter().map(read).collect();
    assert!(!found.is_empty(), "{folder} holds no Rust file");
    found
}

/// The paths of those files, in order.
pub(super) fn rust_files(folder: &str) -> Vec<String> {
    let mut found = files(folder);
    found.retain(|path| Path::new(path).extension().is_some_and(|e| e == "rs"));
    found.sort();
    found
}

/// Every file under `folder`, relative to the package's root; none when there is no such folder.
pub(super) fn files(folder: &str) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Where the package lies.
pub(super) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The word after the group that opens at `at` (a bracket of any kind).
pub(super) fn after_group(words: &[Word], at: usize) -> usize {
    let mut depth = 0_usize;
    for (i, word) in words.iter().enumerate().skip(at) {
        match word.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    words.len()
}

fn is(words: &[Word], at: usize, texts: &[&str]) -> bool {
    words.len() >= at + texts.len() && texts.iter().zip(&words[at..]).all(|(text, word)| word.text == *text)
}

/// Marks what follows `#[cfg(test)]`, `#[test]` and `#[tokio::test]`.
fn mark_tests(words: &mut [Word], whole: bool) {
    let mut at = 0;
    while at < words.len() {
        let end = if whole {
            words.len()
        } else if is(words, at, &["#", "["]) && is_for_tests(&words[at..after_group(words, at + 1)]) {
            after_item(words, at)
        } else {
            at += 1;
            continue;
        };
        for word in &mut words[at..end] {
            word.in_test = true;
        }
        at = end.max(at + 1);
    }
}

/// Whether an attribute keeps its item for tests: it says `test`, and does not say `not`.
fn is_for_tests(attribute: &[Word]) -> bool {
    let says = |text: &str| attribute.iter().any(|w| w.text == text);
    says("test") && !says("not") && (is(attribute, 2, &["cfg"]) || !says("="))
}

/// The word after the item whose attributes begin at `at`.
fn after_item(words: &[Word], mut at: usize) -> usize {
    while is(words, at, &["#", "["]) {
        at = after_group(words, at + 1);
    }
    while at < words.len() {
        match words[at].text.as_str() {
            ";" => return at + 1,
            "{" => return after_group(words, at),
            "(" | "[" => at = after_group(words, at),
            _ => at += 1,
        }
    }
    words.len()
}

/// Notes for each word which `mod name { … }` it stands in.
fn mark_modules(words: &mut [Word]) {
    let (mut depth, mut inside) = (0_usize, Vec::<(usize, String)>::new());
    for at in 0..words.len() {
        match words[at].text.as_str() {
            "{" => {
                depth += 1;
                if at >= 2 && words[at - 2].text == "mod" {
                    inside.push((depth, words[at - 1].text.clone()));
                }
            }
            "}" => {
                inside.retain(|(opened, _)| *opened != depth);
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        words[at].inside = inside.iter().map(|(_, name)| name.clone()).collect();
    }
}

/// Cuts a text into words and leaves comments out.
fn words(text: &str) -> Vec<Word> {
    let (mut found, mut line) = (Vec::new(), 1);
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let next = rest.peek().map(|(_, c)| *c);
        let begun = line;
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '/' if next == Some('/') => while rest.next_if(|(_, c)| *c != '\n').is_some() {},
            '/' if next == Some('*') => line += skip_block_comment(&mut rest),
            '"' => line += skip_string(&mut rest),
            '\'' if is_lifetime(&text[start + 1..]) => continue,
            '\'' => skip_character(&mut rest),
            ':' if next == Some(':') => drop(rest.next()),
            c if c.is_alphabetic() || c == '_' => {
                while rest.next_if(|(_, c)| c.is_alphanumeric() || *c == '_').is_some() {}
                let name = &text[start..end(&mut rest, text)];
                match (name, rest.peek()) {
                    ("r" | "br" | "cr", Some((_, '"' | '#'))) if is_raw_string(&text[start + name.len()..]) => {
                        line += skip_raw_string(&mut rest);
                        found.push(word("\"", begun));
                        continue;
                    }
                    // The string or character itself is the next word.
                    ("b" | "c", Some((_, '"' | '\''))) => continue,
                    _ => {}
                }
            }
            c if c.is_ascii_digit() => while rest.next_if(|(_, c)| c.is_alphanumeric() || *c == '_').is_some() {},
            _ => {}
        }
        let text = &text[start..end(&mut rest, text)];
        if !text.trim().is_empty() && !text.starts_with("//") && !text.starts_with("/*") {
            found.push(word(text, begun));
        }
    }
    found
}

fn word(text: &str, line: usize) -> Word {
    Word { text: text.to_owned(), line, in_test: false, inside: Vec::new() }
}

type Rest<'t> = Peekable<CharIndices<'t>>;

fn end(rest: &mut Rest, text: &str) -> usize {
    rest.peek().map_or(text.len(), |(at, _)| *at)
}

/// `'a` without a closing quote, where `'a'` is a character.
fn is_lifetime(after: &str) -> bool {
    let mut chars = after.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_') && chars.next() != Some('\'')
}

fn is_raw_string(after: &str) -> bool {
    after.trim_start_matches('#').starts_with('"')
}

/// These answer how many lines they passed.
fn skip_block_comment(rest: &mut Rest) -> usize {
    let (mut depth, mut lines) = (1, 0);
    rest.next();
    while let Some((_, c)) = rest.next() {
        match (c, rest.peek().map(|(_, c)| *c)) {
            ('\n', _) => lines += 1,
            ('/', Some('*')) => {
                rest.next();
                depth += 1;
            }
            ('*', Some('/')) => {
                rest.next();
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    lines
}

fn skip_string(rest: &mut Rest) -> usize {
    let mut lines = 0;
    while let Some((_, c)) = rest.next() {
        match c {
            '"' => break,
            '\\' => lines += usize::from(rest.next().is_some_and(|(_, c)| c == '\n')),
            c => lines += usize::from(c == '\n'),
        }
    }
    lines
}

fn skip_raw_string(rest: &mut Rest) -> usize {
    let (mut hashes, mut lines) = (0, 0);
    while rest.next_if(|(_, c)| *c == '#').is_some() {
        hashes += 1;
    }
    rest.next();
    while let Some((_, c)) = rest.next() {
        lines += usize::from(c == '\n');
        if c == '"' {
            let mut closing = 0;
            while closing < hashes && rest.next_if(|(_, c)| *c == '#').is_some() {
                closing += 1;
            }
            if closing == hashes {
                break;
            }
        }
    }
    lines
}

fn skip_character(rest: &mut Rest) {
    while let Some((_, c)) = rest.next() {
        match c {
            '\'' => break,
            '\\' => drop(rest.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        Source::new("src/a.rs", text).words.into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn comments_go_and_strings_do_not_leak_their_words() {
        assert_eq!(said("a // b\n/* c /* d */ e */ f"), ["a", "f"]);
        assert_eq!(said("x(\"crate::b // \\\" c\", r#\"d\" e\"#, 'f', '\\'', b\"g\")").len(), 12);
        assert_eq!(said("fn a<'l>(b: &'l str) -> char { '/' }")[3], "l");
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let source = Source::new("src/a.rs", "/* 1\n2 */ \"3\n\" r\"\n\" // 4\nhere");
        assert_eq!(source.words.last().map(|w| (w.text.as_str(), w.line)), Some(("here", 5)));
    }

    #[test]
    fn test_code_is_told_from_the_rest() {
        let text =
            "fn a() {} #[cfg(test)] mod t { fn b() { c() } } fn d() {} #[cfg(not(test))] fn e() {} #[test] fn f() {}";
        let source = Source::new("src/a.rs", text);
        let in_test = |name: &str| source.words.iter().find(|w| w.text == name).unwrap().in_test;
        assert_eq!(["a", "b", "c", "d", "e", "f"].map(in_test), [false, true, true, false, false, true]);
        let inner = source.words.iter().find(|w| w.text == "c").unwrap();
        assert_eq!(inner.inside, ["t"]);
    }
}
