// Whether a unit is a code of UCUM (The Unified Code for Units of Measure, 2.2, ucum.org), case sensitive: `m3/h`, `mm[Hg]`, `/min`,
// `{persons}`. The grammar is whole; of the atoms those are known that are not of one country's trade alone.

/** Take a prefix: `km`, `mbar`, `kW`. */
const METRIC = new Set(
  `m s g rad sr K C cd mol Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv kat L l ar t bar u eV pc st Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW]
  cal cal_[15] cal_[20] cal_m cal_IT cal_th tex m[Hg] m[H2O] eq osm g% Ci R RAD REM Ky bit By Bd G Mx Oe Gb St P dyn erg sph Lmb ph mho
  [c] [h] [k] [eps_0] [mu_0] [e] [m_e] [m_p] [G] [g] [ly] [iU] [IU] [MCGa'U]`.split(/\s+/),
)
/** Stand alone. */
const PLAIN = new Set(
  `10* 10^ 1 % [ppth] [ppm] [ppb] [pptr] [pi] deg gon ' '' min h d wk mo mo_s mo_j mo_g a a_t a_j a_g har bit_s AU atm att
  [pH] [degF] [degR] [degRe] [in_i] [ft_i] [yd_i] [mi_i] [fth_i] [nmi_i] [kn_i] [sin_i] [sft_i] [syd_i] [cin_i] [cft_i] [cyd_i] [mil_i] [acr_us] [mi_us] [ft_us]
  [gal_us] [qt_us] [pt_us] [foz_us] [bbl_us] [bu_us] [gal_br] [gr] [oz_av] [lb_av] [ston_av] [lton_av] [stone_av] [lbf_av] [psi] [HP] [Btu] [Btu_IT] [car_m] [Cal] [S]
  [HPF] [LPF] [arb'U] [CFU] [PFU] [CCID_50] [drp] [hnsf'U] [p'diop] [diop] m/s2/Hz^(1/2) [mu_i] [smoot]`.split(/\s+/),
)
const PREFIXES = ['da', 'Ki', 'Mi', 'Gi', 'Ti', ...'YZEPTGMkhdcmunpfazy']

const isAtom = (text: string): boolean =>
  METRIC.has(text) || PLAIN.has(text) || PREFIXES.some((prefix) => text.startsWith(prefix) && METRIC.has(text.slice(prefix.length)))

/** An atom with its exponent and annotation, a number, or an annotation alone: `m3`, `s-2`, `L{air}`, `{persons}`, `10*3`. */
function isComponent(text: string): boolean {
  const bare = text.replace(/\{[\x21-\x7a\x7c\x7e]*\}$/, '')
  if (bare === '') return text !== ''
  if (/^\d+$/.test(bare) || isAtom(bare)) return true
  const [, atom, exponent] = /^(.*?)([+-]?\d+)$/.exec(bare) ?? []
  return atom !== undefined && exponent !== undefined && isAtom(atom)
}

/** Whether a unit is a code of UCUM that is known here. */
export function isUnit(text: string): boolean {
  if (PLAIN.has(text)) return true
  const terms = partsOf(text)
  return terms?.every((term) => (term.startsWith('(') ? isUnit(term.slice(1, -1)) : isComponent(term))) ?? false
}

/** What stands between `.` and `/`; null: it is no such row. `/` may begin it: `/min`. */
function partsOf(text: string): readonly string[] | null {
  const parts: string[] = []
  let part = ''
  let depth = 0
  let inAnnotation = false
  for (const sign of text) {
    if (inAnnotation || sign === '{') inAnnotation = sign !== '}'
    else if (sign === '(') depth++
    else if (sign === ')') depth--
    if (depth < 0) return null
    // `B[10.nV]` has a dot of its own.
    const isBetween = !inAnnotation && depth === 0 && (sign === '/' || (sign === '.' && !/\[[^\]]*$/.test(part)))
    if (!isBetween) part += sign
    else if (part === '' && !(sign === '/' && parts.length === 0)) return null
    else {
      if (part !== '') parts.push(part)
      part = ''
    }
  }
  if (depth !== 0 || inAnnotation || part === '') return null
  return [...parts, part]
}

/** What people write for it. */
const MEANT: Readonly<Record<string, string>> = {
  '°': 'deg',
  '°c': 'Cel',
  '℃': 'Cel',
  '°f': '[degF]',
  bpm: '/min',
  celsius: 'Cel',
  degc: 'Cel',
  degree: 'deg',
  degrees: 'deg',
  hpa: 'hPa',
  hour: 'h',
  hours: 'h',
  'km/hour': 'km/h',
  kmh: 'km/h',
  kph: 'km/h',
  kwh: 'kW.h',
  litre: 'L',
  liter: 'L',
  lux: 'lx',
  meter: 'm',
  meters: 'm',
  metre: 'm',
  metres: 'm',
  'm²': 'm2',
  'm³': 'm3',
  'm³/h': 'm3/h',
  'm³/s': 'm3/s',
  minute: 'min',
  minutes: 'min',
  mmhg: 'mm[Hg]',
  ohm: 'Ohm',
  percent: '%',
  ph: '[pH]',
  ppb: '[ppb]',
  ppm: '[ppm]',
  rpm: '/min',
  sec: 's',
  second: 's',
  seconds: 's',
  ton: 't',
  'µg/m³': 'ug/m3',
  'ug/m³': 'ug/m3',
  'mg/m³': 'mg/m3',
  volt: 'V',
  watt: 'W',
  year: 'a',
  years: 'a',
  '%rh': '%{RH}',
  db: 'dB',
  dba: 'dB[SPL]',
  'db(a)': 'dB[SPL]',
}

/** The code that was probably meant. Of what is only counted it is an annotation, which may hold any word: `{persons}`. */
export function nearUnit(text: string): string {
  const said = text.trim().toLowerCase()
  if (Object.hasOwn(MEANT, said)) return MEANT[said]!
  const word = text.replace(/[^\x21-\x7a\x7c\x7e]/g, '').replace(/[{}]/g, '')
  return `{${word === '' ? 'unit' : word}}`
}
