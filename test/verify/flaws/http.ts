// Flaws of receivers in HTTP and in reading a body.
import { answer, type FlawCase } from './flaw-case.js'

export const httpFlaws: FlawCase[] = [
  {
    check: 'payload/large',
    flaw: 'fails with an error where a body is large',
    dialect: 'unico',
    make: () => ({ first: visit => visit.bytes.length > 200_000 && answer(visit, 500) }),
  },
  {
    check: 'payload/malformed',
    flaw: 'fails with an error where there is no JSON',
    dialect: 'unico',
    make: () => ({ malformed: 500 }),
    follows: ['payload/invalid-utf8'],
  },
  {
    check: 'payload/duplicate-keys',
    flaw: 'fails with an error where a key stands twice',
    dialect: 'rillis',
    make: () => ({
      first: visit => (visit.bytes.toString('latin1').match(/"id":/g)?.length ?? 0) > 1 && answer(visit, 500),
    }),
  },
  {
    check: 'payload/content-type',
    flaw: 'wants the content type letter by letter',
    dialect: 'unico',
    make: () => ({ first: visit => visit.header('content-type') !== 'application/json' && answer(visit, 415) }),
    // Only POSTs carry one.
    options: { except: ['http/keep-alive', 'http/slow-body', 'http/method', 'idempotency/late-duplicate-seconds'] },
  },
  {
    check: 'http/chunked',
    flaw: 'wants a content length',
    dialect: 'rillis',
    make: () => ({
      first: visit => visit.header('transfer-encoding') !== undefined && answer(visit, 411),
    }),
  },
  {
    check: 'http/slow-body',
    flaw: 'has no patience',
    dialect: 'rillis',
    // The slow body takes three seconds.
    make: () => ({ patienceMs: 1000 }),
    options: { only: ['http/slow-body', 'http/chunked', 'payload'], except: [] },
  },
  {
    check: 'http/slow-body',
    flaw: 'gives up when nothing comes for a second',
    dialect: 'rillis',
    make: () => ({
      onServer: server => void server.on('connection', socket => void socket.setTimeout(1000, () => socket.destroy())),
    }),
    options: { only: ['http/slow-body', 'http/chunked'], except: [] },
  },
  {
    check: 'http/split-packets',
    flaw: 'takes a body in a few pieces only',
    dialect: 'unico',
    make: () => ({ mostPieces: 25 }),
  },
  {
    check: 'http/reset',
    flaw: 'dies of a broken connection',
    dialect: 'rillis',
    make: () => ({
      onServer: server =>
        server.on('clientError', error => {
          if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') {
            server.close()
            server.closeAllConnections()
          }
        }),
    }),
    blinds: ['load/burst', 'secrecy/no-leak'],
    options: {
      only: ['http/reset', 'signature/missing', 'delivery/prompt', 'load/burst', 'secrecy'],
      level: 'must',
      except: ['delivery/prompt-margin'],
    },
  },
  {
    check: 'http/keep-alive',
    flaw: 'gives up a connection in the middle of a request',
    dialect: 'unico',
    make: () => {
      const counts = new WeakMap<object, number>()
      return {
        first: ({ request }) => {
          const count = (counts.get(request.socket) ?? 0) + 1
          counts.set(request.socket, count)
          if (count !== 12) return false
          request.socket.destroy()
          return true
        },
      }
    },
    options: { only: ['http/keep-alive'], except: [] },
  },
  {
    check: 'http/keep-alive',
    flaw: 'closes each connection after its answer without announcing it',
    dialect: 'kycgenie',
    make: () => {
      const closing = new WeakSet<object>()
      return {
        first: ({ request: { socket }, response }) => {
          if (!closing.has(socket)) response.once('finish', () => socket.end())
          closing.add(socket)
          return false
        },
      }
    },
    options: { only: ['http/keep-alive', 'signature/missing', 'signature/wrong-secret'], except: [] },
  },
  {
    check: 'auth/missing',
    flaw: 'drops the connection of a request without credentials',
    dialect: 'unico',
    make: () => ({
      first: visit => {
        if (visit.header('authorization') !== undefined) return false
        visit.request.socket.destroy()
        return true
      },
    }),
    follows: ['http/keep-alive'],
    options: { only: ['http/keep-alive', 'auth/missing'], except: [] },
  },
  {
    check: 'http/method',
    flaw: 'answers 200 to whatever it is asked',
    dialect: 'unico',
    make: () => ({ method: 200 }),
  },
]
