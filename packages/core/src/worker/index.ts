// `@twinmap/core/worker`: for a worker file of one's own, with kinds of one's own.
export { serveTwin } from './serve.ts'
