// A subject: what events are about, as the provider knows it now.
import * as z from 'zod'
import { pageOf, pageQuery } from './page.js'
import { jsonObject, time } from './values.js'

/** Schema of `Subject`. */
export const subject = z
  .object({
    id: z.string(),
    provider: z.string(),
    kind: z.string(),
    story: z.string(),
    state: z.string(),
    data: jsonObject,
    account: z.string().nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Subject', description: 'What events are about, as the provider knows it now.' })
/** What events are about, as the provider knows it now. */
export type Subject = z.output<typeof subject>

/** Schema of `SubjectDetail`. */
export const subjectDetail = subject
  .extend({
    moves: z.array(z.string()).meta({ description: 'States it can be moved to by hand from here.' }),
    timers: z
      .array(z.object({ name: z.string(), at: time }))
      .meta({ description: 'What it will do by itself, the earliest first.' }),
  })
  .meta({ id: 'SubjectDetail' })
/** A subject with the states it can be moved to, and what it will do by itself. */
export type SubjectDetail = z.output<typeof subjectDetail>

/** Schema of `MovedSubject`. */
export const movedSubject = subjectDetail
  .extend({
    warnings: z
      .array(z.string())
      .readonly()
      .meta({ description: 'What is unusual about the events that the move triggered.' }),
  })
  .meta({ id: 'MovedSubject' })

/** A page of subjects. */
export const subjectPage = pageOf('SubjectPage', subject)

/** Which subjects are listed. */
export const subjectQuery = z.strictObject({
  provider: z.string().optional(),
  kind: z.string().optional(),
  story: z.string().optional(),
  state: z.string().optional(),
  account: z.string().optional(),
  ...pageQuery,
})

/** Which of the subjects with an id is meant. */
export const subjectOfProvider = z.strictObject({
  provider: z
    .string()
    .optional()
    .meta({ description: 'Where two providers use the same id; default: the first that has it.' }),
})

/** Where a subject is moved to. */
export const move = z.strictObject({ to: z.string() }).meta({ id: 'Move' })
