// Commands for a running server, pointed at one that is not Standin's.
import { expect, it } from 'vitest'
import { standin } from '../support/cli.js'
import { testReceiver } from '../support/receiver.js'

const commands = [
  ['ready'],
  ['deliveries'],
  ['deliveries', 'dl_1'],
  ['subscriptions'],
  ['resend', 'dl_1'],
  ['trigger', 'rillis', 'FLOW_COMPLETED'],
  ['record', '-o', 'recorded.yaml'],
  ['watch'],
]

it.each(commands)('%s says that the server is another, and exits 2', async (...args) => {
  const other = await testReceiver(() => ({ json: { hello: 'world' } }))
  const { code, stderr } = await standin([...args, '--server', other.url])
  expect(stderr).toContain('is not that of a Standin server')
  expect(stderr).not.toContain('internal error')
  expect(code).toBe(2)
})
