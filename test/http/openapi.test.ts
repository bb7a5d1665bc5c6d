// The OpenAPI document: whole, unique in its names, valid, and true for the providers that come with Standin.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'
import { placedRoutes } from '../../src/provider/base-path.js'
import { providerSettings } from '../../src/provider/settings.js'
import { builtInProviders } from '../../src/providers/index.js'
import { openApiCheck } from '../support/openapi-check.js'
import { testServer } from '../support/server.js'

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : refsIn(inner),
  )
}

describe('the OpenAPI document', () => {
  it('lists each route of the control API once', async () => {
    const { document } = await testServer()
    const { paths } = await document()
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/_standin/health',
        '/_standin/providers/{provider}/settings',
        '/_standin/subscriptions/{id}/rotate-secret',
        '/_standin/subscriptions/{id}/test',
        '/_standin/events/{id}',
        '/_standin/deliveries/{id}/wait',
        '/_standin/expect',
        '/_standin/subjects/{id}/moves',
        '/_standin/clock/drain',
        '/_standin/reset',
        '/_standin/journal',
        '/_standin/metrics',
        '/spaces/{name}',
      ]),
    )
  })

  it('has no spaces within a space', async () => {
    const { ask } = await testServer()
    const { json } = await ask('GET', '/spaces/a/_standin/openapi.json')
    expect(Object.keys(json.paths as JsonObject).filter(path => path.startsWith('/spaces'))).toEqual([])
  })

  it('covers every route and every event type of all providers, with unique operation ids and no broken reference', async () => {
    const { document, emulator } = await testServer({ providers: builtInProviders })
    const { paths, webhooks, components } = await document()
    for (const { name } of builtInProviders) {
      const loaded = await emulator.load(name)
      const { behaviour, provider } = loaded
      const routes = behaviour.routes ? placedRoutes(behaviour.routes, providerSettings(loaded, {})) : []
      for (const { method, path } of routes)
        expect(paths[`/${name}${path}`], `${method} ${path}`).toHaveProperty(method.toLowerCase())
      for (const channel of provider.channels)
        for (const type of channel.eventTypes) expect(webhooks).toHaveProperty([`${name}.${channel.name}.${type.name}`])
    }
    const ids = [...Object.values(paths), ...Object.values(webhooks)].flatMap(item =>
      Object.values(item).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_]+$/)
    for (const ref of new Set(refsIn({ paths, webhooks, components })))
      expect(components.schemas).toHaveProperty([ref.replace('#/components/schemas/', '')])
  })

  it("says of each provider's route whether a token is asked for, and which", async () => {
    const { ask } = await testServer({ providers: builtInProviders })
    const { json } = await ask('GET', '/_standin/openapi.json')
    expect(json.security).toEqual([])
    expect(json.components).toMatchObject({
      securitySchemes: {
        kycgenie: { type: 'http', scheme: 'bearer', description: expect.stringContaining('API key') },
        rillis: { type: 'http', scheme: 'bearer', description: expect.stringContaining('/api/v1/auth/token') },
        unico: { type: 'http', scheme: 'bearer', description: expect.stringContaining('/oauth2/token') },
      },
    })
    expect(json.paths).toMatchObject({
      '/kycgenie/api/v1/webhooks/': { get: { security: [{ kycgenie: [] }] } },
      '/rillis/api/v1/client-api/flow-instance/{id}': { get: { security: [{ rillis: [] }] } },
      '/rillis/api/v1/verification/send': { post: { security: [] } },
      '/unico/client/v1/process/{processId}': { get: { security: [{ unico: [] }] } },
      '/unico/oauth2/token': { post: { security: [] } },
    })
  })

  it('describes the payloads that the providers really send', async () => {
    const { document, emulator } = await testServer({ providers: builtInProviders })
    const described = await document()
    const { validator } = openApiCheck(described)
    for (const { name, channels } of builtInProviders)
      for (const channel of channels)
        for (const type of channel.eventTypes) {
          const operation = Object.values(described.webhooks[`${name}.${channel.name}.${type.name}`] ?? {})[0]
          const schema = Object.values(operation?.requestBody.content ?? {})[0]?.schema
          const validate = validator(schema ?? { not: {} })
          const sample = await emulator.previewPayload(name, type.name, { channel: channel.name })
          expect(validate(sample), `${name} ${type.name}: ${JSON.stringify(validate.errors)}`).toBe(true)
        }
  })

  it('describes every provider completely', async () => {
    const { ask } = await testServer({ providers: builtInProviders })
    for (const { name, channels } of builtInProviders) {
      const { json } = await ask('GET', `/_standin/providers/${name}`)
      expect((json.channels as JsonObject[]).map(channel => channel.name)).toEqual(
        channels.map(channel => channel.name),
      )
    }
  })
})
