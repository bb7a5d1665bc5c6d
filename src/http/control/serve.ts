// Serves the control routes, and names the nearest path where none fits.
import { closest, EmulatorError } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { problemResponse } from '../problem.js'
import { type Router, routerOf } from '../router.js'
import { createRuns, type Runs } from '../runs.js'
import { createVerifications, type Verifications } from '../verifications.js'
import { clockFamily } from './clock.js'
import { deliveriesFamily } from './deliveries.js'
import { eventsFamily } from './events.js'
import { expectFamily } from './expect.js'
import { explainSignatureFamily } from './explain-signature.js'
import { faultsFamily } from './faults.js'
import { journalFamily } from './journal.js'
import { metricsFamily } from './metrics.js'
import { providersFamily } from './providers.js'
import { recordingFamily } from './recording.js'
import type { Family, Incoming } from './route.js'
import { runsFamily } from './runs.js'
import { scenariosFamily } from './scenarios.js'
import { descriptionFamily, healthFamily, resetFamily } from './server.js'
import { spacesFamily } from './spaces.js'
import { subjectsFamily } from './subjects.js'
import { subscriptionsFamily } from './subscriptions.js'
import { verificationsFamily } from './verifications.js'

/** What the root and every space serve. */
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
  scenariosFamily,
  recordingFamily,
  verificationsFamily,
  resetFamily,
  journalFamily,
  metricsFamily,
  descriptionFamily,
]

/** What the root serves: the spaces too. */
const atRoot: readonly Family[] = [...everywhere, spacesFamily]

const PREFIX = '/_standin/'

function noRoute(path: string, families: readonly Family[]): EmulatorError {
  const paths = families.flatMap(({ routes }) =>
    routes.flatMap(route => (route.path.startsWith(PREFIX) ? [route.path.slice(PREFIX.length)] : [])),
  )
  // The prefix is right already; counted in, it would make names similar that are not.
  const near = closest(path.slice(PREFIX.length), paths)
  return new EmulatorError(`There is nothing at ${path}.`, {
    code: 'not_found',
    hint: near === undefined ? 'GET /_standin/openapi.json lists every path.' : `Did you mean ${PREFIX}${near}?`,
  })
}

/** The answer of the control API to a request. Throws `not_found`; an EmulatorError of a handler is thrown on. */
export function createControlServer(): (incoming: Incoming) => Response | Promise<Response> {
  const runsOf = new WeakMap<Emulator, Runs>()
  const runsIn = ({ space: { emulator, gone }, hooks }: Incoming): Runs => {
    const known = runsOf.get(emulator)
    if (known) return known
    const made = createRuns(emulator, { hooks, gone })
    runsOf.set(emulator, made)
    return made
  }
  const verificationsOf = new WeakMap<Emulator, Verifications>()
  const verificationsIn = ({ space: { emulator, gone } }: Incoming): Verifications => {
    const known = verificationsOf.get(emulator)
    if (known) return known
    const made = createVerifications(emulator, { gone })
    verificationsOf.set(emulator, made)
    return made
  }
  const routers = new Map<readonly Family[], Router<Family['routes'][number]>>()
  const routerFor = (families: readonly Family[]) => {
    const known = routers.get(families)
    if (known) return known
    const made = routerOf(families.flatMap(family => family.routes))
    routers.set(families, made)
    return made
  }
  return incoming => {
    const { space, spaces, version, request, base, path, guarded, hooks, scenarios } = incoming
    const families = space.name === null ? atRoot : everywhere
    const found = routerFor(families)(request.method, path)
    if (found === undefined) throw noRoute(path, families)
    if ('allowed' in found) {
      const allowed = found.allowed.join(', ')
      const error = new EmulatorError(`${path} does not take ${request.method}.`, {
        code: 'not_allowed',
        hint: `It takes ${allowed}.`,
      })
      return problemResponse(error, { status: 405, headers: { allow: allowed } })
    }
    // Named one by one: a copy of an object that gets new keys would be one of the larger costs of a request.
    return found.route.answer({
      space,
      spaces,
      version,
      request,
      base,
      path,
      guarded,
      hooks,
      scenarios,
      families,
      runs: runsIn(incoming),
      verifications: verificationsIn(incoming),
      emulator: space.emulator,
      params: found.params,
      query: undefined,
      body: undefined,
    })
  }
}
