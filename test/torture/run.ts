// One run: the emulator is killed and started again on one ledger while clients trigger and the sink misbehaves; then the evidence is judged.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JsonObject } from '../../src/core/json.js'
import { call, createClients } from './clients.js'
import { type EmulatorSource, type RunningEmulator, startEmulator } from './emulator-process.js'
import { type Evidence, readEvidence, type SinkSubscription } from './evidence.js'
import { judge, type Verdict, type Violation } from './judge.js'
import { type Kill, type Point, planKills } from './plan.js'
import { DRIVEN } from './providers.js'
import type { SinkOrder, SinkReady } from './sink.js'

/** What a run is made of. */
export interface RunOptions {
  kills: number
  seed: number
  provider: string
  /** The built command line, `dist/cli/main.js`. */
  cli: string
  /** Where ledger and logs are written. */
  folder: string
  /** Called before each kill. */
  onKill?: (number: number, point: Point, accepted: number) => void
}

/** What came of a run. */
export interface RunResult extends Verdict {
  /** How often each point was reached. */
  reached: Partial<Record<Point, number>>
  evidence: Evidence
}

/** The emulator did not start, or did not answer as a run needs it. */
class RunFailed extends Error {
  override name = 'RunFailed'
}

/** How long a named point may take to be reached, ms; then the emulator is killed all the same. */
const POINT_MS = 10_000

/** Deliveries due later than this stay owed at the end, ms. */
const SOON_MS = 60_000

/** The sink's two subscriptions: one schedule ends soon, the other makes what fails twice wait for long. */
const SCHEDULES = [
  { path: '/open', delays: [20, 100], maxAttempts: 3 },
  { path: '/refusing', delays: [50, 3_600_000], maxAttempts: 4 },
]

async function startSink(file: string, seed: number): Promise<{ child: ChildProcess; ports: number[] }> {
  const program = fileURLToPath(new URL('sink.ts', import.meta.url))
  const child = fork(program, [file, String(seed)], { execArgv: ['--import', 'tsx'] })
  const { ports } = await new Promise<SinkReady>((resolve, reject) => {
    child.once('message', resolve as (message: unknown) => void)
    child.once('error', reject)
    child.once('exit', code => reject(new RunFailed(`the sink ended with ${code}`)))
  })
  return { child, ports }
}

