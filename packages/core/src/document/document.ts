import type { Area } from '../geo/area.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Text } from '../kind/text.ts'

/** The one geodetic point that local ENU metres count from. */
export interface Origin {
  readonly longitude: number
  readonly latitude: number
  readonly heightEllipsoidalMeters: number
  /** Geoid above the ellipsoid here: orthometric height = ellipsoidal − geoid. */
  readonly geoidMeters: number
  readonly datum: 'CGCS2000' | 'WGS84'
}

export interface TilesetSource {
  readonly id: string
  readonly url: string
  /** Height pyramid beside the tiles; docs/formats/heights.md. */
  readonly heights?: string
  /** Day of the flight, ISO 8601. */
  readonly captured?: string
  readonly source?: Text
  /** `origin`: local metres, Z up, set at the twin's origin. `auto`: ECEF where it lies on earth, else as `origin`. Absent: ECEF. */
  readonly at?: 'origin' | 'auto'
  /** Bytes of GPU and CPU memory that it may hold. */
  readonly memoryBytes?: number
  /** Screen-space error at which a tile is fine enough, px. Default 16. */
  readonly errorTargetPx?: number
}

export interface FeedSource {
  readonly id: string
  readonly type: 'websocket'
  readonly url: string
  readonly history?: string
  readonly actions?: string
}

/** A kind bound to a feed, or a drawing from a file. */
export interface LayerSource {
  readonly id: string
  readonly name?: Text
  readonly kind?: string
  readonly feed?: string
  /** Default true. */
  readonly visible?: boolean
  /** GeoJSON (RFC 7946) of things that stand still; each feature's `id` and properties become an entity. */
  readonly inventory?: string
  readonly style?: {
    readonly area?: 'outline'
    readonly label?: string
    /** Further than this from the camera, along its view, a marker at rest is a dot. Default: none is. */
    readonly dotBeyondMeters?: number
  }
}

/** A named view: where the camera is, and where it looks. Heading clockwise from true north; pitch negative is down. */
export interface ViewSource {
  readonly id: string
  readonly name: Text
  readonly longitude: number
  readonly latitude: number
  readonly heightEllipsoidalMeters: number
  readonly headingDeg: number
  readonly pitchDeg: number
}

export type PanelSource =
  | { readonly type: 'alarms'; readonly place: 'left' | 'right' }
  | { readonly type: 'layers'; readonly place: 'left' | 'right' }
  | {
      readonly type: 'statistic'
      readonly place: 'left' | 'right'
      readonly title: Text
      readonly value: { readonly layer: string; readonly count: 'all' | 'fresh' | 'late' | 'stale' }
    }

/** `*.twin.json`, version 1. After loading its URLs are absolute: they resolved against the document's own. */
export interface TwinDocument {
  readonly $schema?: string
  readonly twin: 1
  readonly name: Text
  /** IANA name; all clocks show it. */
  readonly timeZone: string
  readonly origin: Origin
  /** Where its things are expected: [west, south, east, north]. A place outside is kept and told to its source. */
  readonly area?: Area
  /** The reference that coordinates are shown in, `EPSG:4548`. */
  readonly reference?: string
  readonly tilesets: readonly TilesetSource[]
  readonly feeds: readonly FeedSource[]
  readonly kinds: readonly AnyKind[]
  readonly layers: readonly LayerSource[]
  readonly views: readonly ViewSource[]
  readonly panels: readonly PanelSource[]
}
