// Names that DNS answers late: their lookups block real threads of this process here, and everyone else's deliveries go on.
import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import type { LookupAddress, LookupAllOptions } from 'node:dns'
import { close, closeSync, open, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder, testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const { names } = vi.hoisted(() => ({ names: { pipe: '', server: '' } }))

vi.mock('node:dns', async importOriginal => {
  const dns = await importOriginal<typeof import('node:dns')>()
  type Done = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void
  const lookup = (hostname: string, options: LookupAllOptions, done: Done) => {
    if (!hostname.startsWith('slow')) return dns.lookup(hostname, options, done)
    // To open a named pipe takes a thread, as getaddrinfo does, until somebody writes to it.
    open(names.pipe, 'r', (error, file) => {
      if (!error) close(file)
      done(error, [{ address: '127.0.0.1', family: 4 }])
    })
  }
  class Resolver extends dns.promises.Resolver {
    constructor(...given: ConstructorParameters<typeof dns.promises.Resolver>) {
      super(...given)
      this.setServers([names.server])
    }
  }
  return { ...dns, lookup, promises: { ...dns.promises, Resolver } }
})

/** A DNS server that knows `good.test` as 127.0.0.1 and answers nothing to any other name. */
async function dnsServer(): Promise<string> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.on('message', (query, { port, address }) => {
    if (!query.includes('good')) return
    const question = query.subarray(12, query.indexOf(0, 12) + 5)
    const isIpv4 = question.readUInt16BE(question.length - 4) === 1
    const head = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0])
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1])
    socket.send(Buffer.concat([head, question, ...(isIpv4 ? [record] : [])]), port, address)
  })
  await new Promise<void>(resolve => void socket.bind(0, '127.0.0.1', resolve))
  return `127.0.0.1:${socket.address().port}`
}

it.runIf(process.platform !== 'win32')(
  'twenty slow names hold up neither a new name, nor one that was quick before, nor files; and are delivered in the end',
  async () => {
    names.pipe = join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [names.pipe])
    names.server = await dnsServer()
    const receiver = await testReceiver()
    const emulator = await testEmulator({ clock: 'system', start: undefined })
    const subscribe = async (name: string) => {
      const settings = { responseTimeoutMs: 600_000 }
      const url = `http://${name}:${receiver.port}/${name}`
      return (await emulator.subscribe('standard', { url, settings })).id
    }
    await subscribe('localhost')
    const quick = await emulator.trigger('standard', 'contact.created')
    await emulator.rest()
    const slow = new Set<string>()
    for (let n = 1; n <= 20; n++) slow.add(await subscribe(`slow${n}.test`))
    await subscribe('good.test')

    const { deliveries } = await emulator.trigger('standard', 'contact.created')
    const others = deliveries.filter(({ subscriptionId }) => !slow.has(subscriptionId))
    expect(others).toHaveLength(2)
    for (const { id } of others)
      expect(await emulator.wait(id, { until: 'settled', timeoutMs: 600_000 })).toMatchObject({
        delivery: { status: 'delivered' },
      })
    expect(await readFile('package.json', 'utf8')).toContain('"standin"')
    expect(emulator.counts()).toMatchObject({ delivered: quick.deliveries.length + 2, waiting: slow.size })

    const writer = openSync(names.pipe, 'w')
    onTestFinished(() => closeSync(writer))
    await emulator.rest()
    expect(emulator.counts()).toMatchObject({ delivered: 3 + slow.size, waiting: 0, attempts: 3 + slow.size })
  },
)
