// How events change subjects: the step's own subject changes state, and the flow instance keeps what is known of it.
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import type { SubjectChange } from '../../../core/subject.js'
import type { Facts } from '../facts.js'
import { stateOf } from '../subjects.js'

/** The change of the flow instance named in a payload; an instance with another id than the story's starts with a copy of the story's facts. */
export function flowInstance(payload: JsonObject, facts: Facts, state: string, data: JsonObject): SubjectChange {
  const named = isJsonObject(payload.data) ? payload.data.flow_instance_id : undefined
  const id = typeof named === 'string' ? named : facts.flow_instance_id
  const change = { id, kind: 'flow_instance', state, data }
  return id === facts.flow_instance_id ? change : { ...change, start: { ...facts, flow_instance_id: id } }
}

/** The changes made by a step's event: its own subject, whose data is the event's inner object, then the flow instance. */
export function stepSubjects(
  payload: JsonObject,
  facts: Facts,
  step: { kind: 'identity' | 'onboarding'; id: string; states: readonly string[]; otherwise: string },
): SubjectChange[] {
  const data = isJsonObject(payload.data) ? payload.data : {}
  const id = data[`${step.kind}_id`]
  const inner = data[step.kind]
  const status = facts.status ?? 'IN_PROGRESS'
  return [
    {
      id: typeof id === 'string' ? id : step.id,
      kind: step.kind,
      state: stateOf(step.states, data.status, step.otherwise),
      data: isJsonObject(inner) ? inner : {},
    },
    flowInstance(payload, facts, status, { status }),
  ]
}
