// Verifications that the ledger keeps: listed, read with every verdict, compared, and written as reports.
import * as z from 'zod'
import { VERIFICATION_STATUSES } from '../core/verification.js'
import { pageOf, pageQuery } from './page.js'
import { exitCode, jsonObject, time } from './values.js'
import { checkExpects, checkLevel, verdict, verdictStatus, verificationWaits } from './verification.js'

/** Schema of `Verification`. */
export const verification = z
  .object({
    id: z.string(),
    provider: z.string(),
    channel: z.string(),
    to: z.string().meta({ description: 'URL of the receiver.' }),
    level: checkLevel,
    seed: z.number(),
    status: z.enum(VERIFICATION_STATUSES).meta({
      description:
        'completed: every chosen check was tried; interrupted: Standin stopped meanwhile; broken: an internal error ended it.',
    }),
    reason: z.string().nullable().meta({ description: 'Why it did not end by itself.' }),
    startedAt: time.meta({ description: 'Real time.' }),
    durationMs: z
      .number()
      .nullable()
      .meta({ description: 'Real time; null while it runs, and where it was interrupted.' }),
    checks: z.int().meta({ description: 'How many checks were chosen.' }),
    passed: z.int(),
    failed: z.int(),
    notJudged: z.int(),
    exitCode: exitCode.nullable().meta({
      description: 'As of `standin verify`; null while it runs, and where it was interrupted or broken.',
    }),
  })
  .meta({ id: 'Verification' })
/** A verification, without its verdicts. */
export type Verification = z.output<typeof verification>

const plannedCheck = z
  .object({
    id: z.string(),
    title: z.string().meta({ description: 'The requirement.' }),
    level: checkLevel,
    expects: checkExpects,
  })
  .meta({ id: 'PlannedCheck' })

/** Schema of `VerificationDetail`. */
export const verificationDetail = verification
  .extend({
    asked: jsonObject.meta({ description: 'The options that it was started with, secrets masked.' }),
    conclusion: z.string().meta({ description: 'What came of it as a whole, in words; so far, while it runs.' }),
    before: z.string().nullable().meta({
      description:
        'Id of the newest completed one before it of the same provider, channel and receiver, to compare with.',
    }),
    waits: verificationWaits,
    verdicts: z
      .array(verdict)
      .meta({ description: 'Those made so far, in the order of the report; once it has ended, one for each check.' }),
    pending: z.array(plannedCheck).meta({ description: 'Chosen checks without a verdict; empty once it has ended.' }),
  })
  .meta({ id: 'VerificationDetail' })
/** A verification with its verdicts. */
export type VerificationDetail = z.output<typeof verificationDetail>

/** A page of verifications, newest first. */
export const verificationPage = pageOf('VerificationPage', verification)

/** Which verifications a list has. */
export const verificationQuery = z.strictObject({
  ...pageQuery,
  provider: z.string().optional(),
  to: z.string().optional().meta({ description: 'URL of the receiver, exactly.' }),
})

/** How a verification is started. */
export const startQuery = z.strictObject({
  wait: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'false: answer 202 as soon as it has started. Default: answer the report when it is done.' }),
})

/** The formats of a verification's report. */
export const reportQuery = z.strictObject({
  format: z.enum(['html', 'junit', 'json', 'markdown']).default('html'),
})

/** What a verification is compared with. */
export const comparisonQuery = z.strictObject({
  with: z.string().optional().meta({
    description:
      'Id of the earlier one. Default: the newest before it of the same provider, channel and receiver that is completed.',
  }),
})

const side = z
  .object({
    status: verdictStatus,
    seen: z.string().nullable(),
    note: z.string().nullable(),
    cause: verdict.shape.cause,
  })
  .nullable()
  .meta({ description: 'Null where the check was not chosen.' })

/** Schema of `ComparedCheck`. */
export const comparedCheck = z
  .object({
    id: z.string(),
    title: z.string(),
    level: checkLevel,
    before: side,
    after: side,
    sameReason: z.boolean().meta({
      description:
        'False where it failed, or was not judged, both times for different reasons. Durations make no difference.',
    }),
  })
  .meta({ id: 'ComparedCheck' })
/** One check in two verifications. */
export type ComparedCheck = z.output<typeof comparedCheck>

const checksOf = (description: string) => z.array(comparedCheck).meta({ description })

/** Schema of `VerificationComparison`. */
export const verificationComparison = z
  .object({
    before: verification,
    after: verification,
    fixed: checksOf('Failed before, passed now.'),
    broken: checksOf('Passed before, failed now.'),
    changed: checksOf('Judged only one of the two times.'),
    unchanged: checksOf('The same verdict both times.'),
    added: checksOf('Chosen only now.'),
    gone: checksOf('Chosen only before.'),
  })
  .meta({ id: 'VerificationComparison', description: 'Each check is in one list, in the order of reports.' })
/** Two verifications, check by check. */
export type VerificationComparison = z.output<typeof verificationComparison>
