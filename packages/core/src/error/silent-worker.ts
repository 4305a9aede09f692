// A browser may kill a worker without a word, when memory is short. One that falls silent is asked whether it lives, from its
// first word on: until then it is being loaded, which takes as long as the network does.

/** How often it is looked whether the worker said anything. */
export const LOOK_MS = 15_000
/** Looks in a row that heard nothing, the first of which asked: then the worker is dead. Looks, not ms: a page that slept looked at nothing. */
export const SILENT_LOOKS = 3

export interface SilencePorts {
  /** Asks for a word. */
  readonly ask: () => void
  /** It gave none; told once. */
  readonly dead: () => void
  /** Whether anything is expected of it: whoever has nothing to do may be silent. Default: always. */
  readonly isBusy?: () => boolean
}

export interface SilenceWatch {
  /** It said something. */
  heard(): void
  end(): void
}

export function watchSilence({ ask, dead, isBusy = () => true }: SilencePorts): SilenceWatch {
  /** Looks since its last word; null: it has not spoken yet. */
  let silent: number | null = null
  const looking = setInterval(() => {
    if (silent === null) return
    silent = isBusy() ? silent + 1 : 0
    if (silent === 1) ask()
    else if (silent >= SILENT_LOOKS) {
      end()
      dead()
    }
  }, LOOK_MS)
  const end = () => clearInterval(looking)
  return {
    heard() {
      silent = 0
    },
    end,
  }
}
