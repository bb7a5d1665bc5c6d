// The list of allowed targets: what an entry means, and what to write instead of one that means nothing.
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { allowList, checkAllowedTargets } from '../../src/delivery/targets.js'
import { createEmulator } from '../../src/emulator/index.js'
import { startStandin } from '../../src/testing/index.js'

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

it('the spaces of startStandin send only to its allowed targets too', async () => {
  const standin = await startStandin({ allowTargets: ['receiver.test'] })
  onTestFinished(() => standin.stop())
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return (
      await fetch(`${standin.url}/spaces/one/_standin${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    ).json()
  }
  await post('/subscriptions', { provider: 'rillis', url: 'http://127.0.0.1:9/', eventTypes: ['*'], secret: 'k' })
  const { deliveries } = (await post('/events', { provider: 'rillis', type: 'FLOW_COMPLETED' })) as {
    deliveries: { id: string }[]
  }
  await vi.waitUntil(
    async () => {
      const shown = await fetch(`${standin.url}/spaces/one/_standin/deliveries/${deliveries[0]?.id}`)
      return (await shown.text()).includes('is not on the list of allowed targets')
    },
    { timeout: 60_000 },
  )
})
