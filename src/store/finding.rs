//! Finding people within somebody's reach, by the words of their name, the end of their sector ID, their school or the
//! state of their account, in the order of a class list.
//!
//! There are several ways to the same page; which is the quickest depends on how rare what was asked for is, and is
//! judged above. All keep to the scope in SQL (R38). Names are matched in indexes that hold all there is to match and to
//! sort by; of the people themselves only those of the page are read.

use super::{Conn, StoreError, Tx, scope::Scope};
use crate::{base::id::PersonId, model::class_code::ClassOrder};

row! {
    /// Somebody who was found, with what of them lies within the scope.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FoundRow {
        /// The person.
        pub id: PersonId,
        /// Their place in the order.
        pub sort_key: Vec<u8>,
        /// Their name.
        pub full_name: String,
        /// Their account's state; `None` without one.
        pub state: Option<String>,
        /// Their sector ID, temporary if need be.
        pub sector_id: Option<String>,
        /// As what they are at the org; `None` when they are nowhere.
        pub role: Option<String>,
        /// The org's name.
        pub org_name: Option<String>,
        /// The org's code, where it has one.
        pub org_code: Option<String>,
        /// The pupil's class.
        pub class: Option<String>,
    }
}

/// How many words a search has at most; more are left out.
pub const WORDS: usize = 6;

/// Words by which names are matched: each begins a word of the name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// From folded words, which hold letters and digits only.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().take(WORDS).map(str::to_owned).collect())
    }

    /// The words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What `' ' || key` must be LIKE; a pattern that all are like stands for each word that is not there.
    fn pattern(&self, at: usize) -> String {
        self.0.get(at).map_or_else(|| "%".to_owned(), |word| format!("% {word}%"))
    }

    /// What a turned name that begins with `first` must be LIKE: a word that `first` begins with is there already, and the
    /// others stand behind it, since none of them is a longer beginning of the same word.
    fn pattern_behind(&self, at: usize, first: &str) -> String {
        self.0
            .get(at)
            .filter(|word| !first.starts_with(*word))
            .map_or_else(|| "%".to_owned(), |word| format!("% {word}%"))
    }

    /// The longest of the words that begin as this one: fewer names have it, and all that have it have this one.
    fn longest(&self, word: &str) -> String {
        self.iter().filter(|other| other.starts_with(word)).max_by_key(|other| other.len()).unwrap_or(word).to_owned()
    }
}

/// What is searched for, and from where on.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where.
    pub scope: Scope,
    /// By name.
    pub words: Words,
    /// By the account's state; empty for any.
    pub state: String,
    /// By what they are.
    pub narrow: Narrow,
    /// After this place in the order.
    pub after: Place,
    /// How many at most.
    pub most: i64,
}

/// By what people are, and what they lack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrow {
    /// `student`, `staff` (whoever works there) or `guardian`; empty for any.
    pub kind: String,
    /// The code of a pupil's class; empty for any.
    pub class: String,
    /// A pupil's grade; 0 for any.
    pub grade: i64,
    /// Only those who have no sector ID yet.
    pub temporary: bool,
}

/// A place in the order of a class list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The sort key of a name.
    pub sort_key: Vec<u8>,
    /// Among those of the same name.
    pub id: PersonId,
}

impl Place {
    /// Before everybody.
    pub fn start() -> Self {
        Self { sort_key: Vec::new(), id: uuid::Uuid::nil().into() }
    }

    /// After everybody: no sort key begins with such a byte.
    pub fn end() -> Self {
        Self { sort_key: vec![0xff; 4], id: uuid::Uuid::max().into() }
    }
}

/// A way to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the names that have a word with this beginning.
    Word(String),
    /// From the names that somebody signs in with that end so; at least four characters.
    Tail(String),
    /// From those who are at the scope's orgs.
    Orgs,
    /// From those whose account is in the state.
    State,
    /// From those who have no sector ID yet.
    Temporary,
    /// From those who are something else than pupils.
    Adults,
    /// Along the order, up to a place.
    Walk(Place),
}

// Pieces of the statements below. Macros, because a statement is a literal.

