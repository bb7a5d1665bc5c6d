// The receiver of a run, a process of its own: `sink.ts <log file> <seed>`. It has two doors, of which the second refuses connections
// now and then; both reset, cut, stall, answer slowly and answer errors, as planned. Told so, it kills the emulator.
import { createServer, type Server, type Socket } from 'node:net'
import { type Arrival, openLog } from './logs.js'
import { type Behaviour, planBehaviour, planRefusals } from './plan.js'

/** What the run tells its sink. */
export type SinkOrder =
  /** The emulator that runs now; it is killed before the n-th answer where `killBeforeAnswer` says so. */
  | { kind: 'emulator'; pid: number | undefined; killBeforeAnswer?: number }
  /** From now on every request is answered 200 and no connection refused. */
  | { kind: 'calm' }

/** What the sink tells its run. */
export interface SinkReady {
  ports: number[]
}

const [file = '', seed = '0'] = process.argv.slice(2)
const log = openLog<Arrival>(file)
const CALM: Behaviour = { kind: 'answer', status: 200, afterMs: 0 }
const BODY = '{"received":true}'
let calm = false
let pid: number | undefined
let answersUntilKill = Number.POSITIVE_INFINITY

function answerOf(status: number): Buffer {
  const head = `HTTP/1.1 ${status} Sink\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`
  return Buffer.from(head + BODY)
}

/** The request that has arrived so far; `need` is its length once the head is whole. */
function parse(bytes: Buffer): Omit<Arrival, 'kind' | 'did'> & { lineEnd: number; headEnd: number; need: number } {
  const lineEnd = bytes.indexOf('\r\n')
  const headEnd = bytes.indexOf('\r\n\r\n')
  const [, path = ''] = lineEnd === -1 ? [] : bytes.subarray(0, lineEnd).toString('latin1').split(' ')
  const lines =
    headEnd === -1
      ? []
      : bytes
          .subarray(lineEnd + 2, headEnd)
          .toString('latin1')
          .split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? 0)
  const need = headEnd === -1 ? Number.POSITIVE_INFINITY : headEnd + 4 + length
  const body = headEnd === -1 ? '' : bytes.subarray(headEnd + 4, need).toString('utf8')
  return { path, headers, body, whole: bytes.length >= need, lineEnd, headEnd, need }
}

interface Door {
  next(): Behaviour
  /** Whether connections are refused, and those that are open end with their next answer. */
  closed: boolean
  idle: Set<Socket>
  /** A request has begun to arrive. */
  arrives(): void
}

function serve(door: Door, socket: Socket): void {
  let bytes: Buffer = Buffer.alloc(0)
  let behaviour: Behaviour | undefined
  let acting = false
  /** Nothing more is answered. */
  let over = false
  door.idle.add(socket)

  /** Logs all that has arrived, also what the sink does not wait for: it says whose request this is. */
  function keep(did: Arrival['did']): void {
    const { path, headers, body, whole } = parse(bytes)
    log.write({ kind: 'request', path, headers, body, whole, did })
  }

  /** The next request of the connection may come. */
  function answered(need: number): void {
    bytes = bytes.subarray(need)
    behaviour = undefined
    acting = false
    over = door.closed
    if (over) return void socket.end()
    door.idle.add(socket)
    if (bytes.length > 0) step()
  }

  function act(done: Behaviour, need: number): void {
    const reset = () => void socket.resetAndDestroy()
    if (done.kind === 'reset') reset()
    else if (done.kind === 'answer-and-reset') socket.write(answerOf(200), reset)
    else if (done.kind === 'answer') {
      const answer = () => void socket.write(answerOf(done.status), () => answered(need))
      if (done.afterMs === 0) answer()
      else setTimeout(answer, done.afterMs)
    } else if (done.kind === 'cut') {
      const answer = answerOf(200)
      const part = answer.subarray(0, Math.floor(answer.length * done.part))
      const end = () => void (done.by === 'reset' ? reset() : socket.end())
      if (part.length === 0) end()
      else socket.write(part, end)
    }
  }

  function step(): void {
    if (acting || over) return
    if (behaviour === undefined) {
      door.idle.delete(socket)
      door.arrives()
      behaviour = calm ? CALM : door.next()
    }
    const { lineEnd, headEnd, need } = parse(bytes)
    if (behaviour.kind === 'reset') {
      const bodyLength = need - headEnd - 4
      const line = lineEnd === -1 ? Number.POSITIVE_INFINITY : lineEnd + 2
      const head = headEnd + 4
      const upTo = { line, head, half: head + Math.floor(bodyLength / 2), all: need }[behaviour.after]
      if (bytes.length < upTo || (behaviour.after !== 'line' && headEnd === -1)) return
      acting = true
      keep(behaviour)
      act(behaviour, need)
      return
    }
    if (bytes.length < need) return
    acting = true
    keep(behaviour)
    if (--answersUntilKill === 0 && pid !== undefined) process.kill(pid, 'SIGKILL')
    act(behaviour, need)
  }

  socket.on('data', chunk => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    step()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    door.idle.delete(socket)
    if (!acting && bytes.length > 0) keep({ kind: 'none' })
  })
}

const listen = (server: Server, port: number) =>
  new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })

/** Opens a door; the promise is that of its port. */
function openDoor(name: string, refuses: boolean): Promise<number> {
  const nextRefusal = planRefusals(Number(seed))
  let refusal = nextRefusal()
  let untilRefusal = refusal.afterRequests
  let port: Promise<number>
  const server = createServer(socket => serve(door, socket))
  const door: Door = {
    next: planBehaviour(Number(seed), name),
    closed: false,
    idle: new Set(),
    arrives: () => {
      if (!refuses || calm || door.closed || --untilRefusal > 0) return
      door.closed = true
      server.close()
      for (const socket of door.idle) socket.destroy()
      setTimeout(async () => {
        door.closed = false
        await listen(server, await port)
      }, refusal.forMs)
      refusal = nextRefusal()
      untilRefusal = refusal.afterRequests
    },
  }
  port = listen(server, 0)
  return port
}

process.on('message', (order: SinkOrder) => {
  if (order.kind === 'calm') calm = true
  else {
    pid = order.pid
    answersUntilKill = order.killBeforeAnswer ?? Number.POSITIVE_INFINITY
  }
})
// It ends with the run, however that ends.
process.on('disconnect', () => process.exit())
const ready: SinkReady = { ports: await Promise.all([openDoor('open', false), openDoor('refusing', true)]) }
process.send?.(ready)
