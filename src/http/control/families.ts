// The table of control routes, family by family: what is served and what the document describes.
import type { Space } from '../../emulator/spaces.js'
import { clockFamily } from './clock.js'
import { deliveriesFamily } from './deliveries.js'
import { descriptionFamily } from './description.js'
import { eventsFamily } from './events.js'
import { expectFamily } from './expect.js'
import { explainSignatureFamily } from './explain-signature.js'
import { faultsFamily } from './faults.js'
import { healthFamily } from './health.js'
import { journalFamily } from './journal.js'
import { metricsFamily } from './metrics.js'
import { providersFamily } from './providers.js'
import { resetFamily } from './reset.js'
import type { Family } from './route.js'
import { runsFamily } from './runs.js'
import { spacesFamily } from './spaces.js'
import { subjectsFamily } from './subjects.js'
import { subscriptionsFamily } from './subscriptions.js'
import { verificationsFamily } from './verifications.js'

/** What every world serves. */
const everywhere: readonly Family[] = [
  healthFamily,
  providersFamily,
  subscriptionsFamily,
  eventsFamily,
  deliveriesFamily,
  expectFamily,
  explainSignatureFamily,
  subjectsFamily,
  clockFamily,
  faultsFamily,
  runsFamily,
  verificationsFamily,
  resetFamily,
  journalFamily,
  metricsFamily,
  descriptionFamily,
]

const atRoot: readonly Family[] = [...everywhere, spacesFamily]

/** The families of a world: the root has the spaces too. */
export function familiesOf(space: Space): readonly Family[] {
  return space.name === null ? atRoot : everywhere
}
