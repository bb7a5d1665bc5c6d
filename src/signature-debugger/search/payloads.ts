// What may have been signed instead of the body.
import { type Json, parseReceived } from '../../core/json.js'
import { payloadText, type SignedPayload } from '../../provider/signature-scheme.js'
import { BYTE_CHANGES, BYTES_FIX } from './byte-changes.js'
import { type Cause, cause, type Variation } from './cause.js'
import { type Aspect, RAW_FIX, styles } from './json-styles.js'
import { type JsonNode, javaScriptOrder, keyPaths, readJson, withoutKey, writeJson } from './json-text.js'
import { type BothOrders, canonicalOrders, RAW_ORDERS } from './key-orders.js'
import { LOST_BODIES, TAKEN_AS } from './other-texts.js'

/** Bytes made when they are asked for; undefined where they are no others than without the last cause. */
export type LazyBytes = () => Buffer | undefined

/** The body of a request in the forms that hypotheses need. */
export interface ReadBody {
  bytes: Buffer
  /** Without a byte order mark. */
  text: string
  /** Undefined where it is not JSON. */
  json: { value: Json; node(): JsonNode } | undefined
}

/** JSON above this many bytes is not written again in other ways: each way costs as much as reading it, and there are dozens. */
export const REWRITTEN_UP_TO_BYTES = 262_144

/** Parts of a body that are tried alone, at the most. */
const MOST_PARTS = 5

/** Reads a body. */
export function readBody(bytes: Buffer): ReadBody {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  try {
    return { bytes, text, json: { value: parseReceived(text), node: () => readJson(text) } }
  } catch {
    return { bytes, text, json: undefined }
  }
}

const CANONICAL_FIX =
  'Parse the body, sort its keys at every depth, write it again without whitespace, and sign that text.'

const RESERIALISED = cause(
  'reserialised-json',
  'It was computed over JSON that was parsed and written again (compact) instead of the raw body.',
  RAW_FIX,
)

function parts(payload: SignedPayload, root: JsonNode): Aspect<BothOrders>[] {
  const bothOrders = (asWritten: JsonNode): BothOrders => ({ parsed: javaScriptOrder(asWritten), asWritten })
  const entries = root.kind === 'object' ? root.entries : []
  const own = payload.form === 'canonical' ? payload.part : undefined
  const others = entries
    .filter(([key, { kind }]) => key !== own && (kind === 'object' || kind === 'array'))
    .sort(([a], [b]) => Number(b === 'data') - Number(a === 'data'))
    .slice(0, MOST_PARTS)
    .map(([key, value]) => ({
      cause: cause(
        'part-only',
        `It was computed over the value of "${key}" alone.`,
        own === undefined ? 'Sign the whole body, not a part of it.' : `Sign the value of "${own}".`,
      ),
      value: bothOrders(value),
    }))
  if (own === undefined) return [{ value: bothOrders(root) }, ...others]
  const part: JsonNode = entries.find(([key]) => key === own)?.[1] ?? { kind: 'word', text: 'null' }
  const whole = {
    cause: cause(
      'whole-envelope',
      `It was computed over the whole body instead of its "${own}".`,
      `Sign the value of "${own}" alone.`,
    ),
    value: bothOrders(root),
  }
  return [{ value: bothOrders(part) }, whole, ...others]
}

const lazily = (make: LazyBytes): LazyBytes => {
  let made: { bytes: Buffer | undefined } | undefined
  return () => {
    made ??= { bytes: make() }
    return made.bytes
  }
}

/** Keys that are left out one at a time, at the most, and bytes of JSON that are written for it. */
const MOST_KEYS = 200
const MOST_BYTES_WITHOUT_KEYS = 2_000_000

/** The scheme's JSON without one of its keys, as a type writes it that does not know that key. */
function withoutOneKey(
  payload: SignedPayload,
  node: () => JsonNode,
  bytes: number,
): (Variation<LazyBytes> & { alone: boolean })[] {
  const root = node()
  const [style] = styles(payload, '')
  const [order] = payload.form === 'canonical' ? canonicalOrders(payload) : RAW_ORDERS
  const [part] = parts(payload, root)
  if (style === undefined || order === undefined || part === undefined) return []
  return keyPaths(part.value.parsed)
    .slice(0, Math.min(MOST_KEYS, MOST_BYTES_WITHOUT_KEYS / bytes))
    .map(path => ({
      causes: [
        cause(
          'key-left-out',
          `It was computed over JSON without "${path.join('.')}": a class or a schema that does not know this key dropped it.`,
          payload.form === 'raw' ? RAW_FIX : 'Parse the body into a map, so that no key is lost.',
        ),
      ],
      alone: true,
      value: lazily(() => {
        const { parsed, asWritten } = part.value
        const kept = { parsed: withoutKey(parsed, path), asWritten: withoutKey(asWritten, path) }
        return Buffer.from(writeJson(order.value(kept), style.value))
      }),
    }))
}

