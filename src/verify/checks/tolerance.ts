// Tolerance: a provider's payloads grow; what is new must not break what is known.
import { withArticle } from '../../core/article.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withoutValueAt, withValueAt } from '../../core/json.js'
import { keyPaths, unknownValue, withManyFields, withUnknownFields } from '../../core/mutate/payload.js'
import type { Check, Expects } from '../check.js'
import { isAccepted } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import type { TestEvent } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { drawsOf } from './draws.js'
import { acceptsAll, judgeNoneLostLater } from './effects.js'
import { judgeAll, notJudged, passed, type Trial, worst } from './judge.js'
import { UNKNOWN_SUBJECT } from './ordering.js'

/** At most so many fields are left out, or are null. */
const MOST_FIELDS = 120

const ABSENT = 'tolerance/optional-absent'

/** A receiver that fails at characters beyond ASCII does so in names of fields too. */
const TEXTS = ['signature/unicode', 'payload/unicode']

/** For each path an event of its own that has a value there. */
async function eventsWith(
  harness: TestHarness,
  paths: readonly string[],
): Promise<{ path: string; event: TestEvent }[]> {
  const found = new Map<string, { type: string; variant?: string }>()
  for (const { name, variants } of harness.situation.types)
    for (const variant of [undefined, ...variants.slice(0, 1)]) {
      if (found.size === paths.length) break
      const form = variant === undefined ? { type: name } : { type: name, variant }
      const { value } = await harness.event(form)
      for (const path of paths) if (!found.has(path) && valueAt(value, path) !== undefined) found.set(path, form)
    }
  return Promise.all([...found].map(async ([path, form]) => ({ path, event: await harness.event(form) })))
}

const isInList = (path: string) => /\.\d+(\.|$)/.test(path)

/** Paths of what is no object with fields of its own, and not null; a list is one. */
function fieldsOf(value: Json, path: readonly string[] = []): { path: string; value: Json }[] {
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]))
  return value === null ? [] : [{ path: path.join('.'), value }]
}

/** Paths of the objects within a value that have fields, none of those in lists. */
function objectPaths(value: JsonObject, path: readonly string[] = []): string[] {
  return Object.entries(value).flatMap(([key, inner]) =>
    isJsonObject(inner) && Object.keys(inner).length > 0
      ? [[...path, key].join('.'), ...objectPaths(inner, [...path, key])]
      : [],
  )
}

/** Fields that the schema calls optional; where it calls none so, those that neither route, identify nor name the subject. */
function optionalFields({ optional, value, subject }: TestEvent, { traits }: Situation): string[] {
  const declared = optional.filter(path => !isInList(path))
  if (declared.length > 0) return declared
  const kept = keyPaths(traits)
  return fieldsOf(value)
    .filter(field => field.value !== subject)
    .map(({ path }) => path)
    .filter(path => !kept.includes(path))
}

/** The first part of a type's name, such as that of all events about one kind of thing. */
const familyOf = (type: string) => type.replace(/[._][^._]*$/, '')

/** Fields to be changed, with the type of an event that has each: outer ones first, each once for a family, of all types in turn. */
async function fieldsToChange(harness: TestHarness, alsoNullable: boolean) {
  const { situation } = harness
  const tried = new Set<string>()
  const queues: { type: string; paths: string[] }[] = []
  for (const { name } of situation.types) {
    const event = await harness.event({ type: name })
    const known = keyPaths(situation.traits)
    const nullable = alsoNullable ? event.nullable.filter(path => !isInList(path) && !known.includes(path)) : []
    const objects = alsoNullable ? objectPaths(event.value) : []
    const { typePath, enumPaths = [], idempotencyKey } = situation.traits
    const parts = [typePath, ...idempotencyKey.split('+')]
    // What receivers read of a short payload; a null there may be refused.
    const read = alsoNullable
      ? enumPaths.filter(
          path => !parts.includes(path) && !isInList(path) && typeof valueAt(event.value, path) === 'string',
        )
      : []
    const paths = [...new Set([...nullable, ...objects, ...optionalFields(event, situation), ...read])]
    const depth = (path: string) => path.split('.').length
    queues.push({ type: name, paths: paths.sort((a, b) => depth(a) - depth(b)) })
  }
  const chosen: { type: string; path: string }[] = []
  while (chosen.length < MOST_FIELDS && queues.some(({ paths }) => paths.length > 0))
    for (const { type, paths } of queues) {
      const isNew = (path: string) => !tried.has(`${familyOf(type)} ${path}`)
      const path = paths.splice(0, paths.findIndex(isNew) + 1 || paths.length).findLast(isNew)
      if (path === undefined || chosen.length >= MOST_FIELDS) continue
      tried.add(`${familyOf(type)} ${path}`)
      chosen.push({ type, path })
    }
  return chosen
}

async function survivesWithout(harness: TestHarness, words: string, change: (value: JsonObject, path: string) => Json) {
  const trials: Trial[] = []
  const ofObjects = new Set<string>()
  for (const { type, path } of await fieldsToChange(harness, words.includes('null')))
    for (const event of await drawsOf(harness, { type })) {
      const request = await event.sign({ body: event.encode(change(event.value, path)) })
      const what = `${withArticle(type)} ${words} ${path}`
      if (objectPaths(event.value).includes(path)) ofObjects.add(what)
      trials.push({ what, request })
    }
  const finding = await judgeAll(harness, 'survive', trials)
  // Without an object none of its fields is there.
  const isObject = finding.status === 'failed' && ofObjects.has(finding.exchange?.what ?? '')
  return isObject ? { ...finding, follows: [...(finding.follows ?? []), ABSENT] } : finding
}

