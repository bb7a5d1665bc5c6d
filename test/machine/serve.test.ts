// `serve` on a machine that runs out of disk or file descriptors, or is shut down: nothing accepted is lost, and all goes on by itself.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, it, onTestFinished } from 'vitest'
import { standin } from '../support/cli.js'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { runProcess, startProcess } from '../support/process.js'
import { testReceiver } from '../support/receiver.js'

const EVENT = { provider: 'standard', type: 'contact.created' }

/** Over the agent's connection, when it has one: that needs no new descriptor. */
function ask(url: string, path: string, body?: object, agent?: Agent) {
  return new Promise<{ status: number; json: Record<string, unknown> }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request(`${url}/_standin${path}`, { method, headers, ...(agent && { agent }) })
    asked.on('error', reject).on('response', async response => {
      let text = ''
      for await (const part of response) text += part
      resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) })
    })
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Starts `serve` by a line of shell that ends with `"$@"`. */
async function serve(shell: string, ...args: string[]) {
  const own = [process.execPath, join(inject('built'), 'dist/cli/main.js'), 'serve', '--port', '0', '--json', ...args]
  const { pid, lines, until, output, end } = startProcess('sh', ['-c', shell, 'sh', ...own])
  const url = await until(() => {
    const line = lines().find(text => text.includes('"listening"'))
    return line === undefined ? undefined : String(JSON.parse(line).url)
  }, 'it listened')
  const said = (text: string) => until(() => output().stderr.includes(text) || undefined, text)
  return { pid, url, said, output, end }
}

async function subscribe(server: string, url: string, settings: object = {}): Promise<string> {
  const { status, json } = await ask(server, '/subscriptions', { provider: 'standard', url, settings })
  expect(status).toBe(201)
  return String(json.id)
}

/** A receiver that answers nothing until it is released. */
async function holding() {
  let release = () => {}
  let arrived = () => {}
  const released = new Promise<void>(resolve => {
    release = resolve
  })
  const first = new Promise<void>(resolve => {
    arrived = resolve
  })
  const receiver = await testReceiver(async () => {
    arrived()
    await released
    return 200
  })
  return { ...receiver, release, first }
}

/** A small disk of its own for the process and nobody else; where the system allows none, a limit on the size of its files. */
const OWN_DISK = [
  '--user',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$@"',
]
const mayRun = (command: string, args: string[]) => spawnSync(command, args).status === 0
const isLinux = process.platform === 'linux'
const mayMount = isLinux && mayRun('unshare', [...OWN_DISK, '/mnt', 'true'])
const mayLimit = isLinux && mayRun('prlimit', ['--version'])

const prlimit = async (pid: number, limit: string) =>
  expect((await runProcess('prlimit', ['--pid', String(pid), limit])).code).toBe(0)

const DISKS: [string, boolean, (folder: string) => string, (pid: number, ledger: string) => Promise<() => unknown>][] =
  [
    [
      'a full disk',
      mayMount,
      folder => `exec unshare ${OWN_DISK.slice(0, 5).join(' ')} '${OWN_DISK[5]}' '${folder}' "$@"`,
      async (pid, ledger) => {
        const ballast = join(`/proc/${pid}/root`, ledger, '../ballast')
        expect(() => writeFileSync(ballast, Buffer.alloc(4 << 20))).toThrow('ENOSPC')
        return () => rmSync(ballast)
      },
    ],
    [
      'a file that may not grow',
      mayLimit,
      () => 'exec "$@"',
      async (pid, ledger) => {
        await prlimit(pid, `--fsize=${statSync(`${ledger}-wal`).size}:`)
        return () => prlimit(pid, '--fsize=unlimited:')
      },
    ],
  ]

for (const [what, isPossible, shell, fill] of DISKS)
  it.runIf(isPossible)(
    `${what} refuses events, is told of on stderr, loses nothing and holds nothing up for good`,
    async () => {
      const folder = temporaryFolder()
      const ledger = join(folder, 'a.db')
      const { pid, url, said, output, end } = await serve(shell(folder), '--ledger', ledger)
      const { release, first, requests, ...receiver } = await holding()
      await subscribe(url, receiver.url)
      expect((await ask(url, '/events', EVENT)).status).toBe(202)
      await first
      const free = await fill(pid, ledger)
      release()
      // The attempt in flight was answered, and that cannot be written down.
      await said('hint: Free space on the disk of the ledger')
      expect(output().stderr).toMatch(
        /error: The ledger cannot be written: .* \(while completing an attempt; it is tried again\)/,
      )
      expect((await ask(url, '/events', EVENT)).json).toMatchObject({ status: 507, code: 'storage_failed' })
      expect((await ask(url, '/deliveries')).json).toMatchObject({ items: [{ id: 'dl_1' }] })
      await free()
      expect((await ask(url, '/events', EVENT)).status).toBe(202)
      for (const id of ['dl_1', 'dl_2'])
        expect((await ask(url, `/deliveries/${id}/wait?until=settled&timeout=10m`)).json).toMatchObject({
          delivery: { status: 'delivered', attemptCount: 1 },
        })
      expect(requests).toHaveLength(2)
      expect((await end('SIGTERM')).code).toBe(0)
    },
  )

it.skipIf(!existsSync('/dev/full'))(
  'a ready file that its disk has no room for ends serve with 2 and says so; a link or a device stays',
  async () => {
    // A link, so that the device itself is never in danger.
    const file = join(temporaryFolder(), 'ready.json')
    symlinkSync('/dev/full', file)
    const { code, stderr } = await standin(['serve', '--port', '0', '--ledger', ':memory:', '--ready-file', file])
    expect(code).toBe(2)
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect(stderr).toContain(`Cannot write the file ${file} (ENOSPC).`)
    expect(stderr).toContain('hint: Free space on its disk')
  },
)

