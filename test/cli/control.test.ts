// The commands that are one call of a running server's control API, each a process of its own.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

async function serving(...args: string[]) {
  const running = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json', ...args])
  const { url } = await running.record(({ kind }) => kind === 'listening')
  const server = String(url)
  return { ...running, server, run: (...line: string[]) => standin([...line, '--server', server]) }
}

it('a subscription, its deliveries, faults and clock are driven from the command line alone', async () => {
  const { run } = await serving('--clock', 'manual')
  const { url: to, requests } = await testReceiver([500, 500, 200])
  const made = await run('subscribe', 'rillis', to, '--type', 'FLOW_COMPLETED', '--json')
  const [subscription] = made.records()
  expect(subscription).toMatchObject({ kind: 'subscription', url: to, eventTypes: ['FLOW_COMPLETED'] })
  expect(made.stderr).toContain(`secret ${subscription?.secret} (generated`)

  const added = await run('fault', 'add', 'duplicate', 'copies=1', 'attempts=2,3', 'type=FLOW_COMPLETED', '--json')
  expect(added.records()).toEqual([
    expect.objectContaining({
      kind: 'fault',
      id: 'fl_1',
      fault: expect.objectContaining({ kind: 'duplicate', copies: 1, attempts: [2, 3], type: 'FLOW_COMPLETED' }),
    }),
  ])
  expect((await run('trigger', 'rillis', 'FLOW_COMPLETED', '--no-wait')).code).toBe(0)
  const unmet = await run('expect', 'delivered', '--type', 'FLOW_COMPLETED', '--timeout', '1ms')
  expect(unmet).toMatchObject({ code: 1, stdout: expect.stringContaining('not met: ') })
  expect((await run('clock', 'drain', '30d', '--json')).records()).toEqual([
    expect.objectContaining({ kind: 'counts', delivered: 1, waiting: 0 }),
  ])
  const met = await run('expect', 'delivered', '--attempts', '3', '--status', '200', '--json')
  expect(met.code).toBe(0)
  expect(met.records()).toEqual([expect.objectContaining({ kind: 'expectation', met: true })])
  // Only the last attempt delivered it; after the others comes the next one.
  const told = (await run('expect', 'delivered', '--attempts', '3')).stdout
  expect(
    told.match(/attempt \d {2}\d+ .*(next at|delivered)/g)?.map(line => line.split('  ').at(-1)?.slice(0, 9)),
  ).toEqual(['next at', 'next at', 'delivered'])
  expect(requests.length).toBeGreaterThan(3)
  expect((await run('fault', 'list')).stdout).toContain('fl_1  duplicate copies=1')
  expect((await run('fault', 'remove', 'fl_1')).stdout).toBe('fl_1 removed\n')
  const before = (await run('clock', '--json')).records()[0]
  expect(before).toMatchObject({ kind: 'clock', clock: 'manual' })
  await run('clock', 'advance', '2h')
  const after = (await run('clock', 'show', '--json')).records()[0]
  expect(Date.parse(String(after?.now)) - Date.parse(String(before?.now))).toBe(7_200_000)

  expect((await run('unsubscribe', String(subscription?.id))).stdout).toBe(`${subscription?.id} removed\n`)
  expect((await run('reset')).code).toBe(0)
  expect((await run('deliveries', '--json')).records()).toEqual([])
})

it('several deliveries are resent by id or by a filter, and cancelled, with how many', async () => {
  const { run } = await serving('--setting', 'rillis.maxAttempts=1', '--clock', 'manual')
  const answers = { status: 500 }
  const { url: to, requests } = await testReceiver(() => answers.status)
  await run('subscribe', 'rillis', to, '--secret', 'k')
  for (const type of ['FLOW_COMPLETED', 'FLOW_COMPLETED', 'ONBOARDING_FORM_COMPANY_COMPLETED'])
    await run('trigger', 'rillis', type)
  const exhausted = ['resend', '--status', 'exhausted', '--type', 'FLOW_COMPLETED']
  const refused = await run(...exhausted)
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('2 deliveries resent, 0 accepted') })
  answers.status = 200
  const accepted = await run(...exhausted, '--json')
  expect(accepted.code).toBe(0)
  expect(accepted.records().map(({ kind }) => kind)).toEqual(['attempt', 'attempt', 'summary'])
  expect(accepted.records().at(-1)).toMatchObject({ resent: 2, accepted: 2, skipped: 0, exitCode: 0 })
  expect(await run('resend', 'dl_1', 'dl_3')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 deliveries'),
  })
  const sent = requests.length
  const unknown = await run('resend', 'dl_1', 'dl_99')
  expect({ code: unknown.code, sent: requests.length }).toEqual({ code: 2, sent })
  expect((await run('resend', 'dl_1', '--status', 'exhausted')).stderr).toContain('ids or filters, not both')
  expect((await run('resend')).stderr).toContain('needs the id of a delivery, or a filter')
  const settled = await run('cancel', 'dl_1')
  expect(settled).toMatchObject({ code: 2, stderr: expect.stringContaining('dl_1') })
})

