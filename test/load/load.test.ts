// Load on real receivers, valid and flawed. On a machine that is too slow for it a run is not judged, but its counts hold.
import { setTimeout as pause } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { loadReport } from '../../src/api/load-report.js'
import { loadReceiver } from '../../src/load/load-receiver.js'
import { mergeShards, shardReportOf } from '../../src/load/merge.js'
import type { LoadOptions } from '../../src/load/options.js'
import { type Answers, testReceiver } from '../support/receiver.js'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const START = Date.UTC(2026, 0, 15, 9)

const load = (to: string, more: Partial<LoadOptions> = {}) =>
  loadReceiver({
    provider: 'standard',
    to,
    secret: SECRET,
    rate: '200/s',
    forMs: 300,
    seed: 7,
    start: START,
    retryWaitMs: 20,
    types: ['contact.created', 'invoice.paid'],
    ...more,
  })

/** Effects by idempotency key, of a receiver that acts so many times on the nth new event. */
function acting(times: (number: number) => number) {
  const effects: Record<string, number> = {}
  let events = 0
  const answers: Answers = ({ headers }) => {
    const key = headers['webhook-id'] ?? ''
    effects[key] ??= times(++events)
    return 200
  }
  return { answers, observe: () => ({ effects, states: {} }) }
}

it('sends each event once, signed, at the planned instants, and sees one effect of each', async () => {
  const { answers, observe } = acting(() => 1)
  const receiver = await testReceiver(answers)
  const report = await load(receiver.url, { observe, settleMs: 50, failIf: ['p50>10s', 'errors>0', 'missing>0'] })
  const verifier = new Webhook(SECRET)
  for (const { body, headers } of receiver.requests) verifier.verify(body, headers)
  const instants = receiver.requests
    .map(request => Date.parse(String(request.json().timestamp)) - START)
    .sort((a, b) => a - b)
  expect(instants).toEqual(Array.from({ length: 60 }, (_, i) => i * 5))
  expect(new Set(receiver.requests.map(request => request.json().type))).toEqual(
    new Set(['contact.created', 'invoice.paid']),
  )
  expect(report.counts).toMatchObject({ planned: 60, sent: 60, accepted: 60, acceptedAtFirst: 60, lost: 0, retries: 0 })
  expect(report.effects).toMatchObject({ events: 60, once: 60, missing: 0, doubled: 0, knownBefore: 0, unseen: null })
  expect(report.latency.bins.reduce((sum, [, count]) => sum + count, 0)).toBe(60)
  expect(report.intervals.list).toHaveLength(1)
  expect(['passed', 'not judged']).toContain(report.verdict.status)
  if (report.verdict.status === 'not judged')
    expect(report.verdict.conclusion).toContain('This machine could not keep the rate')
  expect(JSON.stringify(report)).not.toContain(SECRET.slice(6))
})

it('charges one worker for its queue: no latency is less than arithmetic says, and the service time is beside it', async () => {
  let last = Promise.resolve()
  const receiver = await testReceiver(async () => {
    last = last.then(() => pause(15))
    await last
    return 200
  })
  const report = await load(receiver.url, { ledger: false })
  // 60 events of 15 ms take 900 ms, and arrive within 300: the last waits for all.
  const { latency } = report
  expect(latency.percentiles?.max).toBeGreaterThan(0.9 * (60 * 15 - 295))
  expect(latency.percentiles?.mean).toBeGreaterThan(0.9 * (30.5 * 15 - 147.5))
  expect(report.counts).toMatchObject({ sent: 60, accepted: 60, lost: 0 })
})

