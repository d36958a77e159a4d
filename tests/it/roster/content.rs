//! What a database holds of a sector, in words: without row ids and instants, so that two databases can be compared.

use phuong::{
    on_db,
    store::{Store, StoreError, Tx},
};

/// Everything an import writes, one fact a line, sorted.
pub(crate) async fn content(store: &Store) -> Vec<String> {
    let mut facts = Vec::new();
    for (what, sql) in FACTS {
        let found = rows(store, sql).await.unwrap();
        facts.extend(found.into_iter().map(|fact| format!("{what} {fact}")));
    }
    facts.sort();
    facts
}

/// The facts of one kind.
pub(super) async fn facts(store: &Store, what: &str) -> Vec<String> {
    let (_, sql) = FACTS.iter().find(|(kind, _)| *kind == what).unwrap_or_else(|| panic!("no facts of {what}"));
    let mut found = rows(store, sql).await.unwrap();
    found.sort();
    found
}

/// One column of text.
pub(crate) async fn rows(store: &Store, sql: &'static str) -> Result<Vec<String>, StoreError> {
    let ask = async |tx: &mut Tx, sql: &&'static str| {
        let rows: Vec<(String,)> = on_db!(tx, c => sqlx::query_as(*sql).fetch_all(&mut *c))?;
        Ok(rows.into_iter().map(|(text,)| text).collect())
    };
    store.read(sql, ask).await
}

/// A person is called by the sector ID; temporary ones depend on the server's key and are told by the name.
macro_rules! who {
    ($person:literal) => {
        concat!(
            "(SELECT coalesce(min(CASE i.type WHEN 'moet' THEN i.value WHEN 'temp' THEN 'TAM ' || pp.full_name END), '?') ",
            "FROM identifiers i JOIN persons pp ON pp.id = i.person_id ",
            "WHERE i.person_id = ",
            $person,
            " AND i.type IN ('moet', 'temp') AND i.status <> 'superseded')"
        )
    };
}

const FACTS: &[(&str, &str)] = &[
    (
        "org",
        "SELECT o.kind || ' ' || coalesce(o.code, '-') || ' ' || o.name || ' [' || o.levels || '] ' || o.status FROM orgs o",
    ),
    (
        "edge",
        "SELECT coalesce(c.code, c.name) || ' -' || e.kind || '-> ' || coalesce(p.code, p.name) || ' ' || e.valid_from || '..'
                || coalesce(e.valid_to, '') FROM org_edges e JOIN orgs c ON c.id = e.child JOIN orgs p ON p.id = e.parent",
    ),
    ("year", "SELECT code || ' ' || starts_on || ' ' || ends_on FROM school_years"),
    (
        "class",
        "SELECT o.code || ' ' || y.year || ' ' || y.code || ' ' || coalesce(CAST(y.grade AS TEXT), '-') || ' after '
                || coalesce((SELECT min(b.code || ' ' || b.year) FROM class_years b
                             WHERE b.lineage_id = y.lineage_id AND b.year < y.year), '-')
         FROM class_years y JOIN orgs o ON o.id = y.org_id",
    ),
    (
        "person",
        concat!(
            "SELECT ",
            who!("p.id"),
            " || ' ' || p.full_name || ' (' || p.given_name || ') ' || coalesce(p.birth_date, '-') || ' ' || coalesce(p.sex, '-')
             || ' ' || p.search_key FROM persons p"
        ),
    ),
    (
        "transfer",
        concat!(
            "SELECT ",
            who!("t.person_id"),
            " || ' ' || f.code || ' > ' || o.code || ' ' || t.state
             FROM transfers t JOIN orgs f ON f.id = t.from_org JOIN orgs o ON o.id = t.to_org"
        ),
    ),
    ("word", concat!("SELECT ", who!("w.person_id"), " || ' ' || w.word FROM person_words w")),
    ("identifier", concat!("SELECT ", who!("n.person_id"), " || ' ' || n.type || ' ' || n.status FROM identifiers n")),
    (
        "contact",
        concat!("SELECT ", who!("c.person_id"), " || ' ' || c.kind || ' ' || c.value || ' ' || c.source FROM contacts c"),
    ),
    (
        "affiliation",
        concat!(
            "SELECT ",
            who!("a.person_id"),
            " || ' ' || a.role || '@' || o.code || ' ' || a.status || CASE WHEN a.is_primary THEN ' primary' ELSE '' END
             || CASE WHEN a.exempt THEN ' exempt' ELSE '' END || ' ' || a.valid_from || '..' || coalesce(a.valid_to, '')
             || coalesce(' ' || a.end_reason, '') FROM affiliations a JOIN orgs o ON o.id = a.org_id"
        ),
    ),
    (
        "seat",
        concat!(
            "SELECT ",
            who!("a.person_id"),
            " || ' ' || e.function || CASE e.subject WHEN '' THEN '' ELSE '(' || e.subject || ')' END || ' ' || o.code || ' '
             || y.year || ' ' || y.code || ' ' || e.valid_from || '..' || coalesce(e.valid_to, '')
             FROM enrolments e JOIN affiliations a ON a.id = e.affiliation_id JOIN class_years y ON y.id = e.class_id
             JOIN orgs o ON o.id = y.org_id"
        ),
    ),
    (
        "account",
        concat!(
            "SELECT ",
            who!("a.person_id"),
            " || ' ' || a.state || ' ' || CAST(a.activation_issue AS TEXT) FROM accounts a"
        ),
    ),
    (
        "name",
        concat!(
            "SELECT ",
            who!("a.person_id"),
            " || ' ' || n.kind || CASE WHEN n.name LIKE 'tam-%' THEN ' tam' ELSE ' ' || n.name END
             FROM sign_in_names n JOIN accounts a ON a.id = n.account_id"
        ),
    ),
];
