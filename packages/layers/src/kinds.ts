// Every kind that the worker and the server know without being told; a document's own kinds add to them.
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { building } from './kinds/building.ts'
import { camera } from './kinds/camera.ts'
import { field } from './kinds/field.ts'
import { grid } from './kinds/grid.ts'
import { manhole } from './kinds/manhole.ts'
import { parkingBay } from './kinds/parking-bay.ts'
import { person } from './kinds/person.ts'
import { serviceCentre } from './kinds/service-centre.ts'
import { sluice } from './kinds/sluice.ts'
import { streetlight } from './kinds/streetlight.ts'
import { well } from './kinds/well.ts'
import { wristband } from './kinds/wristband.ts'

export const KINDS: readonly AnyKind[] = [
  person,
  wristband,
  streetlight,
  manhole,
  camera,
  parkingBay,
  building,
  serviceCentre,
  well,
  sluice,
  field,
  grid,
]
