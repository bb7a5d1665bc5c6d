// The exit code of `standin trigger`, from the outcome of its deliveries.
import type { DeliveryStatus } from '../../../core/delivery.js'
import { EXIT } from '../../command.js'

/** 0 if all are delivered, 2 if no attempt got a response, else 1, also if there are no deliveries. */
export function exitCode(deliveries: readonly { status: DeliveryStatus; answered: boolean }[]): number {
  if (deliveries.length === 0) return EXIT.failed
  if (deliveries.every(({ status }) => status === 'delivered')) return EXIT.success
  return deliveries.some(({ answered }) => answered) ? EXIT.failed : EXIT.couldNotRun
}
