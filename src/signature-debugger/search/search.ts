// Searches for what explains an invalid signature: every cause alone, then every two of them together.
import type { Json } from '../../core/json.js'
import { keyOf, publicKeyOf, type SignatureScheme } from '../../provider/signature-scheme.js'
import { ed25519Verifier } from '../../provider/signing.js'
import { asSpecified, type Cause, type Variation } from './cause.js'
import { type Digest, digests } from './digests.js'
import { writingCauses, writtenAs } from './encodings.js'
import { keys } from './keys.js'
import { type LazyBytes, payloads, type ReadBody } from './payloads.js'
import { HEADER_CAUSES, type Received } from './received-headers.js'
import { signedBytes } from './recompute.js'
import { type SignedPieces, signedStrings } from './signed-strings.js'
import { clockTimestamps, ids, timestamps } from './timestamps.js'

/** Bodies above this many bytes are tried with single causes only, so that a search never blocks a server for long. */
export const PAIRS_UP_TO_BYTES = 65_536

/** What a search found. */
export interface Found {
  /** The likeliest explanation, with as few causes as possible; undefined where nothing fits. */
  causes: Cause[] | undefined
  /** Equally likely: others with as many causes that give the same signature of this body. */
  alternatives: Cause[][]
  /** Number of single causes that were tried. */
  known: number
  /** Signatures compared. */
  tried: number
  /** False where two causes together were not tried. */
  pairs: boolean
}

/** The variations of each part of a signature, the scheme's own first. */
interface Ways {
  payload: Variation<LazyBytes>[]
  timestamp: Variation<string>[]
  id: Variation<string>[]
  pieces: Variation<SignedPieces>[]
  key: Variation<Uint8Array>[]
  digest: Variation<Digest>[]
}

const mistakes = (all: readonly Variation<unknown>[]) => all.filter(({ causes }) => causes.length > 0)

/** False where a variation that is tried alone stands beside another mistake. */
const mayBeTogether = (all: readonly Variation<unknown>[]) =>
  mistakes(all).length < 2 || !all.some(({ alone }) => alone)

const count = (all: readonly Variation<unknown>[]) => all.reduce((sum, { causes }) => sum + causes.length, 0)

/** Causes that give the received signature. */
interface Fit {
  causes: Cause[]
  /** One of them is a cause that is tried alone. */
  isRare: boolean
}

/** A signature that fits in part, and a rare cause, is a weaker explanation than others with as many causes. */
const weight = ({ causes, isRare }: Fit) =>
  causes.length +
  (isRare ? 0.25 : 0) +
  (causes.some(({ id }) => id === 'truncated' || id === 'more-than-the-signature') ? 0.5 : 0)

/** Searches for the causes of a signature. The body must have the form that the scheme signs. `now` is wall time, ms. */
export function search(
  scheme: SignatureScheme,
  { secret, body, received, now }: { secret: string; body: ReadBody; received: Received; now: number },
): Found {
  const isAsymmetric = scheme.algorithm === 'ed25519'
  const signs = (slot: string) => scheme.signed.some(piece => typeof piece !== 'string' && piece.slot === slot)
  const hasTimestamp = signs('timestamp')
  const text = received.timestamp ?? ''
  const value: Json | undefined = body.json?.value
  const ways: Ways = {
    payload: payloads(scheme.payload, body),
    timestamp: hasTimestamp ? timestamps(text, value) : [asSpecified('')],
    id: signs('id') ? ids(received.id ?? '', value) : [asSpecified('')],
    pieces: signedStrings(scheme.signed),
    key: isAsymmetric ? [asSpecified(publicKeyOf(scheme, secret))] : keys(scheme.key, secret),
    digest: isAsymmetric ? [asSpecified((_, data) => Buffer.from(data))] : digests(),
  }
  let tried = 0
  const fits: Fit[] = []
  const verify = isAsymmetric ? ed25519Verifier(publicKeyOf(scheme, secret)) : undefined

  /** `made` is the digest, or where a public key verifies, what is signed. */
  const compare = (made: Buffer, causes: readonly Cause[], isRare = false) => {
    tried++
    for (const one of received.signatures) {
      const bytes = verify === undefined ? made : Buffer.from(one.text, scheme.encoding)
      if (verify !== undefined && !verify(made, bytes)) continue
      const how = writtenAs(one.text, bytes, scheme.encoding)
      if (how !== undefined) fits.push({ causes: [...causes, ...how, ...one.causes], isRare })
    }
  }

  /** Every signature with exactly this many causes, not counting how the digest is encoded. */
  const tryAll = (budget: number) => {
    const affordable = <T>(variations: readonly Variation<T>[], spent: readonly Variation<unknown>[]) =>
      variations.filter(
        one => one.causes.length <= budget - count(spent) && (budget < 2 || mayBeTogether([...spent, one])),
      )
    for (const payload of affordable(ways.payload, [])) {
      const bytes = payload.value()
      if (bytes === undefined) continue
      for (const timestamp of affordable(ways.timestamp, [payload]))
        for (const id of affordable(ways.id, [payload, timestamp]))
          for (const pieces of affordable(ways.pieces, [payload, timestamp, id])) {
            const before = [payload, timestamp, id, pieces]
            const data = signedBytes(pieces.value, { id: id.value, timestamp: timestamp.value, payload: bytes })
            for (const key of affordable(ways.key, before))
              for (const digest of ways.digest) {
                const all = [...before, key, digest]
                if (count(all) === budget && mayBeTogether(all))
                  compare(
                    digest.value(key.value, data),
                    all.flatMap(({ causes }) => causes),
                    all.some(({ alone }) => alone),
                  )
              }
          }
    }
  }

  const tryClockTimestamps = () => {
    const payload = ways.payload[0]?.value()
    const digest = ways.digest[0]?.value
    if (!hasTimestamp || isAsymmetric || payload === undefined || digest === undefined) return
    const key = keyOf(scheme.key, secret)
    for (const timestamp of clockTimestamps(scheme, text, now))
      compare(
        digest(key, signedBytes(scheme.signed, { id: received.id ?? '', timestamp: timestamp.value, payload })),
        timestamp.causes,
      )
  }

  // Verifying by a public key takes a hundred times as long as a digest.
  const pairs = body.bytes.length <= PAIRS_UP_TO_BYTES && !isAsymmetric
  const rounds = [() => tryAll(0), () => tryAll(1), ...(pairs ? [tryClockTimestamps, () => tryAll(2)] : [])]
  for (const round of received.signatures.length === 0 ? [] : rounds) {
    round()
    if (fits.length > 0) break
  }
  const known = new Set([
    ...Object.values(ways).flatMap((all: Variation<unknown>[]) =>
      all.flatMap(({ causes }) => causes.map(one => one.id)),
    ),
    ...(hasTimestamp ? ['timestamp-of-another-moment'] : []),
    ...writingCauses(scheme.encoding),
    ...HEADER_CAUSES,
  ])
  const [first, ...others] = fits.sort((a, b) => weight(a) - weight(b))
  const alternatives = others.filter(other => first !== undefined && weight(other) === weight(first))
  return {
    causes: first?.causes,
    alternatives: distinct(
      alternatives.map(({ causes }) => causes),
      first?.causes,
    ),
    known: known.size,
    tried,
    pairs,
  }
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
