// Triggers one event on a running server and follows its deliveries until they are settled.
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import type { Outcome } from '../../../core/outcome.js'
import type { TriggerInput } from '../../../provider/port.js'
import { attemptLine, attemptRecord, factsFrom } from '../../attempt-output.js'
import type { Client } from '../../client.js'
import { EXIT } from '../../command.js'
import { clientOf } from '../../connection.js'
import { objectsOf, textOf } from '../../fields.js'
import { clockTime, type Print, plain } from '../../print.js'
import { exitCode } from './exit-code.js'

export interface ServerTrigger {
  server: string | undefined
  token: string | undefined
  provider: string
  type: string
  input: TriggerInput
  wait: boolean
  print: Print
  signal: AbortSignal
}

const SETTLED = ['delivered', 'exhausted', 'cancelled']

function bodyOf(provider: string, type: string, input: TriggerInput): JsonObject {
  const { channel, variant, subject, account, id, set, unset } = input
  const body: JsonObject = { provider, type }
  for (const [key, value] of Object.entries({ channel, variant, subject, account, id }))
    if (value !== undefined && value !== null) body[key] = value
  if (set !== undefined && Object.keys(set).length > 0) body.set = set
  if (unset !== undefined && unset.length > 0) body.unset = [...unset]
  return body
}

interface Followed {
  status: string
  outcomes: Map<number, Outcome | null>
}

/** Deliveries of one event as the server tells of them; every attempt is printed once. */
function createFollower(ids: readonly string[], print: Print) {
  const followed = new Map<string, Followed>(ids.map(id => [id, { status: 'waiting', outcomes: new Map() }]))
  const attempted = (known: Followed, at: Json | undefined, delivery: JsonObject, attempt: JsonObject) => {
    const facts = factsFrom(at, delivery, attempt)
    if (facts.outcome === null || known.outcomes.has(facts.number)) return
    known.outcomes.set(facts.number, facts.outcome)
    print.line(attemptLine(print, facts))
    print.record(attemptRecord(facts))
  }
  return {
    /** A delivery as it stands, with its attempts. */
    see(delivery: JsonObject) {
      const known = followed.get(textOf(delivery.id))
      if (known === undefined) return
      for (const attempt of objectsOf(delivery.attempts)) attempted(known, attempt.startedAt, delivery, attempt)
      known.status = textOf(delivery.status)
    },
    /** An entry of the journal. */
    hear(entry: JsonObject) {
      if (!isJsonObject(entry.delivery)) return
      const known = followed.get(textOf(entry.delivery.id))
      if (known === undefined) return
      if (entry.kind === 'attempt.completed' && isJsonObject(entry.attempt))
        attempted(known, entry.at, entry.delivery, entry.attempt)
      known.status = textOf(entry.delivery.status)
    },
    settled: () => [...followed.values()].every(({ status }) => SETTLED.includes(status)),
    ends: () => [...followed.values()].map(({ status, outcomes }) => ({ status, outcomes: [...outcomes.values()] })),
  }
}

/** Opens the journal; entries are kept until somebody takes them. */
async function openJournal(client: Client) {
  const kept: JsonObject[] = []
  let take = (entry: JsonObject): void => {
    kept.push(entry)
  }
  let broken: Error | undefined
  let fail = (error: Error) => {
    broken = error
  }
  const stop = await client.stream(
    '/journal',
    entry => take(entry),
    error => fail(error ?? new Error(`${client.server} ended its journal.`)),
  )
  return {
    stop,
    follow(hear: (entry: JsonObject) => void, onBroken: (error: Error) => void) {
      for (const entry of kept.splice(0)) hear(entry)
      take = hear
      fail = onBroken
      if (broken !== undefined) onBroken(broken)
    },
  }
}

function printTriggered(print: Print, body: JsonObject): { ids: string[] } {
  const event = isJsonObject(body.event) ? body.event : {}
  const deliveries = objectsOf(body.deliveries)
  const at = Date.parse(textOf(event.createdAt))
  print.line(
    `${clockTime(Number.isNaN(at) ? 0 : at)}  ${plain(textOf(event.type))} triggered as ${plain(textOf(event.id))}, ${deliveries.length} deliver${deliveries.length === 1 ? 'y' : 'ies'}`,
  )
  for (const warning of Array.isArray(body.warnings) ? body.warnings : []) print.note(`note: ${plain(String(warning))}`)
  for (const { subscriptionId, why } of objectsOf(body.notDelivered))
    print.line(`  not to ${plain(textOf(subscriptionId))}: ${plain(textOf(why))}`)
  if (deliveries.length === 0) print.line('  nothing is subscribed to it')
  print.record({ kind: 'event', ...body })
  return { ids: deliveries.map(({ id }) => textOf(id)) }
}

/** Answers the exit code. */
export async function triggerOnServer(order: ServerTrigger): Promise<number> {
  const { provider, type, input, wait, print, signal } = order
  const client = clientOf(order)
  const health = await client.call('GET', '/health')
  const journal = wait ? await openJournal(client) : undefined
  try {
    const body = await client.call('POST', '/events', bodyOf(provider, type, input))
    const answer = isJsonObject(body) ? body : {}
    const { ids } = printTriggered(print, answer)
    const follower = createFollower(ids, print)
    if (journal !== undefined && ids.length > 0) {
      if (isJsonObject(health) && health.clock === 'manual')
        print.note(
          'note: the clock of the server stands still; retries come when it is moved (POST /_standin/clock/drain)',
        )
      await new Promise<void>((resolve, reject) => {
        const look = () => follower.settled() && resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
        if (signal.aborted) resolve()
        journal.follow(entry => {
          follower.hear(entry)
          look()
        }, reject)
        // What was settled before (the same idempotency id again) is told by no journal.
        Promise.all(ids.map(async id => client.call('GET', `/deliveries/${encodeURIComponent(id)}`))).then(seen => {
          for (const delivery of seen) if (isJsonObject(delivery)) follower.see(delivery)
          look()
        }, reject)
      })
    }
    const ends = follower.ends()
    const code = signal.aborted ? EXIT.interrupted : ids.length > 0 && !wait ? EXIT.success : exitCode(ends)
    if (wait && ids.length > 0)
      print.line(
        ends
          .map(
            ({ status, outcomes }) => `${status} after ${outcomes.length} attempt${outcomes.length === 1 ? '' : 's'}`,
          )
          .join('; '),
      )
    print.record({
      kind: 'summary',
      provider,
      type,
      event: isJsonObject(answer.event) ? (answer.event.id ?? null) : null,
      deliveries: ids.map((id, i) => ({ id, status: ends[i]?.status, attempts: ends[i]?.outcomes.length })),
      exitCode: code,
    })
    return code
  } finally {
    journal?.stop()
  }
}
