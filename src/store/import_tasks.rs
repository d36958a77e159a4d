//! Imports in the browser: the tasks, their files in pieces, and what schools said of their columns.

use super::{StoreError, Tx, scope::Within};
use crate::base::{
    clock::Moment,
    id::{AccountId, BatchId, ImportId, OrgId, PersonId},
};

row! {
    /// A task.
    #[derive(Clone, Debug)]
    pub struct TaskRow {
        /// Its row.
        pub id: ImportId,
        /// Who asked for what is done about it.
        pub account_id: AccountId,
        /// The school that it is for; `None`: the whole sector.
        pub org_id: Option<OrgId>,
        /// The school's code.
        pub school: Option<String>,
        /// `uploading`, `checking`, `review`, `writing`, `done` or `discarded`.
        pub state: String,
        /// What was asked for, sealed.
        pub options: Vec<u8>,
        /// What the last look or write showed, as JSON.
        pub findings: String,
        /// `survey`, `plan` or `write`.
        pub stage: String,
        /// Rows that are done.
        pub rows_done: i64,
        /// Of how many; 0 while nobody knows.
        pub rows_all: i64,
        /// The run that writes or wrote it.
        pub batch_id: Option<BatchId>,
        /// When that run was at its end, or wrote last, unless it is taken back.
        pub written_at: Option<Moment>,
        /// When it was last changed.
        pub updated_at: Moment,
        /// The code under which the log tells why it last failed.
        pub failure: Option<String>,
    }
}

row! {
    /// A task in a list.
    #[derive(Clone, Debug)]
    pub struct ListedRow {
        /// Its row.
        pub id: ImportId,
        /// Who asked for it.
        pub who: String,
        /// The school that it is for.
        pub school: Option<String>,
        /// The school's code.
        pub school_code: Option<String>,
        /// Its first file.
        pub file: Option<String>,
        /// How many files.
        pub files: i64,
        /// `uploading`, `checking`, …
        pub state: String,
        /// 1 while it waits for somebody and its findings begin with why nothing can be imported.
        pub refused: i64,
        /// Rows that are done.
        pub rows_done: i64,
        /// Of how many; 0 while nobody knows.
        pub rows_all: i64,
        /// When it was begun.
        pub created_at: Moment,
    }
}

row! {
    /// How many tasks are not at their end.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct UnderWay {
        /// A node works at them.
        pub running: i64,
        /// They wait for somebody to look them over.
        pub review: i64,
    }
}

row! {
    /// A file of a task.
    #[derive(Clone, Debug)]
    pub struct FileRow {
        /// Its place; -1: the workbook that goes back.
        pub number: i64,
        /// Its name.
        pub name: String,
        /// Its length.
        pub bytes: i64,
    }
}

row! {
    /// Who asked for a task.
    #[derive(Clone, Debug)]
    pub struct AskerRow {
        /// The person.
        pub person_id: PersonId,
        /// The account's state.
        pub state: String,
    }
}

/// A task to be begun.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// Its row.
    pub id: ImportId,
    /// Who asks for it.
    pub account: AccountId,
    /// The school that it is for; `None`: the whole sector.
    pub org: Option<OrgId>,
    /// What is asked for, sealed.
    pub options: Vec<u8>,
    /// Now.
    pub now: Moment,
}

/// A piece of a file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The task.
    pub task: ImportId,
    /// The file's place in it.
    pub file: i64,
    /// The piece's place in the file, from 0.
    pub number: i64,
    /// Sealed.
    pub content: Vec<u8>,
}

/// How often a task is tried that keeps failing.
pub const TRIES: i64 = 6;

/// As [`TRIES`], and a task's state as it is shown.
macro_rules! shown_state {
    () => {
        "CASE WHEN t.state NOT IN ('checking', 'writing', 'undoing') THEN t.state WHEN t.tries >= 6 THEN 'resting'
              WHEN t.paused_at IS NOT NULL THEN 'paused' ELSE t.state END AS state"
    };
}

