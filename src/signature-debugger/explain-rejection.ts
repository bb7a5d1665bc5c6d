// Why a receiver rejected a valid signature: how it is computed, and the likely causes of the one that the receiver's answer shows.
import { EmulatorError } from '../core/errors.js'
import type { Headers } from '../core/message.js'
import { explainSignature, type SignatureExplanation, type SignatureQuestion } from './explain-signature.js'
import type { Cause } from './search/cause.js'
import type { SignatureStep } from './search/steps.js'

/** A signature found in an answer, explained as if it had been received in the header. */
export interface ComputedSignature {
  /** As it is in the answer. */
  value: string
  /** What was found, in a sentence or two. */
  summary: string
  /** The likely causes; empty where no known cause fits. */
  causes: readonly Cause[]
  /** Other causes that make the same signature of this body. */
  alternatives: readonly (readonly Cause[])[]
}

/** A valid signature that a receiver rejected. */
export interface SignatureRejection {
  channel: string
  /** The headers that carry the signature, as sent. */
  headers: Headers
  /** How it is computed. */
  steps: readonly SignatureStep[]
  /** What the receiver seems to have computed instead; null where its answer shows nothing of the kind. */
  computed: ComputedSignature | null
}

/** Characters of an answer that are searched. */
const MOST_ANSWER = 65_536

/** Most texts of an answer that are explained: each costs a search. */
const MOST_TRIED = 3

/** Digests of SHA-1, SHA-256 and SHA-512 as hex or base64, perhaps with what schemes put before one. */
const DIGEST =
  /(?<prefix>(?<![A-Za-z0-9])(?:hmac-sha256=|sha(?:1|256|512)=|hmac=|v[01]=|v1,))?(?:(?<![A-Za-z0-9])(?<hex>(?:[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{40}))(?![A-Za-z0-9])|(?<![A-Za-z0-9+/_-])(?<base64>[A-Za-z0-9+/_-]{86}==|[A-Za-z0-9+/_-]{43}=|[A-Za-z0-9+/_-]{27}=)(?![A-Za-z0-9+/=]))/gi

/** base64url as Node writes it has no padding, and many an id has that length too. */
const UNPADDED = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9+/_=-])/g

/** JSON writes some characters of base64 as escapes. */
const unescaped = (text: string) =>
  text
    .replaceAll('\\/', '/')
    .replace(/\\u00(2b|2f|3d)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

interface Candidate {
  prefix: string
  text: string
  /** It may be anything else: not shown where it is not explained. */
  isVague?: boolean
}

/** What looks like a signature in an answer, each once, in the order it stands there; what may be anything else comes last. */
function candidatesIn(answer: string): Candidate[] {
  const found = new Map<string, Candidate>()
  const searched = unescaped(answer.slice(0, MOST_ANSWER))
  for (const { groups } of searched.matchAll(DIGEST)) {
    const text = groups?.hex ?? groups?.base64 ?? ''
    const prefix = groups?.prefix ?? ''
    found.set(prefix + text, { prefix, text })
  }
  for (const [text] of searched.matchAll(UNPADDED)) found.set(text, { prefix: '', text, isVague: true })
  return [...found.values()]
}

/** Explains a value as if it stood in the header instead of the valid signature; undefined where it is that signature itself. */
async function explained(
  question: SignatureQuestion,
  { expected, signature }: { expected: Headers; signature: string },
  { prefix, text }: Candidate,
): Promise<ComputedSignature | undefined> {
  const isOwn = expected.some(([, value]) => value.includes(prefix + signature))
  const isSame = text === signature
  // A valid digest behind another prefix: the prefix is the mistake.
  if (isSame && isOwn) return undefined
  const value = isSame ? prefix + text : text
  const names = new Set(expected.map(([name]) => name.toLowerCase()))
  const headers: Headers = [
    ...question.headers.filter(([name]) => !names.has(name.toLowerCase())),
    ...expected.map(([name, whole]): Headers[number] => [name, whole.replace(signature, () => value)]),
  ]
  const { verdict, summary, causes, alternatives } = await explainSignature({ ...question, headers })
  return verdict === 'valid' ? undefined : { value: prefix + text, summary, causes, alternatives }
}

/**
 * Explains why a receiver may have rejected a signature, from the body of its answer. Undefined where nothing is signed, or where the
 * signature is not the one that the question's secret makes: the mistake is not the receiver's then.
 */
export async function explainRejection(
  question: SignatureQuestion,
  answer: string,
): Promise<SignatureRejection | undefined> {
  let sent: SignatureExplanation
  try {
    sent = await explainSignature(question)
  } catch (error) {
    if (error instanceof EmulatorError) return undefined
    throw error
  }
  const { verdict, channel, expected, steps } = sent
  const signature = steps.find(({ name }) => name === 'signature')?.value
  if (verdict !== 'valid' || signature === undefined) return undefined
  // A leaked secret looks like a digest too.
  const candidates = candidatesIn(answer).filter(({ text }) => !question.secret.includes(text))
  let computed: ComputedSignature | null = null
  for (const candidate of candidates.slice(0, MOST_TRIED)) {
    const found = await explained(question, { expected, signature }, candidate)
    if (found !== undefined && found.causes.length > 0) return { channel, headers: expected, steps, computed: found }
    if (!candidate.isVague) computed ??= found ?? null
  }
  return { channel, headers: expected, steps, computed }
}
