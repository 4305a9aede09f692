import { describe, expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { geodeticToEcef } from './ellipsoid.ts'
import { readReference } from './read-reference.ts'
import { referenceOf } from './reference.ts'

const geographic = (datum: string, spheroid: string) =>
  `GEOGCS["g",DATUM["${datum}",SPHEROID[${spheroid}]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]`
const china = geographic('China_2000', '"CGCS2000",6378137,298.257222101')
const transverse = ({ base = china, meridian = 117, easting = 500_000, northing = 0, unit = '"metre",1', code = '' } = {}) =>
  `PROJCS["site grid",${base},PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",${meridian}],PARAMETER["scale_factor",1],PARAMETER["false_easting",${easting}],PARAMETER["false_northing",${northing}],UNIT[${unit}]${code && `,AUTHORITY["EPSG","${code}"]`}]`
const esri =
  'PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
const wkt2 =
  'PROJCRS["CGCS2000 / 3-degree Gauss-Kruger CM 117E",BASEGEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4490]],CONVERSION["Gauss-Kruger CM 117E",METHOD["Transverse Mercator",ID["EPSG",9807]],PARAMETER["Latitude of natural origin",0,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8801]],PARAMETER["Longitude of natural origin",117,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8802]],PARAMETER["Scale factor at natural origin",1,SCALEUNIT["unity",1],ID["EPSG",8805]],PARAMETER["False easting",500000,LENGTHUNIT["metre",1],ID["EPSG",8806]],PARAMETER["False northing",0,LENGTHUNIT["metre",1],ID["EPSG",8807]]],CS[Cartesian,2],AXIS["northing (X)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (Y)",east,ORDER[2],LENGTHUNIT["metre",1]],ID["EPSG",4548]]'
// New Zealand's: false easting and northing of its own, GRS 1980, a datum that is not WGS84 by name.
const newZealand =
  'PROJCS["NZTM",GEOGCS["NZGD2000",DATUM["New_Zealand_Geodetic_Datum_2000",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",173],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",1600000],PARAMETER["false_northing",10000000],UNIT["metre",1],AUTHORITY["EPSG","2193"]]'
const lambert =
  'PROJCS["RGF93 / Lambert-93",GEOGCS["RGF93",DATUM["Reseau_Geodesique_Francais_1993",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic_2SP"],PARAMETER["latitude_of_origin",46.5],PARAMETER["central_meridian",3],PARAMETER["standard_parallel_1",49],PARAMETER["standard_parallel_2",44],PARAMETER["false_easting",700000],PARAMETER["false_northing",6600000],UNIT["metre",1]]'

const projected = (written: string) => {
  const read = readReference(written)
  if (read.type !== 'reference') throw new Error(`read as ${read.type}`)
  return read
}
const meters = (written: string, point: readonly [number, number, number], longitude: number, latitude: number) => {
  const ours = geodeticToEcef(projected(written).reference.toGeodetic(point))
  const there = geodeticToEcef({ longitude, latitude, heightEllipsoidalMeters: point[2] })
  return Math.hypot(ours[0] - there[0], ours[1] - there[1], ours[2] - there[2])
}
const refusal = (written: string): string => {
  try {
    readReference(written)
  } catch (error) {
    if (error instanceof TwinError && error.code === 'reference-unknown') return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a written reference', () => {
  test.each([
    ['WKT 1', transverse({ code: '4548' })],
    ['WKT 1 over lines, as in metadata.xml', transverse().replaceAll(',', ',\n    ')],
    ['WKT 1 with round brackets', transverse().replaceAll('[', '(').replaceAll(']', ')')],
    ['WKT 1 with &quot;', transverse().replaceAll('"', '&quot;')],
    ['ESRI', esri],
    ['WKT 2', wkt2],
    ['a proj string', '+proj=tmerc +lat_0=0 +lon_0=117 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs'],
    ['a compound', `COMPD_CS["c",${transverse()},VERT_CS["h",VERT_DATUM["d",2005],UNIT["metre",1]]]`],
  ])('reads %s', (_, written) => {
    expect(meters(written, [573612.345, 4124000.5, 0], 117.829655969539, 37.244791561958)).toBeLessThan(1e-4)
    expect(projected(written).warnings).toEqual([])
  })

  test('believes the parameters, not the authority beside them, and warns', () => {
    const { reference, warnings } = projected(transverse({ meridian: 113.3667, northing: 90, code: '4547' }))
    expect(reference.definition.projection).toMatchObject({ centralMeridianDeg: 113.3667, falseNorthingMeters: 90 })
    expect(warnings).toEqual([
      'the WKT says EPSG:4547 (centralMeridianDeg 114, falseNorthingMeters 0), but its parameters say centralMeridianDeg 113.3667, falseNorthingMeters 90; the parameters are used',
    ])
    // What believing the code would cost on the ground.
    const right = geodeticToEcef(reference.toGeodetic([501_027.524, 2_488_718.808, 0]))
    const wrong = geodeticToEcef(referenceOf('EPSG:4547').toGeodetic([501_027.524, 2_488_718.808, 0]))
    expect(Math.hypot(right[0] - wrong[0], right[1] - wrong[1], right[2] - wrong[2]) / 1000).toBeCloseTo(65.2, 1)
  })

  test.each(['EPSG:4547+5737', 'EPSG:4547 + EPSG:5737', 'epsg:4547+5737'])(
    '%s is its horizontal part, and says what heights are',
    (written) => {
      const read = readReference(written)
      if (read.type !== 'reference') throw new Error(read.type)
      expect(read.reference.definition).toEqual((readReference('EPSG:4547') as typeof read).reference.definition)
      expect(read.warnings).toEqual([expect.stringMatching(/heights are taken as they stand; EPSG:5737 counts them from a geoid/)])
    },
  )
  test('reads a grid with false origin elsewhere, and says that its datum is taken as WGS84', () => {
    // pyproj 3.7.2: EPSG:2193 (1748735, 5428916) is 174.77594933°E, 41.27750095°S.
    expect(meters(newZealand, [1_748_735, 5_428_916, 0], 174.77594933271908, -41.27750095355615)).toBeLessThan(1e-4)
    expect(projected(newZealand).warnings[0]).toContain('New_Zealand_Geodetic_Datum_2000 is taken as WGS84')
  })

  test('leaves another projection to proj4', () => {
    // The false origin of Lambert-93 is 3°E 46.5°N by definition.
    expect(meters(lambert, [700_000, 6_600_000, 0], 3, 46.5)).toBeLessThan(1e-3)
  })

  test.each([
    ['ENU:37.25,117.83', 37.25, 117.83],
    ['ENU: 37.25, 117.83', 37.25, 117.83],
    ['enu:-33.9,-70', -33.9, -70],
  ])('reads %j latitude first, as ContextCapture writes it', (written, latitude, longitude) =>
    expect(readReference(written)).toMatchObject({ type: 'enu', latitude, longitude }),
  )

  test.each(['', '  ', 'local', 'Local', 'LOCAL_CS["site",UNIT["metre",1]]'])('takes %j as local metres', (written) =>
    expect(readReference(written)).toEqual({ type: 'local', warnings: [] }),
  )

  test.each([
    ['ENU:117.83,37.25', /latitude,longitude/],
    ['ENU:37.25', /latitude,longitude/],
    ['ENU:,', /latitude,longitude/],
    [transverse({ base: geographic('Beijing_1954', '"Krassowsky 1940",6378245,298.3') }), /Beijing_1954.*Convert the data to CGCS2000/],
    [transverse({ base: geographic('Xian_1980', '"IAG 1975",6378140,298.257') }), /Xian_1980/],
    [transverse({ unit: '"US survey foot",0.3048006096012192' }), /US survey foot.*metres/],
    [transverse().slice(0, 120), /ends too early/],
    [transverse().replace(/PARAMETER\["central_meridian",117\],/, ''), /without a central meridian/],
    ['GEOCCS["ecef",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]]]', /GEOCCS is neither/],
    ['+proj=nonsense +lon_0=1', /proj4 cannot read it/],
    ['+proj=tmerc +lon_0=117 +units=us-ft', /another unit/],
    ['EPSG:2437', /Give any other as WKT/],
  ])('refuses %s', (written, why) => expect(refusal(written)).toMatch(why))
})
