export { TwinError } from './error/twin-error.ts'
