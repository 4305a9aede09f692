// The thread of commits-child.mjs. As durable as the server: WAL, synchronous=FULL. The server's own copy of libsql.
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

const Database = createRequire(new URL('../../packages/server/package.json', import.meta.url))('libsql')
const db = new Database(workerData.file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec('CREATE TABLE record (row INTEGER PRIMARY KEY, json TEXT NOT NULL)')
const add = db.prepare('INSERT INTO record (json) VALUES (?)')

parentPort.on('message', (texts) => {
  db.exec('BEGIN IMMEDIATE')
  for (const text of texts) add.run(text)
  db.exec('COMMIT')
  parentPort.postMessage(texts.length)
})
parentPort.postMessage(0)
