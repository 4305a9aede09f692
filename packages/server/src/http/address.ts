// Whose request it is, behind the proxies of a portal.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** A request or an upgrade: what of it tells the address. */
export type Addressed = Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }

/**
 * Tells the address of a client. `X-Forwarded-For` is believed only from a trusted proxy, and read from its end, because each
 * proxy adds the address that it saw and whatever stands before may have been written by the client itself.
 *
 * @param proxies - addresses (`127.0.0.1`, `::1`) and networks (`10.0.0.0/8`) of the proxies that are trusted.
 * @returns a function that gives the address in one spelling (IPv4 as such, also where IPv6 carries it); empty where the
 * socket is closed already.
 */
export function createAddressOf(proxies: readonly string[]): (request: Addressed) => string {
  const trusted = new BlockList()
  for (const each of proxies) {
    const [text = '', prefix] = each.split('/')
    const address = prefix === undefined ? (readAddress(text) ?? text) : text
    if (prefix === undefined) trusted.addAddress(address, familyOf(address))
    else trusted.addSubnet(address, Number(prefix), familyOf(address))
  }
  const isProxy = (address: string): boolean => trusted.check(address, familyOf(address))
  return ({ headers, socket }) => {
    let client = readAddress(socket.remoteAddress ?? '') ?? ''
    const hops = String(headers['x-forwarded-for'] ?? '').split(',')
    while (client !== '' && isProxy(client)) {
      const hop = readAddress(hops.pop() ?? '')
      // What is no address was written by nobody who is trusted, or hides it: the last proxy stands for it.
      if (hop === null) break
      client = hop
    }
    return client
  }
}

/** True for an address or a network as {@link createAddressOf} takes it. */
export function isProxyAddress(text: string): boolean {
  const match = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text)
  const family = isIP(match?.[1] ?? '')
  return family !== 0 && Number(match?.[2] ?? 0) <= (family === 6 ? 128 : 32)
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Without port and zone, in one spelling; null: no address. */
function readAddress(text: string): string | null {
  const trimmed = text.trim()
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1] ?? (/^[\d.]+:\d+$/.test(trimmed) ? trimmed.split(':')[0]! : trimmed)
  const address = bare.replace(/%.*$/, '')
  if (isIP(address) === 4) return address
  if (isIP(address) === 0) return null
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical)
  if (mapped === null) return canonical
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
