//! The two schemas are twins: the same tables, columns and indexes, whichever database holds them.

use std::collections::BTreeSet;

use sqlx::{Connection as _, PgConnection, SqliteConnection};

use crate::support::database::{Backend, Database};

/// Table, column, kind as SQLite names it, whether it may be NULL.
const SQLITE_COLUMNS: &str = "
    SELECT t.name, c.name, c.type, c.\"notnull\" = 0 AND c.pk = 0
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT IN ('_sqlx_migrations', 'sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')";
const POSTGRES_COLUMNS: &str = "
    SELECT table_name::text, column_name::text,
           CASE data_type WHEN 'uuid' THEN 'BLOB' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT'
                          WHEN 'bigint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER' WHEN 'smallint' THEN 'INTEGER'
                          WHEN 'boolean' THEN 'INTEGER' WHEN 'double precision' THEN 'REAL' ELSE data_type::text END,
           is_nullable = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";

/// Table, index, its columns in order, whether it is unique; those that we named ourselves.
const SQLITE_INDEXES: &str = "
    SELECT t.name, i.name, (SELECT group_concat(coalesce(name, '(expression)'), ',' ORDER BY seqno) FROM pragma_index_info(i.name)),
           i.\"unique\" = 1
    FROM sqlite_master t JOIN pragma_index_list(t.name) i
    WHERE t.type = 'table' AND i.origin = 'c'";
const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text, i.relname::text,
           (SELECT string_agg(coalesce(a.attname::text, '(expression)'), ',' ORDER BY k.place)
            FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (number, place)
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0),
           x.indisunique
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = 'public' AND t.relname <> '_sqlx_migrations'
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u'))";

type Fact = (String, String, String, bool);

#[tokio::test]
async fn both_databases_have_the_same_columns_and_indexes() {
    let Some(postgres) = Database::on(Backend::Postgres).await else { return };
    let sqlite = Database::on(Backend::Sqlite).await.unwrap();
    let mut pg = PgConnection::connect(postgres.url()).await.unwrap();
    let mut lite = SqliteConnection::connect(sqlite.url()).await.unwrap();
    for (on_sqlite, on_postgres) in [(SQLITE_COLUMNS, POSTGRES_COLUMNS), (SQLITE_INDEXES, POSTGRES_INDEXES)] {
        let ours: Vec<Fact> = sqlx::query_as(on_sqlite).fetch_all(&mut lite).await.unwrap();
        let theirs: Vec<Fact> = sqlx::query_as(on_postgres).fetch_all(&mut pg).await.unwrap();
        assert!(!ours.is_empty());
        let (ours, theirs): (BTreeSet<_>, BTreeSet<_>) = (ours.into_iter().collect(), theirs.into_iter().collect());
        let only_sqlite: Vec<_> = ours.difference(&theirs).collect();
        let only_postgres: Vec<_> = theirs.difference(&ours).collect();
        assert!(
            only_sqlite.is_empty() && only_postgres.is_empty(),
            "only SQLite has {only_sqlite:#?}, only PostgreSQL {only_postgres:#?}"
        );
    }
}

both! {
    async fn a_fresh_database_needs_no_migration_and_migrating_it_again_changes_nothing(database: Database) {
        let store = database.open(2).await;
        assert_eq!(store.migration_state().await.unwrap(), phuong::store::MigrationState::Current);
        store.migrate().await.unwrap();
        assert_eq!(store.migration_state().await.unwrap(), phuong::store::MigrationState::Current);
    }
}
