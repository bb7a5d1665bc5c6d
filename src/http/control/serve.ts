// Serves the control routes: finds the one that fits, or says what is near.
import { closest, EmulatorError } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { pathMatcher } from '../match.js'
import { problemResponse } from '../problem.js'
import { createRuns, type Runs } from '../runs.js'
import { familiesOf } from './families.js'
import type { ControlRoute, Incoming } from './route.js'

const allRoutes = (space: Incoming['space']): ControlRoute[] => familiesOf(space).flatMap(family => [...family.routes])

function noRoute({ path, space }: Incoming): EmulatorError {
  const prefix = '/_standin/'
  // The prefix is right already; counted in, it would make names near that are not.
  const near = closest(
    path.slice(prefix.length),
    allRoutes(space).map(route => route.path.slice(prefix.length)),
  )
  return new EmulatorError(`There is nothing at ${path}.`, {
    code: 'not_found',
    hint: near === undefined ? 'GET /_standin/openapi.json lists every path.' : `Did you mean ${prefix}${near}?`,
  })
}

/** The answer of the control API to a request; an EmulatorError of a handler is thrown on. */
export function createControlServer(): (incoming: Incoming) => Promise<Response> {
  const matchers = new Map<boolean, ReturnType<typeof pathMatcher<ControlRoute>>>()
  const runsOf = new WeakMap<Emulator, Runs>()
  const runsIn = ({ space: { emulator, gone }, hooks }: Incoming): Runs => {
    const known = runsOf.get(emulator) ?? createRuns(emulator, { hooks, gone })
    runsOf.set(emulator, known)
    return known
  }
  return async incoming => {
    const { request, path, space } = incoming
    const ofRoot = space.name === null
    const find = matchers.get(ofRoot) ?? pathMatcher(allRoutes(space))
    matchers.set(ofRoot, find)
    const found = find(request.method, path)
    if (!found) throw noRoute(incoming)
    if ('route' in found)
      return found.route.answer({ ...incoming, families: familiesOf(space), runs: runsIn(incoming) }, found.params)
    const error = new EmulatorError(`${path} does not take ${request.method}.`, {
      code: 'not_allowed',
      hint: `It takes ${found.allowed.join(', ')}.`,
    })
    return problemResponse(error, { status: 405, headers: { allow: found.allowed.join(', ') } })
  }
}
