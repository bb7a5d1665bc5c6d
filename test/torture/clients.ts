// The clients of a run: several at once trigger events over the control API until the emulator is gone, and log what they asked and were answered.
import { Agent, request } from 'node:http'
import type { Json, JsonObject } from '../../src/core/json.js'
import { type ClientLine, openLog } from './logs.js'

/** How many ask at once. */
const CLIENTS = 6

/** An answer of the control API. */
export interface Answer {
  status: number
  json: JsonObject
}

/** One call of the control API; rejects when no whole answer came. */
export function call(
  agent: Agent,
  url: string,
  { method, body }: { method: string; body?: Json | undefined },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const asking = request(url, { method, agent, headers }, response => {
      let answer = ''
      response.setEncoding('utf8').on('data', part => {
        answer += part
      })
      response.on('error', reject)
      response.on('end', () => {
        if (!response.complete) return reject(new Error('the answer broke off'))
        try {
          resolve({ status: response.statusCode ?? 0, json: JSON.parse(answer) })
        } catch (error) {
          reject(error)
        }
      })
    })
    asking.on('error', reject)
    asking.end(text)
  })
}

/** The clients; `bodyOf` gives the request for the event with an id. */
export function createClients(file: string, bodyOf: (id: string, number: number) => JsonObject) {
  const log = openLog<ClientLine>(file)
  const bodies = new Map<string, JsonObject>()
  const unanswered = new Set<string>()
  const accepted = new Set<string>()

  function next(): string {
    const id = `event-${bodies.size}`
    bodies.set(id, bodyOf(id, bodies.size))
    return id
  }

  async function ask(agent: Agent, url: string, id: string): Promise<void> {
    unanswered.add(id)
    log.write({ kind: 'asked', id })
    const { status, json } = await call(agent, `${url}/_standin/events`, { method: 'POST', body: bodies.get(id) })
    const deliveries = (json.deliveries ?? []) as { id: string }[]
    log.write({ kind: 'answered', id, status, deliveries: deliveries.map(delivery => delivery.id) })
    unanswered.delete(id)
    accepted.add(id)
  }

  return {
    accepted: () => accepted.size,
    /**
     * Triggers so many new events, and again every second one of those that were not answered: a client that retries and one that
     * gives up. Resolves when all is asked or the emulator is gone.
     */
    async run(url: string, events: number): Promise<void> {
      const again = [...unanswered].filter((_, at) => at % 2 === 0)
      unanswered.clear()
      let left = events
      const agent = new Agent({ keepAlive: true })
      async function client(): Promise<void> {
        for (;;) {
          const id = again.pop() ?? (left-- > 0 ? next() : undefined)
          if (id === undefined) return
          try {
            await ask(agent, url, id)
          } catch {
            return
          }
        }
      }
      await Promise.all(Array.from({ length: CLIENTS }, client))
      agent.destroy()
    },
    close: log.close,
  }
}
