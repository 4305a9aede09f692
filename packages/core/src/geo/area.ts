/** A box of degrees. It does not cross the 180th meridian: west < east, south < north. */
export type Area = readonly [westDeg: number, southDeg: number, eastDeg: number, northDeg: number]

export const isInArea = ([west, south, east, north]: Area, longitudeDeg: number, latitudeDeg: number): boolean =>
  longitudeDeg >= west && longitudeDeg <= east && latitudeDeg >= south && latitudeDeg <= north
