/** Words for people. A missing language does not compile. */
export interface Text {
  readonly zh: string
  readonly en: string
}
