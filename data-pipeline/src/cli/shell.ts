// What a command knows of the process it runs in; tests hand in their own.

export interface Shell {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether `err` is a terminal. */
  readonly isTerminal: boolean
  readonly columns: number
  readonly signal: AbortSignal
}
