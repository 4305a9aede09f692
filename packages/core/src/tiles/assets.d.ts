// What scripts/assets.mjs writes beside dist/: decoders of pinned dependencies as ES modules.
declare module '*/assets/meshopt-decoder.js' {
  export const MeshoptDecoder: import('./buffers.ts').MeshoptPort
}
declare module '*/assets/draco-decoder.js' {
  export function DracoDecoderModule(): Promise<import('./draco.ts').DracoModule>
}
declare module '*/assets/basis-transcoder.js' {
  export function BASIS(options: { wasmBinary: ArrayBuffer }): Promise<import('./ktx2.ts').BasisModule>
}