it('watch shows what fits its filters, with bodies where asked', async () => {
  const { run, server, end } = await serving()
  const { url: to } = await testReceiver([{ body: 'accepted\n' }])
  await run('subscribe', 'rillis', to, '--secret', 'k')
  const watching = startCli(['watch', '--server', server, '--type', 'FLOW_COMPLETED', '--bodies', '--json'])
  await watching.said('watching')
  for (const type of ['ONBOARDING_FORM_COMPANY_COMPLETED', 'FLOW_COMPLETED']) await run('trigger', 'rillis', type)
  const bodies = await watching.record(({ kind }) => kind === 'bodies')
  expect(JSON.parse(String((bodies.request as { body: string }).body))).toMatchObject({ type: 'FLOW_COMPLETED' })
  const types = watching.records().flatMap(({ delivery }) => (delivery as { type?: string })?.type ?? [])
  expect(new Set(types)).toEqual(new Set(['FLOW_COMPLETED']))
  const wrong = await run('watch', '--type', 'FLOW_COMPLETD')
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "FLOW_COMPLETED"?') })
  await end()
  const { stderr } = await watching.end()
  expect(stderr).toContain('< accepted\n')
  expect(stderr).not.toMatch(/< *\n/)
})

it('mistakes are refused with 2, a sentence and a suggestion', async () => {
  const { run } = await serving()
  const refused: [line: string[], words: string][] = [
    [['subscribe', 'rilis', 'http://127.0.0.1:1/'], 'Did you mean "rillis"?'],
    [['fault', 'lst'], 'Did you mean "list"?'],
    [['fault', 'add', 'duplicat'], 'Did you mean "duplicate"?'],
    [['fault', 'add', 'delay', 'bye=1s'], 'by'],
    [['fault', 'add', 'delay', '90s'], 'name=value'],
    [['fault', 'remove', 'fl_9'], 'Unknown fault "fl_9"'],
    [['clock', 'advance', '2h'], '--clock manual'],
    [['clock', 'advance', 'soon'], 'soon'],
    [['expect', 'deliverd'], 'Did you mean "delivered"?'],
    [['unsubscribe', 'sub_9'], 'sub_9'],
  ]
  for (const [line, words] of refused)
    expect([line, await run(...line)]).toEqual([
      line,
      expect.objectContaining({ code: 2, stderr: expect.stringContaining(words) }),
    ])
})

it('run --server plays scenarios on a server, with the steps, reports and exit codes of a run here', async () => {
  const { run, server } = await serving('--clock', 'manual')
  const { url: to, requests } = await testReceiver([500, 200, 400])
  const folder = temporaryFolder()
  const story = (name: string, expected: string) => {
    const file = join(folder, `${name}.yaml`)
    const text = `version: 1
name: ${name}
vars: { key: { secret: true } }
subscriptions: [{ provider: rillis, secret: "\${vars.key}" }]
steps:
  - trigger: FLOW_COMPLETED
  - expect: ${expected}
`
    writeFileSync(file, text)
    return file
  }
  const report = join(folder, 'report.xml')
  const given = ['--to', to, '--var', 'key=k', '--json']
  const passed = await run('run', story('met', 'delivered'), ...given, '--report', `junit=${report}`, '--seed', '7')
  expect(passed).toMatchObject({ code: 0, stderr: expect.stringContaining('--seed has no effect on a running server') })
  expect(passed.records().map(({ kind }) => kind)).toEqual(['step', 'step', 'scenario', 'summary'])
  expect(passed.records()[2]).toMatchObject({ scenario: 'met', file: join(folder, 'met.yaml'), status: 'passed' })
  expect(readFileSync(report, 'utf8')).toContain('name="met"')
  const failed = await run('run', story('unmet', '{ type: FLOW_COMPLETED, outcome: delivered, attempts: 7 }'), ...given)
  expect(failed.code).toBe(1)
  expect(failed.records().at(-1)).toMatchObject({ failed: 1, exitCode: 1 })
  expect(requests.length).toBeGreaterThan(2)
  const unset = await run('run', story('unset', 'delivered'), '--to', to)
  expect(unset).toMatchObject({ code: 2, stderr: expect.stringContaining('--var key=…') })
  expect((await run('run', story('shown', 'delivered'), '--explain')).stderr).toContain('cannot be combined')
  const gone = await standin(['run', story('gone', 'delivered'), ...given, '--server', `${server.slice(0, -5)}1`])
  expect(gone.code).toBe(2)
})
