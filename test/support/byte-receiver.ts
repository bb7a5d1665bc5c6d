// A receiver that keeps every byte of each request, broken ones too, and how its connection ended.
import { testReceiver } from './receiver.js'

/** One request, as its bytes came. */
export interface SeenRequest {
  /** Everything the other side wrote, as it arrived. */
  chunks: Buffer[]
  bytes: Buffer
  /** The first line. */
  line: string
  method: string
  /** Lower-case names. */
  headers: Record<string, string>
  /** Everything behind the head, framing and all. */
  body: Buffer
  /** How the other side ended it; undefined while it has not. */
  ended: 'closed' | 'reset' | undefined
  /** Real ms from first to last byte. */
  tookMs: number
}

export interface ByteReceiver {
  url: string
  /** Each whole or broken request, in the order of their first bytes; with keep-alive several on one connection. */
  seen: SeenRequest[]
  /** Resolves once a connection has ended in this way. */
  until(ended: 'closed' | 'reset'): Promise<void>
  /** Statuses that follow, the last one for ever. */
  statuses: number[]
  /** Most requests that were open at once. */
  mostOpen(): number
}

/** Reads what there is of a request; true when it is whole. */
function parse(one: SeenRequest): boolean {
  const at = one.bytes.indexOf('\r\n\r\n')
  if (at < 0) return false
  const [first = '', ...lines] = one.bytes.subarray(0, at).toString('latin1').split('\r\n')
  one.line = first
  one.method = first.split(' ')[0] ?? ''
  one.headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  one.body = one.bytes.subarray(at + 4)
  return one.headers['transfer-encoding'] === 'chunked'
    ? one.body.toString('latin1').endsWith('0\r\n\r\n')
    : one.body.length >= Number(one.headers['content-length'] ?? 0)
}

const unread = (): SeenRequest => ({
  chunks: [],
  bytes: Buffer.alloc(0),
  line: '',
  method: '',
  headers: {},
  body: Buffer.alloc(0),
  ended: undefined,
  tookMs: 0,
})

/** Gives these statuses in turn, the last one for ever; default 200. */
export async function byteReceiver(...statuses: number[]): Promise<ByteReceiver> {
  const waiting: { ended: SeenRequest['ended']; resolve: () => void }[] = []
  const seen: SeenRequest[] = []
  let open = 0
  let most = 0
  const following = statuses.length > 0 ? statuses : [200]
  const { url } = await testReceiver({
    onSocket: socket => {
      let last: SeenRequest | undefined
      let whole = true
      let began = 0
      const end = (ended: 'closed' | 'reset') => {
        if (last === undefined) {
          last = unread()
          seen.push(last)
        }
        last.ended ??= ended
        for (const one of waiting) if (one.ended === ended) one.resolve()
      }
      /** Some turns later, so that requests that are under way at the same time are seen to be. */
      const answer = async () => {
        const status = following.length > 1 ? following.shift() : following[0]
        for (let turn = 0; turn < 30; turn++) await new Promise(resolve => setImmediate(resolve))
        open--
        if (!socket.destroyed) socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 2\r\n\r\nok`)
      }
      socket.on('data', chunk => {
        if (last === undefined || whole) {
          last = unread()
          whole = false
          began = performance.now()
          seen.push(last)
          most = Math.max(most, ++open)
        }
        last.chunks.push(chunk)
        last.bytes = Buffer.concat(last.chunks)
        last.tookMs = performance.now() - began
        whole = parse(last)
        if (whole) void answer()
      })
      socket.on('end', () => end('closed'))
      socket.on('error', () => end('reset'))
    },
  })
  return {
    url,
    seen,
    statuses: following,
    until: ended =>
      new Promise(resolve => {
        if (seen.some(one => one.ended === ended)) resolve()
        else waiting.push({ ended, resolve })
      }),
    mostOpen: () => most,
  }
}
