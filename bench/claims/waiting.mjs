// Claim e: memory and start of a server whose ledger has a million deliveries waiting, beside a server whose ledger is empty.
import { join } from 'node:path'
import { createEmulator } from 'standin'
import { residentOf, startReceiver, startServe, withFolder } from '../processes.mjs'
import { fill, triggerOne } from '../waiting-ledger.mjs'

const SIZES = { quick: { waiting: 100_000, rounds: 2 }, full: { waiting: 1_000_000, rounds: 3 } }
const AN_HOUR = 3_600_000
/** Events that each server gets before its memory is read. */
const EVENTS = 200

async function ask(url, path, value) {
  const request = value && { method: 'POST', body: JSON.stringify(value) }
  const response = await fetch(`${url}${path}`, request)
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`)
  return response.json()
}

/** The start of a server and, after some work, its resident memory, MB. */
async function serveRound(folder, ledger) {
  const serve = await startServe(folder, ledger)
  const { url, pid, readyMs } = serve
  await ask(url, '/_standin/health')
  for (let n = 0; n < EVENTS; n++)
    await ask(url, '/_standin/events', { provider: 'rillis', type: 'FLOW_COMPLETED', subject: `bench-${n % 10}` })
  await ask(url, '/_standin/deliveries?status=waiting&limit=100')
  const residentMb = residentOf(pid)
  await serve.stop()
  return { readyMs, residentMb }
}

/** The rows of the claim. */
export async function measure({ size, sample }) {
  const { waiting, rounds } = SIZES[size] ?? SIZES.full
  return withFolder(async folder => {
    const receiver = await startReceiver('open')
    const url = `${receiver.url}/webhooks`
    const [many, none] = [join(folder, 'many.db'), join(folder, 'none.db')]
    for (const [ledger, count] of [
      [many, waiting],
      [none, 0],
    ]) {
      const standin = await createEmulator({ seed: 1, ledger })
      const later = Date.now() + AN_HOUR
      await fill(standin, { ...(await triggerOne(standin, url)), count, dueAt: n => later + n })
      await standin.stop()
    }
    const memory = []
    const starts = []
    for (let round = 0; round < rounds; round++) {
      await sample()
      const [reference, own] = [await serveRound(folder, none), await serveRound(folder, many)]
      starts.push({ value: own.readyMs, reference: reference.readyMs })
      if (own.residentMb !== undefined) memory.push({ value: own.residentMb, reference: reference.residentMb })
    }
    await receiver.stop()
    const shared = { claim: 'e', referenceName: 'empty ledger' }
    const count = waiting.toLocaleString('en-US')
    const memoryRow = {
      ...shared,
      title: `memory of a server, ${count} waiting`,
      unit: 'MB',
      goal: { of: 'above', atMost: 150 },
      rounds: memory,
      isSteady: true,
    }
    return [
      // Only Linux shows the memory of another process.
      ...(memory.length > 0 ? [memoryRow] : []),
      {
        ...shared,
        title: `serve ready, ${count} waiting`,
        unit: 'ms',
        goal: { of: 'value', atMost: 2000 },
        rounds: starts,
      },
    ]
  })
}
