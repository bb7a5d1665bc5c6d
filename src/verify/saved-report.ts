// Reads the JSON report of an earlier verification, as far as comparing needs it.
import * as z from 'zod'
import { verificationReport } from '../api/verification.js'
import { EmulatorError } from '../core/errors.js'
import type { ComparableVerdict } from './compare.js'

const { provider, channel, to, startedAt, verdicts } = verificationReport.shape
const { id, title, level, status, seen, note, cause } = verdicts.element.shape

// Of any version: what a later one added is not asked for.
const savedReport = z.object({
  provider,
  channel,
  to,
  startedAt,
  verdicts: z.array(z.object({ id, title, level, status, seen, note, cause: cause.optional().catch(null) })),
})

/** An earlier report. */
export interface SavedReport {
  provider: string
  channel: string
  to: string
  /** RFC 3339. */
  startedAt: string
  verdicts: readonly ComparableVerdict[]
}

/** The report in a JSON text; `where` names the file. Throws `invalid_file` where it is none. */
export function savedReportOf(text: string, where: string): SavedReport {
  const failed = (reason: string, cause?: unknown) =>
    new EmulatorError(`${where} is no report of standin verify: ${reason}.`, {
      code: 'invalid_file',
      where,
      hint: 'Write one with standin verify … --report json=FILE.',
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error), error)
  }
  const read = savedReport.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw failed(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
}