it.runIf(process.platform !== 'win32')(
  'without file descriptors what is not yet loaded is refused, an attempt is an error of this machine and not counted, clients are turned away, and all go on when there are some',
  async () => {
    const { url, end } = await serve('ulimit -n 64; exec "$@"', '--ledger', ':memory:', '--speed', '20')
    const receiver = await testReceiver()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    // Connections, until one is closed at once: there is no descriptor left for it.
    const sockets: Socket[] = []
    const { port } = new URL(url)
    const isTurnedAway = () =>
      new Promise<boolean>(resolve => {
        const socket = connect(Number(port), '127.0.0.1')
        sockets.push(socket)
        socket.on('error', () => undefined).on('close', () => resolve(true))
        // The answer to half a request of HTTP is awaited; this one is answered at once.
        socket
          .on('connect', () => socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'))
          .on('data', () => resolve(false))
      })
    const useUp = async () => {
      while (!(await isTurnedAway())) expect(sockets.length).toBeLessThan(128)
    }
    const free = () => {
      for (const socket of sockets.splice(0)) socket.destroy()
    }
    const answered = async (tries = 1000): Promise<number> => {
      const { status } = await ask(url, '/health', undefined, agent)
      return status === 507 && tries > 0 ? answered(tries - 1) : status
    }
    expect((await ask(`${url}/nothing?`, '', undefined, agent)).status).toBe(404)
    await useUp()
    const { status, json: refused } = await ask(url, '/health', undefined, agent)
    expect([status, refused]).toEqual([507, expect.objectContaining({ code: 'storage_failed' })])
    free()
    expect(await answered()).toBe(200)
    await subscribe(url, receiver.url, { retryDelays: ['1h'], maxAttempts: 2 })
    await useUp()

    expect((await ask(url, '/events', EVENT, agent)).status).toBe(202)
    const failed = async (): Promise<Record<string, unknown>> => {
      const { json } = await ask(url, '/deliveries/dl_1', undefined, agent)
      return (json.attempts as { outcome: unknown }[])[0]?.outcome ? json : failed()
    }
    expect(await failed()).toMatchObject({
      status: 'waiting',
      attempts: [{ outcome: { kind: 'local_error', detail: expect.stringContaining('see ulimit -n') } }],
    })
    free()
    const { json } = await ask(url, '/deliveries/dl_1/wait?until=settled&timeout=10m', undefined, agent)
    expect(json).toMatchObject({ delivery: { status: 'delivered' } })
    expect((await ask(url, '/health')).status).toBe(200)
    expect((await end('SIGTERM')).code).toBe(0)
  },
)

it('SIGTERM under load ends with 0: what was answered is recorded, the rest is interrupted or owed, and the next start sends it', async () => {
  const folder = temporaryFolder()
  const ledger = join(folder, 'a.db')
  // The silent receiver makes the stop wait as long as it ever does: of those 3.5 s the process takes 1.
  const shorter = join(folder, 'shorter-stop.mjs')
  writeFileSync(
    shorter,
    'const { setTimeout: set } = globalThis; globalThis.setTimeout = (work, ms, ...rest) => set(work, ms === 3500 ? 1000 : ms, ...rest)',
  )
  const { url, end, said } = await serve(
    `NODE_OPTIONS='--import=${pathToFileURL(shorter)}' exec "$@"`,
    '--ledger',
    ledger,
  )
  const good = await holding()
  const silent = await testReceiver({ onRequest: () => {} })
  const settings = { concurrency: 5, retryDelays: ['1h'], maxAttempts: 2 }
  const [toGood, toSilent] = [await subscribe(url, good.url, settings), await subscribe(url, silent.url, settings)]
  const accepted = new Set<string>()
  const client = async (): Promise<void> => {
    const { status, json } = await ask(url, '/events', EVENT).catch(() => ({ status: 0, json: { event: undefined } }))
    if (status !== 202) return
    accepted.add((json.event as { id: string }).id)
    return client()
  }
  const clients = Promise.all([client(), client()])
  await good.first
  const ended = end('SIGTERM')
  await said('stopping')
  good.release()
  expect((await ended).code).toBe(0)
  await clients
  const sent = good.requests.length

  const emulator = await testEmulator({ ledger, seed: undefined, clock: 'system', start: undefined })
  const attempts = (subscriptionId: string) =>
    emulator.ledger
      .deliveries({ subscription: subscriptionId }, { limit: 100_000 })
      .flatMap(({ id }) => emulator.view(id).attempts)
  expect(attempts(toGood).filter(({ outcome }) => outcome?.status === 200).length).toBeGreaterThanOrEqual(sent)
  expect(attempts(toSilent).filter(({ outcome }) => outcome?.kind === 'interrupted').length).toBeGreaterThan(0)
  await emulator.unsubscribe(toSilent)
  await emulator.rest()
  const delivered = emulator.ledger.deliveries({ subscription: toGood, status: 'delivered' }, { limit: 100_000 })
  expect([...accepted].filter(id => !delivered.some(({ eventId }) => eventId === id))).toEqual([])
  // Nothing that was answered was sent again.
  expect(attempts(toGood).filter(({ outcome }) => outcome?.status === 200)).toHaveLength(delivered.length)
})
