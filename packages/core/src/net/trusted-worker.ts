// A page with `require-trusted-types-for 'script'` refuses a worker whose address is a plain string or URL, and bundlers follow only
// the literal `new Worker(new URL('./x.js', import.meta.url))`. So the literal stays, and runs **here**: for its one synchronous
// moment the page's `Worker` is one that passes the address through our policy, which the page allows by
// `trusted-types lit-html twinmap`. Shadowing the name instead lost: webpack follows only the global one.
import { TwinError } from '../error/twin-error.ts'

interface Policy {
  createScriptURL(url: string): unknown
}
interface TrustedTypes {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): Policy
}
const POLICY = 'twinmap'

/** `refused`: the page names the policies that it allows, and ours is not among them. */
let policy: Policy | 'refused' | undefined

function policyOf(types: TrustedTypes): Policy | 'refused' {
  try {
    return types.createPolicy(POLICY, {
      createScriptURL(url) {
        const { origin } = new URL(url, location.href)
        if (origin === location.origin) return url
        throw new TypeError(`${origin} is not the origin of this page, and a worker of another is refused`)
      },
    })
  } catch {
    return 'refused'
  }
}

/**
 * Starts workers that the page's Trusted Types allow.
 *
 * @param start - starts them at once, each by a literal `new Worker(new URL('./x.js', import.meta.url), …)`.
 * @throws TwinError `worker-lost`: the page requires Trusted Types, and does not allow our policy.
 * @example
 * trustedWorker(() => new Worker(new URL('./twin-worker.js', import.meta.url), { type: 'module' }))
 */
export function trustedWorker<W>(start: () => W): W {
  const types = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes
  const of = Object.getOwnPropertyDescriptor(globalThis, 'Worker')
  if (types === undefined || of?.configurable !== true) return start()
  policy ??= policyOf(types)
  if (policy === 'refused') return startUntrusted(start)
  const { createScriptURL } = bound(policy)
  const Real = globalThis.Worker
  function Trusted(url: string | URL, options?: WorkerOptions): Worker {
    return new Real(createScriptURL(String(url)) as string, options)
  }
  Object.defineProperty(globalThis, 'Worker', { ...of, value: Trusted })
  try {
    return start()
  } finally {
    Object.defineProperty(globalThis, 'Worker', of)
  }
}

const bound = (of: Policy) => ({ createScriptURL: (url: string) => of.createScriptURL(url) })

function startUntrusted<W>(start: () => W): W {
  try {
    return start()
  } catch (cause) {
    const sentence = `the page's policy for Trusted Types refuses the worker; add "${POLICY}" to its trusted-types directive`
    throw new TwinError('worker-lost', sentence, { policy: POLICY }, { cause })
  }
}
