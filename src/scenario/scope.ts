// What `${…}` means at a place of a running scenario: variables, captures, earlier steps, the iteration of a repeat.
import type { EmulatorEvent } from '../core/event.js'
import { type Json, type JsonObject, valueAt } from '../core/json.js'
import { resolved } from './references.js'

/** What later steps can read of a step. */
interface StepValue {
  events: EmulatorEvent[]
  answer?: JsonObject
}

export interface Scope {
  /** A deep copy without references. Throws EmulatorError `invalid_input` for one that leads nowhere. */
  resolve(value: Json, where: string): Json
  capture(name: string, value: Json): void
  keep(step: string, value: StepValue): void
  step(name: string): StepValue | undefined
  /** Notes an event that a step here, named or not, has triggered. */
  note(event: EmulatorEvent): void
  /** Every event noted here and in what was absorbed. */
  triggered(): readonly EmulatorEvent[]
  /** A scope inside: it sees everything here, and what it keeps is its own until it is absorbed. */
  inside(repeatIndex?: number): Scope
  /** Takes over what scopes inside have kept, in this order; events of a step add up. */
  absorb(inner: readonly Scope[]): void
  /** Numbers of the repeats it is in, outermost first. */
  readonly iteration: readonly number[]
  readonly own: { captures: Map<string, Json>; steps: Map<string, StepValue> }
}

/** The outermost scope of a run. */
export function createScope(base: { vars: Record<string, Json>; receiver: string | undefined }): Scope {
  const receiver: JsonObject =
    base.receiver === undefined ? {} : { url: base.receiver, origin: new URL(base.receiver).origin }
  const make = (above: Scope | undefined, iteration: readonly number[]): Scope => {
    const captures = new Map<string, Json>()
    const steps = new Map<string, StepValue>()
    const noted: EmulatorEvent[] = []
    const findCapture = (name: string): Json | undefined => captures.get(name) ?? lookAbove(['captures', name])
    const lookAbove = (path: readonly string[]) => (above === undefined ? undefined : looks.get(above)?.(path))
    const look = (path: readonly string[]): Json | undefined => {
      const [root = '', name = '', ...rest] = path
      if (root === 'vars') return path.length === 1 ? base.vars : valueAt(base.vars, [name, ...rest])
      if (root === 'receiver') return valueAt(receiver, path.slice(1))
      if (root === 'repeat') return valueAt({ index: iteration.at(-1) ?? 0 }, path.slice(1))
      if (root === 'captures') return valueAt(findCapture(name), rest)
      if (root !== 'steps') return undefined
      const step = scope.step(name)
      return step === undefined ? undefined : valueAt(readable(step), rest)
    }
    const scope: Scope = {
      iteration,
      own: { captures, steps },
      resolve: (value, where) => resolved(value, look, where),
      capture: (name, value) => void captures.set(name, value),
      keep: (name, value) => void steps.set(name, value),
      step: name => steps.get(name) ?? above?.step(name),
      note: event => void noted.push(event),
      triggered: () => noted,
      inside: index => make(scope, index === undefined ? iteration : [...iteration, index]),
      absorb(inner) {
        const events = new Map<string, EmulatorEvent[]>()
        for (const { own, triggered } of inner) {
          noted.push(...triggered())
          for (const [name, value] of own.captures) captures.set(name, value)
          for (const [name, value] of own.steps) {
            const all = [...(events.get(name) ?? []), ...value.events]
            events.set(name, all)
            steps.set(name, { ...value, events: all })
          }
        }
      },
    }
    looks.set(scope, look)
    return scope
  }
  const looks = new WeakMap<Scope, (path: readonly string[]) => Json | undefined>()
  return make(undefined, [])
}

function readable({ events, answer }: StepValue): JsonObject {
  if (answer !== undefined) return answer
  const shown = events.map(showEvent)
  return { event: shown.at(-1) ?? null, events: shown }
}

/** An event as references and reports show it; its time is RFC 3339. */
function showEvent(event: EmulatorEvent): JsonObject {
  return {
    id: event.id,
    provider: event.provider,
    channel: event.channel,
    type: event.type,
    variant: event.variant,
    subject: event.subject,
    payload: event.payload,
    createdAt: new Date(event.createdAt).toISOString(),
  }
}
