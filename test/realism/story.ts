// Plays one story of a provider in any order, and reads all that its own API shows of it after each event.
import type { EmulatorEvent } from '../../src/core/event.js'
import { type Json, type JsonObject, valueAt } from '../../src/core/json.js'
import type { Subject } from '../../src/core/subject.js'
import { createEmulator } from '../../src/emulator/index.js'
import { providerApi } from '../../src/http/provider-api.js'
import { placedRoutes } from '../../src/provider/base-path.js'
import type { LoadedProvider } from '../../src/provider/catalog.js'
import type { Settings } from '../../src/provider/channel.js'
import type { Route } from '../../src/provider/routes.js'
import { builtInProviders } from '../../src/providers/index.js'

/** One event to trigger, some time after the one before; or a subject to move by hand, chosen by number among those that can be moved. */
export type Step = { afterMs: number } & ({ type: string; variant?: string | undefined } | { move: number })

/** What was seen at one moment: an event's payload or the body of an answer. */
export interface Sight {
  /** `2 FLOW_COMPLETED` or `2 GET /api/…`: the number of the event it was seen after. */
  where: string
  value: Json
  /** Emulator ms. */
  now: number
}

/** A story that was played. */
export interface Story {
  provider: string
  loaded: LoadedProvider
  start: number
  events: readonly (EmulatorEvent & { warnings: readonly string[] })[]
  /** Payloads and answers in the order they were seen. */
  sights: readonly Sight[]
  /** Answers that do not fit their route. */
  faults: readonly string[]
  /** The subjects after each event. */
  subjects: readonly (readonly Subject[])[]
}

const START = Date.UTC(2026, 1, 11, 14, 30)

/** Headers that the provider's own routes ask for. */
async function credentials(
  provider: string,
  call: ReturnType<typeof providerApi>['call'],
): Promise<Record<string, string>> {
  if (provider !== 'rillis') return { authorization: 'Bearer kycg_test' }
  const { body } = await call({
    provider,
    method: 'POST',
    path: '/api/v1/auth/token',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: 'a', client_secret: 'b' }),
  })
  return { authorization: `Bearer ${String(valueAt(body, 'access_token'))}` }
}

/** The GET routes that show objects, each once, as they are served. */
const readable = ({ behaviour }: LoadedProvider, settings: Settings): Route[] =>
  (behaviour.routes ? placedRoutes(behaviour.routes, settings) : []).filter(
    ({ method, path, answers, open }) =>
      method === 'GET' && open !== true && answers[200]?.schema !== undefined && path.split('{').length <= 2,
  )

/** Plays the steps about one subject with this seed. */
export async function play(provider: string, seed: number, steps: readonly Step[]): Promise<Story> {
  const emulator = await createEmulator({
    providers: builtInProviders,
    clock: 'manual',
    seed,
    start: START,
    settings: provider === 'unico' ? { unico: { apiAuth: 'off' } } : {},
  })
  try {
    const loaded = await emulator.load(provider)
    const api = providerApi(emulator, { base: 'http://127.0.0.1:4010' })
    const headers = await credentials(provider, api.call)
    const routes = readable(loaded, await emulator.settings(provider))
    const events: Story['events'][number][] = []
    const sights: Sight[] = []
    const faults: string[] = []
    const subjects: Subject[][] = []

    const read = async (route: Route, path: string, nth: string) => {
      const { status, body } = await api.call({ provider, method: 'GET', path, headers, body: undefined })
      const where = `${nth} GET ${path}`
      const answer = route.answers[status]
      if (!answer) faults.push(`${where} answered ${status}, which the route does not list: ${JSON.stringify(body)}`)
      if (status !== 200) return
      const { error } = answer?.schema?.safeParse(body) ?? {}
      if (error) faults.push(`${where} does not fit its schema: ${error.message}`)
      sights.push({ where, value: body, now: emulator.clock.now() })
    }

    const stop = emulator.journal.listen(entry => {
      if (entry.kind !== 'event.triggered') return
      const { event, warnings = [] } = entry
      events.push({ ...event, warnings })
      sights.push({ where: `${events.length} ${event.type}`, value: event.payload, now: emulator.clock.now() })
    })
    const ownSubjects = () => emulator.ledger.subjects({ provider, story: 'story' }, { limit: 100 })

    for (const [i, step] of steps.entries()) {
      await emulator.advance(step.afterMs)
      const count = events.length
      if ('type' in step) await emulator.trigger(provider, step.type, { variant: step.variant, subject: 'story' })
      else {
        const moves = ownSubjects().flatMap(one =>
          (loaded.behaviour.moves?.(one) ?? []).map(to => ({ id: one.id, to })),
        )
        const chosen = moves[step.move % Math.max(1, moves.length)]
        if (chosen) await emulator.move(chosen.id, chosen.to)
      }
      const own = ownSubjects()
      const before = new Map(subjects.at(-1)?.map(one => [one.id, JSON.stringify(one)]))
      subjects.push(own)
      // What an event leaves as it is shows at the end.
      const isLast = i === steps.length - 1
      const shown = own.filter(one => isLast || before.get(one.id) !== JSON.stringify(one))
      // After a move without an event the API is ahead of the events.
      const nth = events.length > count ? `${events.length}` : `after ${count}`
      for (const route of routes) {
        if (!route.path.includes('{')) {
          if (isLast) await read(route, route.path, nth)
        } else
          for (const { id } of shown) await read(route, route.path.replace(/\{[^}]*\}/, encodeURIComponent(id)), nth)
      }
    }
    stop()
    return { provider, loaded, start: START, events, sights, faults, subjects }
  } finally {
    await emulator.stop(0)
  }
}

/** A value with the place it stands at, the object it is in, and its key. */
export interface Found {
  where: string
  path: string
  key: string
  value: Json
  parent: JsonObject
  now: number
}

function* walk(sight: Sight, value: Json, path: string): Generator<Found> {
  if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* walk(sight, one, `${path}[${i}]`)
  else if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) {
      const here = path === '' ? key : `${path}.${key}`
      yield { where: sight.where, path: here, key, value: one, parent: value, now: sight.now }
      yield* walk(sight, one, here)
    }
}

/** Every value with a key that was seen in the story, in order. */
export function everything({ sights }: Pick<Story, 'sights'>): Found[] {
  return sights.flatMap(sight => [...walk(sight, sight.value, '')])
}

/** Where a value was found, for messages. */
export const place = ({ where, path, value }: Found): string => `${where}: ${path} is ${JSON.stringify(value)}`
