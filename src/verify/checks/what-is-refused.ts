// What of a valid event a receiver refuses: the event is sent again without a part of it, until it is accepted.
import { withArticle } from '../../core/article.js'
import { isJsonObject, type Json, parseReceived, valueAt, withoutValueAt, withValueAt } from '../../core/json.js'
import { keyPaths, leaves } from '../../core/mutate/payload.js'
import type { EventForm } from '../../provider/channel.js'
import { isAccepted } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { TestEvent } from '../test-event.js'

/** Most requests, and the longest time from the first to the last, real ms. */
const MOST_REQUESTS = 60
const MOST_MS = 10_000

/** Longest value that is shown. */
const MOST_SHOWN = 60

/** What texts may have that a receiver fails at. */
const IN_TEXTS: readonly [what: string, pattern: RegExp][] = [
  ['characters beyond ASCII', /[^ -~]/g],
  ['"/"', /\//g],
  ['"<", ">" or "&"', /[<>&]/g],
]

/** The value with every text changed. */
function withTexts(value: Json, change: (text: string) => string): Json {
  let changed = value
  for (const leaf of leaves(value))
    if (typeof leaf.value === 'string') changed = withValueAt(changed, leaf.path, change(leaf.value))
  return changed
}

/** The value without the fields of objects that are null. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])),
  )
}

/** Dotted paths of the fields of an object within a value. */
function fieldsAt(value: Json, path: string): string[] {
  const node = path === '' ? value : valueAt(value, path)
  return isJsonObject(node) ? Object.keys(node).map(key => (path === '' ? key : `${path}.${key}`)) : []
}

/** What a field of the refused event holds that no accepted event does, as a clause; an id is always another. */
function compared(value: Json, path: string, accepted: readonly Json[]): string {
  const own = JSON.stringify(valueAt(value, path))
  const others = accepted.flatMap(other => JSON.stringify(valueAt(other, path)) ?? [])
  const of = `of ${accepted.length} that were accepted`
  if (others.length === 0) return `, and none ${of} has it`
  if (own.length > MOST_SHOWN || others.includes(own)) return ''
  return new Set(others).size * 2 <= others.length ? `, which is ${own} in it, and in none ${of}` : `, which is ${own}`
}

/** The first path of a field that all accepted events have, and the refused one does not. */
function lackedPath(value: Json, [first, ...others]: readonly Json[]): string | undefined {
  const paths = (node: Json, path: string): string[] =>
    fieldsAt(node, path).flatMap(inner => [inner, ...paths(node, inner)])
  const isThere = (node: Json, path: string) => valueAt(node, path) !== undefined
  return (first === undefined ? [] : paths(first, '')).find(
    path => !isThere(value, path) && others.every(other => isThere(other, path)),
  )
}

/**
 * What of a refused event the receiver refuses, as the end of a sentence: without it the event is accepted. Where nothing is found, how many
 * others were accepted.
 */
export async function whatIsRefused(harness: TestHarness, form: EventForm, { value }: TestEvent): Promise<string> {
  const accepted = harness
    .exchanges()
    .flatMap(exchange => (isAccepted(exchange) ? [parseReceived(String(exchange.message.body))] : []))
  const { traits } = harness.situation
  const { typePath = '' } = traits
  const kept = keyPaths({ ...traits, typePath: undefined, enumPaths: [] })
  const began = harness.monotonic()
  let requests = 0
  let isOver = false
  const isTaken = async (changed: Json, words: string) => {
    isOver ||= ++requests > MOST_REQUESTS || harness.monotonic() - began > MOST_MS
    if (isOver) return false
    // An id of its own: what comes twice is accepted whatever it holds.
    const event = await harness.event(form)
    const own = kept.reduce<Json>((all, path) => {
      const its = valueAt(event.value, path)
      return its === undefined ? all : withValueAt(all, path, its)
    }, changed)
    const exchange = await harness.send(await event.sign({ body: event.encode(own) }), `the same event ${words}`)
    isOver = exchange.outcome.kind !== 'answered'
    return isAccepted(exchange)
  }
  const isTakenWithout = (changed: Json, what: string) => isTaken(changed, `without ${what}`)
  const without = (what: string) => `; the same event was accepted without ${what}`

  for (const [what, pattern] of IN_TEXTS) {
    const changed = withTexts(value, text => text.replaceAll(pattern, 'x'))
    if (JSON.stringify(changed) !== JSON.stringify(value) && (await isTakenWithout(changed, what))) return without(what)
  }
  const noNulls = withoutNulls(value)
  const hasNull = JSON.stringify(noNulls) !== JSON.stringify(value)
  if (accepted.length === 0) return hasNull && (await isTakenWithout(noNulls, 'null')) ? without('null') : ''

  /** The first field, outer ones first, without which the event is accepted; then the smallest part of it. */
  const found = async (level: readonly string[]): Promise<string | undefined> => {
    const fields = level.filter(path => path !== typePath && !kept.includes(path))
    for (const path of fields)
      if (await isTakenWithout(withoutValueAt(value, path), path)) return (await found(fieldsAt(value, path))) ?? path
    const inner = fields.flatMap(path => fieldsAt(value, path))
    return inner.length === 0 || isOver ? undefined : found(inner)
  }
  const other = accepted.map(one => valueAt(one, typePath)).find(type => type !== undefined && type !== form.type)
  const isType =
    other !== undefined && (await isTaken(withValueAt(value, typePath, other), `as ${withArticle(`${other}`)}`))
  const path = await found(fieldsAt(value, ''))
  if (path !== undefined) return without(path + compared(value, path, accepted))
  if (hasNull && (await isTakenWithout(noNulls, 'null'))) return without('null')
  if (isType) return `; the same event was accepted as ${withArticle(`${other}`)}`
  const lacked = accepted.length > 1 ? lackedPath(value, accepted) : undefined
  const lacks = lacked === undefined ? '' : `, and all of them have ${lacked}, which it has not`
  return `; ${accepted.length} others were accepted${lacks}`
}
