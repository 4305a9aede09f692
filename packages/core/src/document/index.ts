export type * from './document.ts'
export { type FetchJson, loadDocument, readDocument } from './load.ts'
