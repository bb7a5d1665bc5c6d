// What a document says is sent, as declared event types: one for each operation, or for each alternative that a discriminator tells apart.
import { excerpt } from '../core/errors.js'
import { inputIssues, toIssue } from '../core/issues.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../core/json.js'
import type { DeclaredType } from '../providers/standard/catalog.js'
import { resolved } from '../providers/standard/generate.js'
import { providerSettings } from '../providers/standard/settings.js'
import { type DocumentPath, type DocumentReader, lastName, listOf, objectOf, type Place, textOf } from './document.js'
import type { Extensions } from './extensions.js'
import { createBundler, schemaOfExample } from './schema.js'
import type { Example, Sent } from './sent.js'

/** The most event types of one document. */
const MOST_TYPES = 500

/** Names of event types that can be in URLs and on the command line. */
const NAME = /^[!-)+-~]{1,128}$/

/** Where a payload may name its type, when nothing says so. */
const TYPE_PATHS = ['type', 'event', 'event_type', 'eventType', 'event_name', 'eventName', 'topic']
/** Where a payload may name the event itself, when nothing says so. */
const ID_PATHS =
  'event_id eventId webhook_id webhookId notification_id notificationId message_id messageId delivery_id id'.split(' ')

/** A declared type with the places in the document that it comes from. */
interface Declaration {
  type: DeclaredType
  title: string
  place: DocumentPath
  schemaPlace: DocumentPath
  samplePlaces: readonly DocumentPath[]
}

/** The event types of a document, and where their payloads name type and event. */
export interface Declarations {
  types: DeclaredType[]
  typePath: string | undefined
  /** Path of what identifies an event. */
  eventId: string | undefined
}

/** One event type before it has its name. */
interface Draft {
  sent: Sent
  /** What `x-standin-event` or the discriminator says. */
  name: string | undefined
  fallback: string
  schema: JsonObject | undefined
  schemaPlace: DocumentPath
  examples: readonly Example[]
}

/** The schema of a property by its path, in a schema that stands alone. */
function propertyAt(root: JsonObject, path: string): JsonObject | undefined {
  let here: JsonObject = resolved(root, root, () => undefined)
  for (const name of path.split('.')) {
    const property = objectOf(here.properties)[name]
    if (property === undefined) return undefined
    here = resolved(root, objectOf(property), () => undefined)
  }
  return here
}

/** The only value that a payload can have at a path, by its schema or else by its examples. */
function constantAt({ schema, examples }: Draft, path: string): string | undefined {
  const property = schema === undefined ? undefined : propertyAt(schema, path)
  const { const: constant, enum: values } = property ?? {}
  if (typeof constant === 'string') return constant
  if (Array.isArray(values) && values.length === 1) return textOf(values[0])
  const shown = [...new Set(examples.map(({ place }) => valueAt(place.value, path)))]
  return shown.length === 1 ? textOf(shown[0]) : undefined
}

/** True where a payload can have a value at a path. */
function allows(draft: Draft, path: string, value: string): boolean {
  if (constantAt(draft, path) === value) return true
  const { enum: values } = (draft.schema === undefined ? undefined : propertyAt(draft.schema, path)) ?? {}
  return Array.isArray(values) && values.includes(value)
}

/** The alternatives of a schema that a discriminator tells apart, by the value it has in each. */
function alternativesOf(
  reader: DocumentReader,
  schema: Place,
): { property: string; alternatives: Map<string, Place> } | undefined {
  const whole = reader.follow(schema)
  const { discriminator, oneOf, anyOf } = objectOf(whole.value)
  const { propertyName, mapping } = objectOf(discriminator)
  const key = oneOf === undefined ? 'anyOf' : 'oneOf'
  const list = listOf(oneOf ?? anyOf)
  if (typeof propertyName !== 'string' || list.length === 0) return undefined
  const named = Object.entries(objectOf(mapping)).flatMap(([value, to]) =>
    typeof to === 'string' ? [[value, to] as const] : [],
  )
  const found = new Map<string, Place>()
  for (const [i, one] of list.entries()) {
    const place = reader.at(whole, key, i)
    const reference = textOf(objectOf(one).$ref)
    if (reference === undefined) return undefined
    const own = named.filter(([, to]) => to === reference || to === lastName(reference))
    const shown = objectOf(objectOf(objectOf(reader.follow(place).value).properties)[propertyName])
    const constant =
      textOf(shown.const) ?? (listOf(shown.enum).length === 1 ? textOf(listOf(shown.enum)[0]) : undefined)
    if (own.length === 0) found.set(constant ?? lastName(reference), place)
    for (const [value] of own) found.set(value, place)
  }
  return { property: propertyName, alternatives: found }
}