/** Sends events with an unknown value in each field that has a list of known ones. */
async function takesUnknownValues(harness: TestHarness, expects: Expects) {
  const trials: Trial[] = []
  // A list of known values may be empty, or null.
  const places = (harness.situation.traits.enumPaths ?? []).map(path => path.replace(/\.0$/, ''))
  for (const { path, event } of await eventsWith(harness, places)) {
    const known = valueAt(event.value, path)
    const isList = harness.situation.traits.enumPaths?.includes(`${path}.0`)
    const value = isList ? [unknownValue('KNOWN')] : unknownValue(known)
    const request = await event.sign({ body: event.encode(withValueAt(event.value, path, value)) })
    trials.push({ what: `${withArticle(event.type)} with ${path} ${JSON.stringify(value)}`, request })
  }
  if (trials.length === 0) return notJudged('No event has a field with known values.')
  return judgeAll(harness, expects, trials)
}

/** Many unknown fields, of which none has a name beyond ASCII. */
const asciiFields = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(withManyFields(value)).filter(([name]) => /^[ -~]*$/.test(name)))

export const toleranceChecks: readonly Check[] = [
  {
    id: 'tolerance/unknown-type',
    requirement: 'accept an unknown event type',
    level: 'must',
    expects: 'accept',
    why: ['Providers add event types; StrongGrid #491: one new type broke the whole parser.'],
    applies: ({ traits }) => traits.typePath !== undefined,
    async run(harness) {
      const { typePath = '', story = [] } = harness.situation.traits
      const unknown = async (event: TestEvent) => {
        const type = unknownValue(event.type)
        const request = await event.sign({ body: event.encode(withValueAt(event.value, typePath, type)) })
        return judgeAll(harness, 'accept', [{ what: `a valid request of the unknown type ${type}`, request }])
      }
      const finding = await unknown(await harness.event())
      if (finding.status !== 'failed' || story.length < 2) return finding
      // It may be the subject that is unknown.
      const [first, second] = await harness.story(story.slice(0, 2))
      if (first === undefined || second === undefined) return finding
      if (!isAccepted(await sendUntilTaken(harness, first, `a valid ${first.type}`))) return finding
      const known = await unknown(second)
      return known.status === 'passed' ? passed('only about a known subject: see ordering/before-response') : finding
    },
  },
  {
    id: 'tolerance/unknown-value',
    requirement: 'survive an unknown value in a known field',
    level: 'must',
    expects: 'survive',
    why: ['workos-kotlin #277: a new value of an enumeration threw in the parser.'],
    applies: ({ traits }) => (traits.enumPaths?.length ?? 0) > 0,
    follows: UNKNOWN_SUBJECT,
    run: harness => takesUnknownValues(harness, 'survive'),
  },
  {
    id: 'tolerance/unknown-value-accepted',
    requirement: 'accept an unknown value in a known field',
    level: 'should',
    expects: 'accept',
    why: [
      'Lists of values grow as lists of types do: what is refused is sent again until the provider gives up, and then lost.',
    ],
    applies: ({ traits }) => (traits.enumPaths?.length ?? 0) > 0,
    follows: ['tolerance/unknown-value', ...UNKNOWN_SUBJECT],
    run: harness => takesUnknownValues(harness, 'accept'),
  },
  {
    id: 'tolerance/extra-fields',
    requirement: 'accept unknown fields at every level',
    level: 'must',
    expects: 'accept',
    why: ['resend-dotnet #118: a new field was refused as unknown.'],
    async run(harness) {
      const trialWith = async (what: string, change: (value: JsonObject) => Json): Promise<Trial> => {
        const event = await harness.event()
        return { what, request: await event.sign({ body: event.encode(change(event.value)) }) }
      }
      const unknown = await trialWith('a valid request with unknown fields at every level', withUnknownFields)
      const everyKind = 'a valid request with unknown fields of every kind'
      const every = await trialWith(everyKind, withManyFields)
      const finding = worst([await acceptsAll(harness, [unknown]), await judgeAll(harness, 'accept', [every])])
      judgeNoneLostLater(harness, [every], TEXTS)
      if (finding.status !== 'failed' || finding.exchange?.what !== everyKind) return finding
      // It may be the letters of their names, which are judged elsewhere, and not the fields.
      const words = `${everyKind}, with names in ASCII`
      const inAscii = await judgeAll(harness, 'accept', [await trialWith(words, value => asciiFields(value))])
      return inAscii.status === 'passed' ? { ...finding, follows: TEXTS } : finding
    },
  },
  {
    id: ABSENT,
    requirement: 'survive a request without an optional field',
    level: 'should',
    expects: 'survive',
    takes: { requests: 20 },
    follows: UNKNOWN_SUBJECT,
    why: ['octokit webhooks.net #520: a field that was always present was missing one day.'],
    run: harness => survivesWithout(harness, 'without', (value, path) => withoutValueAt(value, path)),
  },
  {
    id: 'tolerance/null',
    requirement: 'survive null in place of a value',
    level: 'should',
    expects: 'survive',
    takes: { requests: 20 },
    follows: UNKNOWN_SUBJECT,
    why: ['octokit webhooks.net #520: null is neither absent nor a value.'],
    run: harness => survivesWithout(harness, 'with null for', (value, path) => withValueAt(value, path, null)),
  },
]