statements! {
    ADD = "INSERT INTO import_tasks (id, account_id, org_id, state, options, findings, stage, rows_done, rows_all, leased_until,
               created_at, updated_at) VALUES ($1, $2, $3, 'uploading', $4, '{}', 'survey', 0, 0, 0, $5, $5)";
    ADD_FILE = "INSERT INTO import_files (task_id, number, name, bytes) VALUES ($1, $2, $3, $4)
                ON CONFLICT (task_id, number) DO UPDATE SET name = $3, bytes = $4";
    ADD_PIECE = "INSERT INTO import_pieces (task_id, file, number, content) VALUES ($1, $2, $3, $4)";
    FIND = concat!("SELECT t.id, t.account_id, t.org_id, o.code AS school, ", shown_state!(), ", t.options, t.findings, t.stage,
                t.rows_done, t.rows_all, t.batch_id, CASE WHEN t.state IN ('done', 'writing') THEN coalesce(b.finished_at, b.updated_at) END AS written_at, t.updated_at, t.failure
            FROM import_tasks t LEFT JOIN orgs o ON o.id = t.org_id LEFT JOIN import_batches b ON b.id = t.batch_id WHERE t.id = $1 AND t.state <> 'discarded'");
    LIST = concat!(scope_of_roles!(), "SELECT t.id, p.full_name AS who, o.name AS school, o.code AS school_code, f.name AS file, ", shown_state!(), ", t.rows_done, t.rows_all, t.created_at,
                CAST(CASE WHEN t.state = 'review' AND t.findings LIKE '{\"problem\":{%' THEN 1 ELSE 0 END AS BIGINT) AS refused,
                (SELECT count(*) FROM import_files n WHERE n.task_id = t.id AND n.number >= 0) AS files
            FROM import_tasks t JOIN accounts a ON a.id = t.account_id JOIN persons p ON p.id = a.person_id
            LEFT JOIN orgs o ON o.id = t.org_id LEFT JOIN import_files f ON f.task_id = t.id AND f.number = 0
            WHERE t.state <> 'discarded' AND t.state <> 'uploading' AND t.id < $6
              AND ($4 OR t.org_id IN (SELECT org FROM scope)) ORDER BY t.id DESC LIMIT $7");
    UNDER_WAY = concat!(scope_of_roles!(), "SELECT
            (SELECT count(*) FROM import_tasks t WHERE t.state IN ('checking', 'writing', 'undoing')
                AND ($4 OR t.org_id IN (SELECT org FROM scope))) AS running,
            (SELECT count(*) FROM import_tasks t WHERE t.state = 'review' AND ($4 OR t.org_id IN (SELECT org FROM scope))) AS review");
    OPEN_OF = "SELECT count(*) FROM import_tasks WHERE account_id = $1 AND (state IN ('checking', 'review', 'writing') OR state = 'uploading' AND updated_at > $2)";
    FILES = "SELECT number, name, bytes FROM import_files WHERE task_id = $1 ORDER BY number";
    PIECE = "SELECT content FROM import_pieces WHERE task_id = $1 AND file = $2 AND number = $3";
    TURN = "UPDATE import_tasks SET state = $3, options = $4, stage = 'survey', rows_done = 0, rows_all = 0, leased_until = 0,
                tries = 0, paused_at = NULL, updated_at = $5, account_id = coalesce($6, account_id) WHERE id = $1 AND state = $2";
    BEGAN = "UPDATE import_tasks SET batch_id = $2 WHERE id = $1";
    STOP = "UPDATE import_tasks SET findings = $3, paused_at = $4, leased_until = 0, updated_at = $4
            WHERE id = $1 AND state = $2 AND paused_at IS NULL";
    DISCARD = "UPDATE import_tasks SET state = 'discarded', updated_at = $2
               WHERE id = $1 AND batch_id IS NULL AND (state IN ('uploading', 'review') OR state = 'checking' AND (tries >= 6 OR paused_at IS NOT NULL))";
    FAIL = "UPDATE import_tasks SET tries = tries + 1, failure = $2, leased_until = $3, updated_at = $4
            WHERE id = $1 AND state IN ('checking', 'writing', 'undoing')";
    TRIED = "SELECT tries FROM import_tasks WHERE id = $1";
    RETRY = "UPDATE import_tasks SET tries = 0, leased_until = 0, updated_at = $2, account_id = coalesce($3, account_id)
             WHERE id = $1 AND tries >= 6";
    PAUSE = "UPDATE import_tasks SET paused_at = $2, updated_at = $2
             WHERE id = $1 AND state IN ('checking', 'writing', 'undoing') AND paused_at IS NULL AND tries < 6";
    GO_ON = "UPDATE import_tasks SET paused_at = NULL, updated_at = $2, account_id = coalesce($3, account_id)
             WHERE id = $1 AND paused_at IS NOT NULL";
    LEASE = "UPDATE import_tasks SET leased_until = $2 WHERE id = (SELECT id FROM import_tasks
                 WHERE state IN ('checking', 'writing', 'undoing') AND leased_until <= $1 AND tries < 6 AND paused_at IS NULL ORDER BY leased_until, id LIMIT 1)
             AND leased_until <= $1 RETURNING id";
    PROGRESS = "UPDATE import_tasks SET stage = $2, rows_done = $3, rows_all = $4, leased_until = $5, updated_at = $6
                WHERE id = $1 AND state IN ('checking', 'writing', 'undoing') AND paused_at IS NULL AND leased_until > $6";
    LET_GO = "UPDATE import_tasks SET leased_until = $2 WHERE id = $1 AND state IN ('checking', 'writing', 'undoing')";
    ENDED = "UPDATE import_tasks SET state = $3, findings = $4, batch_id = coalesce($5, batch_id), rows_done = coalesce(nullif($7, 0), rows_done),
                                     rows_all = coalesce(nullif($8, 0), rows_all), leased_until = 0, tries = 0,
                                     paused_at = NULL, updated_at = $6 WHERE id = $1 AND state = $2";
    DROP_PIECES = "DELETE FROM import_pieces WHERE task_id = $1 AND file >= $2 AND file <= $3";
    DROP_FILES = "DELETE FROM import_files WHERE task_id = $1";
    TO_PURGE = "SELECT id FROM import_tasks WHERE updated_at < $1 AND leased_until < $1 ORDER BY updated_at LIMIT 20";
    DROP = "DELETE FROM import_tasks WHERE id = $1";
    ASKER = "SELECT person_id, state FROM accounts WHERE id = $1";
    TITLES = "SELECT titles FROM import_titles WHERE place = $1";
    KEEP_TITLES = "INSERT INTO import_titles (place, titles, updated_at) VALUES ($1, $2, $3)
                   ON CONFLICT (place) DO UPDATE SET titles = $2, updated_at = $3";
}

/// Begins a task; its files follow.
pub async fn add(tx: &mut Tx, new: &NewTask) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD).bind(new.id).bind(new.account).bind(new.org).bind(new.options.as_slice()).bind(new.now))
        .map(drop)
}

