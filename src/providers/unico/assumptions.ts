// What Unico's documents leave open: our choice for each question, its reason and the setting that changes it.
import type { Assumption } from '../../provider/assumptions.js'
import { apiAssumptions } from './assumptions-api.js'
import { credentialAssumptions } from './assumptions-credentials.js'
import { deliveryAssumptions } from './assumptions-delivery.js'
import { magicLinkAssumptions } from './assumptions-magic-link.js'

/** Every open question: deliveries, their credentials, the API, then Magic Link. */
export const assumptions: readonly Assumption[] = [
  ...deliveryAssumptions,
  ...credentialAssumptions,
  ...apiAssumptions,
  ...magicLinkAssumptions,
]
