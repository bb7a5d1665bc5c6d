// Makes a bending of one attempt from the faults that fire on it, stage by stage, whatever the order they were added in.
import type { Fault, FaultKind, FaultOf } from '../../core/fault.js'
import type { Mutation } from '../../core/mutation.js'
import type { Stream } from '../../core/seed.js'
import type { Effect, Making } from './making.js'
import { payloadFaults } from './payload.js'
import { signatureFaults } from './signature.js'
import { wireFaults } from './wire.js'

/** Kinds that put an attempt off instead of bending it. */
export type OrderKind = 'delay' | 'reorder'
type BendingKind = Exclude<FaultKind, OrderKind>
export type BendingFault = Extract<Fault, { kind: BendingKind }>

type Benders = {
  [K in BendingKind]: (fault: FaultOf<K>, making: Making, random: Stream) => Effect | Promise<Effect>
}

/** In the order in which they take effect: values, size, form, signature, what comes after it, the wire. */
const BENDERS: Benders = {
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

const STAGES = Object.keys(BENDERS)

/** A fault of a bending kind, and where it hears whether it took effect. */
export interface Firing {
  fault: BendingFault
  random: Stream
  told(effect: Effect): void
}

/** Lets the faults take effect. The names on the attempt are those that did; `held` put it off before. */
export async function bendingOf(
  making: Making,
  firings: readonly Firing[],
  held: readonly string[],
): Promise<Mutation> {
  const { body } = making
  const names = new Set<string>(held)
  const sorted = [...firings].sort((a, b) => STAGES.indexOf(a.fault.kind) - STAGES.indexOf(b.fault.kind))
  for (const { fault, random, told } of sorted) {
    // What does not leave cannot be bent.
    if (making.instead !== undefined) {
      told('the message was dropped')
      continue
    }
    // The table is keyed by the kind, which is what tells the faults apart.
    const bender = BENDERS[fault.kind] as (fault: BendingFault, making: Making, random: Stream) => Effect
    const effect = await bender(fault, making, random)
    if (effect === true) names.add(fault.kind)
    told(effect)
  }
  const { bytes, sign, edits, wire, copies, concurrent, instead, answer } = making
  if (bytes !== undefined) edits.unshift(message => ({ ...message, body: bytes }))
  return {
    faults: [...names],
    sign: {
      ...sign,
      ...(making.body === body ? {} : { body: making.body }),
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

/** True for the kinds that bend. */
export function bends(fault: Fault): fault is BendingFault {
  return fault.kind !== 'delay' && fault.kind !== 'reorder'
}