/// Whether the folded name `n` fits the words. $9 to $14. SQLite compiles a statement anew for every value that stands by
/// itself behind a LIKE.
macro_rules! fits {
    ($n:literal) => {
        concat!(
            "(' ' || ",
            $n,
            ") LIKE ($9 || '') AND (' ' || ",
            $n,
            ") LIKE ($10 || '') AND (' ' || ",
            $n,
            ") LIKE ($11 || '') AND (' ' || ",
            $n,
            ") LIKE ($12 || '') AND (' ' || ",
            $n,
            ") LIKE ($13 || '') AND (' ' || ",
            $n,
            ") LIKE ($14 || '') "
        )
    };
}

/// Whether the turned name `n` fits the words behind its first. $9 to $14.
macro_rules! fits_behind {
    ($n:literal) => {
        concat!(
            $n,
            " LIKE ($9 || '') AND ",
            $n,
            " LIKE ($10 || '') AND ",
            $n,
            " LIKE ($11 || '') AND ",
            $n,
            " LIKE ($12 || '') AND ",
            $n,
            " LIKE ($13 || '') AND ",
            $n,
            " LIKE ($14 || '') "
        )
    };
}

/// Whether the person `p` lies within the scope, the account is in the state, and they are what was asked for: $4 whole,
/// $5 state, $15 kind, $16 class, $17 grade, $18 temporary. Single values rather than EXISTS, for which PostgreSQL would
/// read everybody into a hash.
macro_rules! within {
    () => {
        "($4 OR (SELECT 1 FROM affiliations f WHERE f.person_id = p.id AND f.status = 'active'
                     AND f.org_id IN (SELECT org FROM scope) LIMIT 1) = 1)
         AND ($5 = '' OR (SELECT a.state FROM accounts a WHERE a.person_id = p.id) = $5)
         AND ($15 = '' OR (SELECT 1 FROM affiliations f WHERE f.person_id = p.id AND f.status = 'active'
                     AND ($4 OR f.org_id IN (SELECT org FROM scope))
                     AND CASE WHEN f.role IN ('teacher', 'principal') THEN 'staff' ELSE f.role END = $15 LIMIT 1) = 1)
         AND (($16 = '' AND $17 = 0) OR (SELECT 1 FROM affiliations f
                     JOIN enrolments e ON e.affiliation_id = f.id AND e.function = 'pupil' AND e.valid_to IS NULL
                     JOIN class_years y ON y.id = e.class_id WHERE f.person_id = p.id AND f.status = 'active'
                     AND ($4 OR f.org_id IN (SELECT org FROM scope))
                     AND ($16 = '' OR y.code = $16) AND ($17 = 0 OR y.grade = $17) LIMIT 1) = 1)
         AND (NOT $18 OR (SELECT 1 FROM identifiers t WHERE t.person_id = p.id AND t.type = 'temp'
                     AND t.status <> 'superseded' LIMIT 1) = 1) "
    };
}

/// From a CTE `page` of ids to what is shown of each person.
macro_rules! shown {
    () => {
        "SELECT page.id, page.sort_key, p.full_name, a.state, f.role, o.name AS org_name, o.code AS org_code,
                (SELECT i.value FROM identifiers i WHERE i.person_id = page.id AND i.type IN ('moet', 'temp')
                    AND i.status <> 'superseded' ORDER BY i.type LIMIT 1) AS sector_id,
                (SELECT y.code FROM enrolments e JOIN class_years y ON y.id = e.class_id WHERE e.affiliation_id = f.id
                    AND e.function = 'pupil' AND e.valid_to IS NULL ORDER BY y.year DESC, y.code LIMIT 1) AS class
         FROM page JOIN persons p ON p.id = page.id LEFT JOIN accounts a ON a.person_id = page.id
         LEFT JOIN affiliations f ON f.id = (SELECT x.id FROM affiliations x WHERE x.person_id = page.id
             AND x.status = 'active' AND ($4 OR x.org_id IN (SELECT org FROM scope))
             ORDER BY x.is_primary DESC, x.created_at, x.id LIMIT 1)
         LEFT JOIN orgs o ON o.id = f.org_id ORDER BY page.sort_key, page.id"
    };
}

