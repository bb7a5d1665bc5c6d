// Faults of signatures and credentials: old and future timestamps, another secret, none at all, two at once, a payload changed afterwards.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import { valueAt, withValueAt } from '../../core/json.js'
import type { Headers } from '../../core/message.js'
import { corruptedCredential } from '../../core/mutate/credential.js'
import { parsed, similarText, similarValue, tamperableLeaves } from '../../core/mutate/payload.js'
import { changedHeaders, withoutHeaders } from '../../core/mutate/request.js'
import type { Stream } from '../../core/seed.js'
import { type Effect, encoded, type MutationState, signedWith } from './mutation-state.js'

type Apply<K extends FaultKind> = (fault: FaultOf<K>, state: MutationState, random: Stream) => Effect | Promise<Effect>

const NOT_SIGNED = 'nothing is signed'
const NO_PROOF = 'neither a signature nor credentials are sent'

const same = (one: Headers, other: Headers) => JSON.stringify(one) === JSON.stringify(other)
const namesOf = (headers: Headers) => headers.map(([name]) => name.toLowerCase())

async function shifted(state: MutationState, byMs: number): Promise<Effect> {
  const at = (state.sign.at ?? state.draft.at) + byMs
  const now = await signedWith(state)
  if (now.signedString === undefined) return NOT_SIGNED
  const then = await signedWith(state, { at })
  if (same(now.headers, then.headers)) return 'the signature has no timestamp'
  state.sign.at = at
  return true
}

const stale: Apply<'stale'> = ({ by }, state) => shifted(state, -by)
const future: Apply<'future'> = ({ by }, state) => shifted(state, by)

const wrongSecret: Apply<'wrongSecret'> = async (_, state, random) => {
  const valid = await signedWith(state)
  if (valid.signedString !== undefined) {
    state.sign.secret = state.behaviour.secret.make(random, state.settings, state.subscription.secret)
    state.sign.previousSecret = null
    return true
  }
  if (valid.headers.length === 0) return NO_PROOF
  state.edits.push((message, signed) => ({
    ...message,
    headers: changedHeaders(message.headers, namesOf(signed.headers), corruptedCredential),
  }))
  return true
}

const omitSignature: Apply<'omitSignature'> = async (_, state) => {
  const names = namesOf((await signedWith(state)).headers)
  if (names.length === 0) return NO_PROOF
  const signatures = state.traits.signatureHeaders.filter(name => names.includes(name))
  state.edits.push(message => ({
    ...message,
    headers: withoutHeaders(message.headers, signatures.length > 0 ? signatures : names),
  }))
  return true
}

const rotate: Apply<'rotate'> = async (_, state, random) => {
  const valid = state.subscription.secret
  if (valid === null) return NOT_SIGNED
  const two = {
    secret: state.behaviour.secret.make(random, state.settings, state.subscription.secret),
    previousSecret: valid,
  }
  const both = await signedWith(state, two)
  const one = await signedWith(state, { ...two, previousSecret: null })
  if (same(both.headers, one.headers)) return 'its messages carry one signature'
  Object.assign(state.sign, two)
  return true
}

const tamper: Apply<'tamper'> = ({ path, value: given }, state, random) => {
  const { body, bytes, traits, draft } = state
  const send = (changed: string | Uint8Array): Effect => {
    state.edits.push(message => ({ ...message, body: changed }))
    return true
  }
  if (bytes !== undefined) return send(bytes.with(0, (bytes[0] ?? 0) ^ 1))
  const value = parsed(body)
  // Writing the value again would undo what another fault did to the text: then a single character is changed.
  if (value === undefined || encoded(state, value) !== body) return send(similarText(body))
  const candidates = path === undefined ? tamperableLeaves(value, traits, draft.delivery.type) : []
  const at = path ?? candidates[random.int(candidates.length)]?.path
  if (at === undefined) return send(similarText(body))
  const old = valueAt(value, at)
  if (old === undefined) return `the payload has nothing at ${path}`
  return send(encoded(state, withValueAt(value, at, given ?? similarValue(old))))
}

export const signatureFaults = { stale, future, wrongSecret, omitSignature, rotate, tamper }
