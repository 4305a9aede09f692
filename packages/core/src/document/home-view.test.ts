import { expect, test } from 'vitest'
import { firstView, homeView } from './home-view.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, geoidMeters: -7, datum: 'CGCS2000' } as const
const view = (id: string, headingDeg: number) => ({
  id,
  name: { zh: id, en: id },
  longitude: 117.8,
  latitude: 37.2,
  heightEllipsoidalMeters: 200,
  headingDeg,
  pitchDeg: -30,
})
const stand = (headingDeg: number) => ({ longitude: 117.8, latitude: 37.2, heightEllipsoidalMeters: 200, headingDeg, pitchDeg: -30 })
const south = { longitude: 117.83, latitude: 37.247, heightEllipsoidalMeters: 256, headingDeg: 0, pitchDeg: -35 }

test('home is the view of that name, else the first, else south of the origin', () => {
  expect(homeView({ origin, views: [view('canal', 1), view('home', 2)] })).toEqual(stand(2))
  expect(homeView({ origin, views: [view('canal', 1), view('dike', 2)] })).toEqual(stand(1))
  expect(homeView({ origin, views: [] })).toEqual(south)
})

test('a twin begins at the view that was asked for, else at its first, else at home', () => {
  const views = [view('canal', 1), view('home', 2)]
  expect(firstView({ origin, views }, 'home')).toEqual(stand(2))
  expect(firstView({ origin, views }, undefined)).toEqual(stand(1))
  expect(firstView({ origin, views }, 'nowhere')).toEqual(stand(1))
  expect(firstView({ origin, views: [view('canal', 1)] }, 'home')).toEqual(stand(1))
  expect(firstView({ origin, views: [] }, 'home')).toEqual(south)
  expect(firstView({ origin, views: [] }, undefined)).toEqual(south)
})