/// Names a file of a task, or says how long it has become.
pub async fn add_file(tx: &mut Tx, task: ImportId, file: &FileRow) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(ADD_FILE).bind(task).bind(file.number).bind(file.name.as_str()).bind(file.bytes)).map(drop)
}

/// Adds a piece of a file.
pub async fn add_piece(tx: &mut Tx, piece: &Piece) -> Result<(), StoreError> {
    let Piece { task, file, number, content } = piece;
    on_db!(tx, sqlx::query(ADD_PIECE).bind(*task).bind(*file).bind(*number).bind(content.as_slice())).map(drop)
}

/// A task that was not thrown away.
pub async fn find(tx: &mut Tx, id: ImportId) -> Result<Option<TaskRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(id).fetch_optional(&mut *c))
}

/// The scope's tasks, the newest first, begun before `before`.
pub async fn list(tx: &mut Tx, within: &Within, before: ImportId, most: i64) -> Result<Vec<ListedRow>, StoreError> {
    let Within { scope, roles } = within;
    on_db!(tx, c => sqlx::query_as(LIST)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(roles.as_str()).bind(before).bind(most)
        .fetch_all(&mut *c))
}

/// How many of the scope's tasks are not at their end.
pub async fn under_way(tx: &mut Tx, within: &Within) -> Result<UnderWay, StoreError> {
    let Within { scope, roles } = within;
    on_db!(tx, c => sqlx::query_as(UNDER_WAY)
        .bind(scope.account).bind(scope.org).bind(scope.today).bind(scope.whole).bind(roles.as_str()).fetch_one(&mut *c))
}

