// Who may see what. A field says what sort of data it is; a role is the list of sorts that it may see. The server cuts
// by this table before anything is serialised; the client never receives what its role may not see.

/** Sort of personal data (PIPL art. 28 names health and whereabouts as sensitive). A field without one is public. */
export type Privacy = 'personal' | 'whereabouts' | 'health'

/** What a viewer's token may say. */
export type Role = 'public' | 'grid' | 'care' | 'command'

/**
 * What each role may see: a grid officer must find and call a person, but reads no blood pressure; a carer does; the
 * command centre sees all.
 */
export const SEES: Readonly<Record<Role, readonly Privacy[]>> = {
  public: [],
  grid: ['personal', 'whereabouts'],
  care: ['personal', 'whereabouts', 'health'],
  command: ['personal', 'whereabouts', 'health'],
}

export const isRole = (value: unknown): value is Role => typeof value === 'string' && Object.hasOwn(SEES, value)

export const maySee = (role: Role, privacy: Privacy | undefined): boolean => privacy === undefined || SEES[role].includes(privacy)