it('tells what is lost: at once without the ledger, and not where retries bring it', async () => {
  const tenth = () =>
    testReceiver({
      onRequest: (() => {
        const seen = new Set<string>()
        return (request, response) => {
          const id = String(request.headers['webhook-id'])
          const isTenth = !seen.has(id) && seen.add(id).size % 10 === 0
          request.resume().once('end', () => (isTenth ? request.socket.destroy() : response.end()))
        }
      })(),
    })
  const [direct, durable] = await Promise.all([tenth(), tenth()])
  const [once, retried] = await Promise.all([load(direct.url, { ledger: false }), load(durable.url)])
  expect(once.counts).toMatchObject({ sent: 60, accepted: 54, broken: 6, lost: 6, retries: 0 })
  expect(once.outcomes).toEqual({ '200': 54, reset: 6 })
  expect([1, 2]).toContain(once.verdict.exitCode)
  if (once.verdict.exitCode === 1) expect(once.verdict.conclusion).toBe('Failed: lost>0 (6 of 60).')
  expect(retried.counts).toMatchObject({ sent: 60, accepted: 60, lost: 0 })
  // The receiver may have taken what it did not answer.
  expect(retried.counts).toMatchObject({ retries: 6, duplicates: 6 })
  expect([0, 2]).toContain(retried.verdict.exitCode)
})

it('sees what a receiver that accepts everything does: nothing at every tenth event, and twice at every fifteenth', async () => {
  const { answers, observe } = acting(number => (number % 10 === 0 ? 0 : number % 15 === 0 ? 2 : 1))
  const receiver = await testReceiver(answers)
  const report = await load(receiver.url, { observe, settleMs: 50 })
  expect(report.effects).toMatchObject({ events: 60, once: 52, missing: 6, doubled: 2, unseen: null })
  expect([1, 2]).toContain(report.verdict.exitCode)
  if (report.verdict.exitCode === 1)
    expect(report.verdict.conclusion).toBe('Failed: missing>0 (6 of 60), doubled>0 (2 of 60).')
})

it('counts refusals of a receiver that takes few at a time, and the retries that they cause', async () => {
  let inFlight = 0
  const receiver = await testReceiver(async () => {
    if (inFlight >= 2) return 503
    inFlight++
    await pause(60)
    inFlight--
    return 200
  })
  const report = await load(receiver.url, { failIf: ['errors>1%'] })
  const { counts } = report
  expect(counts.refused).toBeGreaterThan(10)
  expect(counts.acceptedAtFirst).toBe(60 - counts.refused)
  expect(counts.retries).toBeGreaterThanOrEqual(counts.refused)
  expect(report.outcomes['200']).toBe(counts.accepted)
  expect(report.errorBudget).toEqual({ percent: 1, allowed: 0.6, used: counts.refused })
  expect([1, 2]).toContain(report.verdict.exitCode)
})