/// From a CTE `found` of ids to the page.
macro_rules! page_of_found {
    () => {
        concat!(
            ", page AS (SELECT p.id, p.sort_key FROM found CROSS JOIN persons p WHERE p.id = found.id AND ",
            fits!("p.search_key"),
            "AND ",
            within!(),
            "AND (p.sort_key, p.id) > ($6, $7) ORDER BY p.sort_key, p.id LIMIT $8) ",
            shown!()
        )
    };
}

statements! {
    ENTRIES = "SELECT count(*) FROM (SELECT 1 FROM person_words WHERE word >= $1 AND word < $2 LIMIT $3) entries";
    BY_WORD = concat!(scope!(), ", page AS (SELECT DISTINCT id, sort_key FROM (SELECT p.id, p.sort_key
            FROM (SELECT word, person_id AS id, sort_key FROM person_words) p
            WHERE p.word >= $19 AND p.word < $20 AND (p.sort_key, p.id) > ($6, $7) AND ", fits_behind!("p.word"), "AND ", within!(),
        "ORDER BY p.sort_key, p.id LIMIT $8 * 8) entries ORDER BY sort_key, id LIMIT $8) ", shown!());
    BY_TAIL = concat!(scope!(), ", found AS (SELECT DISTINCT a.person_id AS id FROM sign_in_names n JOIN accounts a ON a.id = n.account_id
        WHERE substr(n.name, length(n.name) - 3) = $19 AND n.name LIKE ($20 || ''))", page_of_found!());
    BY_ORGS = concat!(scope!(), ", found AS (SELECT DISTINCT person_id AS id FROM affiliations
        WHERE org_id IN (SELECT org FROM scope) AND status = 'active')", page_of_found!());
    BY_STATE = concat!(scope!(), ", found AS (SELECT person_id AS id FROM accounts WHERE state = $5)", page_of_found!());
    BY_TEMPORARY = concat!(scope!(), ", found AS (SELECT DISTINCT person_id AS id FROM identifiers
        WHERE type = 'temp' AND status <> 'superseded')", page_of_found!());
    BY_ADULTS = concat!(scope!(), ", found AS (SELECT DISTINCT person_id AS id FROM affiliations
        WHERE status = 'active' AND role <> 'student' AND ($15 <> 'guardian' OR role = 'guardian'))", page_of_found!());
    WALK = concat!(scope!(), ", page AS (SELECT p.id, p.sort_key FROM persons p
        WHERE (p.sort_key, p.id) > ($6, $7) AND (p.sort_key, p.id) <= ($19, $20) AND CASE WHEN ", fits!("p.search_key"), "AND ", within!(),
        "THEN true ELSE false END ORDER BY p.sort_key, p.id LIMIT $8) ", shown!());
    AHEAD = "SELECT sort_key, id FROM persons WHERE (sort_key, id) > ($1, $2) ORDER BY sort_key, id LIMIT 1 OFFSET $3";
    HEADS = concat!(scope!(), "SELECT count(*) FROM (SELECT 1 FROM affiliations WHERE org_id IN (SELECT org FROM scope)
        AND status = 'active' LIMIT $4) heads");
    TEMPORARY = "SELECT count(*) FROM (SELECT 1 FROM identifiers WHERE type = 'temp' AND status <> 'superseded' LIMIT $1) counted";
    ADULTS = "SELECT count(*) FROM (SELECT 1 FROM affiliations WHERE status = 'active' AND role <> 'student' LIMIT $1) counted";
    CLASSES = concat!(scope!(), "SELECT DISTINCT y.code, y.grade FROM class_years y WHERE y.org_id IN (SELECT org FROM scope)
        AND EXISTS (SELECT 1 FROM enrolments e WHERE e.class_id = y.id AND e.function = 'pupil' AND e.valid_to IS NULL)
        ORDER BY y.grade, y.code LIMIT 500");
    IN_STATE = "SELECT count(*) FROM (SELECT 1 FROM accounts WHERE state = $1 LIMIT $2) counted";
}

/// A page by one of the ways; all of them lead to the same one. A walk ends at its place.
pub async fn page(tx: &mut Tx, wanted: &Wanted, way: &Way) -> Result<Vec<FoundRow>, StoreError> {
    let Wanted { scope, words, state, narrow, after, most } = wanted;
    let first = if let Way::Word(word) = way { Some(words.longest(word)) } else { None };
    let pattern = |at| first.as_deref().map_or_else(|| words.pattern(at), |first| words.pattern_behind(at, first));
    // PostgreSQL chooses a way by what is looked for; SQLite has one for all of it.
    let kept = matches!(tx.conn(), Conn::Lite(_));
    macro_rules! run {
        ($statement:ident $(, $bind:expr)*) => {
            on_db!(tx, c => sqlx::query_as($statement)
                .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole)
                .bind(state.as_str()).bind(after.sort_key.as_slice()).bind(after.id).bind(*most)
                .bind(pattern(0)).bind(pattern(1)).bind(pattern(2)).bind(pattern(3)).bind(pattern(4)).bind(pattern(5))
                .bind(narrow.kind.as_str()).bind(narrow.class.as_str()).bind(narrow.grade).bind(narrow.temporary)
                $(.bind($bind))*
                .persistent(kept)
                .fetch_all(&mut *c))
        };
    }
    match way {
        Way::Word(word) => {
            let first = first.as_deref().unwrap_or(word);
            run!(BY_WORD, first, beyond(first))
        }
        Way::Tail(tail) => run!(BY_TAIL, last_four(tail), format!("%{tail}")),
        Way::Orgs => run!(BY_ORGS),
        Way::State => run!(BY_STATE),
        Way::Temporary => run!(BY_TEMPORARY),
        Way::Adults => run!(BY_ADULTS),
        Way::Walk(until) => run!(WALK, until.sort_key.as_slice(), until.id),
    }
}

