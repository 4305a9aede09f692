/// <reference path="./assets.d.ts" />
import type { FontSlice } from './fonts.ts'

/** Made by scripts/fonts.mjs; a dynamic import, so that importing the package runs nothing. */
export const shippedFonts = async (): Promise<readonly FontSlice[]> => (await import('../../assets/fonts/slices.js')).slices
