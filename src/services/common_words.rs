//! Which of some words the fewest names have. Counting takes longer than the search that it steers, and nothing but the way
//! of a search depends on it: what was counted of a common word holds for a while.

use std::{fmt, time::Duration};

use moka::sync::Cache;

use crate::store::{
    StoreError, Tx,
    finding::{self, Words},
};

/// So many names are looked at, if need be; beyond it a word is as common as any.
pub const BEARABLE: i64 = 120_000;
/// A word of fewer names is counted in no time.
const COMMON: i64 = 1_000;
/// Whoever searches does so many times within it, and a sector does not change so much.
const HOLDS: Duration = Duration::from_mins(10);
/// Beginnings of words; there are not so many common ones.
const MOST: u64 = 2_000;

/// How many names have a word of this beginning: so many, or at least so many. Clones remember the same.
#[derive(Clone)]
pub struct CommonWords(Cache<String, (i64, bool)>);

impl Default for CommonWords {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(HOLDS).build())
    }
}

impl fmt::Debug for CommonWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CommonWords").field(&self.0.entry_count()).finish()
    }
}

impl CommonWords {
    /// The word of the fewest names, if there are fewer than the last of `caps`. Counted to one cap after the other, so
    /// that a rare word is known before the common ones have cost anything.
    pub async fn rarest<'w>(&self, tx: &mut Tx, words: &'w Words, caps: &[i64]) -> Result<Option<&'w str>, StoreError> {
        for cap in caps {
            let (mut fewest, mut rarest) = (*cap, None);
            for word in words.iter() {
                let count = self.count(tx, word, fewest).await?;
                if count < fewest {
                    (fewest, rarest) = (count, Some(word));
                }
            }
            if rarest.is_some() {
                return Ok(rarest);
            }
        }
        Ok(None)
    }

    /// Counted to `most`, or until it is known to be common, unless it is known.
    async fn count(&self, tx: &mut Tx, word: &str, most: i64) -> Result<i64, StoreError> {
        if let Some((known, all)) = self.0.get(word)
            && (all || known >= most)
        {
            return Ok(known);
        }
        let most = most.max(COMMON);
        let count = finding::entries(tx, word, most).await?;
        if count >= COMMON {
            self.0.insert(word.to_owned(), (count, count < most || most >= BEARABLE));
        }
        Ok(count)
    }
}
