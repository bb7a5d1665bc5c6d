// What KYC Genie's documents leave open: our choice for each question, why, and the setting that changes it where there is one.
import type { Assumption } from '../../provider/assumptions.js'
import { apiAssumptions } from './assumptions-api.js'
import { wireAssumptions } from './assumptions-wire.js'

/** Every open question: first what is sent, then the API. */
export const assumptions: readonly Assumption[] = [...wireAssumptions, ...apiAssumptions]
