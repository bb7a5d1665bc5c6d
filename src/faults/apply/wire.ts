// Faults of the request and its connection: other headers and methods, unusual framing, cut connections, duplicates, no request at all.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import { withContentType, withMethod } from '../../core/mutate/request.js'
import type { Wire } from '../../core/wire.js'
import type { Effect, MutationState } from './mutation-state.js'

type Apply<K extends FaultKind> = (fault: FaultOf<K>, state: MutationState) => Effect

function over(state: MutationState, wire: Wire): Effect {
  const possible = wire.cut !== undefined && wire.cut !== 'during'
  if (state.inProcess && !possible) return 'the receiver is in this process and has no wire'
  Object.assign(state.wire, wire)
  return true
}

const chunked: Apply<'chunked'> = (_, state) => over(state, { chunked: true })
const slowBody: Apply<'slowBody'> = ({ over: ms }, state) => over(state, { slowBodyMs: ms })
const splitPackets: Apply<'splitPackets'> = ({ bytes }, state) => over(state, { packetBytes: bytes })
const truncate: Apply<'truncate'> = ({ bytes }, state) => over(state, { missingBytes: bytes })
const reset: Apply<'reset'> = ({ at }, state) => over(state, { cut: at })
const lostAck: Apply<'lostAck'> = (_, state) => over(state, { cut: 'answer' })

const contentType: Apply<'contentType'> = ({ value }, state) => {
  state.edits.push(message => ({ ...message, headers: withContentType(message.headers, value) }))
  return true
}

const method: Apply<'method'> = ({ method: other }, state) => {
  state.edits.push(message => withMethod(message, other))
  return true
}

const duplicate: Apply<'duplicate'> = ({ copies, concurrent }, state) => {
  state.copies += copies
  state.concurrent ||= concurrent
  return true
}

const drop: Apply<'drop'> = ({ as, status, headers = {} }, state) => {
  const detail = 'By a fault: nothing reached the receiver.'
  state.instead = status === undefined ? { kind: as, detail } : { kind: 'answered', status, detail }
  if (status !== undefined) state.answer = { status, headers: Object.entries(headers), body: '', bodyBytes: 0 }
  return true
}

export const wireFaults = {
  chunked,
  slowBody,
  splitPackets,
  truncate,
  reset,
  lostAck,
  contentType,
  method,
  duplicate,
  drop,
}
