// Flaws of receivers that legal but hostile JSON, other ways to write a request, or other connections disturb.
import type { Socket } from 'node:net'
import { isJsonObject, type Json } from '../../../src/core/json.js'
import { pause } from '../flawed-receiver.js'
import { answer, type FlawCase } from './flaw-case.js'

/** The depth of brackets within JSON text that has none in its strings. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (const character of text) {
    if (character === '[') depth++
    if (character === ']') depth--
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** What can be read of a body that ends in the middle. */
function begun(text: string): Json {
  const fields = [...text.matchAll(/"(\w+)":\s*"([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])
  return Object.fromEntries(fields) as Json
}

export const hostileFlaws: FlawCase[] = [
  {
    check: 'payload/null-character',
    flaw: 'stores texts where U+0000 is refused',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (JSON.stringify(event).includes('\\u0000')) throw new Error('unsupported Unicode escape sequence')
      },
    }),
  },
  {
    check: 'payload/lone-surrogate',
    flaw: 'encodes every text again',
    dialect: 'kycgenie',
    make: () => ({
      understand: event => {
        if (/\\ud[89ab]/.test(JSON.stringify(event))) throw new Error('surrogates not allowed')
      },
    }),
  },
  {
    check: 'payload/deep-nesting',
    flaw: 'gives up where brackets are nested',
    dialect: 'unico',
    make: () => ({
      first: visit => depthOf(visit.bytes.toString('latin1')) > 900 && answer(visit, 500),
    }),
  },
  {
    check: 'payload/malformed',
    flaw: 'acts on a list of events',
    dialect: 'unico',
    make: () => ({
      parse: text => {
        const value = JSON.parse(text) as Json
        const [first] = Array.isArray(value) ? value : []
        return isJsonObject(first) ? first : value
      },
    }),
  },
  {
    check: 'http/truncated',
    flaw: 'acts on what it has got of a body',
    dialect: 'unico',
    make: () => ({
      hasty: true,
      parse: text => (text.trimEnd().endsWith('}') || text.length < 40 ? (JSON.parse(text) as Json) : begun(text)),
    }),
    follows: ['payload/malformed'],
  },
  {
    check: 'http/truncated',
    flaw: 'answers before it has read the body',
    dialect: 'kycgenie',
    make: () => ({
      onServer: server =>
        server.prependListener('request', ({ method }, response) => {
          if (method === 'POST') response.writeHead(200).end()
        }),
    }),
    options: { only: ['http/truncated'] },
  },
  {
    check: 'http/header-case',
    flaw: 'wants a header as it is usually written',
    dialect: 'rillis',
    make: () => ({ first: visit => !visit.request.rawHeaders.includes('Content-Type') && answer(visit, 400) }),
    options: { only: ['http/header-case', 'http/chunked'] },
  },
  {
    check: 'http/expect-continue',
    flaw: 'refuses to go on',
    dialect: 'unico',
    make: () => ({ onServer: server => server.on('checkContinue', (_, response) => response.writeHead(417).end()) }),
    options: { only: ['http/expect-continue', 'http/chunked'] },
  },
  {
    check: 'http/broken-connections',
    flaw: 'loses a worker with each broken connection',
    dialect: 'kycgenie',
    make: () => {
      let workers = 16
      return {
        onServer: server =>
          server.prependListener('request', request => {
            request.once('close', () => {
              if (!request.complete) workers--
            })
          }),
        first: visit => workers <= 0 && answer(visit, 503),
      }
    },
    options: { only: ['http/broken-connections', 'http/reset', 'http/truncated', 'http/chunked'] },
  },
  {
    check: 'http/idle-connections',
    flaw: 'waits for connections that are silent',
    dialect: 'unico',
    make: () => {
      const sockets = new Set<Socket>()
      const silent = () => [...sockets].filter(({ destroyed, bytesRead }) => !destroyed && bytesRead === 0).length
      return {
        onServer: server =>
          server.on('connection', socket => {
            sockets.add(socket)
            socket.on('close', () => sockets.delete(socket))
          }),
        first: async () => {
          while (silent() > 8) await pause(20)
          return false
        },
      }
    },
    options: { only: ['http/idle-connections'], except: [] },
  },
]
