// Claim d: how long after it is due the first byte of a delivery is out, while many others wait; beside a timer and `undici.request`.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEmulator } from 'standin'
import { Pool } from 'undici'
import { quantile } from '../judge.mjs'
import { startReceiver, withFolder } from '../processes.mjs'
import { fill, triggerOne } from '../waiting-ledger.mjs'

const SIZES = {
  quick: { waiting: 100_000, rounds: 1, due: 500 },
  full: { waiting: 100_000, rounds: 4, due: 1500 },
}
/** Deliveries that become due each second, evenly. */
const PER_SECOND = 500
const AN_HOUR = 3_600_000
/** Deliveries at once that no subscription has room for. */
const MORE_THAN_ROOM = 200
/** Until the first is due, so that all are stored by then. */
const AHEAD_MS = 500

const cpuSince = before => {
  const { user, system } = process.cpuUsage(before)
  return user + system
}
const p99 = values => quantile(values, 0.99)

/** A timer for each instant, and a bare request when it rings. */
async function bareRound(url, { method, headers, body }, count) {
  const pool = new Pool(new URL(url).origin, { connections: 50 })
  const first = Date.now() + AHEAD_MS
  const flat = headers.flat()
  const cpu = process.cpuUsage()
  const delays = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const at = first + (n * 1000) / PER_SECOND
      await sleep(at - Date.now())
      const answer = await pool.request({ path: '/webhooks', method, headers: flat, body })
      return Number(await answer.body.text()) - at
    }),
  )
  await pool.close()
  return { reference: p99(delays), referenceCpuUs: cpuSince(cpu) / count }
}

/** The rows of the claim. */
export async function measure({ size, sample }) {
  const { waiting, rounds, due } = SIZES[size] ?? SIZES.full
  return withFolder(async folder => {
    const receiver = await startReceiver('timed')
    const url = `${receiver.url}/webhooks`
    const standin = await createEmulator({ seed: 1, ledger: join(folder, 'due.db') })
    const one = await triggerOne(standin, url)
    const { message } = await standin.explain(standin.ledger.attempts(one.delivery.id)[0])
    const later = Date.now() + AN_HOUR
    await fill(standin, { ...one, count: waiting, dueAt: n => later + n })
    const each = []
    for (let round = 0; round < rounds; round++) {
      await sample()
      const first = Date.now() + AHEAD_MS
      const ids = await fill(standin, { ...one, count: due, dueAt: n => first + Math.round((n * 1000) / PER_SECOND) })
      // More than the subscription has room for are claimed from the ledger, and then the emulator looks at what is due next.
      await Promise.all(Array.from({ length: MORE_THAN_ROOM }, () => standin.trigger('rillis', 'FLOW_COMPLETED')))
      await standin.rest()
      const cpu = process.cpuUsage()
      await sleep(AHEAD_MS + (due * 1000) / PER_SECOND)
      await standin.rest()
      const cpuUs = cpuSince(cpu) / due
      const delays = ids.map(id => {
        const [attempt] = standin.ledger.attempts(id)
        return Number(attempt.answer.body) - attempt.dueAt
      })
      each.push({ value: p99(delays), cpuUs, ...(await bareRound(url, message, due)) })
    }
    await standin.stop()
    await receiver.stop()
    return [
      {
        claim: 'd',
        title: `due to first byte, p99, ${waiting.toLocaleString('en-US')} waiting`,
        unit: 'ms',
        referenceName: 'timer and undici',
        goal: { of: 'value', atMost: 50 },
        rounds: each,
      },
    ]
  })
}
