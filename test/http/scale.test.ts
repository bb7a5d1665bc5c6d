// Spaces on two servers behind nginx, with the configuration that docs/scale.md shows.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it as always, expect } from 'vitest'
import { startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { pages } from '../support/markdown.js'
import { startProcess } from '../support/process.js'
import { closedPort } from '../support/receiver.js'
import { isMissing } from '../support/redis.js'

const NGINX = '/usr/sbin/nginx'

const it = always.skipIf(isMissing(NGINX))

/** nginx in a folder of its own; the page's ports are replaced by free ones. */
async function proxy(servers: readonly number[]): Promise<string> {
  const page = pages().find(({ name }) => name === 'docs/scale.md')
  const shown = page?.blocks.find(({ info }) => info === 'nginx.conf')?.text ?? ''
  const port = await closedPort()
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'logs'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${name};`)
  const config = shown
    .replace('http {', `http { access_log off; ${temporary.join(' ')}`)
    .replace('127.0.0.1:4010', `127.0.0.1:${servers[0]}`)
    .replace('127.0.0.1:4011', `127.0.0.1:${servers[1]}`)
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
  writeFileSync(join(folder, 'nginx.conf'), config)
  const main = `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;`
  const running = startProcess(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-g', main])
  await running.until(() => (running.output().stderr.includes('nginx/') ? true : undefined), 'nginx was ready')
  return `http://127.0.0.1:${port}`
}

it('a space is always on the same server, also after a restart, and no other answers for it meanwhile', async () => {
  const folder = temporaryFolder()
  const ports = [await closedPort(), await closedPort()]
  const start = async (n: number) => {
    const running = startCli(['serve', '--port', `${ports[n]}`, '--ledger', join(folder, `${n}.db`), '--json'])
    await running.record(({ kind }) => kind === 'listening')
    return running
  }
  const servers = await Promise.all([start(0), start(1)])
  const url = await proxy(ports)
  const ask = async (to: string, path: string, body?: object) => {
    const response = await fetch(`${to}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }
  // So many that chance, which the ports decide here, does not give them all to one server.
  const names = Array.from({ length: 24 }, (_, i) => `worker-${10 + i}`)
  const event = { provider: 'standard', type: 'invoice.paid' }
  /** The id that the seed of the space gives to the first invoice. */
  const made = async (name: string) =>
    /inv_\w+/.exec((await ask(url, `/spaces/${name}/_standin/events`, event)).text)?.[0] ?? 'none'
  const first = await Promise.all(names.map(made))
  const spacesOf = async (n: number) => {
    const { text } = await ask(`http://127.0.0.1:${ports[n]}`, '/spaces')
    return names.filter(name => text.includes(`"${name}"`))
  }
  const [on0, on1] = [await spacesOf(0), await spacesOf(1)]
  expect([...on0, ...on1].sort()).toEqual(names)
  expect(Math.min(on0.length, on1.length)).toBeGreaterThan(0)

  const subscription = { provider: 'standard', url: 'http://127.0.0.1:9/webhooks' }
  expect((await ask(url, '/_standin/subscriptions', subscription)).status).toBe(201)
  const owned = await Promise.all([0, 1].map(n => ask(`http://127.0.0.1:${ports[n]}`, '/_standin/subscriptions')))
  const root = owned.findIndex(({ text }) => text.includes(subscription.url))
  expect(owned.filter(({ text }) => text.includes(subscription.url))).toHaveLength(1)
  const [ofRoot, other] = root === 0 ? [on0, on1] : [on1, on0]

  await servers[root]?.end()
  const away = await Promise.all(ofRoot.map(name => ask(url, `/spaces/${name}/`, event)))
  expect(away.map(({ status }) => status)).toEqual(ofRoot.map(() => 502))
  expect((await ask(url, `/spaces/${other[0]}/_standin/events`)).status).toBe(200)
  await start(root)
  expect((await ask(url, '/_standin/subscriptions')).text).toContain(subscription.url)
  expect(await spacesOf(root)).toEqual([])
  const payloads = async (name: string) => (await ask(url, `/spaces/${name}/_standin/events`)).text
  for (const name of ofRoot) expect(await made(name)).toBe(first[names.indexOf(name)])
  expect(await spacesOf(root)).toEqual(ofRoot)
  expect(await spacesOf(1 - root)).toEqual(other)
  expect(await payloads(other[0] ?? '')).toContain('invoice.paid')
})