/// How many tasks of somebody are not at their end; of those that are still being sent, those begun after a moment.
pub async fn open_of(tx: &mut Tx, account: AccountId, after: Moment) -> Result<i64, StoreError> {
    let row: (i64,) = on_db!(tx, c => sqlx::query_as(OPEN_OF).bind(account).bind(after).fetch_one(&mut *c))?;
    Ok(row.0)
}

/// A task's files, in order; the workbook that goes back first.
pub async fn files(tx: &mut Tx, task: ImportId) -> Result<Vec<FileRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FILES).bind(task).fetch_all(&mut *c))
}

/// A piece of a file, sealed; nothing after the last.
pub async fn piece(tx: &mut Tx, (task, file, number): (ImportId, i64, i64)) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> =
        on_db!(tx, c => sqlx::query_as(PIECE).bind(task).bind(file).bind(number).fetch_optional(&mut *c))?;
    Ok(row.map(|(content,)| content))
}

/// From one state to another in which a node has work to do, with what is asked for, and by whom; false when it is in
/// another state.
pub async fn turn(
    tx: &mut Tx,
    (task, from, to): (ImportId, &str, &str),
    (options, by): (&[u8], Option<AccountId>),
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(TURN).bind(task).bind(from).bind(to).bind(options).bind(now).bind(by))? == 1)
}

/// A run has begun to write it.
pub async fn began(tx: &mut Tx, task: ImportId, batch: BatchId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(BEGAN).bind(task).bind(batch)).map(drop)
}

/// Stops a task for now, for what the findings tell; false when somebody else did, or it is in another state.
pub async fn stop(
    tx: &mut Tx,
    (task, state): (ImportId, &str),
    findings: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(STOP).bind(task).bind(state).bind(findings).bind(now))? == 1)
}

/// Throws a task away that wrote nothing; false when it is in another state.
pub async fn discard(tx: &mut Tx, task: ImportId, now: Moment) -> Result<bool, StoreError> {
    let done = on_db!(tx, sqlx::query(DISCARD).bind(task).bind(now))? == 1;
    if done {
        on_db!(tx, sqlx::query(DROP_PIECES).bind(task).bind(-1_i64).bind(i64::MAX))?;
    }
    Ok(done)
}

/// Takes a task that nobody works at.
pub async fn lease(tx: &mut Tx, now: Moment, until: Moment) -> Result<Option<ImportId>, StoreError> {
    let row: Option<(ImportId,)> =
        on_db!(tx, c => sqlx::query_as(LEASE).bind(now).bind(until).fetch_optional(&mut *c))?;
    Ok(row.map(|(id,)| id))
}

/// Stops a task that a node works at, or would; false when none does, or it is stopped.
pub async fn pause(tx: &mut Tx, task: ImportId, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(PAUSE).bind(task).bind(now))? == 1)
}

/// Lets a task go on that was stopped; false when it was not.
pub async fn go_on(tx: &mut Tx, task: ImportId, by: Option<AccountId>, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(GO_ON).bind(task).bind(now).bind(by))? == 1)
}