/// How many names have a word with this beginning, counted to `most`. One that has two such words counts twice.
pub async fn entries(tx: &mut Tx, word: &str, most: i64) -> Result<i64, StoreError> {
    let query = on_db!(tx, c => sqlx::query_as(ENTRIES).bind(word).bind(beyond(word)).bind(most).fetch_one(&mut *c));
    let row: (i64,) = query?;
    Ok(row.0)
}

/// The place so many people after another; the end when there are not so many.
pub async fn ahead(tx: &mut Tx, after: &Place, steps: i64) -> Result<Place, StoreError> {
    let row: Option<(Vec<u8>, PersonId)> = on_db!(tx, c => sqlx::query_as(AHEAD)
        .bind(after.sort_key.as_slice()).bind(after.id).bind(steps).fetch_optional(&mut *c))?;
    Ok(row.map_or_else(Place::end, |(sort_key, id)| Place { sort_key, id }))
}

/// How many people are at the scope's orgs, counted to `most`.
pub async fn heads(tx: &mut Tx, scope: &Scope, most: i64) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(HEADS)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(most).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// How many accounts are in a state, counted to `most`.
pub async fn in_state(tx: &mut Tx, state: &str, most: i64) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(IN_STATE).bind(state).bind(most).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// How many people have no sector ID yet, counted to `most`.
pub async fn temporary(tx: &mut Tx, most: i64) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(TEMPORARY).bind(most).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// How many roles there are that are no pupils', counted to `most`.
pub async fn adults(tx: &mut Tx, most: i64) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(ADULTS).bind(most).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// The classes of the scope's orgs that have pupils: code and grade, in the order of both.
pub async fn classes(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, Option<i64>)>, StoreError> {
    let mut rows: Vec<(String, Option<i64>)> = on_db!(tx, c => sqlx::query_as(CLASSES)
        .bind(scope.account).bind(scope.org).bind(scope.today).fetch_all(&mut *c))?;
    rows.sort_by_cached_key(|(code, grade)| (*grade, ClassOrder::of(code)));
    Ok(rows)
}

/// Above everything that begins with a word.
fn beyond(word: &str) -> String {
    format!("{word}{}", char::MAX)
}

fn last_four(tail: &str) -> String {
    tail.chars().skip(tail.chars().count().saturating_sub(4)).collect()
}
