// Unico's payloads: of a process that finished normally, with an invalid identity, or by expiry. Source: Event types, "Payload schema".
import * as z from 'zod'
import type { JsonObject } from '../../core/json.js'
import type { EventDefinition, MakeContext } from '../../provider/channel.js'
import { DEFAULT_LAST_EVENT, LAST_EVENT_NAMES, LAST_EVENTS, type LastEvent, RESULTS, type Result } from './enums.js'
import { flowParts, type Verdict, verdictsOf } from './flows.js'
import { ended, historyOf, journeyOf, lastEventIn, textOf } from './subjects.js'

const processId = z.uuid().describe('Id of the process; deduplicate by it.')
const state = z.literal('PROCESS_STATE_FINISHED').describe('State of the process; today always finished.')
const flow = z.string().min(1).describe('Flow that was run, e.g. id or idtoken.')

/** A payload without a last event. */
const plain = <R extends Result>(result: R) =>
  z.strictObject({ processId, state, flow, result: z.literal(result).describe('How the process ended.') })

const expired = z.strictObject({
  processId,
  state,
  flow,
  result: z.literal('expired').describe('How the process ended.'),
  lastEvent: z.enum(LAST_EVENT_NAMES).describe('Last event of the expired process; the list may grow.'),
  lastEventDescription: z.string().min(1).describe('The last event in words.'),
})

const isLastEvent = (name: string): name is LastEvent => Object.hasOwn(LAST_EVENTS, name)
const isResult = (name: string): name is Result => Object.hasOwn(RESULTS, name)
const isDocumentEvent = (name: string) => name.includes('_DOCUMENT_')

/** The payload's last event: the variant's, or that of the process's history if the API created it or it has expired before. */
function lastEventOf({ variant, variantGiven, facts }: MakeContext): LastEvent {
  const named = variant !== undefined && isLastEvent(variant) ? variant : DEFAULT_LAST_EVENT
  const isOver = textOf(facts, 'result') === 'PROCESS_RESULT_EXPIRED'
  const isStory = historyOf(facts).origin === 'story' && !isOver
  if (named !== DEFAULT_LAST_EVENT || variantGiven === true || isStory) return named
  const last = lastEventIn(facts)
  return last !== undefined && isLastEvent(last) ? last : named
}

/** The payload's flow. A generated process whose last event is about a document has a flow with documents. */
function flowOf(facts: JsonObject, lastEvent?: LastEvent): string {
  const flow = textOf(facts, 'flow')
  const possible = lastEvent === undefined || !isDocumentEvent(lastEvent) || flowParts(flow).documents
  return possible || historyOf(facts).origin === 'api' ? flow : 'iddocs'
}

/** The verdicts that mean a result, the first being the default. */
const VERDICTS: Record<Result, readonly Verdict[]> = {
  ok: ['approved', 'inconclusive'],
  invalid_identity: ['refused', 'not_live'],
  expired: ['none'],
}

/** The verdict of the variant, of the process's earlier event with this result, or the default: one that the result and the flow can have. */
function verdictOf(result: Result, flow: string, { variant, variantGiven, facts }: MakeContext): Verdict {
  if (result === 'expired') return 'none'
  const known = historyOf(facts).verdict
  const wanted: (string | undefined)[] = variantGiven === true ? [variant, known] : [known, variant]
  const possible = VERDICTS[result].filter(verdict => verdictsOf(flow).includes(verdict))
  return (
    possible.find(verdict => wanted[0] === verdict) ??
    possible.find(verdict => wanted[1] === verdict) ??
    possible[0] ??
    'none'
  )
}

