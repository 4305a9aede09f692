import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAddressOf, isProxyAddress } from './address.ts'

const from = (remoteAddress: string | undefined, forwarded?: string) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress },
})
const behind = createAddressOf(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])

test('a client without a proxy is its own address, whatever it says of itself', () => {
  expect(behind(from('203.0.113.7', '1.2.3.4'))).toBe('203.0.113.7')
  expect(createAddressOf([])(from('127.0.0.1', '1.2.3.4'))).toBe('127.0.0.1')
})

test('behind a trusted proxy it is the last address that no trusted proxy has', () => {
  expect(behind(from('127.0.0.1', '203.0.113.7'))).toBe('203.0.113.7')
  expect(behind(from('127.0.0.1', '1.2.3.4, 203.0.113.7, 10.1.2.3'))).toBe('203.0.113.7')
  expect(behind(from('::1', '2001:db8::7,fd00::2'))).toBe('2001:db8::7')
})

test('of proxies alone it is the first', () => expect(behind(from('127.0.0.1', '10.0.0.9, 10.0.0.1'))).toBe('10.0.0.9'))

test('a proxy that says nothing, or no address, stands for its clients', () => {
  for (const forwarded of [undefined, '', 'unknown', '_hidden', '1.2.3.4, unknown', '999.1.1.1', '1.2.3.4, '])
    expect([forwarded, behind(from('127.0.0.1', forwarded))]).toEqual([forwarded, '127.0.0.1'])
  expect(behind(from(undefined, '1.2.3.4'))).toBe('')
})

test('one client has one spelling: no port, no zone, IPv4 in IPv6 as itself', () => {
  for (const hop of ['203.0.113.7:4711', '::ffff:203.0.113.7', '[::ffff:cb00:7107]:80', ' 203.0.113.7 '])
    expect([hop, behind(from('::ffff:127.0.0.1', hop))]).toEqual([hop, '203.0.113.7'])
  for (const hop of ['2001:DB8:0:0:0::7', '[2001:db8::7]:443', '2001:db8::7%eth0'])
    expect([hop, behind(from('::1', hop))]).toEqual([hop, '2001:db8::7'])
  expect(createAddressOf(['::ffff:127.0.0.1'])(from('127.0.0.1', '1.2.3.4'))).toBe('1.2.3.4')
})

test('what a client writes before the addresses of the proxies never changes whose request it is', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.ipV4(), (written, client) => {
      fc.pre(!client.startsWith('10.') && client !== '127.0.0.1')
      expect(behind(from('127.0.0.1', `${written},${client},10.9.9.9`))).toBe(client)
    }),
  )
})

test('a proxy is named by an address or a network', () => {
  for (const good of ['127.0.0.1', '::1', '10.0.0.0/8', '0.0.0.0/0', 'fd00::/8', '::ffff:127.0.0.1'])
    expect([good, isProxyAddress(good)]).toEqual([good, true])
  for (const bad of ['', 'localhost', '127.0.0.1:80', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0/8', '1.2.3.4/8/8', '127.0.0.1 '])
    expect([bad, isProxyAddress(bad)]).toEqual([bad, false])
})
