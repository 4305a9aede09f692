// The tables; DDL is SQLite's. Times are UTC ms. A key is columns, never joined text: libsql reads TEXT only up to a NUL, and any
// separator can stand in an id. Entities, kinds and sorts of alarms have numbers, because indexes carry them.
//
// Each index that stands in no order of time costs a page per record, so there are few: records of one entity are a chain (`prev`)
// and need no index of their own. Measured with 100 wristbands a commit over 180,000 records: 6.1 ms of CPU with an index on (eid)
// and libsql's defaults, 4.7 with the chain, 4.0 with that, one row for the progress and a checkpoint of the WAL each 16 MB (pages of 4 kB).
// Inserts of 20 or 50 rows a statement won nothing.

export const SCHEMA_VERSION = '2'

export const DDL = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- One row: where the server is. records: those that were ever kept, also where all are forgotten again;
-- forgotten_at, forgotten_ms: the last record that was forgotten, and when it was received.
CREATE TABLE IF NOT EXISTS progress (
  one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL, records INTEGER NOT NULL, promised_ms REAL NOT NULL,
  awake_ms REAL NOT NULL, deaf_until_ms REAL NOT NULL, forgotten_at INTEGER NOT NULL, forgotten_ms REAL NOT NULL);
INSERT OR IGNORE INTO progress VALUES (1, 0, 0, 0, 0, 0, 0, 0);
CREATE TABLE IF NOT EXISTS kind (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS entity (
  eid INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, last_at INTEGER NOT NULL, json TEXT NOT NULL, UNIQUE (kind, id));
-- key: "boot.seq" of a record that has both, else its hash. prev: the record of the entity before it; 0: none.
-- mask: the sorts of data that it carries (record/visibility.ts).
-- held: the properties that became newest by it; null: all that it carries. words: what it said to sampled rules.
CREATE TABLE IF NOT EXISTS record (
  at INTEGER PRIMARY KEY, eid INTEGER NOT NULL, prev INTEGER NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL,
  generation INTEGER NOT NULL, t REAL NOT NULL, n INTEGER NOT NULL, received_ms INTEGER NOT NULL, source TEXT NOT NULL,
  is_timed INTEGER NOT NULL, kind INTEGER NOT NULL, mask INTEGER NOT NULL, held TEXT, words TEXT, json TEXT NOT NULL);
-- The pairs of kind and mask that occur, so that a history asks for no others.
CREATE TABLE IF NOT EXISTS seen (kind INTEGER NOT NULL, mask INTEGER NOT NULL, PRIMARY KEY (kind, mask)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (
  eid INTEGER NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (eid, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (
  eid INTEGER NOT NULL, rule TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (eid, rule)) WITHOUT ROWID;
-- The rules and disclosures of which there was ever an alarm, so that a history reads no others.
CREATE TABLE IF NOT EXISTS sort (
  no INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, is_disclosure INTEGER NOT NULL, UNIQUE (kind, name, is_disclosure));
-- Alarms and disclosures; ended_ms is null while one stands.
CREATE TABLE IF NOT EXISTS alarm (
  id TEXT PRIMARY KEY, sort INTEGER NOT NULL, entity TEXT NOT NULL, entered_ms INTEGER NOT NULL, ended_ms INTEGER,
  json TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarm_log (
  row INTEGER PRIMARY KEY, alarm TEXT NOT NULL, sort INTEGER NOT NULL, entity TEXT NOT NULL, n INTEGER NOT NULL,
  at_ms INTEGER NOT NULL, json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS action (
  row INTEGER PRIMARY KEY, key TEXT NOT NULL, alarm TEXT NOT NULL, at_ms INTEGER NOT NULL, effective INTEGER NOT NULL,
  json TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
  row INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, what TEXT NOT NULL,
  kinds TEXT NOT NULL, subject TEXT);
`

/** Apart from the tables, because a migration fills those first. */
export const INDEXES = `
CREATE INDEX IF NOT EXISTS record_key ON record (eid, key);
CREATE INDEX IF NOT EXISTS record_track ON record (eid, mask, t);
CREATE INDEX IF NOT EXISTS record_seen ON record (kind, mask, t);
CREATE INDEX IF NOT EXISTS alarm_sort ON alarm (sort, ended_ms);
CREATE INDEX IF NOT EXISTS alarm_log_sort ON alarm_log (sort);
CREATE INDEX IF NOT EXISTS alarm_log_at ON alarm_log (at_ms);
CREATE INDEX IF NOT EXISTS alarm_log_of ON alarm_log (alarm);
CREATE INDEX IF NOT EXISTS action_key ON action (key);
CREATE INDEX IF NOT EXISTS action_alarm ON action (alarm);
CREATE INDEX IF NOT EXISTS action_at ON action (at_ms);
`

/** `at`, the cells of a record's row in their order (commit-rows.ts), and what the numbers know. */
export const RECORD_COLUMNS = 'at, key, hash, generation, t, n, received_ms, source, is_timed, held, words, json, eid, prev, kind, mask'
