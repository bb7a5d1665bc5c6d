// The catalogue: every check, in the order they are told.
import type { Check } from '../check.js'
import { authChecks } from './auth.js'
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
import { toleranceChecks } from './tolerance.js'

export const catalogue: readonly Check[] = [
  ...deliveryChecks,
  ...signatureChecks,
  ...freshnessChecks,
  ...authChecks,
  ...idempotencyChecks,
  ...orderingChecks,
  ...toleranceChecks,
  ...payloadChecks,
  ...httpChecks,
  ...loadChecks,
  ...retryChecks,
  ...secrecyChecks,
]
