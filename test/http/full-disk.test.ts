// A ledger that cannot be written, over HTTP: an answer that says so, and nothing is stored.
import { expect, it } from 'vitest'
import type { Ledger } from '../../src/core/ledger.js'
import { testServer } from '../support/server.js'

it.each(['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY', 'ENOSPC'])('%s is a 507 with a hint', async code => {
  const { ask, emulator } = await testServer()
  const ledger = emulator.ledger as Ledger
  const write = ledger.write
  ledger.write = () => Promise.reject(Object.assign(new Error('database or disk is full'), { code }))
  const trigger = { provider: 'acme', type: 'thing.made', subject: 't_1' }
  const subscription = { provider: 'acme', url: 'http://127.0.0.1:9/', secret: 'k' }
  for (const [path, body] of [
    ['/_standin/events', trigger],
    ['/_standin/subscriptions', subscription],
  ] as const)
    expect((await ask('POST', path, body)).json, path).toMatchObject({
      status: 507,
      code: 'storage_failed',
      detail: `The ledger cannot be written: database or disk is full (${code}).`,
      hint: expect.stringContaining('Free space on the disk of the ledger'),
    })
  ledger.write = write
  expect((await ask('GET', '/_standin/events')).json.items).toEqual([])
  expect((await ask('POST', '/_standin/events', trigger)).status).toBe(202)
})
