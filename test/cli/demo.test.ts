// `standin demo`: every provider, a real receiver process, every delivery delivered.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { builtInProviders } from '../../src/providers/index.js'
import { standin, startCli } from '../support/cli.js'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('delivers one scenario of each provider after a 503 and a 500, verified by a receiver in another process', async () => {
  const { code, records, stderr } = await standin(['demo', '--seed', '7', '--json'])
  expect(code).toBe(0)
  const lines = records()
  const attempts = lines.filter(({ kind }) => kind === 'attempt')
  const byDelivery = new Map<unknown, unknown[]>()
  for (const { delivery, status } of attempts) byDelivery.set(delivery, [...(byDelivery.get(delivery) ?? []), status])
  for (const statuses of byDelivery.values()) expect(statuses).toEqual([503, 500, 200])
  const summary = lines.at(-1)
  expect(summary).toMatchObject({ kind: 'summary', delivered: true })
  expect(summary?.providers).toEqual(
    builtInProviders
      .filter(({ name }) => existsSync(new URL(`../../scenarios/${name}`, import.meta.url)))
      .map(({ name }) => expect.objectContaining({ provider: name, verified: expect.any(Number) })),
  )
  const results = (summary?.providers ?? []) as {
    deliveries: number
    delivered: number
    attempts: number
    verified: number
  }[]
  for (const { deliveries, ...counts } of results) {
    expect(deliveries).toBeGreaterThan(0)
    expect(counts).toMatchObject({ delivered: deliveries, attempts: deliveries * 3, verified: deliveries * 3 })
  }
  expect(stderr).toContain('Waits are skipped')
  expect(stderr).toContain('Everything was delivered.')
  expect(stderr).toMatch(/FLOW_COMPLETED {2}attempt 1 {2}503 .*next at .*\(503; attempt 2 of/)
  expect(existsSync(String(lines[0]?.ledger))).toBe(false)
  const [, pid] = /process (\d+)/.exec(stderr) ?? []
  expect(isAlive(Number(pid))).toBe(false)
})

it('cleans up when interrupted', async () => {
  const running = startCli(['demo', '--json'])
  const listening = await running.record(({ kind }) => kind === 'listening')
  const said = await running.said('process ')
  const { code } = await running.end('SIGINT')
  expect(code).toBe(130)
  expect(existsSync(String(listening.ledger))).toBe(false)
  expect(isAlive(Number(/process (\d+)/.exec(said)?.[1]))).toBe(false)
})

it('leaves no receiver running when killed', async () => {
  const running = startCli(['demo', '--json'])
  const [, url = ''] = /receiver (http:\S+), process/.exec(await running.said(', process ')) ?? []
  const listens = () =>
    fetch(url).then(
      () => true,
      () => false,
    )
  await running.end('SIGKILL')
  while (await listens());
  expect(await listens()).toBe(false)
})
