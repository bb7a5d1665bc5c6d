// Receivers that misbehave on the wire, each with the outcome that an attempt there must have.
import type { Socket } from 'node:net'
import type { OutcomeKind } from '../../src/core/outcome.js'
import { stream } from '../../src/core/seed.js'

/** How one receiver misbehaves. */
export interface HostileReceiver {
  name: string
  outcome: { kind: OutcomeKind; status?: number }
  /** Called with each connection; `onAsked` takes what is to happen when a request begins to arrive. */
  serve(socket: Socket, onAsked: (then: () => void) => void): void
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

const reset = { kind: 'reset' } as const
const timedOut = { kind: 'timed_out' } as const
const answered = (status: number) => ({ kind: 'answered', status }) as const

/** Sends these bytes when asked, and leaves the connection open. */
const says = (name: string, bytes: string | Buffer, outcome: HostileReceiver['outcome']): HostileReceiver => ({
  name,
  outcome,
  serve: (socket, onAsked) => onAsked(() => socket.write(bytes)),
})

/** Sends these bytes when asked, and closes the connection. */
const closes = (name: string, bytes: string | Buffer, outcome: HostileReceiver['outcome']): HostileReceiver => ({
  name,
  outcome,
  serve: (socket, onAsked) => onAsked(() => socket.end(bytes)),
})

/** Sends the first bytes when asked, and the next ones again and again, as fast as they are taken or every `everyMs`. */
const floods = (
  name: string,
  first: string,
  then: string | Buffer,
  outcome: HostileReceiver['outcome'],
  everyMs?: number,
): HostileReceiver => ({
  name,
  outcome,
  serve: (socket, onAsked) =>
    onAsked(() => {
      socket.write(first)
      if (everyMs !== undefined) {
        const timer = setInterval(() => socket.write(then), everyMs)
        return void socket.on('close', () => clearInterval(timer))
      }
      const more = () => {
        while (!socket.destroyed && socket.write(then));
      }
      socket.on('drain', more)
      more()
    }),
})

const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`
const CHUNKED = head('transfer-encoding: chunked')
const mib = Buffer.alloc(1 << 20, 'x')

const noise = Buffer.from(stream(1, 'noise').hex(131_072), 'hex')

export const HOSTILE_RECEIVERS: readonly HostileReceiver[] = [
  { name: 'never answers', outcome: timedOut, serve: () => undefined },
  { name: 'resets at once', outcome: reset, serve: socket => void socket.resetAndDestroy() },
  { name: 'closes before it reads', outcome: reset, serve: socket => void socket.end() },
  {
    name: 'resets in the middle of its answer',
    outcome: reset,
    serve: (socket, onAsked) =>
      onAsked(() => socket.write(`${head('content-length: 100')}half`, () => socket.resetAndDestroy())),
  },
  {
    name: 'closes its half and waits',
    outcome: reset,
    serve: (socket, onAsked) => onAsked(() => socket.end()),
  },
  {
    name: 'answers before it is asked, and never reads',
    outcome: answered(200),
    serve: socket => {
      socket.pause()
      socket.write(head('connection: close', 'content-length: 0'))
    },
  },
  {
    name: 'reads nothing for a while',
    outcome: answered(200),
    serve: (socket, onAsked) => {
      onAsked(() => socket.write(OK))
      socket.pause()
      setTimeout(() => socket.resume(), 100)
    },
  },
  floods('dribbles its head', 'HTTP/1.1 200 OK\r\nx: ', 'x', timedOut, 20),
  floods('dribbles its body', head('content-length: 100000'), 'x', timedOut, 20),
  floods('never ends its body', head(), mib, answered(200)),
  floods(
    'never ends its chunks',
    CHUNKED,
    Buffer.concat([Buffer.from('100000\r\n'), mib, Buffer.from('\r\n')]),
    answered(200),
  ),
  floods('never ends its head', 'HTTP/1.1 200 OK\r\n', 'x-more: 1\r\n'.repeat(1000), reset),
  floods('never ends a header', 'HTTP/1.1 200 OK\r\nx: ', mib, reset),
  floods('never ends its status line', 'HTTP/1.1 200 ', mib, reset),
  floods('never stops to announce an answer', '', 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'.repeat(1000), timedOut),
  says('claims 1 GB and sends little', head('content-length: 1000000000'), timedOut),
  closes('claims 1 GB and closes', head('content-length: 1000000000'), reset),
  closes('claims more than a number holds', head('content-length: 99999999999999999999999999'), reset),
  closes('claims less than nothing', head('content-length: -5'), reset),
  closes('claims no number', head('content-length: two'), reset),
  closes('claims two lengths', `${head('content-length: 2', 'content-length: 5')}hello`, reset),
  says('sends more than it claimed', `${head('content-length: 2')}hello`, answered(200)),
  says('answers twice', `${OK}HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno`, answered(200)),
  says('answers twenty times', OK.repeat(20), answered(200)),
  says('has a body where there is none', 'HTTP/1.1 204 No Content\r\n\r\nbody', answered(204)),
  closes('has a bad size of a chunk', `${CHUNKED}zz\r\nhello\r\n0\r\n\r\n`, reset),
  closes('has a negative size of a chunk', `${CHUNKED}-5\r\nhello\r\n0\r\n\r\n`, reset),
  closes('has a chunk that no memory holds', `${CHUNKED}ffffffffffffffffff\r\nhello`, reset),
  closes('ends a chunk early', `${CHUNKED}ff\r\nhello`, reset),
  closes('has bytes behind a chunk', `${CHUNKED}5\r\nhelloxx\r\n0\r\n\r\n`, reset),
  closes('has headers of 100 kB', head(`x: ${'x'.repeat(100_000)}`, 'content-length: 0'), answered(200)),
  says(
    'sets 500 cookies',
    head(...Array.from({ length: 500 }, (_, at) => `set-cookie: c${at}=1`), 'content-length: 0'),
    answered(200),
  ),
  closes('sets 20,000 cookies', head(...Array.from({ length: 20_000 }, (_, at) => `set-cookie: c${at}=1`)), reset),
  closes('has a header without a colon', head('no colon here', 'content-length: 0'), reset),
  closes('folds a header', head('x: a', ' b', 'content-length: 0'), answered(200)),
  closes(
    'claims a length and chunks',
    `${head('content-length: 5', 'transfer-encoding: chunked')}5\r\nhello\r\n0\r\n\r\n`,
    reset,
  ),
  closes('has a codec nobody knows', `${head('transfer-encoding: what')}hello`, answered(200)),
  closes('has newlines alone', 'HTTP/1.1 200 OK\ncontent-length: 0\n\n', answered(200)),
  closes('has a space before a colon', head('x : 1', 'content-length: 0'), reset),
  closes('has a return in a header', head('x: a\rb', 'content-length: 0'), reset),
  says(
    'switches protocols and waits',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    reset,
  ),
  says('says to continue', `HTTP/1.1 100 Continue\r\n\r\n${OK}`, answered(200)),
  closes('has a header without a name', head(': x', 'content-length: 0'), reset),
  closes('has a NUL in a header', head('x: a\0b', 'content-length: 0'), reset),
  closes('has two status lines', 'HTTP/1.1 200 OK\r\nHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n', reset),
  closes('has a status that is none', 'HTTP/1.1 0 No\r\ncontent-length: 0\r\n\r\n', reset),
  closes('has a status of four digits', 'HTTP/1.1 2000 No\r\ncontent-length: 0\r\n\r\n', reset),
  says('has a status nobody knows', 'HTTP/1.1 799 What\r\ncontent-length: 0\r\n\r\n', answered(799)),
  closes('switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', reset),
  closes('speaks HTTP/0.9', '<html>hello</html>', reset),
  closes('speaks HTTP/2', Buffer.from('000000040000000000', 'hex'), reset),
  closes('speaks of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', reset),
  closes('sends a TLS alert', Buffer.from('15030300020228', 'hex'), reset),
  closes('speaks SSH', 'SSH-2.0-OpenSSH_9.2\r\n', reset),
  closes('sends noise', noise, reset),
  closes('sends a newline', '\r\n', reset),
  closes('speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nhello', answered(200)),
  says('sends what is no gzip', `${head('content-encoding: gzip', 'content-length: 5')}hello`, answered(200)),
  says('redirects to itself', 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n', answered(302)),
  says(
    'promises to keep its connection for ever',
    head('keep-alive: timeout=99999999999999', 'content-length: 0'),
    answered(200),
  ),
]
