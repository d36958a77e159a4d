//! Keyset paging: a list goes on after the last row that was shown, never from a counted offset.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

/// How many rows a page may hold (R52).
pub const MOST: u32 = 200;

/// One page of a list that was asked for: at most `size` rows after `after`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask<K> {
    /// The key of the last row already shown; `None` for the first page.
    pub after: Option<K>,
    /// 1 to [`MOST`] rows.
    pub size: u32,
}

impl<K: DeserializeOwned> Ask<K> {
    /// A page asked for from outside. A cursor that is not ours starts at the beginning; a size beyond the limits is
    /// brought within them.
    pub fn from_outside(cursor: Option<&str>, size: Option<u32>) -> Self {
        Self { after: cursor.and_then(decode), size: size.unwrap_or(50).clamp(1, MOST) }
    }

    /// The same for programs, which are told what they got wrong; `None` for a cursor that is not ours or a size beyond the
    /// limits.
    pub fn exactly(cursor: Option<&str>, size: Option<u32>) -> Option<Self> {
        let after = cursor.map(|text| decode(text).ok_or(())).transpose().ok()?;
        let size = size.unwrap_or(50);
        (1..=MOST).contains(&size).then_some(Self { after, size })
    }
}

/// Rows, and the cursor of the page after them when there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows of this page, in order.
    pub rows: Vec<T>,
    /// Opaque text for the address of the next page; `None` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page from up to `ask.size + 1` rows: the surplus row only tells that there is more.
    pub fn from_surplus<K: Serialize>(mut rows: Vec<T>, ask: &Ask<K>, key: impl Fn(&T) -> K) -> Self {
        let size = ask.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(|row| encode(&key(row))) } else { None };
        Self { rows, next }
    }

    /// A page of rows of which it is known whether there are more.
    pub fn knowing<K: Serialize>(rows: Vec<T>, more: bool, key: impl Fn(&T) -> K) -> Self {
        let next = rows.last().filter(|_| more).map(|row| encode(&key(row)));
        Self { rows, next }
    }
}

fn encode<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

fn decode<K: DeserializeOwned>(cursor: &str) -> Option<K> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r52_a_page_holds_one_to_two_hundred_rows_and_knows_where_the_next_begins() {
        assert_eq!(Ask::<String>::from_outside(None, Some(100_000)).size, MOST);
        assert_eq!(Ask::<String>::from_outside(Some("no cursor of ours"), Some(0)), Ask { after: None, size: 1 });
        for wrong in [(Some("no cursor of ours"), None), (None, Some(0)), (None, Some(MOST + 1))] {
            assert_eq!(Ask::<String>::exactly(wrong.0, wrong.1), None);
        }
        let ask = Ask::<i32> { after: None, size: 2 };
        let page = Page::from_surplus(vec![1, 2, 3], &ask, |n| *n);
        assert_eq!(page.rows, [1, 2]);
        assert_eq!(Ask::<i32>::from_outside(page.next.as_deref(), Some(2)).after, Some(2));
        assert_eq!(Page::from_surplus(vec![3], &ask, |n| *n).next, None);
    }
}
