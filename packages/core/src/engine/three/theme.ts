// Colours of what the engine draws by itself, by theme. sRGB, 0 to 1. The photo mesh is the only picture: sky and ground
// are grey ink, a little haze apart from the frame around the map.
import type { MeshGrade, MeshHaze } from './tileset/tileset-part.ts'

export interface ThemeColors {
  readonly sky: readonly [number, number, number]
  readonly haze: readonly [number, number, number]
  readonly ground: readonly [number, number, number]
  readonly grade: MeshGrade
}

const rgb = (hex: string): [number, number, number] => {
  const n = Number.parseInt(hex.slice(1), 16)
  return [(n >> 16) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255]
}

export const THEMES: Readonly<Record<'light' | 'dark', ThemeColors>> = {
  dark: { sky: rgb('#141b20'), haze: rgb('#303b41'), ground: rgb('#20292e'), grade: { saturation: 0.78, brightness: 0.86 } },
  light: { sky: rgb('#c3d0d4'), haze: rgb('#e9eeec'), ground: rgb('#cfd6d3'), grade: { saturation: 1, brightness: 1 } },
}

/** Bare ground loses 1 − 1/e of its colour to the haze over so many metres: seen from above, the air is that much thinner. */
export const hazeReachMeters = (heightMeters: number): number => Math.max(900, 9 * heightMeters)

/**
 * The mesh fades as the ground does, but later and never wholly: what lies below the camera is as it was taken, and a house
 * on the horizon is still a house.
 */
export const meshHaze = ({ haze }: ThemeColors, heightMeters: number): MeshHaze => ({
  color: haze,
  most: 0.75,
  fromMeters: 2 * heightMeters,
  reachMeters: hazeReachMeters(heightMeters),
})
