// `standin mcp` with the client of the official SDK, on a real server and a real receiver; and the guide that agents read first.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, inject, it, onTestFinished } from 'vitest'
import { commands } from '../../src/cli/commands/index.js'
import { standin, startCli } from '../support/cli.js'
import { ROOT } from '../support/markdown.js'
import { testReceiver } from '../support/receiver.js'

async function agent(server: string, ...args: string[]) {
  const client = new Client({ name: 'agent of the test', version: '1' })
  const main = join(inject('built'), 'dist/cli/main.js')
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp', '--server', server, ...args],
      stderr: 'ignore',
    }),
  )
  onTestFinished(() => client.close())
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: given })
    const [{ text }] = content as [{ text: string }]
    return { isError, answer: JSON.parse(text) }
  }
  return { client, call }
}

async function serving(): Promise<string> {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json'])
  return String((await running.record(({ kind }) => kind === 'listening')).url)
}

it('an agent subscribes a receiver, triggers, waits for the outcome, reads the delivery and verifies', async () => {
  const receiver = await testReceiver({ answers: [200] })
  const { client, call } = await agent(await serving(), '--write')
  const { tools } = await client.listTools()
  expect(tools.filter(({ annotations }) => annotations?.readOnlyHint === false).map(({ name }) => name)).toEqual([
    'trigger',
    'subscribe',
    'verify',
    'resend',
  ])
  const { answer: subscription } = await call('subscribe', {
    provider: 'rillis',
    url: receiver.url,
    secret: 'test_key',
  })
  const { answer: triggered } = await call('trigger', { provider: 'rillis', type: 'FLOW_COMPLETED' })
  const { answer: met } = await call('expect', { event: triggered.event.id, outcome: 'delivered' })
  expect(met).toMatchObject({ met: true })
  const { answer: list } = await call('deliveries', { subscription: subscription.id, limit: 5 })
  const { answer: delivery } = await call('delivery', { id: list.items[0].id })
  expect(delivery).toMatchObject({ status: 'delivered', attempts: [{ number: 1 }] })
  const { answer: explained } = await call('explain_signature', { delivery: delivery.id })
  expect(JSON.stringify(explained)).toContain('valid')
  const { answer: again } = await call('resend', { id: delivery.id })
  expect(again).toMatchObject({ number: 2 })
  const { answer: report } = await call('verify', {
    provider: 'rillis',
    to: receiver.url,
    secret: 'test_key',
    only: ['delivery/accepts'],
  })
  expect(report.verdicts).toMatchObject([{ id: 'delivery/accepts', status: 'passed' }])
})

it('without --write it only reads: tools that write are not offered, and refused with the remedy', async () => {
  const { client, call } = await agent(await serving())
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual([
    'event_types',
    'deliveries',
    'delivery',
    'expect',
    'explain_signature',
  ])
  for (const { inputSchema } of tools) expect(inputSchema).toMatchObject({ type: 'object' })
  expect((await call('event_types')).answer.items.length).toBeGreaterThan(3)
  expect((await call('event_types', { provider: 'rillis' })).answer).toMatchObject({ name: 'rillis' })
  expect(await call('trigger', { provider: 'rillis', type: 'FLOW_COMPLETED' })).toMatchObject({
    isError: true,
    answer: { hint: 'Start it with standin mcp --write.' },
  })
  expect(await call('deliveries', { status: 'deliverd' })).toMatchObject({ isError: true })
  expect(await call('delivery')).toMatchObject({ isError: true, answer: { where: 'id' } })
  expect(await call('nothing')).toMatchObject({ isError: true, answer: { error: 'There is no tool "nothing".' } })
})

it('says how to start a server where none answers', async () => {
  const { call } = await agent('http://127.0.0.1:9')
  const { isError, answer } = await call('deliveries')
  expect(isError).toBe(true)
  expect(answer.hint).toContain('standin serve')
})

it('llms.txt names pages and commands that exist, and is served without a token', async () => {
  const text = readFileSync(join(ROOT, 'llms.txt'), 'utf8')
  for (const [, path = ''] of text.matchAll(/\]\(([^)]+)\)/g)) expect(existsSync(join(ROOT, path)), path).toBe(true)
  const known = commands.map(({ name }) => name)
  for (const [, name] of text.matchAll(/`standin ([a-z-]+)/g)) expect(known).toContain(name)
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json', '--token', 'token of the test'])
  const { url } = await running.record(({ kind }) => kind === 'listening')
  const answer = await fetch(`${url}/llms.txt`)
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await answer.text()).toBe(text)
})

it('its help says what it needs', async () => {
  const { stdout } = await standin(['mcp', '--help'])
  expect(stdout).toContain('@modelcontextprotocol/sdk')
})
