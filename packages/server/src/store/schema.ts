// The tables; DDL is SQLite's. Times are UTC ms. A key is columns, never joined text: libsql reads TEXT only up to a NUL, and any
// separator can stand in an id. Entities and kinds have numbers, because four indexes of a record carry them.

export const SCHEMA_VERSION = '2'

export const DDL = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kind (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS entity (
  eid INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (kind, id));
-- key: "boot.seq" of a record that has both, else its hash. mask: the sorts of data that it carries (record/visibility.ts).
-- held: the properties that became newest by it; null: all that it carries. words: what it said to sampled rules.
CREATE TABLE IF NOT EXISTS record (
  at INTEGER PRIMARY KEY, eid INTEGER NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, generation INTEGER NOT NULL,
  t REAL NOT NULL, n INTEGER NOT NULL, received_ms INTEGER NOT NULL, source TEXT NOT NULL, is_timed INTEGER NOT NULL,
  kind INTEGER NOT NULL, mask INTEGER NOT NULL, held TEXT, words TEXT, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS record_key ON record (eid, key);
CREATE INDEX IF NOT EXISTS record_track ON record (eid, t);
CREATE INDEX IF NOT EXISTS record_of ON record (eid);
CREATE INDEX IF NOT EXISTS record_seen ON record (kind, mask, t);
-- The pairs of kind and mask that occur, so that a history asks for no others.
CREATE TABLE IF NOT EXISTS seen (kind INTEGER NOT NULL, mask INTEGER NOT NULL, PRIMARY KEY (kind, mask)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (
  eid INTEGER NOT NULL, at INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (eid, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (
  eid INTEGER NOT NULL, rule TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (eid, rule)) WITHOUT ROWID;
-- Alarms and disclosures; ended_ms is null while one stands.
CREATE TABLE IF NOT EXISTS alarm (
  id TEXT PRIMARY KEY, is_disclosure INTEGER NOT NULL, entered_ms INTEGER NOT NULL, ended_ms INTEGER, json TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alarm_ended ON alarm (ended_ms);
CREATE TABLE IF NOT EXISTS alarm_log (
  row INTEGER PRIMARY KEY, alarm TEXT NOT NULL, n INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL, entity TEXT NOT NULL, is_disclosure INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS alarm_log_n ON alarm_log (n);
CREATE INDEX IF NOT EXISTS alarm_log_at ON alarm_log (at_ms);
CREATE INDEX IF NOT EXISTS alarm_log_of ON alarm_log (alarm);
CREATE TABLE IF NOT EXISTS action (
  row INTEGER PRIMARY KEY, key TEXT NOT NULL, alarm TEXT NOT NULL, by TEXT NOT NULL, at_ms INTEGER NOT NULL,
  effective INTEGER NOT NULL, json TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS action_key ON action (key);
CREATE INDEX IF NOT EXISTS action_alarm ON action (alarm);
CREATE TABLE IF NOT EXISTS audit (
  row INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, role TEXT NOT NULL, what TEXT NOT NULL,
  kinds TEXT NOT NULL, subject TEXT);
`
