// Read: a picture file, in whatever format meshes name. sharp reads the usual ones; BMP and TGA, which older exporters write, are unpacked
// before.
import { readFile } from 'node:fs/promises'
import { decodeTga } from '@lunapaint/tga-codec'
import { decode as decodeBmp } from 'bmp-ts'
import sharp, { type Sharp } from 'sharp'

/** @param failOn what a damaged picture must have to be refused; `none`: what can be read of it is taken */
export async function openPicture(file: string | Uint8Array, failOn: 'warning' | 'none' = 'warning'): Promise<Sharp> {
  const options = { limitInputPixels: false, failOn } as const
  const isTga = typeof file === 'string' && /\.(tga|targa|icb|vda|vst)$/i.test(file)
  const bytes = typeof file !== 'string' ? await readFile(Buffer.from(file)) : undefined
  if (typeof file === 'string' && !isTga && !/\.(bmp|dib)$/i.test(file)) {
    const plain = sharp(file, options)
    const isKnown = await plain.metadata().then(
      () => true,
      () => false,
    )
    if (isKnown) return plain
  }
  const whole = bytes ?? (await readFile(file as string))
  if (whole[0] === 0x42 && whole[1] === 0x4d) return bmp(whole)
  if (isTga || isTgaByFooter(whole)) return tga(whole)
  return sharp(whole, options)
}

function bmp(bytes: Buffer): Sharp {
  const { width, height, data } = decodeBmp(bytes, { toRGBA: true })
  return opaque(new Uint8Array(data), width, height)
}

async function tga(bytes: Buffer): Promise<Sharp> {
  const { image } = await decodeTga(new Uint8Array(bytes))
  return opaque(new Uint8Array(image.data), image.width, image.height)
}

/** Their fourth channel is padding as often as alpha. */
const opaque = (data: Uint8Array, width: number, height: number): Sharp =>
  sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false }).removeAlpha()

const isTgaByFooter = (bytes: Buffer): boolean => bytes.subarray(-18, -2).toString('latin1') === 'TRUEVISION-XFILE'

/** What the first bytes of a format that is not read say of it; undefined: nothing that is known. */
export function formatName(bytes: Uint8Array): string | undefined {
  const starts = (text: string) => [...text].every((letter, i) => bytes[i] === letter.charCodeAt(0))
  const FORMATS = {
    'DDS ': 'DDS',
    '8BPS': 'PSD',
    'v/1\u0001': 'OpenEXR',
    '#?RADIANCE': 'Radiance HDR',
    '\u00abKTX': 'KTX',
    '<!': 'HTML',
    '<?xml': 'XML',
  }
  return Object.entries(FORMATS).find(([magic]) => starts(magic))?.[1]
}
