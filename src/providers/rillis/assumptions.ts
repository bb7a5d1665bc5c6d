// What Rillis's documents leave open: our choice for each question, its reason and the setting that changes it.
import type { Assumption } from '../../provider/assumptions.js'
import { apiAssumptions } from './assumptions-api.js'
import { deliveryAssumptions } from './assumptions-delivery.js'
import { payloadAssumptions } from './assumptions-payload.js'
import { screeningAssumptions } from './assumptions-screening.js'

/** Every open question: deliveries, payloads, the API, then the Screening API. */
export const assumptions: readonly Assumption[] = [
  ...deliveryAssumptions,
  ...payloadAssumptions,
  ...apiAssumptions,
  ...screeningAssumptions,
]