/** Runs and judges. Throws RunFailed when the emulator does not start on its own ledger. */
export async function torture(options: RunOptions): Promise<RunResult> {
  const { kills, seed, provider, cli, folder, onKill = () => {} } = options
  const driven = DRIVEN[provider]
  if (driven === undefined)
    throw new RunFailed(`unknown provider "${provider}"; there are ${Object.keys(DRIVEN).join(', ')}`)
  const { eventType, settings: subscriptionSettings } = driven
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  const files = { ledger: file('standin.db'), clients: file('clients.jsonl'), sink: file('sink.jsonl') }
  const sink = await startSink(files.sink, seed)
  const tell = (order: SinkOrder) => void sink.child.send(order)
  const source: EmulatorSource = { cli, ledger: files.ledger, seed, sinkPorts: sink.ports, log: file('emulator.log') }
  const clients = createClients(files.clients, (id, number) => ({
    id,
    provider,
    type: eventType,
    subject: `subject-${number}`,
  }))
  const subscriptions: SinkSubscription[] = []
  const reached: Partial<Record<Point, number>> = {}
  let running: RunningEmulator | undefined

  function start(kill?: Kill): RunningEmulator {
    running = startEmulator(source, kill)
    tell({ kind: 'emulator', pid: running.pid, ...(kill?.point === 'before-answer' && { killBeforeAnswer: kill.nth }) })
    return running
  }

  async function asked(url: string, method: string, path: string, body?: JsonObject, statuses = [200, 201]) {
    const agent = new Agent()
    const answer = await call(agent, `${url}${path}`, { method, body })
    agent.destroy()
    if (!statuses.includes(answer.status))
      throw new RunFailed(`${method} ${path} was answered ${answer.status} ${JSON.stringify(answer.json)}`)
    return answer
  }

  async function subscribe(url: string): Promise<void> {
    for (const [at, { path, delays, maxAttempts }] of SCHEDULES.entries()) {
      const to = `http://127.0.0.1:${sink.ports[at]}${path}`
      const settings = subscriptionSettings(delays, maxAttempts)
      const body = { provider, url: to, eventTypes: ['*'], settings }
      const { json } = await asked(url, 'POST', '/_standin/subscriptions', body)
      subscriptions.push({ id: String(json.id), path, maxAttempts })
    }
  }

  /** One life of the emulator. */
  async function live(kill: Kill): Promise<void> {
    const emulator = start(kill)
    const killIn = (ms: number) => setTimeout(() => emulator.signal('SIGKILL'), ms)
    const isRandom = kill.point === 'random'
    let timer = isRandom && kill.from === 'start' ? killIn(kill.afterMs) : undefined
    let missed = false
    const url = await emulator.url
    if (url !== undefined) {
      if (subscriptions.length === 0) await subscribe(url)
      timer ??= isRandom
        ? killIn(kill.afterMs)
        : setTimeout(() => {
            missed = true
            emulator.signal('SIGKILL')
          }, POINT_MS)
      await clients.run(url, kill.events)
    }
    const { code, signal } = await emulator.ended
    clearTimeout(timer)
    tell({ kind: 'emulator', pid: undefined })
    if (signal !== 'SIGKILL')
      throw new RunFailed(`the emulator ended by itself with ${code ?? signal}; see ${source.log}`)
    if (!missed) reached[kill.point] = (reached[kill.point] ?? 0) + 1
  }

  /** Whether a delivery that is due soon is settled, or waits for later, within the time it may take. */
  async function comesToRest(url: string, id: string, dueAt: string | null): Promise<boolean> {
    const isLater = (due: unknown) => typeof due === 'string' && Date.parse(due) - Date.now() > SOON_MS
    if (isLater(dueAt)) return true
    for (let tries = 0; tries < 6; tries++) {
      const path = `/_standin/deliveries/${id}`
      const { status } = await asked(url, 'GET', `${path}/wait?until=settled&timeout=10s`, undefined, [200, 408])
      if (status === 200 || isLater((await asked(url, 'GET', path)).json.dueAt)) return true
    }
    return false
  }

  /** The last life: the sink accepts everything, and all that is due soon is waited for. Returns what never came to rest. */
  async function rest(): Promise<Violation[]> {
    tell({ kind: 'calm' })
    const emulator = start()
    const url = await emulator.url
    if (url === undefined) throw new RunFailed(`the emulator did not start on its ledger; see ${source.log}`)
    if (subscriptions.length === 0) await subscribe(url)
    await clients.run(url, 0)
    const found: Violation[] = []
    for (const status of ['attempting', 'waiting'])
      for (let before: string | null = ''; before !== null && found.length === 0; ) {
        const query: string = `status=${status}&limit=500${before && `&before=${before}`}`
        const { json } = await asked(url, 'GET', `/_standin/deliveries?${query}`)
        for (const { id, dueAt } of json.items as { id: string; dueAt: string | null }[]) {
          if (found.length > 0 || (await comesToRest(url, id, dueAt))) continue
          found.push({ kind: 'lost', about: id, detail: `it is ${status} and due, and nothing comes of it` })
        }
        before = json.next as string | null
      }
    emulator.signal('SIGTERM')
    const { code, signal } = await emulator.ended
    if (code !== 0)
      found.push({ kind: 'ledger', about: 'the emulator', detail: `it ended with ${code ?? signal} after SIGTERM` })
    return found
  }

  try {
    const plan = planKills(seed, kills)
    for (const [at, kill] of plan.entries()) {
      onKill(at + 1, kill.point, clients.accepted())
      await live(kill)
    }
    const atTheEnd = await rest()
    clients.close()
    const evidence = await readEvidence({ ...files, folder: file('judged') }, subscriptions)
    const { figures, violations } = judge(evidence)
    return { figures, violations: [...atTheEnd, ...violations], reached, evidence }
  } finally {
    running?.signal('SIGKILL')
    sink.child.disconnect()
  }
}