/** The process after the event. It has finished, with the payload's result or, where a user sent an unknown one, that of the event type. */
function subjects(payload: JsonObject, context: MakeContext) {
  const { facts, type, now: at } = context
  const id = textOf(payload, 'processId') || textOf(facts, 'id')
  const flow = textOf(payload, 'flow') || textOf(facts, 'flow')
  const state = 'PROCESS_STATE_FINISHED'
  const result = [textOf(payload, 'result'), type.split('.').at(-1) ?? ''].find(isResult) ?? 'ok'
  const changes = ended(facts, {
    id,
    flow,
    state,
    result: RESULTS[result],
    verdict: verdictOf(result, flow, context),
    at,
    lastEvent: result === 'expired' ? textOf(payload, 'lastEvent') || undefined : undefined,
  })
  // Delivery is at least once: the same result may be reported again.
  const again = textOf(facts, 'result') === RESULTS[result]
  const after = ['PROCESS_STATE_CREATED', ...(again ? [state] : [])]
  if (id === facts.id) return [{ id, kind: 'process', state, after, data: changes }]
  // The event was given another process id: an existing process with that id keeps its person and history.
  const { history = {}, ...end } = changes
  const start = Object.assign({}, facts, { userRedirectUrl: journeyOf(id), history })
  return [{ id, kind: 'process', state, after, data: end, start }]
}

const finished = <const R extends 'ok' | 'invalid_identity'>(result: R) =>
  ({
    schema: plain(result),
    make: (_fake, { facts }) => ({
      processId: textOf(facts, 'id'),
      state: 'PROCESS_STATE_FINISHED',
      flow: flowOf(facts),
      result,
    }),
    subjects,
  }) satisfies EventDefinition

/** `EVENT_TYPE_NEW_STEP` in words: the text of a last event outside the list. */
function wordsOf(lastEvent: string): string {
  const words = lastEvent
    .replace(/^EVENT_TYPE_/, '')
    .toLowerCase()
    .replaceAll('_', ' ')
    .trim()
  return words === '' ? lastEvent : `${words[0]?.toUpperCase()}${words.slice(1)}`
}

/** Last event and description stay a pair, and a generated flow has the step of the last event, when a user sets one of them. */
function agree(payload: JsonObject, given: ReadonlySet<string>, { facts }: MakeContext): JsonObject {
  let lastEvent = textOf(payload, 'lastEvent')
  const description = textOf(payload, 'lastEventDescription')
  if (given.has('lastEventDescription') && !given.has('lastEvent'))
    lastEvent = LAST_EVENT_NAMES.find(name => LAST_EVENTS[name] === description) ?? lastEvent
  const changed = { ...payload }
  if (changed.flow !== undefined && !given.has('flow') && isLastEvent(lastEvent))
    changed.flow = flowOf(facts, lastEvent)
  if (changed.lastEvent !== undefined) changed.lastEvent = lastEvent
  if (given.has('lastEvent') && changed.lastEventDescription !== undefined && !given.has('lastEventDescription'))
    changed.lastEventDescription = isLastEvent(lastEvent) ? LAST_EVENTS[lastEvent] : wordsOf(lastEvent)
  return changed
}

/** The definition of each event type, by name. Source: Event types, "Payload schema" and "Example payload" (key order). */
export const events = {
  'process.finished.ok': finished('ok'),
  'process.finished.invalid_identity': finished('invalid_identity'),
  'process.finished.expired': {
    schema: expired,
    make: (_fake, context) => {
      const lastEvent = lastEventOf(context)
      return {
        processId: textOf(context.facts, 'id'),
        state: 'PROCESS_STATE_FINISHED',
        flow: flowOf(context.facts, lastEvent),
        result: 'expired',
        lastEvent,
        lastEventDescription: LAST_EVENTS[lastEvent],
      }
    },
    subjects,
    agree,
  },
} satisfies Readonly<Record<string, EventDefinition>>

/** The definition of a type; undefined for any other name. */
export function findEvent(type: string): EventDefinition | undefined {
  const known: Readonly<Record<string, EventDefinition>> = events
  return Object.hasOwn(known, type) ? known[type] : undefined
}
