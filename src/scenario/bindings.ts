// The values that `${…}` stands for in a running scenario: variables, captures, earlier steps, the iteration of a repeat.
import { durationMs } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import type { EmulatorEvent } from '../core/event.js'
import { type Json, type JsonObject, valueAt } from '../core/json.js'
import { resolved } from './references.js'

/** What a reference can read of an event. */
export const READABLE_OF_EVENT: readonly string[] = [
  'id',
  'provider',
  'channel',
  'type',
  'variant',
  'subject',
  'payload',
  'createdAt',
]

/** Where a capture beside a call begins, and what it can continue with; an empty list: anything. */
export const READABLE_OF_CALL = { status: [], headers: [], body: [] }

/** Where a capture of a call of the receiver begins, and what it can continue with; an empty list: anything. */
export const READABLE_OF_RECEIVER_CALL = {
  request: ['path', 'query', 'headers', 'body'],
  params: [],
  response: ['status', 'headers', 'body'],
}

/** What later steps can read of a step. */
interface StepValue {
  events: EmulatorEvent[]
  answer?: JsonObject
}

/** The values of references at a place of a run. */
export interface Bindings {
  /** A deep copy with every reference replaced. Throws EmulatorError `invalid_input` for one that has no value. */
  resolve(value: Json, where: string): Json
  capture(name: string, value: Json): void
  keep(step: string, value: StepValue): void
  step(name: string): StepValue | undefined
  /** Adds an event that a step here, named or not, has triggered. */
  addEvent(event: EmulatorEvent): void
  /** Every event added here and in what was merged. */
  triggered(): readonly EmulatorEvent[]
  /** Nested bindings: they see everything here, and keep their own values until they are merged. */
  nested(repeatIndex?: number): Bindings
  /** Takes over the values of nested bindings, in this order; events of a step add up. */
  merge(nested: readonly Bindings[]): void
  /** Indexes of the enclosing repeats, outermost first. */
  readonly iteration: readonly number[]
  readonly own: { captures: Map<string, Json>; steps: Map<string, StepValue> }
}

/** The outermost bindings of a run. */
export function createBindings(base: { vars: Record<string, Json>; receiver: string | undefined }): Bindings {
  const receiver: JsonObject =
    base.receiver === undefined ? {} : { url: base.receiver, origin: new URL(base.receiver).origin }
  const make = (
    lookInParent: (path: readonly string[]) => Json | undefined,
    parent: Bindings | undefined,
    iteration: readonly number[],
  ): Bindings => {
    const captures = new Map<string, Json>()
    const steps = new Map<string, StepValue>()
    const events: EmulatorEvent[] = []
    const lookUp = (path: readonly string[]): Json | undefined => {
      const [root = '', name = '', ...rest] = path
      if (root === 'vars') return path.length === 1 ? base.vars : valueAt(base.vars, [name, ...rest])
      if (root === 'receiver') return valueAt(receiver, path.slice(1))
      if (root === 'repeat') return valueAt({ index: iteration.at(-1) ?? 0 }, path.slice(1))
      if (root === 'captures') return valueAt(captures.get(name) ?? lookInParent(['captures', name]), rest)
      if (root !== 'steps') return undefined
      const step = bindings.step(name)
      return step === undefined ? undefined : valueAt(readable(step), rest)
    }
    const bindings: Bindings = {
      iteration,
      own: { captures, steps },
      resolve: (value, where) => resolved(value, lookUp, where),
      capture: (name, value) => void captures.set(name, value),
      keep: (name, value) => void steps.set(name, value),
      step: name => steps.get(name) ?? parent?.step(name),
      addEvent: event => void events.push(event),
      triggered: () => events,
      nested: index => make(lookUp, bindings, index === undefined ? iteration : [...iteration, index]),
      merge(nested) {
        const merged = new Map<string, EmulatorEvent[]>()
        for (const { own, triggered } of nested) {
          events.push(...triggered())
          for (const [name, value] of own.captures) captures.set(name, value)
          for (const [name, value] of own.steps) {
            const all = [...(merged.get(name) ?? []), ...value.events]
            merged.set(name, all)
            steps.set(name, { ...value, events: all })
          }
        }
      },
    }
    return bindings
  }
  return make(() => undefined, undefined, [])
}

function readable({ events, answer }: StepValue): JsonObject {
  if (answer !== undefined) return answer
  const views = events.map(viewOf)
  return { event: views.at(-1) ?? null, events: views }
}

/** An event as references read it; its time is RFC 3339. */
function viewOf({ id, provider, channel, type, variant, subject, payload, createdAt }: EmulatorEvent): JsonObject {
  return { id, provider, channel, type, variant, subject, payload, createdAt: new Date(createdAt).toISOString() }
}

/** A duration after its references are resolved; ms. Throws EmulatorError `invalid_input`. */
export function durationOf(value: Json | undefined, where: string): number {
  const ms = typeof value === 'string' || typeof value === 'number' ? durationMs(value) : undefined
  if (ms !== undefined) return ms
  throw new EmulatorError(`${JSON.stringify(value)} is not a duration.`, {
    code: 'invalid_input',
    hint: 'Write it as 90s, 5m, 2h, 1d or a number of milliseconds.',
    where,
  })
}

/** A whole number after its references are resolved. Throws EmulatorError `invalid_input`. */
export function numberOf(value: Json | undefined, where: string): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof found === 'number' && Number.isInteger(found) && found >= 0) return found
  throw new EmulatorError(`${JSON.stringify(value)} is not a whole number.`, { code: 'invalid_input', where })
}

/** Headers with lower-case names and values as text. */
export function headersOf(given: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]))
}
