import { afterAll, beforeAll, expect, test } from 'vitest'
import { band, PERSON_KEY, startTown, type Town } from './testing/town.ts'

// What leaves the process, byte for byte, by role.
let town: Town
beforeAll(async () => {
  town = await startTown()
})
afterAll(() => town.close())

const HEALTH = ['heartRate', 'systolic', 'diastolic', 'steps', '187.3571', '187.2468', '113.8642', '4021.5', '139.7531', 'bloodPressure']
const PERSONAL = ['张桂兰', 'W-secret', '13805431234', '117.8309', 'P-secret', '龙湾3号楼']

test('the bytes of each role hold nothing that it may not see, in snapshot, delta, alarms and history', async () => {
  const [open, grid, care] = await Promise.all([town.listen('public'), town.listen('grid'), town.listen('care')])
  const say = async (seq: number) => {
    await town.post(
      [
        {
          kind: 'Person',
          id: 'P-secret',
          t: town.now(),
          properties: { name: '张桂兰', ageYears: 81, address: '龙湾3号楼', systolicHigh: 139.7531 },
        },
      ],
      PERSON_KEY,
    )
    await town.post([
      band(
        seq,
        town.now(),
        {
          name: '张桂兰',
          wearer: 'P-secret',
          phone: '13805431234',
          heartRate: 187.3571,
          systolic: 187.2468,
          diastolic: 113.8642,
          steps: 4021.5,
          battery: 61,
        },
        { id: 'W-secret', location: [117.8309, 37.25, 7] },
      ),
    ])
  }
  await say(1)
  await care.until(() => care.alarms().some((a) => a.rule === 'bloodPressureCritical'))
  await grid.until(() => grid.alarms().length > 0)
  const [openAgain, gridAgain] = await Promise.all([town.listen('public'), town.listen('grid')])
  await Promise.all([openAgain, gridAgain].map((l) => l.until(() => l.envelopes.length > 0)))
  await say(2)
  await care.until(() => care.records().filter((r) => r.kind === 'Wristband').length > 1)
  await gridAgain.until(() => gridAgain.envelopes.filter((e) => e.records?.some((c) => c.kind === 'Wristband')).length > 1)
  const history = async (role: 'public' | 'grid' | 'care') => {
    const answer = await fetch(`${town.url}history?from=${town.now() - 60_000}&to=${town.now()}`, {
      headers: { Authorization: `Bearer ${await town.token(role)}` },
    })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    return answer.text()
  }
  await open.until(() => open.envelopes.length > 0)
  const bytes = {
    public: [...open.raw, ...openAgain.raw, await history('public')].join('\n'),
    grid: [...grid.raw, ...gridAgain.raw, await history('grid')].join('\n'),
    care: [...care.raw, await history('care')].join('\n'),
  }
  for (const secret of HEALTH) {
    expect(bytes.grid).not.toContain(secret)
    expect(bytes.public).not.toContain(secret)
    expect(bytes.care).toContain(secret)
  }
  for (const secret of PERSONAL) {
    expect(bytes.public).not.toContain(secret)
    expect(bytes.care).toContain(secret)
  }
  expect(bytes.grid).toContain('张桂兰')
  expect(open.envelopes.flatMap((e) => e.alarms ?? [])).toEqual([])
  // Four alarms about health, of three grades, are to her that one person needs help.
  expect(care.alarms().filter((a) => a.category === 'health' && a.rule !== null).length).toBeGreaterThan(3)
  expect(grid.alarms().filter((a) => a.category === 'health')).toMatchObject([
    { kind: 'Wristband', entity: 'W-secret', rule: null, as: 'needsHelp', place: [117.8309, 37.25, 7], priority: 1, count: 1 },
  ])
  await Promise.all([open, grid, care, openAgain, gridAgain].map((l) => l.leave()))
})

test('each access to data of persons is audited: who, as what, which kinds, when; the public has none', async () => {
  const audited = await town.store.audited()
  expect(new Set(audited.map((a) => `${a.role} ${a.what}`))).toEqual(new Set(['grid live', 'grid history', 'care live', 'care history']))
  expect(audited.find((a) => a.what === 'history' && a.role === 'care')).toEqual({
    atMs: expect.any(Number),
    who: 'care-name',
    role: 'care',
    what: 'history',
    kinds: ['Person', 'Wristband'],
    subject: null,
  })
})
