// Makes the mutation of one attempt from the faults that fire on it, stage by stage, whatever the order they were added in.
import type { Fault, FaultKind, FaultOf } from '../../core/fault.js'
import type { Mutation } from '../../core/mutation.js'
import type { Stream } from '../../core/seed.js'
import type { Effect, MutationState } from './mutation-state.js'
import { payloadFaults } from './payload.js'
import { signatureFaults } from './signature.js'
import { wireFaults } from './wire.js'

/** Kinds that postpone an attempt instead of changing it. */
type OrderKind = 'delay' | 'reorder'
type MutationKind = Exclude<FaultKind, OrderKind>
export type MutationFault = Extract<Fault, { kind: MutationKind }>

type Apply<F> = (fault: F, state: MutationState, random: Stream) => Effect | Promise<Effect>

/** In the order in which they take effect: values, size, form, signature, then the message, the connection, duplicates. */
const APPLY: { [K in MutationKind]: Apply<FaultOf<K>> } = {
  drop: wireFaults.drop,
  unknownType: payloadFaults.unknownType,
  unknownValue: payloadFaults.unknownValue,
  omitOptional: payloadFaults.omitOptional,
  nullOptional: payloadFaults.nullOptional,
  extraFields: payloadFaults.extraFields,
  pad: payloadFaults.pad,
  malform: payloadFaults.malform,
  rotate: signatureFaults.rotate,
  wrongSecret: signatureFaults.wrongSecret,
  stale: signatureFaults.stale,
  future: signatureFaults.future,
  omitSignature: signatureFaults.omitSignature,
  tamper: signatureFaults.tamper,
  contentType: wireFaults.contentType,
  method: wireFaults.method,
  chunked: wireFaults.chunked,
  slowBody: wireFaults.slowBody,
  splitPackets: wireFaults.splitPackets,
  truncate: wireFaults.truncate,
  reset: wireFaults.reset,
  lostAck: wireFaults.lostAck,
  duplicate: wireFaults.duplicate,
}

const ORDER = Object.keys(APPLY)

/** A fault that fires on an attempt. */
export interface Firing {
  fault: MutationFault
  random: Stream
  /** Called with what came of it. */
  onEffect(effect: Effect): void
}

/** Applies the faults. The attempt shows the names of those that took effect, and of those that postponed it before. */
export async function mutationOf(
  state: MutationState,
  firings: readonly Firing[],
  postponedBy: readonly string[],
): Promise<Mutation> {
  const { body } = state
  const names = new Set<string>(postponedBy)
  const sorted = [...firings].sort((a, b) => ORDER.indexOf(a.fault.kind) - ORDER.indexOf(b.fault.kind))
  for (const { fault, random, onEffect } of sorted) {
    // Nothing else matters to a message that is not sent.
    if (state.instead !== undefined) {
      onEffect('the message was dropped')
      continue
    }
    // The table's key is the kind, which is what tells the faults apart.
    const effect = await (APPLY[fault.kind] as Apply<MutationFault>)(fault, state, random)
    if (effect === true) names.add(fault.kind)
    onEffect(effect)
  }
  const { bytes, sign, edits, wire, copies, concurrent, instead, answer } = state
  if (bytes !== undefined) edits.unshift(message => ({ ...message, body: bytes }))
  return {
    faults: [...names],
    sign: {
      ...sign,
      ...(state.body === body ? {} : { body: state.body }),
      ...(bytes === undefined ? {} : { bytes }),
    },
    ...(edits.length > 0 && {
      message: (message, signed) => edits.reduce((changed, edit) => edit(changed, signed), message),
    }),
    ...(Object.keys(wire).length > 0 && { wire }),
    ...(instead && { instead, ...(answer && { answer }) }),
    ...(copies > 0 && { duplicates: { extra: copies, concurrent } }),
  }
}

/** True for the kinds that change an attempt; the others postpone it. */
export function isMutation(fault: Fault): fault is MutationFault {
  return fault.kind !== 'delay' && fault.kind !== 'reorder'
}
