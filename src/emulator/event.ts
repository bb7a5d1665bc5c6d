// Making events: the story's facts, a payload from the event's own stream, then the user's changes, checked.
import { withArticle } from '../core/article.js'
import { EmulatorError } from '../core/errors.js'
import type { EmulatorEvent } from '../core/event.js'
import { inputIssues, toIssue } from '../core/issues.js'
import { isJsonObject, type JsonObject, pathSegments, withoutValueAt, withValueAt } from '../core/json.js'
import { objectOfText } from '../core/json-text.js'
import type { LedgerReads } from '../core/ledger.js'
import type { Subject } from '../core/subject.js'
import { definitionOf, findType, findVariant, type LoadedChannel } from '../provider/catalog.js'
import type { EventDefinition, EventType, MakeContext } from '../provider/channel.js'
import { checkSet, checkUnset } from '../provider/payload-paths.js'
import type { TriggerInput } from '../provider/port.js'
import { asOf, type EmulatorContext } from './context.js'
import { changedSubject, rootOf, stateWarnings } from './story.js'

/** Everything about an event but its row: what trigger stores and a preview only shows. */
export interface MadeEvent {
  channel: LoadedChannel
  eventType: EventType
  event: EmulatorEvent
  warnings: string[]
  /** The subjects that it moves, as they are after it, in the order of its changes. */
  moved: readonly Subject[]
  /** What is to be stored of its story, each subject once and a new root first: it is the oldest. */
  stored: readonly Subject[]
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
  },
): MadeEvent {
  const loaded = context.registry.loaded(provider)
  const settings = context.settings.ofProvider(provider)
  const { channel, eventType } = findType(loaded, type, input.channel, settings)
  const variant = findVariant(eventType, input.variant)
  const definition = definitionOf(channel, type, settings)
  const now = context.clock.now()
  // Each subject is read once; from then on it is as the event leaves it.
  const subjects = new Map<string, Subject | undefined>()
  const find = (id: string): Subject | undefined => {
    const known = subjects.get(id)
    if (known !== undefined || subjects.has(id)) return known
    const found = rows.subject(provider, id)
    subjects.set(id, found)
    return found
  }
  const named = input.subject
  // The text is the label of a new story where it is no subject's id.
  const story = named === undefined ? `${type}#${ordinals.auto()}` : (find(named)?.story ?? named)
  const ordinal = named === undefined ? 1 : ordinals.inStory(story)
  const { root, isNew } = rootOf(context, rows, provider, story, { account: input.account, now })
  subjects.set(root.id, root)
  const factsBefore = Object.keys(root.data).length
  const makeContext: MakeContext = {
    type,
    variant,
    variantGiven: input.variant !== undefined,
    now,
    facts: root.data,
    about: named === undefined ? undefined : find(named),
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
  const ofState = input.anyState === true ? [] : stateWarnings(loaded, type, changes, find)
  warnings.push(...ofState)
  const account = input.account === undefined && named !== undefined ? root.account : (input.account ?? null)
  // Late facts that this event has shown stay as they are from now on.
  const hasMore = Object.keys(root.data).length > factsBefore
  // A given payload shows no facts: where nothing names their story it is made the same when it is first named.
  const isSeen = input.raw === undefined || named !== undefined || changes.some(({ id }) => id === root.id)
  const moved: Subject[] = []
  for (const change of changes) {
    const known = find(change.id)
    if (known !== undefined && known.kind !== change.kind) {
      warnings.push(
        `${known.kind} ${known.id} cannot become ${withArticle(change.kind)} and stays as it is; ${type} is sent anyway.`,
      )
      continue
    }
    const subject = changedSubject(known, change, { provider, story, account }, now)
    subjects.set(subject.id, subject)
    moved.push(subject)
  }
  const first = (isNew && isSeen) || hasMore ? subjects.get(root.id) : undefined
  const stored = first === undefined ? [] : [first]
  for (const subject of moved) if (subject !== first && subject === subjects.get(subject.id)) stored.push(subject)
  const event: EmulatorEvent = {
    id: ordinals.id,
    provider,
    channel: channel.name,
    type,
    variant: variant ?? null,
    subject: changes[0]?.id ?? null,
    account,
    payload,
    createdAt: now,
  }
  if (raw !== undefined) event.raw = raw
  if (warnings.length > 0) event.warnings = warnings
  if (input.anyState === true || ofState.length > 0) event.anyState = true
  return { channel, eventType, event, warnings, moved, stored }
}

/** An event as it would be made now; nothing is stored or counted. */
export function previewEvent(context: EmulatorContext, provider: string, type: string, input: TriggerInput): MadeEvent {
  const { ledger } = context
  const then = asOf(context, input.at)
  return makeEvent(then, ledger, provider, type, input, {
    id: input.id ?? 'ev_0',
    auto: () => ledger.counter(`auto/${provider}/${type}`) + 1,
    inStory: story => ledger.storyCount(provider, story, type) + 1,
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
  let payload = definition.make(context.fake(provider, label, makeContext.now), makeContext)
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
