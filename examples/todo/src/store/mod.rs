//! Stores tasks in SQLite or PostgreSQL.

mod pool;
mod schema;

use goldsignal::{Fault, observed, saturation};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::api::{NewTask, Task, TaskChange};
use pool::Pool;

/// The tasks of all users.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Pool,
}

/// The database failed. The message goes to the log, not to clients.
#[derive(Debug, thiserror::Error, Fault)]
pub enum StoreError {
    /// No connection became free in time.
    #[error("no connection became free in time")]
    #[fault(status = 503, error_type = "pool_timeout")]
    PoolTimeout,
    /// The database cannot be reached, or refuses.
    #[error(transparent)]
    #[fault(status = 503, error_type = "database")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::PoolTimeout,
            other => Self::Database(other),
        }
    }
}

/// The result of completing a task.
#[derive(Debug)]
pub enum Completion {
    /// It is completed now.
    Completed(Task),
    /// It was completed before.
    AlreadyCompleted,
    /// There is none.
    NotFound,
}

const COLUMNS: &str = "id, title, description, created_at, completed_at";

impl Store {
    /// Opens the database at `location`: a `postgres://` URL, or the path of a SQLite file, which is
    /// created where there is none.
    ///
    /// # Errors
    /// When it cannot be reached, read or written.
    pub async fn open(location: &str) -> Result<Self, StoreError> {
        let pool = Pool::open(location).await?;
        schema::create(&mut *pool.acquire().await?, location).await?;
        Ok(Self { pool })
    }

    /// The pool, for its metrics.
    pub(crate) fn pool(&self) -> impl saturation::pool::Pool {
        self.pool.clone()
    }

    /// What OpenTelemetry calls the database.
    fn system(&self) -> &'static str {
        self.pool.system()
    }

    /// Runs an empty query, to check that the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&mut *self.pool.acquire().await?).await?;
        Ok(())
    }

    /// Acquires all connections, so that other callers wait until they are dropped.
    #[cfg(test)]
    pub(crate) async fn all_connections(&self) -> Result<Vec<impl Sized>, StoreError> {
        let mut all = Vec::new();
        for _ in 0..pool::MAX_CONNECTIONS {
            all.push(self.pool.acquire().await?);
        }
        Ok(all)
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Adds a task.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "INSERT"))]
    pub async fn create(&self, user: &str, task: &NewTask) -> Result<Task, StoreError> {
        let sql = format!(
            "INSERT INTO tasks (user_id, title, description, created_at) \
             VALUES ($1, $2, $3, $4) RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(user)
            .bind(task.title.trim())
            .bind(task.description.as_deref())
            .bind(now())
            .fetch_one(&mut *self.pool.acquire().await?)
            .await?;
        read(&row)
    }

    /// The tasks of a user, the newest first, 100 at most; with a `search` those whose title or description contains that
    /// text, whatever its case.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "SELECT"))]
    pub async fn list(&self, user: &str, search: Option<&str>) -> Result<Vec<Task>, StoreError> {
        let filter = search.map_or("", |_| {
            "AND (LOWER(title) LIKE LOWER($2) ESCAPE '!' OR LOWER(description) LIKE LOWER($2) ESCAPE '!')"
        });
        let sql = format!(
            "SELECT {COLUMNS} FROM tasks WHERE user_id = $1 {filter} ORDER BY id DESC LIMIT 100"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(user);
        if let Some(text) = search {
            query = query.bind(containing(text));
        }
        let rows = query.fetch_all(&mut *self.pool.acquire().await?).await?;
        rows.iter().map(read).collect()
    }

    /// One task of a user.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "SELECT"))]
    pub async fn read(&self, user: &str, id: i64) -> Result<Option<Task>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM tasks WHERE user_id = $1 AND id = $2");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(user)
            .bind(id)
            .fetch_optional(&mut *self.pool.acquire().await?)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes the fields that `change` contains.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "UPDATE"))]
    pub async fn update(
        &self,
        user: &str,
        id: i64,
        change: &TaskChange,
    ) -> Result<Option<Task>, StoreError> {
        let sql = format!(
            "UPDATE tasks SET title = COALESCE($1, title), \
             description = COALESCE($2, description) \
             WHERE user_id = $3 AND id = $4 RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(change.title.as_deref().map(str::trim))
            .bind(change.description.as_deref())
            .bind(user)
            .bind(id)
            .fetch_optional(&mut *self.pool.acquire().await?)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Deletes a task. Tells whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "DELETE"))]
    pub async fn delete(&self, user: &str, id: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM tasks WHERE user_id = $1 AND id = $2")
            .bind(user)
            .bind(id)
            .execute(&mut *self.pool.acquire().await?)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Completes a task once. Of two concurrent calls, one returns [`Completion::AlreadyCompleted`].
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "UPDATE"))]
    pub async fn complete(&self, user: &str, id: i64) -> Result<Completion, StoreError> {
        let sql = format!(
            "UPDATE tasks SET completed_at = $1 \
             WHERE user_id = $2 AND id = $3 AND completed_at IS NULL RETURNING {COLUMNS}"
        );
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(now())
            .bind(user)
            .bind(id)
            .fetch_optional(&mut *self.pool.acquire().await?)
            .await?;
        match row {
            Some(row) => Ok(Completion::Completed(read(&row)?)),
            None if self.read(user, id).await?.is_some() => Ok(Completion::AlreadyCompleted),
            None => Ok(Completion::NotFound),
        }
    }

    /// How many tasks of all users are pending.
    ///
    /// # Errors
    /// When the database fails.
    #[observed(level = debug, fields(db.system.name = self.system(), db.operation.name = "SELECT"))]
    pub async fn count_pending(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM tasks WHERE completed_at IS NULL")
            .fetch_one(&mut *self.pool.acquire().await?)
            .await?;
        Ok(row.try_get(0)?)
    }
}

/// The pattern of `LIKE` for what contains `text`.
fn containing(text: &str) -> String {
    let escaped: String = text
        .chars()
        .flat_map(|c| matches!(c, '!' | '%' | '_').then_some('!').into_iter().chain([c]))
        .collect();
    format!("%{escaped}%")
}

fn read(row: &AnyRow) -> Result<Task, StoreError> {
    let completed_at: Option<i64> = row.try_get("completed_at")?;
    Ok(Task {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        description: row.try_get("description")?,
        completed: completed_at.is_some(),
        created_at: row.try_get("created_at")?,
        completed_at,
    })
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
