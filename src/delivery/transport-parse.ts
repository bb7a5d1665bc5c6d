// Reads one HTTP/1.1 answer from the bytes of a connection, for requests that are written by hand.
import type { Headers } from '../core/message.js'
import type { Hearer } from './transport-exchange.js'

/** More header bytes than this are no answer. */
const HEAD_BYTES = 64 * 1024

type Heard = Pick<Hearer, 'answered' | 'data' | 'ended'> & {
  /** What came is not HTTP/1.1. */
  malformed(): void
}

/** Feeds an answer's bytes in, hears its parts. `end` says that the connection is at its end: true when that ends the answer too. */
export function createAnswerParser(hear: Heard): { feed(bytes: Buffer): void; end(): boolean } {
  let pending: Buffer = Buffer.alloc(0)
  let state: 'head' | 'length' | 'size' | 'chunk' | 'trailer' | 'close' | 'over' = 'head'
  let left = 0

  function over(): void {
    state = 'over'
    hear.ended()
  }
  function refuse(): false {
    state = 'over'
    hear.malformed()
    return false
  }

  /** Takes one line off the front; undefined when it is not whole yet. */
  function line(): string | undefined {
    const end = pending.indexOf('\n')
    if (end < 0) {
      if (pending.length > HEAD_BYTES) refuse()
      return undefined
    }
    const text = pending.toString('latin1', 0, end).replace(/\r$/, '')
    pending = pending.subarray(end + 1)
    return text
  }

  function head(): boolean {
    const end = /\r?\n\r?\n/.exec(pending.toString('latin1', 0, HEAD_BYTES))
    if (end === null) {
      const wrong = pending.length >= HEAD_BYTES || !'HTTP/1.'.startsWith(pending.toString('latin1', 0, 7))
      return wrong ? refuse() : false
    }
    const [first = '', ...rest] = pending.toString('latin1', 0, end.index).split(/\r?\n/)
    pending = pending.subarray(end.index + end[0].length)
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1])
    if (Number.isNaN(status)) return refuse()
    if (status < 200) return true
    const headers: Headers = rest.map(text => {
      const colon = text.indexOf(':')
      return [text.slice(0, colon), text.slice(colon + 1).trim()]
    })
    const value = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1]
    hear.answered(status, headers)
    left = Number(value('content-length') ?? Number.NaN)
    if (status === 204 || status === 304) over()
    else if (value('transfer-encoding')?.toLowerCase().endsWith('chunked') === true) state = 'size'
    else if (Number.isNaN(left)) state = 'close'
    else if (left === 0) over()
    else state = 'length'
    return true
  }

  /** Hands on body bytes up to what is left of the present part. */
  function body(): boolean {
    const part = pending.subarray(0, left)
    pending = pending.subarray(part.length)
    left -= part.length
    if (part.length > 0) hear.data(part)
    return left === 0
  }

  function size(): boolean {
    const text = line()
    if (text === undefined) return false
    if (!/^[0-9a-f]+\s*(;|$)/i.test(text)) return refuse()
    left = Number.parseInt(text, 16)
    state = left === 0 ? 'trailer' : 'chunk'
    return true
  }

  /** One step; false when more bytes are needed. */
  function step(): boolean {
    if (state === 'head') return head()
    if (state === 'size') return size()
    if (state === 'close') {
      left = pending.length
      body()
      return false
    }
    if (state === 'length') {
      if (body()) over()
      return false
    }
    if (state === 'chunk') {
      if (!body()) return false
      // The line end that closes a chunk is read with the next size line's turn.
      if (pending.length < 2) return false
      pending = pending.subarray(pending[0] === 13 ? 2 : 1)
      state = 'size'
      return true
    }
    if (state === 'trailer') {
      const text = line()
      if (text === '') over()
      return text !== undefined && text !== ''
    }
    return false
  }

  return {
    feed(bytes) {
      if (state === 'over') return
      pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
      while (step());
    },
    end() {
      if (state === 'close') over()
      return state === 'over'
    },
  }
}
