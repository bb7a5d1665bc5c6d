// What Unico's documents leave open: our choice for each question, its reason and the setting that changes it.
import type { Assumption } from '../../provider/assumptions.js'

import { apiAssumptions } from './assumptions-api.js'
import { deliveryAssumptions } from './assumptions-delivery.js'

/** Every open question: deliveries, then the API. */
export const assumptions: readonly Assumption[] = [...deliveryAssumptions, ...apiAssumptions]
