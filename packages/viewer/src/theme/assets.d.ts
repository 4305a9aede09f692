// What scripts/fonts.mjs makes into assets/, which is not committed.
declare module '*/assets/fonts/slices.js' {
  export const slices: readonly { readonly url: URL; readonly unicodeRange: string }[]
}
