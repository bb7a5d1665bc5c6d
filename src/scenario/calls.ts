// Calls of the receiver to a provider's API that start steps, before or after the answer is sent.
import { EmulatorError } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import { numberOf, type Running } from './running.js'
import type { Scope } from './scope.js'
import type { ProviderCall } from './stage.js'
import type { OnCall, Scenario } from './step.js'
import { captureFrom } from './steps.js'

export interface CallPlayer {
  listen(): void
  /** Resolves when all steps that were started have ended. */
  ended(): Promise<{ passed: boolean; mistakes: EmulatorError[] }>
  close(): void
}

/** Plays the `on` part of a scenario. */
export function createCallPlayer(scenario: Scenario, running: Running, scope: Scope): CallPlayer {
  const started = new Map<OnCall, number>()
  const open = new Set<Promise<void>>()
  const mistakes: EmulatorError[] = []
  let allPassed = true
  let close = () => {}

  const play = async (on: OnCall, call: ProviderCall, params: Record<string, string>): Promise<void> => {
    const inner = scope.inside()
    captureFrom(shown(call, params), on.definition.capture ?? {}, inner, on.path)
    scope.absorb([inner])
    const passed = await running.time.branch(() => running.sequence(on.steps, inner))
    scope.absorb([inner])
    if (!passed) allPassed = false
  }

  const hear = async (call: ProviderCall, moment: 'before' | 'after'): Promise<void> => {
    const held: Promise<void>[] = []
    for (const on of scenario.on) {
      if ((on.definition.when ?? 'after') !== moment) continue
      const params = matched(on, call)
      const times =
        on.definition.times === undefined ? Number.POSITIVE_INFINITY : numberOf(on.definition.times, on.path)
      const before = started.get(on) ?? 0
      if (params === undefined || before >= times) continue
      started.set(on, before + 1)
      const played = play(on, call, params).catch((error: unknown) => {
        if (!(error instanceof EmulatorError)) throw error
        mistakes.push(error)
      })
      open.add(played)
      held.push(played)
    }
    if (moment === 'before') await Promise.all(held)
  }

  return {
    listen() {
      if (scenario.on.length > 0) close = running.stage.watchCalls?.(hear) ?? close
    },
    async ended() {
      // Steps of one call may make the receiver call again.
      for (let seen = 0; seen < open.size; ) {
        seen = open.size
        await Promise.all(open)
      }
      return { passed: allPassed, mistakes }
    },
    close: () => close(),
  }
}

/** Path parameters when the call is the one that is meant; a slash at the end makes no difference. */
function matched(on: OnCall, call: ProviderCall): Record<string, string> | undefined {
  const { provider, method, path } = on.definition.call
  if (provider !== call.provider || (method !== undefined && method !== call.method.toUpperCase())) return undefined
  const wanted = segments(path)
  const given = segments(call.path)
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of wanted.entries()) {
    const seen = given[i] ?? ''
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name !== undefined) params[name] = decodeURIComponent(seen)
    else if (part !== seen) return undefined
  }
  return params
}

const segments = (path: string) => path.replace(/\/+$/, '').split('/')

/** A call as captures see it. */
function shown(call: ProviderCall, params: Record<string, string>): JsonObject {
  const response: Record<string, Json> = {
    status: call.answer.status,
    headers: call.answer.headers,
    body: call.answer.body,
  }
  return { request: { path: call.path, query: call.query, headers: call.headers, body: call.body }, params, response }
}