function draftsOf(reader: DocumentReader, sent: readonly Sent[]): { drafts: Draft[]; discriminators: Set<string> } {
  const bundle = createBundler(reader)
  const discriminators = new Set<string>()
  const drafts = sent.flatMap((one): Draft[] => {
    const { schema, examples } = one
    if (schema === undefined) {
      const [first] = examples
      const made = first?.place.value === undefined ? undefined : schemaOfExample(first.place.value)
      const schemaPlace = first?.place.path ?? one.place.path
      return [{ sent: one, name: one.name, fallback: one.fallback, schema: made, schemaPlace, examples }]
    }
    const told = one.name === undefined ? alternativesOf(reader, schema) : undefined
    if (told === undefined)
      return [
        {
          sent: one,
          name: one.name,
          fallback: one.fallback,
          schema: bundle(schema),
          schemaPlace: schema.path,
          examples,
        },
      ]
    discriminators.add(told.property)
    return [...told.alternatives].map(([name, place]) => ({
      sent: one,
      name,
      fallback: name,
      schema: bundle(place),
      schemaPlace: place.path,
      examples: examples.filter(example => valueAt(example.place.value, told.property) === name),
    }))
  })
  return { drafts, discriminators }
}

/** Where payloads name their type: as told, or where each names its own. */
function typePathOf(
  drafts: readonly Draft[],
  told: string | undefined,
  discriminators: ReadonlySet<string>,
): string | undefined {
  if (told !== undefined) return told
  const [only] = discriminators.size === 1 ? discriminators : []
  if (only !== undefined) return only
  return TYPE_PATHS.find(path => {
    const constants = drafts.map(draft => constantAt(draft, path))
    const areDistinct = !constants.includes(undefined) && new Set(constants).size === drafts.length
    return areDistinct || drafts.every(draft => allows(draft, path, draft.name ?? draft.fallback))
  })
}

function declarationOf(draft: Draft, name: string): Declaration {
  const { sent, schema, schemaPlace, examples } = draft
  const samples = examples.map(({ place }) => place.value ?? null)
  const title = sent.title
  const sample: Partial<DeclaredType> =
    samples.length === 1
      ? { sample: samples[0] as Json }
      : samples.length > 1
        ? { variants: examples.map(({ name, title }, i) => ({ name, title, sample: samples[i] as Json })) }
        : {}
  return {
    type: { name, title, ...(schema !== undefined && { schema }), ...sample },
    title,
    place: sent.place.path,
    schemaPlace,
    samplePlaces: examples.map(({ place }) => place.path),
  }
}

/** The place in the document of what is wrong with a declared type. */
function placeOf({ place, schemaPlace, samplePlaces }: Declaration, path: readonly (string | number)[]): DocumentPath {
  const [part, ...rest] = path
  if (part === 'sample') return [...(samplePlaces[0] ?? place), ...rest]
  if (part === 'variants')
    return [...(samplePlaces[Number(rest[0])] ?? place), ...(rest[1] === 'sample' ? rest.slice(2) : [])]
  return part === 'schema' ? schemaPlace : place
}

