// The access token beyond the control API: the providers' APIs ask for it when the server is told to.
import { expect, it } from 'vitest'
import { testServer } from '../support/server.js'

const URL_OF_THINGS = '/acme/v1/nothing'
const status = async (app: Awaited<ReturnType<typeof testServer>>['app'], path: string, headers = {}) =>
  (await app.request(path, { headers })).status

it("the providers' APIs need no token unless they are guarded", async () => {
  const { app } = await testServer({}, { token: 'tok' })
  expect(await status(app, URL_OF_THINGS)).not.toBe(401)
  expect(await status(app, '/_standin/health')).toBe(401)
})

it('guarded ones take it beside the credentials of the provider, in a header of its own', async () => {
  const { app } = await testServer({}, { token: 'tok', guardProviders: true })
  const refused = await app.request(URL_OF_THINGS, { headers: { authorization: 'Bearer of-the-provider' } })
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'unauthorized', hint: expect.stringContaining('X-Standin-Token') })
  expect(await status(app, URL_OF_THINGS, { 'x-standin-token': 'wrong' })).toBe(401)
  const both = { authorization: 'Bearer of-the-provider', 'x-standin-token': 'tok' }
  expect(await status(app, URL_OF_THINGS, both)).not.toBe(401)
  expect(await status(app, '/_standin/health', { 'x-standin-token': 'tok' })).toBe(200)
  expect(await status(app, '/spaces/new/acme/v1/nothing')).toBe(401)
})
