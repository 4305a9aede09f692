// The table and the list of survivors that `npm run mutate` ends with.

/** Below this share of killed mutants, a room fails the run. */
export const LEAST_PERCENT = 85

const MOST_SHOWN = 400
const short = (text) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)

export const survivorLine = ({ file, line, from, to }) => `survived ${file}:${line}\n  - ${short(from)}\n  + ${short(to)}`

/**
 * @param rooms `{ room, of, mutants }`: `of` is how many mutants the room holds, `mutants` those that were chosen, each with its `outcome`
 * @returns the lines of a Markdown table, and whether each room reaches LEAST_PERCENT. A mutant that ran out of time counts
 *   as killed, an ignored one does not count.
 */
export function rowsOf(rooms) {
  let isEnough = true
  const lines = ['| room | mutants | chosen | killed | survived | timed out | ignored | % |', '|---|--:|--:|--:|--:|--:|--:|--:|']
  for (const { room, of, mutants } of rooms) {
    const count = (outcome) => mutants.filter((mutant) => mutant.outcome === outcome).length
    const [killed, survived, timedOut, ignored] = ['killed', 'survived', 'timed out', 'ignored'].map(count)
    const counted = killed + survived + timedOut
    const percent = counted === 0 ? 100 : (100 * (killed + timedOut)) / counted
    if (percent < LEAST_PERCENT) isEnough = false
    lines.push(
      `| ${room} | ${of} | ${mutants.length} | ${killed} | ${survived} | ${timedOut} | ${ignored} | ${(Math.floor(percent * 10) / 10).toFixed(1)} |`,
    )
  }
  return { lines, isEnough }
}
