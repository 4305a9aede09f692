import { expect, test } from 'vitest'
import { createTokens } from './tokens.ts'

function asked() {
  const needs: [feed: string, expired: boolean][] = []
  return { needs, tokens: createTokens((feed, expired) => needs.push([feed, expired])) }
}

test('several askers of one feed share a question, and each feed has its own', async () => {
  const { needs, tokens } = asked()
  const answers = Promise.all([tokens.ask('town', false), tokens.ask('town', false), tokens.ask('water', false)])
  expect(needs).toEqual([
    ['town', false],
    ['water', false],
  ])
  tokens.answer('town', 'jwt-1')
  tokens.answer('water', 'jwt-2')
  expect(await answers).toEqual(['jwt-1', 'jwt-1', 'jwt-2'])
  expect([tokens.latest('town'), tokens.latest('water'), tokens.latest('other')]).toEqual(['jwt-1', 'jwt-2', null])
})

test('each connect asks anew, because a token ages; an expired one also while a question is open', () => {
  const { needs, tokens } = asked()
  void tokens.ask('town', false)
  tokens.answer('town', 'jwt-1')
  void tokens.ask('town', false)
  void tokens.ask('town', true)
  expect(needs).toEqual([
    ['town', false],
    ['town', false],
    ['town', true],
  ])
})

test('who needs the current one asks nobody: it waits for the feed, or takes what is there', async () => {
  const { needs, tokens } = asked()
  const waiting = tokens.current('town')
  expect(needs).toEqual([])
  void tokens.ask('town', false)
  tokens.answer('town', '')
  expect([await waiting, await tokens.current('town'), needs.length]).toEqual(['', '', 1])
})

test('signing out forgets all, and who still waits hears so', async () => {
  const { needs, tokens } = asked()
  tokens.answer('water', 'jwt')
  const [asking, waiting] = [tokens.ask('town', false), tokens.current('town')]
  tokens.drop()
  await expect(asking).rejects.toMatchObject({ code: 'signed-out' })
  await expect(waiting).rejects.toMatchObject({ code: 'signed-out' })
  expect(tokens.latest('water')).toBeNull()
  void tokens.ask('town', false)
  expect(needs.length).toBe(2)
})

test('an answer that nobody asked for is kept for its feed alone', () => {
  const { tokens } = asked()
  void tokens.ask('water', false)
  tokens.answer('town', 'jwt')
  expect([tokens.latest('town'), tokens.latest('water')]).toEqual(['jwt', null])
})

test('whoever asked and listens no more is no fault when nobody is signed in', async () => {
  const { tokens } = asked()
  void tokens.ask('town', false)
  void tokens.current('water')
  tokens.drop() // a rejection that nobody hears would end the run
  await new Promise((resolve) => setTimeout(resolve, 0))
})
