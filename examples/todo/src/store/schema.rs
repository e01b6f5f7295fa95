//! Creates the tables and indexes that are missing.

use sqlx::AnyConnection;

use super::StoreError;

/// The two databases differ in how they number rows.
fn table(key: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS tasks (
            id {key},
            user_id TEXT NOT NULL,
            title TEXT NOT NULL,
            description TEXT,
            created_at BIGINT NOT NULL,
            completed_at BIGINT
        )"
    )
}

pub(super) async fn create(
    connection: &mut AnyConnection,
    location: &str,
) -> Result<(), StoreError> {
    let key = if super::pool::is_postgres(location) {
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    } else {
        "INTEGER PRIMARY KEY AUTOINCREMENT"
    };
    sqlx::query(sqlx::AssertSqlSafe(table(key))).execute(&mut *connection).await?;
    let index = "CREATE INDEX IF NOT EXISTS tasks_of_user ON tasks (user_id, id)";
    sqlx::query(index).execute(&mut *connection).await?;
    let pending =
        "CREATE INDEX IF NOT EXISTS tasks_pending ON tasks (id) WHERE completed_at IS NULL";
    sqlx::query(pending).execute(&mut *connection).await?;
    Ok(())
}
