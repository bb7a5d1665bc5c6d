// Recipe: a process nobody finishes expires after seven days, which pass in a moment.
import { startReceiver, startStandin } from 'standin/testing'
import { expect, it } from 'vitest'

it('a process created through the API expires by itself and sends its webhook', async () => {
  const standin = await startStandin({ clock: 'manual', seed: 7, settings: { unico: { apiAuth: 'off' } } })
  const receiver = await startReceiver()
  await standin.subscribe('unico', { url: receiver.url })
  const created = await fetch(`${standin.url}/unico/client/v1/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      flow: 'id',
      purpose: 'biometryonboarding',
      callbackUri: 'https://app.example/done',
      person: { duiType: 'DUI_TYPE_BR_CPF', duiValue: '52998224725', friendlyName: 'Ana' },
    }),
  })
  expect(created.status).toBe(200)

  await standin.advance('6d')
  expect(receiver.requests).toEqual([])
  await standin.advance('1d')
  const { json } = await receiver.next()
  expect(json).toMatchObject({ result: 'expired', lastEvent: 'EVENT_TYPE_PROCESS_CREATED' })
  await standin.stop()
  await receiver.stop()
})