/** JSON written again in every way that has at most two causes. */
function written(
  payload: SignedPayload,
  { value, node }: NonNullable<ReadBody['json']>,
  text: string,
): Variation<LazyBytes>[] {
  const orders = payload.form === 'canonical' ? canonicalOrders(payload) : RAW_ORDERS
  const all = parts(payload, node()).flatMap(part =>
    orders.flatMap(order =>
      styles(payload, text).map(style => ({
        causes: [part, order, style].flatMap(aspect => aspect.cause ?? []),
        alone: order.alone === true || style.alone === true,
        value: lazily(() => Buffer.from(writeJson(order.value(part.value), style.value))),
      })),
    ),
  )
  return [...all, ...withoutOneKey(payload, node, text.length)]
    .filter(({ causes, alone }) => causes.length <= (alone ? 1 : 2))
    .map(one => {
      if (one.causes.length > 0) return one
      return payload.form === 'raw'
        ? { ...one, causes: [RESERIALISED] }
        : { ...one, value: lazily(() => Buffer.from(payloadText(payload, '', value))) }
    })
    .sort((a, b) => a.causes.length - b.causes.length)
}

/** JSON in the one way that a program most likely writes it: the scheme's own, or compact where the bytes are signed as they are. */
function writtenOnce(payload: SignedPayload, { value }: NonNullable<ReadBody['json']>): Variation<LazyBytes>[] {
  return payload.form === 'raw'
    ? [{ causes: [RESERIALISED], value: lazily(() => Buffer.from(JSON.stringify(value))) }]
    : [{ causes: [], value: lazily(() => Buffer.from(payloadText(payload, '', value))) }]
}

/** Everything that may have been signed for the body; the scheme's own comes first and has no causes. */
export function payloads(payload: SignedPayload, body: ReadBody): Variation<LazyBytes>[] {
  const ways = body.bytes.length > REWRITTEN_UP_TO_BYTES ? writtenOnce : written
  const json = body.json === undefined ? [] : ways(payload, body.json, body.text)
  const raw: Variation<LazyBytes> = {
    causes:
      payload.form === 'raw'
        ? []
        : [cause('raw-body', 'It was computed over the raw body instead of its JSON with sorted keys.', CANONICAL_FIX)],
    value: () => body.bytes,
  }
  const texts = payload.form === 'raw' ? [raw, ...json] : [...json.slice(0, 1), raw, ...json.slice(1)]
  const [own, others] = [texts.slice(0, 1), texts.slice(1)]
  const base = own[0]?.value
  const other =
    (make: LazyBytes): LazyBytes =>
    () => {
      const bytes = make()
      return bytes !== undefined && base?.()?.equals(bytes) ? undefined : bytes
    }
  const ofForm = (one: Cause) =>
    payload.form === 'raw' || one.fix !== BYTES_FIX
      ? one
      : { ...one, fix: 'Sign the JSON text exactly as it is written again: nothing before it, nothing after it.' }
  const changed = (some: readonly Variation<LazyBytes>[]) =>
    some.flatMap(({ causes, value }) =>
      BYTE_CHANGES.map(byteChange => ({
        causes: [...causes, causes.some(({ id }) => id === 'raw-body') ? byteChange.cause : ofForm(byteChange.cause)],
        value: () => {
          const before = value()
          const after = before === undefined ? undefined : byteChange.apply(before)
          return after !== undefined && before?.equals(after) ? undefined : after
        },
      })),
    )
  const fix = payload.form === 'raw' ? RAW_FIX : CANONICAL_FIX
  const lost = LOST_BODIES.map(([id, text, what]) => ({
    causes: [cause(id, `It was computed ${what}.`, fix)],
    value: () => Buffer.from(text(body.text)),
  }))
  const taken = [base, ...(payload.form === 'raw' ? [] : [raw.value])].flatMap(of =>
    of === undefined
      ? []
      : TAKEN_AS.map(([id, how, to]) => ({
          alone: true,
          causes: [cause(id, `It was computed over the text of the body ${how}.`, fix)],
          value: () => {
            const bytes = of()
            return bytes === undefined ? undefined : to(bytes)
          },
        })),
  )
  return [
    ...own,
    ...[
      ...changed(own),
      ...(payload.form === 'raw' ? [] : changed([raw])),
      ...others,
      ...changed(others.filter(one => one !== raw && one.causes.length === 1)),
      ...lost,
      ...taken,
    ].map(({ value, ...rest }) => ({ ...rest, value: other(value) })),
  ].sort((a, b) => a.causes.length - b.causes.length)
}