/** Checks the declarations: their schemas, and the examples against these. */
function check(reader: DocumentReader, declarations: readonly Declaration[]): void {
  const { eventTypes } = providerSettings.shape
  const given = declarations.map(({ type }) => type)
  const { error } = eventTypes.safeParse(given)
  for (const issue of error ? inputIssues(error, eventTypes, given) : []) {
    const [index, ...path] = issue.path
    const declaration = declarations[Number(index)]
    const isExample = path[0] === 'sample' || path[0] === 'variants'
    const { message } = toIssue(issue)
    reader.problems.push({
      path: declaration === undefined ? [] : placeOf(declaration, path),
      message: isExample
        ? `This example does not match its schema: ${message}`
        : `The schema of ${excerpt(declaration?.type.name ?? '')} ${message}`,
      hint: isExample ? 'Correct the example or the schema.' : undefined,
    })
  }
}

/** Tells which bodies cannot be objects. */
function checkObjects(reader: DocumentReader, declarations: readonly Declaration[]): void {
  for (const { type, schemaPlace, samplePlaces } of declarations) {
    const types = [
      type.schema === undefined ? undefined : resolved(type.schema, type.schema, () => undefined).type,
    ].flat()
    const [sample] = [type.sample, type.variants?.find(({ sample }) => !isJsonObject(sample))?.sample].filter(
      one => one !== undefined,
    )
    const isSchema = types[0] !== undefined && !types.includes('object')
    if (isSchema || (sample !== undefined && !isJsonObject(sample)))
      reader.problems.push({
        path: isSchema ? schemaPlace : (samplePlaces[0] ?? schemaPlace),
        message: `The body of ${excerpt(type.name)} is no object.`,
        hint: 'Bodies are JSON objects; leave this operation out.',
      })
  }
}

/** The event types of a document; what is wrong with them goes to the reader. */
export function declarationsOf(reader: DocumentReader, sent: readonly Sent[], { events }: Extensions): Declarations {
  const { drafts, discriminators } = draftsOf(reader, sent)
  if (drafts.length > MOST_TYPES) {
    const path = drafts[MOST_TYPES]?.sent.place.path ?? []
    reader.problems.push({ path, message: `The document has more than ${MOST_TYPES} event types.` })
    return { types: [], typePath: undefined, eventId: undefined }
  }
  const typePath = typePathOf(drafts, events.typePath, discriminators)
  const byName = new Map<string, Declaration>()
  for (const draft of drafts) {
    const ofPayload = typePath === undefined ? undefined : constantAt(draft, typePath)
    const name = draft.name ?? ofPayload ?? draft.fallback
    const { path } = draft.sent.place
    const hint = 'Give the operation a name of its own: x-standin-event.'
    if (!NAME.test(name))
      reader.problems.push({
        path,
        message: `"${excerpt(name)}" cannot be the name of an event type: 1 to 128 characters without spaces or "*".`,
        hint,
      })
    else if (byName.has(name)) reader.problems.push({ path, message: `Two operations send "${name}".`, hint })
    else byName.set(name, declarationOf(draft, name))
  }
  const declarations = [...byName.values()]
  if (reader.problems.length === 0) check(reader, declarations)
  if (reader.problems.length === 0) checkObjects(reader, declarations)
  const types = declarations.map(({ type }) => type)
  const has =
    (path: string) =>
    ({ schema, sample }: DeclaredType) =>
      (schema !== undefined && propertyAt(schema, path) !== undefined) || valueAt(sample, path) !== undefined
  if (reader.problems.length === 0)
    for (const [key, path] of Object.entries(events))
      if (path !== undefined && !types.some(has(path)))
        reader.problems.push({
          path: [
            'x-standin-events' in reader.root ? 'x-standin-events' : 'info',
            ...('x-standin-events' in reader.root ? [key] : ['x-standin-events', key]),
          ],
          message: `No payload has "${excerpt(path)}".`,
          hint: 'Give the path of a property of the payloads, such as data.id.',
        })
  return {
    types,
    typePath,
    eventId: events.idempotencyKey ?? ID_PATHS.find(path => path !== events.subjectId && types.every(has(path))),
  }
}