it('sends by shards exactly what it sends unsharded, and merges their reports into one', async () => {
  const receivers = await Promise.all([testReceiver(), testReceiver(), testReceiver()])
  const [whole, first, second] = await Promise.all(
    receivers.map(({ url }, i) =>
      load(url, { arrivals: 'poisson', ledger: i === 1 ? false : undefined, ...(i > 0 && { shard: `${i}/2` }) }),
    ),
  )
  const bodies = (i: number) =>
    receivers[i]?.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`) ?? []
  expect([...bodies(1), ...bodies(2)].sort()).toEqual(bodies(0).sort())
  expect(bodies(1).length).toBe(Math.ceil(bodies(0).length / 2))
  if (whole === undefined || first === undefined || second === undefined) return expect.unreachable()
  const shards = [
    { file: 'a.json', report: { ...first, plan: { ...first.plan, ledger: true, drainMs: second.plan.drainMs } } },
    { file: 'b.json', report: second },
  ]
  const merged = mergeShards(shards)
  expect(merged.counts.planned).toBe(whole.counts.planned)
  expect(merged.plan).toEqual(whole.plan)
  expect(merged.intervals.list.map(({ planned }) => planned)).toEqual(
    whole.intervals.list.map(({ planned }) => planned),
  )
  for (const [index, report, problem] of [
    [1, { ...second, seed: 8 }, 'b.json is not of the same run as a.json: the seed is 8, not 7.'],
    [1, { ...second, plan: { ...second.plan, forMs: 2000 } }, 'the plan (forMs) is 2000, not 300'],
    [0, second, 'a.json and b.json are both shard 2/2'],
  ] as const)
    expect(() =>
      mergeShards(
        shards
          .map((one, i) => (i === index ? { ...one, report } : one))
          .toReversed()
          .reverse(),
      ),
    ).toThrow(index === 0 ? 'are both shard 2/2' : problem)
  expect(() => mergeShards(shards.slice(0, 1))).toThrow('Shard 2/2 is missing.')
  const read = (change: object) =>
    shardReportOf(JSON.stringify({ ...second, counts: { ...second.counts, ...change } }), 'b.json').report
  expect(read({})).toEqual(second)
  expect(() => read({ accepted: 999 })).toThrow(/numbers contradict each other \(999 accepted and 0 lost of \d+\)/)
  expect(() => read({ planned: 1 })).toThrow(/\(planned 1 of \d+\)/)
  // One after the other, the receiver had half the rate.
  const startedAt = new Date(Date.parse(second.startedAt) + 5000).toISOString()
  const apart = mergeShards(shards.map((one, i) => (i === 1 ? { ...one, report: { ...second, startedAt } } : one)))
  expect(apart.verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
  expect(apart.verdict.conclusion).toMatch(/^Not judged\. The shards began up to [45][\d.]* s apart/)
})

it('renews refused credentials without the ledger too, and masks a secret only where it may be shown', async () => {
  let tokens = 0
  const endpoint = await testReceiver(() => ({ json: { access_token: `t${++tokens}` } }))
  const receiver = await testReceiver(({ headers }) => (headers.authorization === 'Bearer t2' ? 200 : 401))
  const report = await load(`${receiver.url}?key=passed`, {
    provider: 'unico',
    types: undefined,
    // A word of every report.
    secret: 'passed',
    settings: { auth: { type: 'oauth2', url: endpoint.url, clientId: 'id' } },
    rate: '100/s',
    forMs: 200,
    ledger: false,
    failIf: ['p99>3600s'],
  })
  expect(report.counts).toMatchObject({ planned: 20, acceptedAtFirst: 20, refused: 0 })
  expect(tokens).toBe(2)
  expect(receiver.requests.length).toBeGreaterThan(20)
  expect(report.to).toBe(`${receiver.url}?key=***`)
  expect(loadReport.safeParse(JSON.parse(JSON.stringify(report))).success).toBe(true)
})

it('ends early when it is interrupted, and reports what was seen', async () => {
  const receiver = await testReceiver()
  const end = new AbortController()
  const report = await load(receiver.url, {
    forMs: 600_000,
    signal: end.signal,
    onProgress: ({ sent }) => {
      if (sent > 20) end.abort()
    },
  })
  expect(report.interrupted).toBe(true)
  expect(report.verdict.status).toBe('not judged')
  expect(report.acceptedRate).toBeGreaterThan(20)
  expect(report.counts.planned).toBeGreaterThan(20)
  expect(report.counts.planned).toBeLessThan(30_000)
  expect(report.counts.lost).toBe(0)
})

it.each<[string, Partial<LoadOptions>, string]>([
  ['no rate', { rate: undefined }, 'A load run needs a rate.'],
  ['a rate and a ramp', { ramp: '1/s..2/s' }, 'A run has a rate or a ramp.'],
  ['an unknown type', { types: ['contact.craeted'] }, 'Unknown event type "contact.craeted" (standard).'],
  ['an unknown metric', { failIf: ['p98>1ms'] }, '"p98>1ms" is not a threshold.'],
  [
    'effects that are not observed',
    { failIf: ['doubled>0'] },
    'doubled can only be told of a receiver that is observed.',
  ],
  ['a timeout of nothing', { timeoutMs: 0 }, 'Nothing is answered in no time.'],
  ['a shard without a seed', { shard: '1/2', seed: undefined }, 'The shards of a run need one seed and one start'],
  ['a search in shards', { shard: '1/2', findLimit: true }, 'A search for the limit cannot be sharded'],
  [
    'an observer that answers nothing',
    { observe: () => JSON.parse('[]') },
    'What the receiver does cannot be observed',
  ],
])('refuses %s before anything is sent', async (_, options, message) => {
  const receiver = await testReceiver()
  await expect(load(receiver.url, options)).rejects.toThrow(message)
  expect(receiver.requests).toEqual([])
})

it('does not judge a receiver that nothing answers for', async () => {
  const receiver = await testReceiver()
  await receiver.close()
  const report = await load(receiver.url, { ledger: false })
  expect(report.verdict).toMatchObject({ status: 'not judged', exitCode: 2 })
  expect(report.verdict.conclusion).toContain('No request was ever answered')
})