/// How far a task is, and until when it is held; false when somebody stopped it, or it is not held any more: what was let go
/// a moment ago is anybody's.
pub async fn progress(
    tx: &mut Tx,
    (task, stage): (ImportId, &str),
    (done, all): (i64, i64),
    (now, until): (Moment, Moment),
) -> Result<bool, StoreError> {
    let told = on_db!(tx, sqlx::query(PROGRESS).bind(task).bind(stage).bind(done).bind(all).bind(until).bind(now));
    Ok(told? == 1)
}

/// Lets a task go that was not done, to be taken again from a moment on.
pub async fn let_go(tx: &mut Tx, task: ImportId, from: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(LET_GO).bind(task).bind(from)).map(drop)
}

/// Something came in the way of a task, of which the log tells under a code; it is tried again from a moment on, unless it
/// was tried too often.
pub async fn fail(
    tx: &mut Tx,
    (task, code): (ImportId, &str),
    (from, now): (Moment, Moment),
) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FAIL).bind(task).bind(code).bind(from).bind(now)).map(drop)
}

/// How often something came in the way of a task.
pub async fn tried(tx: &mut Tx, task: ImportId) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = on_db!(tx, c => sqlx::query_as(TRIED).bind(task).fetch_optional(&mut *c))?;
    Ok(row.map_or(0, |(tries,)| tries))
}

/// Has a task tried again that rests; false when it does not.
pub async fn retry(tx: &mut Tx, task: ImportId, by: Option<AccountId>, now: Moment) -> Result<bool, StoreError> {
    Ok(on_db!(tx, sqlx::query(RETRY).bind(task).bind(now).bind(by))? == 1)
}

/// Removes a task and its files: an upload that was refused leaves nothing.
pub async fn remove(tx: &mut Tx, task: ImportId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(DROP_PIECES).bind(task).bind(-1_i64).bind(i64::MAX))?;
    on_db!(tx, sqlx::query(DROP_FILES).bind(task))?;
    on_db!(tx, sqlx::query(DROP).bind(task)).map(drop)
}

/// What came of a look or a write, and of how many rows (0: of as many as was told before); false when somebody else ended it.
pub async fn ended(
    tx: &mut Tx,
    (task, from, to): (ImportId, &str, &str),
    (findings, (done, all), batch): (&str, (i64, i64), Option<BatchId>),
    now: Moment,
) -> Result<bool, StoreError> {
    let ended = on_db!(
        tx,
        sqlx::query(ENDED).bind(task).bind(from).bind(to).bind(findings).bind(batch).bind(now).bind(done).bind(all)
    );
    Ok(ended? == 1)
}

/// Drops the workbook that goes back; another takes its place.
pub async fn drop_result(tx: &mut Tx, task: ImportId) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(DROP_PIECES).bind(task).bind(-1_i64).bind(-1_i64)).map(drop)
}

/// Removes tasks that nobody has touched since; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    let old: Vec<(ImportId,)> = on_db!(tx, c => sqlx::query_as(TO_PURGE).bind(before).fetch_all(&mut *c))?;
    for (task,) in &old {
        remove(tx, *task).await?;
    }
    Ok(old.len() as u64)
}

/// Who has an account.
pub async fn asker(tx: &mut Tx, account: AccountId) -> Result<Option<AskerRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(ASKER).bind(account).fetch_optional(&mut *c))
}

/// What was said of the columns of a place's files, as JSON.
pub async fn titles(tx: &mut Tx, place: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = on_db!(tx, c => sqlx::query_as(TITLES).bind(place).fetch_optional(&mut *c))?;
    Ok(row.map(|(titles,)| titles))
}

/// Remembers it.
pub async fn keep_titles(tx: &mut Tx, place: &str, titles: &str, now: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(KEEP_TITLES).bind(place).bind(titles).bind(now)).map(drop)
}
