//! Every statement is accepted by both databases: names of tables and columns, syntax, and functions exist in each.

use sqlx::{Connection as _, Executor as _, PgConnection, SqlSafeStr as _, SqliteConnection};

use crate::support::database::{Backend, Database};

both! {
    async fn every_statement_can_be_prepared(database: Database) {
        let mut refused = Vec::new();
        match database.backend() {
            Backend::Sqlite => {
                let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
                for (file, name, sql) in phuong::store::statements() {
                    if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                        refused.push(format!("store/{file}.rs {name}: {e}"));
                    }
                }
            }
            Backend::Postgres => {
                let mut connection = PgConnection::connect(database.url()).await.unwrap();
                for (file, name, sql) in phuong::store::statements() {
                    if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                        refused.push(format!("store/{file}.rs {name}: {e}"));
                    }
                }
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}
