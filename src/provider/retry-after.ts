// The setting by which a subscription obeys the Retry-After header of its receiver.
import { writtenDuration } from '../api/duration.js'
import { parseDuration } from '../core/duration.js'
import type { Settings } from './channel.js'

/** The setting, to be spread into the settings of a subscription. */
export const retryAfterSetting = {
  retryAfterUpTo: writtenDuration()
    .default('0s')
    .meta({ title: 'Longest Retry-After', group: 'Retries' })
    .describe(
      'The longest wait that a Retry-After header (seconds or an HTTP date) of a response that was not accepted can ask for. The next attempt is then made no sooner; "0s" ignores the header.',
    ),
}

/** The setting's value as a part of a retry plan. */
export function retryAfterPlan({ retryAfterUpTo }: Settings): { retryAfterUpToMs: number } {
  return { retryAfterUpToMs: parseDuration(retryAfterUpTo as string | number, 'retryAfterUpTo') }
}
