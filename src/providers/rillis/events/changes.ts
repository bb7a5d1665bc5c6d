// How events change subjects: the step's own subject changes state, and the flow instance keeps what is known of it.
import { isJsonObject, type JsonObject, valueAt, withValueAt } from '../../../core/json.js'
import type { SubjectChange } from '../../../core/subject.js'
import type { Facts } from '../facts.js'
import { stateOf } from '../subjects.js'

/** The change of the flow instance named in a payload; an instance with another id than the story's starts with a copy of the story's facts. */
export function flowInstance(payload: JsonObject, facts: Facts, state: string, values: JsonObject): SubjectChange {
  const named = isJsonObject(payload.data) ? payload.data.flow_instance_id : undefined
  const id = typeof named === 'string' ? named : facts.flow_instance_id
  const isOwn = values.flow_instance_id === undefined || values.flow_instance_id === id
  // A given payload may name anything, such as null.
  const data = isOwn ? values : { ...values, flow_instance_id: id }
  if (id === facts.flow_instance_id) return { id, kind: 'flow_instance', state, data }
  // A spread of facts costs four times as much: they have getters behind them.
  return { id, kind: 'flow_instance', state, data, start: Object.assign({}, facts, { flow_instance_id: id }) }
}

/** What a step's event is about: its subject's id unless the payload names another, its possible states, and those each of them can follow. */
interface Step {
  kind: 'identity' | 'onboarding'
  id: string
  states: readonly string[]
  otherwise: string
  after(state: string): readonly string[] | undefined
  /** Further facts that the story keeps. */
  facts?: JsonObject
}

/** The changes made by a step's event: its own subject, whose data is the event's inner object, then the flow instance. */
export function stepSubjects(payload: JsonObject, facts: Facts, step: Step): SubjectChange[] {
  const data = isJsonObject(payload.data) ? payload.data : {}
  const id = data[`${step.kind}_id`]
  const inner = data[step.kind]
  const status = facts.status ?? 'IN_PROGRESS'
  const state = stateOf(step.states, data.status, step.otherwise)
  const after = step.after(state)
  return [
    {
      id: typeof id === 'string' ? id : step.id,
      kind: step.kind,
      state,
      data: isJsonObject(inner) ? inner : {},
      ...(after && { after }),
    },
    flowInstance(payload, facts, status, { status, ...step.facts }),
  ]
}

/** Values that a step's event holds twice: beside its inner object and in it. */
const TWICE = { flow_id: 'flow', user_id: 'user', flow_instance_id: 'flow_instance', status: 'status' }

const covers = (given: ReadonlySet<string>, path: string) =>
  [...given].some(one => one === path || path.startsWith(`${one}.`))

/** A value set by hand in one of its two places is set in the other too. */
export function agreeTwice(kind: Step['kind'], payload: JsonObject, given: ReadonlySet<string>): JsonObject {
  let agreed = payload
  for (const [outer, inner] of Object.entries({ [`${kind}_id`]: '_id', ...TWICE })) {
    const places = [`data.${outer}`, `data.${kind}.${inner}`] as const
    const [first, second] = covers(given, places[0]) ? places : ([places[1], places[0]] as const)
    const value = valueAt(agreed, first)
    if (!covers(given, first) || covers(given, second) || value === undefined) continue
    const changed = withValueAt(agreed, second, value)
    if (isJsonObject(changed)) agreed = changed
  }
  return agreed
}
