// The list of allowed targets: what an entry means, and what to write instead of one that means nothing.
import { describe, expect, it } from 'vitest'
import { allowList, checkAllowedTargets } from '../../src/delivery/targets.js'
import { createEmulator } from '../../src/emulator/index.js'
import { builtInProviders } from '../../src/providers/index.js'
import { startStandin } from '../../src/testing/index.js'
import { testServer } from '../support/server.js'

it.each([
  ['127.0.0.1', '127.0.0.1', 8080, true],
  ['127.0.0.1:8080', '127.0.0.1', 8080, true],
  ['127.0.0.1:8080', '127.0.0.1', 8081, false],
  ['App.Internal', 'app.internal', 80, true],
  ['app.internal', 'other.app.internal', 80, false],
  ['*.app.internal', 'other.app.internal', 80, true],
  ['*.app.internal', 'app.internal', 80, false],
  ['*.app.internal', 'evilapp.internal', 80, false],
  ['bücher.example', 'xn--bcher-kva.example', 443, true],
  ['::1', '::1', 80, true],
  ['[::1]', '::1', 80, true],
  ['[::1]:81', '::1', 80, false],
  ['0:0:0:0:0:0:0:1', '::1', 80, true],
  ['my_service', 'my_service', 80, true],
])('%s lets %s:%i through: %s', (entry, host, port, passes) => {
  expect(() => checkAllowedTargets([entry])).not.toThrow()
  expect(allowList([entry])(host, port)).toBe(passes)
})

const REFUSED = [
  ['*', 'Write the hosts one by one, or *.domain, such as *.example.com.'],
  ['*:8080', 'Write the hosts one by one, or *.domain, such as *.example.com.'],
  ['127.*', 'Write the hosts one by one, or *.domain, such as *.example.com.'],
  ['*.', 'Write *.domain, such as *.example.com.'],
  ['*.10.0.0.1', 'Write *.domain, such as *.example.com.'],
  ['127.1', 'Write 127.0.0.1.'],
  ['127.1:3000', 'Write 127.0.0.1:3000.'],
  ['2130706433', 'Write 127.0.0.1.'],
  ['0x7f.1', 'Write 127.0.0.1.'],
  ['http://127.0.0.1:3000/webhooks', 'Write 127.0.0.1:3000.'],
  ['https://app.internal', 'Write app.internal.'],
  ['http://[::1]:3000/', 'Write [::1]:3000.'],
  ['http://user:pw@app.internal/', 'Write app.internal.'],
  ['app.internal/webhooks', 'Write a host name or IP address, host:port, or *.domain.'],
  ['10.0.0.0/8', 'Write the addresses one by one.'],
  ['', 'Write a host name or IP address, host:port, or *.domain.'],
  ['app internal', 'Write a host name or IP address, host:port, or *.domain.'],
  ['app.internal:99999', 'Write a host name or IP address, host:port, or *.domain.'],
  ['169.254.169.254', 'Leave it out.'],
  ['fd00:ec2::23', 'Leave it out.'],
] as const

describe('refuses an entry and says what to write instead', () => {
  it.each(REFUSED)('%s', (entry, hint) => {
    expect(() => checkAllowedTargets([entry])).toThrow(expect.objectContaining({ code: 'invalid_input', hint }))
  })
})

it('an emulator and startStandin refuse it before anything is opened', async () => {
  await expect(createEmulator({ allowTargets: ['127.1'] })).rejects.toMatchObject({ hint: 'Write 127.0.0.1.' })
  await expect(startStandin({ allowTargets: ['*'] })).rejects.toThrow('"*" cannot be an allowed target')
})

it('a subscription whose target is not allowed is refused when it is made or changed, in spaces too, and nothing is stored', async () => {
  const { emulator, ask } = await testServer({
    providers: builtInProviders,
    allowTargets: ['127.0.0.1:3000', 'receiver.test'],
  })
  const refusal = {
    code: 'not_allowed',
    message: '127.0.0.1:9 is not on the list of allowed targets.',
    hint: 'Allow it with --allow-target 127.0.0.1 (allowTargets in the library).',
    where: 'url',
  }
  const url = 'http://127.0.0.1:9/'
  const refused = (work: Promise<unknown>) =>
    work.catch(({ code, message, hint, where }) => ({ code, message, hint, where }))
  expect(await refused(emulator.subscribe('standard', { url }))).toEqual(refusal)
  const { id } = await emulator.subscribe('standard', { url: 'http://127.0.0.1:3000/' })
  expect(await refused(emulator.updateSubscription(id, { url }))).toEqual(refusal)
  expect(await refused(emulator.subscribe('standard', { url: 'https://169.254.169.254/latest' }))).toEqual({
    code: 'invalid_url',
    message: '169.254.169.254 is a link-local address, and nothing is ever sent there.',
    hint: 'Give the address of your receiver; --allow-target cannot allow this one.',
    where: 'url',
  })
  // What its name leads to is known when it is called.
  await emulator.subscribe('standard', { url: 'http://receiver.test/' })
  expect(emulator.ledger.subscriptions().map(one => one.url)).toEqual([
    'http://127.0.0.1:3000/',
    'http://receiver.test/',
  ])

  await ask('POST', '/_standin/spaces', { name: 'one' })
  const made = await ask('POST', '/spaces/one/_standin/subscriptions', { provider: 'rillis', url })
  expect(made).toMatchObject({
    status: 403,
    json: { code: 'not_allowed', detail: refusal.message, hint: refusal.hint },
  })
  expect((await ask('PATCH', `/_standin/subscriptions/${id}`, { url })).status).toBe(403)
})

it("a provider's own routes refuse such a target in the form of its errors", async () => {
  const { emulator, ask } = await testServer({ providers: builtInProviders, allowTargets: ['receiver.test'] })
  const sentence =
    'app.internal:443 is not on the list of allowed targets. Allow it with --allow-target app.internal (allowTargets in the library).'
  const url = 'https://app.internal/hook'
  const webhook = await ask(
    'POST',
    '/kycgenie/api/v1/webhooks/',
    { event_type: 'screening.completed', webhook_url: url },
    { authorization: 'Bearer test_key' },
  )
  expect(webhook).toMatchObject({ status: 400, json: { errors: { webhook_url: [sentence] } } })
  const link = await ask('POST', '/unico/v2/magic-link', { metadata: { webhook_url: url } }, { 'x-api-key': 'any' })
  expect(link).toMatchObject({
    status: 400,
    json: { status: 'error', data: { error: `data provided in the field is invalid: ${sentence}` } },
  })
  expect(emulator.ledger.subscriptions()).toEqual([])
})
