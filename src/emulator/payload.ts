// Making a payload: the story's facts, the event's own stream, then the user's changes, checked.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type JsonObject, withoutValueAt, withValueAt } from '../core/json.js'
import type { EventDefinition, MakeContext } from '../provider/channel.js'
import type { TriggerInput } from '../provider/port.js'
import type { EmulatorContext } from './context.js'
import { checkSet, checkUnset } from './paths.js'

export interface Made {
  payload: JsonObject
  warnings: string[]
}

/** The payload of one event. `label` names its stream: provider, type, story and ordinal within them. */
export function makePayload(
  context: EmulatorContext,
  provider: string,
  definition: EventDefinition,
  makeContext: MakeContext,
  label: readonly (string | number)[],
  input: Pick<TriggerInput, 'set' | 'unset' | 'raw'>,
): Made {
  const warnings: string[] = []
  if (input.raw !== undefined) {
    const parsed = definition.schema.safeParse(input.raw)
    if (!parsed.success)
      for (const issue of parsed.error.issues) warnings.push(`raw payload: ${issue.path.join('.')}: ${issue.message}`)
    return { payload: input.raw, warnings }
  }
  let payload = definition.make(context.fake(provider, label), makeContext)
  for (const [path, value] of Object.entries(input.set ?? {})) {
    const warning = checkSet(definition.schema, path, value)
    if (warning) warnings.push(warning)
    payload = asObject(withValueAt(payload, path, value))
  }
  for (const path of input.unset ?? []) {
    const without = asObject(withoutValueAt(payload, path))
    const warning = checkUnset(definition.schema, path, payload, without)
    if (warning) warnings.push(warning)
    payload = without
  }
  return { payload, warnings }
}

function asObject(value: unknown): JsonObject {
  if (isJsonObject(value)) return value
  throw new EmulatorError('The payload itself cannot be replaced by set.', {
    code: 'invalid_input',
    hint: 'Give the whole payload as raw instead.',
  })
}
