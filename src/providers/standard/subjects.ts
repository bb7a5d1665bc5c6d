// What the events of a declared provider are about: one kind of subject, of which no more is known than that it exists.
import type { SubjectKind } from '../../provider/provider.js'

/** The one kind. Its states are ours: the specification knows events only. */
export const subjects = {
  subject: { title: 'What the events of a story are about', states: ['known'] },
} as const satisfies Record<string, SubjectKind>
