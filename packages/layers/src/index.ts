export { createWorker } from './create-worker.ts'
export { person } from './kinds/person.ts'
export { wristband } from './kinds/wristband.ts'
export { KINDS } from './kinds.ts'
