// All checks, in the order of reports, and the choice of those to run.
import type { Given } from '../../api/values.js'
import type { VerificationInput } from '../../api/verification.js'
import { didYouMean, EmulatorError } from '../../core/errors.js'
import { type Check, levelOf } from '../check.js'
import type { Situation } from '../situation.js'
import { authChecks } from './auth.js'
import { connectionChecks } from './connections.js'
import { deliveryChecks } from './delivery.js'
import { freshnessChecks } from './freshness.js'
import { httpChecks } from './http.js'
import { idempotencyChecks } from './idempotency.js'
import { loadChecks } from './load.js'
import { orderingChecks } from './ordering.js'
import { payloadChecks } from './payload.js'
import { retryChecks } from './retry.js'
import { secrecyChecks } from './secrecy.js'
import { signatureChecks } from './signature.js'
import { signedBodyChecks } from './signed-body.js'
import { toleranceChecks } from './tolerance.js'

export const allChecks: readonly Check[] = [
  ...deliveryChecks,
  ...signatureChecks,
  ...signedBodyChecks,
  ...freshnessChecks,
  ...authChecks,
  ...idempotencyChecks,
  ...orderingChecks,
  ...toleranceChecks,
  ...payloadChecks,
  ...httpChecks,
  ...connectionChecks,
  ...loadChecks,
  ...retryChecks,
  ...secrecyChecks,
]

/** Which checks to run. A complete id in `only` is chosen whatever its level; an empty list chooses all. */
export type Choice = Given<Pick<VerificationInput, 'only' | 'except' | 'level'>>

function requireKnown(prefixes: readonly string[], where: string): void {
  for (const prefix of prefixes) {
    if (prefix !== '' && allChecks.some(({ id }) => id.startsWith(prefix))) continue
    const names = [...new Set(allChecks.flatMap(({ id }) => [id.split('/')[0] ?? id, id]))]
    throw new EmulatorError(`No check begins with "${prefix}".`, {
      code: 'unknown_name',
      where,
      hint: didYouMean(prefix, names, 'Known checks'),
    })
  }
}

/** The chosen checks that apply, in the order of reports. Throws `unknown_name` for a beginning that no check has, `usage` where none is left. */
export function chosenChecks(situation: Situation, { only = [], except = [], level = 'must' }: Choice): Check[] {
  requireKnown(only, 'only')
  requireKnown(except, 'except')
  const checks = allChecks.filter(check => {
    if (check.applies && !check.applies(situation)) return false
    if (except.some(prefix => check.id.startsWith(prefix))) return false
    if (only.includes(check.id)) return true
    if (only.length > 0 && !only.some(prefix => check.id.startsWith(prefix))) return false
    return level === 'should' || levelOf(check, situation) === 'must'
  })
  if (checks.length > 0) return checks
  throw new EmulatorError(
    `No check is left: none of the chosen ones applies to ${situation.provider} with these settings.`,
    {
      code: 'usage',
      where: 'only',
      hint: 'Choose others, exclude fewer, use level "should", or give what they need: the secret, or settings (auth, for credentials).',
    },
  )
}
