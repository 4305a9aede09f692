export { person } from './kinds/person.ts'
export { wristband } from './kinds/wristband.ts'
