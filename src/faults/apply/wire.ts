// Faults of the request and of its way over the wire: other headers and methods, odd framing, cut connections, copies, nothing at all.
import type { FaultKind, FaultOf } from '../../core/fault.js'
import type { Headers } from '../../core/message.js'
import type { Wire } from '../../core/wire.js'
import type { Effect, Making } from './making.js'

type Bender<K extends FaultKind> = (fault: FaultOf<K>, making: Making) => Effect

function over(making: Making, wire: Wire): Effect {
  const possible = wire.cut !== undefined && wire.cut !== 'during'
  if (making.inProcess && !possible) return 'the receiver is in this process and has no wire'
  Object.assign(making.wire, wire)
  return true
}

const chunked: Bender<'chunked'> = (_, making) => over(making, { chunked: true })
const slowBody: Bender<'slowBody'> = ({ over: ms }, making) => over(making, { slowBodyMs: ms })
const splitPackets: Bender<'splitPackets'> = ({ bytes }, making) => over(making, { packetBytes: bytes })
const truncate: Bender<'truncate'> = ({ bytes }, making) => over(making, { missingBytes: bytes })
const reset: Bender<'reset'> = ({ at }, making) => over(making, { cut: at })
const lostAck: Bender<'lostAck'> = (_, making) => over(making, { cut: 'answer' })

const isContentType = ([name]: Headers[number]) => name.toLowerCase() === 'content-type'

const contentType: Bender<'contentType'> = ({ value }, making) => {
  making.edits.push(message => {
    if (value === null) return { ...message, headers: message.headers.filter(header => !isContentType(header)) }
    const headers: Headers = message.headers.some(isContentType)
      ? message.headers.map(header => (isContentType(header) ? [header[0], value] : header))
      : [['Content-Type', value], ...message.headers]
    return { ...message, headers }
  })
  return true
}

const method: Bender<'method'> = ({ method: other }, making) => {
  making.edits.push(message => ({ ...message, method: other, ...(other === 'GET' && { body: '' }) }))
  return true
}

const duplicate: Bender<'duplicate'> = ({ copies, concurrent }, making) => {
  making.copies += copies
  making.concurrent ||= concurrent
  return true
}

const drop: Bender<'drop'> = ({ as, status, headers = {} }, making) => {
  const detail = 'By a fault: nothing reached the receiver.'
  making.instead = status === undefined ? { kind: as, detail } : { kind: 'answered', status, detail }
  if (status !== undefined) making.answer = { status, headers: Object.entries(headers), body: '', bodyBytes: 0 }
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
