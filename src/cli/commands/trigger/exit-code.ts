// The exit code of `standin trigger`, from what came of the deliveries.
import type { Outcome } from '../../../core/outcome.js'
import { EXIT } from '../../command.js'

/** The exit code of deliveries: 0 all delivered, 1 not so (or none at all), 2 nothing was ever answered. */
export function exitCode(deliveries: readonly { status: string; outcomes: readonly (Outcome | null)[] }[]): number {
  if (deliveries.length === 0) return EXIT.failed
  if (deliveries.every(({ status }) => status === 'delivered')) return EXIT.success
  return deliveries.some(({ outcomes }) => outcomes.some(outcome => outcome?.kind === 'answered'))
    ? EXIT.failed
    : EXIT.couldNotRun
}
