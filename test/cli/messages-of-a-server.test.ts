// What the command line says of a running server's lists and deliveries: cut lists, filters that name nothing, resends, long bodies.
import { describe, expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { testReceiver } from '../support/receiver.js'

/** A server with one delivery that was delivered, and the command line for it. */
async function served() {
  const serve = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json'])
  const { url } = (await serve.record(({ kind }) => kind === 'listening')) as { url: string }
  const receiver = await testReceiver([{ status: 200, body: 'ok' }])
  const created = await fetch(`${url}/_standin/subscriptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'standard', url: receiver.url }),
  })
  expect(created.status).toBe(201)
  const cli = (...args: string[]) => standin([...args, '--server', url])
  const { code } = await cli('trigger', 'standard', 'invoice.paid')
  expect(code).toBe(0)
  return { url, cli }
}

describe('of a running server', () => {
  it('a list that was cut says so, and how to see more', async () => {
    const { cli } = await served()
    await cli('trigger', 'standard', 'invoice.paid')
    const [cut, whole] = await Promise.all([cli('deliveries', '--limit', '1'), cli('deliveries', '--limit', '2')])
    expect(cut.stdout.trim().split('\n')).toHaveLength(1)
    expect(cut.stderr).toContain('note: there are more; these are the newest 1. --limit 2 shows twice as many.')
    expect(whole.stderr).toBe('')
  })

  it.each([
    ['provider', ['deliveries', '--provider', 'standart'], 'Did you mean "standard"?'],
    ['provider of subscriptions', ['subscriptions', '--provider', 'standart'], 'Did you mean "standard"?'],
    ['event type', ['deliveries', '--type', 'invoice.payd'], 'Did you mean "invoice.paid"?'],
  ])('an unknown %s in a filter is an error with the nearest name', async (_, args, hint) => {
    const { cli } = await served()
    const { code, stderr } = await cli(...args)
    expect(stderr).toContain(`where: ${args[1]}\n  hint: ${hint}`)
    expect(code).toBe(2)
  })

  it('an option that has no effect is told', async () => {
    const { cli } = await served()
    const of = async (...args: string[]) => (await cli(...args)).stderr
    expect(await of('deliveries', 'dl_1', '--status', 'waiting')).toContain('note: --status has no effect with an id')
    expect(await of('ready', '--timeout', '1s')).toContain('note: --timeout has no effect without --wait')
    expect(await of('trigger', 'standard', 'invoice.paid', '--seed', '7')).toContain(
      'note: --seed has no effect on a running server',
    )
  })

  it('a delivery that was resent shows how it stood after each attempt, and an equal body once', async () => {
    const { cli } = await served()
    const resent = await cli('resend', 'dl_1')
    const original = await cli('resend', 'dl_1', '--original')
    expect(resent.stdout).toContain('attempt 2 (resent by hand)')
    expect(original.stdout).toContain('attempt 3 (resent by hand, original bytes)')
    const { stdout } = await cli('deliveries', 'dl_1')
    expect(stdout.match(/ {2}delivered$/gm)).toHaveLength(3)
    expect(stdout).not.toContain('next at')
    expect(stdout.match(/> \{"type"/g)).toHaveLength(1)
    expect(stdout).toContain('(the same body as in attempt 1)')
  })

  it('a long body is cut with its length and the option that shows all of it', async () => {
    const { cli } = await served()
    await cli('trigger', 'standard', 'contact.created', '--set', `data.fullName=${'x'.repeat(5000)}`)
    const { stdout } = await cli('deliveries', 'dl_2')
    expect(stdout).toMatch(/… \(the first 1000 of \d+ characters; --json prints all\)/)
    expect(stdout.length).toBeLessThan(3000)
  })

  it('an answer of the API names no option of the command line, and no path suggests itself', async () => {
    const { url } = await served()
    const at = async (path: string, body?: string) => {
      const response = await fetch(`${url}${path}`, body === undefined ? {} : { method: 'POST', body })
      return (await response.json()) as { detail: string; hint?: string; where?: string }
    }
    for (const path of ['/_standin', '/_standin/'])
      expect((await at(path)).hint).not.toContain('Did you mean /_standin/?')
    expect((await at('/_standin/deliveries?limit=0')).detail).toContain('limit: This must be 1 or more.')
    const run = await at('/_standin/runs?to=nowhere', 'version: 1\nname: a\nsteps: [{ wait: 1 }]\n')
    expect(`${run.detail} ${run.hint} ${run.where}`).not.toContain('--')
  })
})
