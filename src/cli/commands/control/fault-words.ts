// A fault as the command line has it: a kind and `name=value` words, and as one line of text.
import type { ActiveFault } from '../../../api/active-fault.js'
import { EmulatorError } from '../../../core/errors.js'
import { FAULT_KINDS } from '../../../core/fault.js'
import { FAULT_SCOPE, FAULTS, type FaultField } from '../../../core/fault-descriptions.js'
import { isJsonObject, type Json, type JsonObject, jsonOrText } from '../../../core/json.js'
import { splitPair } from '../../option-values.js'

/** The fields of a kind and its scope; only the scope where the kind is unknown, which the server says. */
function fieldsOf(kind: string): Readonly<Record<string, FaultField>> {
  const known = FAULT_KINDS.find(one => one === kind)
  return { ...(known === undefined ? {} : FAULTS[known].fields), ...FAULT_SCOPE }
}

/** A value as its field takes it: lists may be written with commas. */
function fieldValue(field: FaultField | undefined, text: string): Json {
  switch (field?.is) {
    case 'string':
    case 'path':
    case 'choice':
      return text
    case 'stringOrNull':
      return text === 'null' ? null : text
    case 'duration':
      return /^\d+$/.test(text) ? Number(text) : text
    case 'integers':
    case 'paths':
      if (text.startsWith('[')) return jsonOrText(text)
      return text.split(',').map(item => (field.is === 'integers' ? jsonOrText(item) : item))
    default:
      return jsonOrText(text)
  }
}

/** The fault of `fault add <kind> [name=value]…`, unchecked: the server says what is wrong with it. Throws `usage` for what is no pair. */
export function faultOf([kind, ...pairs]: readonly string[]): JsonObject {
  if (kind === undefined)
    throw new EmulatorError('fault add needs the kind of fault.', {
      code: 'usage',
      where: 'standin fault',
      hint: `Use standin fault add KIND [name=value]…; kinds: ${FAULT_KINDS.join(', ')}.`,
    })
  const fields = fieldsOf(kind)
  const fault: JsonObject = { kind }
  for (const pair of pairs) {
    const [name, text] = splitPair(pair, 'standin fault add')
    fault[name] = fieldValue(Object.hasOwn(fields, name) ? fields[name] : undefined, text)
  }
  return fault
}

/** A fault in one line: `fl_1  delay by=60000 next=1  fired 0 times, 1 left`. */
export function faultText({ id, fault, fired, remaining, active, lastSkipReason }: ActiveFault): string {
  const { kind, ...fields } = fault
  const pairs = Object.entries(fields).map(
    ([name, value]) =>
      `${name}=${typeof value === 'string' ? value : Array.isArray(value) && !value.some(isJsonObject) ? value.join(',') : JSON.stringify(value)}`,
  )
  const state = [
    `fired ${fired} ${fired === 1 ? 'time' : 'times'}`,
    ...(active ? (remaining === null ? [] : [`${remaining} left`]) : ['ended']),
    ...(lastSkipReason === null ? [] : [`last skipped: ${lastSkipReason}`]),
  ]
  return [id, [kind, ...pairs].join(' '), state.join(', ')].join('  ')
}
