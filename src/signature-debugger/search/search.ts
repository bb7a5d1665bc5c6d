// Looks for what a wrong signature was made from: every cause alone, then every two of them together.
import type { Json } from '../../core/json.js'
import { type Anatomy, keyOf } from '../../provider/anatomy.js'
import { asSpecified, type Cause, type Variation } from './cause.js'
import { type Digest, digests } from './digests.js'
import { writingCauses, writtenAs } from './encodings.js'
import { keys } from './keys.js'
import { type Layout, layouts } from './layouts.js'
import { signedBytes } from './making.js'
import { type LazyBytes, payloads, type ReadBody } from './payloads.js'
import { HEADER_CAUSES, type Received } from './received.js'
import { clockStamps, ids, stamps } from './stamps.js'

/** Bodies above this many bytes are tried with single causes only, and with no other moments: a server goes on working meanwhile. */
export const PAIRS_UP_TO_BYTES = 65_536

/** What a search found. */
export interface Found {
  /** Of the likeliest explanation, the fewest there can be; undefined where nothing fits. */
  causes: Cause[] | undefined
  /** Others with as many causes that make the same signature of this body. */
  alternatives: Cause[][]
  /** Names of the single causes that were tried. */
  known: number
  /** Signatures compared. */
  tried: number
  /** False where two causes together were not tried. */
  pairs: boolean
}

/** The ways in which one part of a signature may have been made, the scheme's own first. */
interface Ways {
  payload: Variation<LazyBytes>[]
  stamp: Variation<string>[]
  id: Variation<string>[]
  layout: Variation<Layout>[]
  key: Variation<Uint8Array>[]
  digest: Variation<Digest>[]
}

const count = (all: readonly Variation<unknown>[]) => all.reduce((sum, { causes }) => sum + causes.length, 0)

/** Less sure than others with as many causes: a part that fits may fit in several ways. */
const weight = (causes: readonly Cause[]) =>
  causes.length + (causes.some(({ id }) => id === 'truncated' || id === 'more-than-the-signature') ? 0.5 : 0)

/** Searches; the body must have the scheme's own form. `now` is wall time, ms. */
export function search(
  anatomy: Anatomy,
  { secret, body, received, now }: { secret: string; body: ReadBody; received: Received; now: number },
): Found {
  const signs = (slot: string) => anatomy.signed.some(piece => typeof piece !== 'string' && piece.slot === slot)
  const hasStamp = signs('timestamp')
  const text = received.timestamp ?? ''
  const value: Json | undefined = body.json?.value
  const ways: Ways = {
    payload: payloads(anatomy.payload, body),
    stamp: hasStamp ? stamps(text, value) : [asSpecified('')],
    id: signs('id') ? ids(received.id ?? '', value) : [asSpecified('')],
    layout: layouts(anatomy.signed),
    key: keys(anatomy.key, secret),
    digest: digests(),
  }
  let tried = 0
  const fits: Cause[][] = []

  const compare = (digest: Buffer, causes: readonly Cause[]) => {
    tried++
    for (const one of received.signatures) {
      const how = writtenAs(one.text, digest, anatomy.encoding)
      if (how !== undefined) fits.push([...causes, ...how, ...one.causes])
    }
  }

  /** Every signature with exactly so many causes before it was written down. */
  const tryAll = (budget: number) => {
    const left = <T>(variations: readonly Variation<T>[], spent: readonly Variation<unknown>[]) =>
      variations.filter(({ causes }) => causes.length <= budget - count(spent))
    for (const payload of left(ways.payload, [])) {
      const bytes = payload.value()
      if (bytes === undefined) continue
      for (const stamp of left(ways.stamp, [payload]))
        for (const id of left(ways.id, [payload, stamp]))
          for (const layout of left(ways.layout, [payload, stamp, id])) {
            const before = [payload, stamp, id, layout]
            const data = signedBytes(layout.value, { id: id.value, timestamp: stamp.value, payload: bytes })
            for (const key of left(ways.key, before))
              for (const digest of ways.digest) {
                const all = [...before, key, digest]
                if (count(all) === budget)
                  compare(
                    digest.value(key.value, data),
                    all.flatMap(({ causes }) => causes),
                  )
              }
          }
    }
  }

  const tryClocks = () => {
    const payload = ways.payload[0]?.value()
    const digest = ways.digest[0]?.value
    if (!hasStamp || payload === undefined || digest === undefined) return
    const key = keyOf(anatomy.key, secret)
    for (const stamp of clockStamps(anatomy, text, now))
      compare(
        digest(key, signedBytes(anatomy.signed, { id: received.id ?? '', timestamp: stamp.value, payload })),
        stamp.causes,
      )
  }

  const pairs = body.bytes.length <= PAIRS_UP_TO_BYTES
  const rounds = [() => tryAll(0), () => tryAll(1), ...(pairs ? [tryClocks, () => tryAll(2)] : [])]
  for (const round of received.signatures.length === 0 ? [] : rounds) {
    round()
    if (fits.length > 0) break
  }
  const known = new Set([
    ...Object.values(ways).flatMap((all: Variation<unknown>[]) =>
      all.flatMap(({ causes }) => causes.map(one => one.id)),
    ),
    ...(hasStamp ? ['timestamp-of-another-moment'] : []),
    ...writingCauses(anatomy.encoding),
    ...HEADER_CAUSES,
  ])
  const [causes, ...others] = fits.sort((a, b) => weight(a) - weight(b))
  const alternatives = others.filter(other => causes !== undefined && weight(other) === weight(causes))
  return { causes, alternatives: distinct(alternatives, causes), known: known.size, tried, pairs }
}

const MOST_ALTERNATIVES = 3

function distinct(all: readonly Cause[][], but: readonly Cause[] | undefined): Cause[][] {
  const nameOf = (causes: readonly Cause[]) => causes.map(({ id }) => id).join()
  const seen = new Set([nameOf(but ?? [])])
  return all
    .filter(causes => {
      const name = nameOf(causes)
      if (seen.has(name)) return false
      seen.add(name)
      return true
    })
    .slice(0, MOST_ALTERNATIVES)
}
