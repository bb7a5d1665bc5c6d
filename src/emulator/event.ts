// Making events: the story's facts, a payload from the event's own stream, then the user's changes, checked.
import { EmulatorError } from '../core/errors.js'
import type { EmulatorEvent } from '../core/event.js'
import { inputIssues, toIssue } from '../core/issues.js'
import { isJsonObject, type JsonObject, pathSegments, withoutValueAt, withValueAt } from '../core/json.js'
import { objectOfText } from '../core/json-text.js'
import type { LedgerReads } from '../core/ledger.js'
import type { SubjectChange } from '../core/subject.js'
import { definitionOf, findType, findVariant, type LoadedChannel } from '../provider/catalog.js'
import type { EventDefinition, EventType, MakeContext } from '../provider/channel.js'
import { checkSet, checkUnset } from '../provider/payload-paths.js'
import type { TriggerInput } from '../provider/port.js'
import { asOf, type EmulatorContext } from './context.js'
import { accountOf, factsOf, stateWarnings, storyOf } from './story.js'

/** Everything about an event but its row: what trigger stores and a preview only shows. */
export interface MadeEvent {
  channel: LoadedChannel
  eventType: EventType
  event: EmulatorEvent
  warnings: string[]
  story: string
  changes: readonly SubjectChange[]
}

/** Makes an event. Throws for unknown names and for changes that the payload's schema does not allow. */
export function makeEvent(
  context: EmulatorContext,
  rows: LedgerReads,
  provider: string,
  type: string,
  input: TriggerInput,
  ordinals: {
    id: string
    auto: () => number
    inStory: (story: string) => number
    facts: (story: string) => JsonObject
  },
): MadeEvent {
  const loaded = context.registry.loaded(provider)
  const settings = context.settings.ofProvider(provider)
  const { channel, eventType } = findType(loaded, type, input.channel, settings)
  const variant = findVariant(eventType, input.variant)
  const definition = definitionOf(channel, type, settings)
  const named = input.subject !== undefined
  const story = input.subject === undefined ? `${type}#${ordinals.auto()}` : storyOf(rows, provider, input.subject)
  const ordinal = named ? ordinals.inStory(story) : 1
  const now = context.clock.now()
  const makeContext: MakeContext = {
    type,
    variant,
    variantGiven: input.variant !== undefined,
    now,
    facts: ordinals.facts(story),
    about: input.subject === undefined ? undefined : rows.subject(provider, input.subject),
    settings,
  }
  const { payload, raw, warnings } = makePayload(
    context,
    provider,
    definition,
    makeContext,
    ['event', provider, type, story, ordinal],
    input,
  )
  const changes = definition.subjects(payload, makeContext)
  const ofState = input.anyState === true ? [] : stateWarnings(rows, loaded, type, changes)
  warnings.push(...ofState)
  const event: EmulatorEvent = {
    id: ordinals.id,
    provider,
    channel: channel.name,
    type,
    variant: variant ?? null,
    subject: changes[0]?.id ?? null,
    account: input.account === undefined && named ? accountOf(context, rows, provider, story) : (input.account ?? null),
    payload,
    ...(raw !== undefined && { raw }),
    createdAt: now,
    ...(warnings.length > 0 && { warnings }),
    ...((input.anyState === true || ofState.length > 0) && { anyState: true }),
  }
  return { channel, eventType, event, warnings, story, changes }
}

/** An event as it would be made now; nothing is stored or counted. */
export function previewEvent(context: EmulatorContext, provider: string, type: string, input: TriggerInput): MadeEvent {
  const { ledger } = context
  const then = asOf(context, input.at)
  return makeEvent(then, ledger, provider, type, input, {
    id: input.id ?? 'ev_0',
    auto: () => ledger.counter(`auto/${provider}/${type}`) + 1,
    inStory: story => ledger.storyCount(provider, story, type) + 1,
    facts: story => factsOf(then, ledger, provider, story),
  })
}

/** The payload of one event. `label` names its stream: provider, type, story and ordinal within them. */
function makePayload(
  context: EmulatorContext,
  provider: string,
  definition: EventDefinition,
  makeContext: MakeContext,
  label: readonly (string | number)[],
  input: Pick<TriggerInput, 'set' | 'unset' | 'raw'>,
): { payload: JsonObject; raw?: string; warnings: string[] } {
  const warnings: string[] = []
  const spend = definition.checkBudget?.()
  if (input.raw !== undefined) {
    const { raw } = input
    const payload = typeof raw === 'string' ? objectOfText(raw, 'raw') : raw
    spend?.(payload)
    const parsed = definition.schema.safeParse(payload)
    if (!parsed.success)
      for (const { path, message } of inputIssues(parsed.error, definition.schema, payload).map(toIssue))
        warnings.push(`raw payload: ${path === '' ? '' : `${path}: `}${message}`)
    return { payload, warnings, ...(typeof raw === 'string' && { raw }) }
  }
  let payload = definition.make(context.fake(provider, label), makeContext)
  for (const [path, value] of Object.entries(input.set ?? {})) {
    if (spend) spend(asObject(withValueAt(payload, path, value)), pathSegments(path))
    const warning = checkSet(definition.schema, path, value)
    if (warning) warnings.push(warning)
    payload = asObject(withValueAt(payload, path, value))
  }
  if (definition.agree && input.set !== undefined) {
    const given = [...Object.keys(input.set), ...(input.unset ?? [])]
    payload = definition.agree(payload, new Set(given.map(path => pathSegments(path).join('.'))), makeContext)
  }
  for (const path of input.unset ?? []) {
    const without = asObject(withoutValueAt(payload, path))
    spend?.(without)
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
