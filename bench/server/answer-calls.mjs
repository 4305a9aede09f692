// For processes of the bench: answers calls of the parent, one message each, and ends with it.
import { readFileSync } from 'node:fs'

export function answerCalls(calls) {
  process.on('message', async ({ id, call, args }) => {
    try {
      process.send({ id, value: await calls[call](args) })
    } catch (error) {
      process.send({ id, error: error instanceof Error ? error.stack : String(error) })
    }
  })
  process.on('disconnect', () => process.exit())
}

/** What this process has spent since it began, all threads together. */
export function usage() {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss(), peakRssBytes: peakRssBytes() }
}

/** Null where the system does not tell it (it is Linux's). */
function peakRssBytes() {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  } catch {
    return null
  }
}
