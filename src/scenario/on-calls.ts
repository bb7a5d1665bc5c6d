// The `on` part of a scenario: calls of the receiver to a provider's API that start steps, before or after the response is sent.
import { EmulatorError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { type Bindings, numberOf } from './bindings.js'
import type { ProviderCall } from './host.js'
import type { RunContext } from './run-context.js'
import type { OnCall, Scenario } from './scenario.js'
import { captureFrom } from './steps.js'

/** Handles the receiver's calls during one run. */
export interface CallHandler {
  /** Handles calls from now on. */
  listen(): void
  /** Resolves when all steps that were started have ended. */
  ended(): Promise<{ passed: boolean; mistakes: EmulatorError[] }>
  close(): void
}

/** Runs the steps of `on` as the receiver's calls come in. */
export function createCallHandler(scenario: Scenario, run: RunContext, bindings: Bindings): CallHandler {
  const started = new Map<OnCall, number>()
  const open = new Set<Promise<void>>()
  const mistakes: EmulatorError[] = []
  const failures: unknown[] = []
  let allPassed = true
  let close = () => {}

  const runSteps = async (on: OnCall, call: ProviderCall, params: Record<string, string>): Promise<void> => {
    const nested = bindings.nested()
    captureFrom(readable(call, params), on.definition.capture ?? {}, nested, on.path)
    bindings.merge([nested])
    const passed = await run.time.branch(() => run.sequence(on.steps, nested))
    bindings.merge([nested])
    if (!passed) allPassed = false
  }

  const handle = async (call: ProviderCall, moment: 'before' | 'after'): Promise<void> => {
    const begun: Promise<void>[] = []
    for (const on of scenario.on) {
      if ((on.definition.when ?? 'after') !== moment) continue
      const params = paramsOf(on, call)
      const { times } = on.definition
      const limit = times === undefined ? Number.POSITIVE_INFINITY : numberOf(times, on.path)
      const before = started.get(on) ?? 0
      if (params === undefined || before >= limit) continue
      started.set(on, before + 1)
      const running = runSteps(on, call, params).catch((error: unknown) => {
        // Thrown when the run awaits its calls: until then nobody would handle it.
        if (error instanceof EmulatorError) mistakes.push(error)
        else failures.push(error)
      })
      open.add(running)
      begun.push(running)
    }
    if (moment === 'before') await Promise.all(begun)
  }

  return {
    listen() {
      if (scenario.on.length > 0) close = run.api.watchCalls?.(handle) ?? close
    },
    async ended() {
      // Steps of one call may make the receiver call again.
      for (let awaited = 0; awaited < open.size; ) {
        awaited = open.size
        await Promise.all(open)
      }
      if (failures.length > 0) throw failures[0]
      return { passed: allPassed, mistakes }
    },
    close: () => close(),
  }
}

/** Path parameters when the call matches, else undefined; a trailing slash makes no difference. */
function paramsOf(on: OnCall, call: ProviderCall): Record<string, string> | undefined {
  const { provider, method, path } = on.definition.call
  if (provider !== call.provider || (method !== undefined && method !== call.method.toUpperCase())) return undefined
  const expected = segments(path)
  const received = segments(call.path)
  if (expected.length !== received.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, part] of expected.entries()) {
    const segment = received[i] ?? ''
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name !== undefined) params[name] = decodeURIComponent(segment)
    else if (part !== segment) return undefined
  }
  return params
}

const segments = (path: string) => path.replace(/\/+$/, '').split('/')

/** A call as captures read it. */
function readable({ path, query, headers, body, answer }: ProviderCall, params: Record<string, string>): JsonObject {
  const { status, headers: answered, body: shown } = answer
  return { request: { path, query, headers, body }, params, response: { status, headers: answered, body: shown } }
}
