// Magic Link: links, their webhooks in both versions, results and errors.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { stream } from '../../../src/core/seed.js'
import { STEP_NAMES } from '../../../src/providers/unico/enums.js'
import { curpCheck, generatedMexican } from '../../../src/providers/unico/mexico.js'
import { testReceiver } from '../../support/receiver.js'
import { unicoApi } from './client.js'
import { START } from './signing.js'

const KEY = { 'x-api-key': 'key-1' }
const NOWHERE = '3f6dbcc1-49ba-4935-be90-dd8dd59b5530'

interface Link extends JsonObject {
  token: string
  external_id: string | null
}

async function magicLink(settings: JsonObject = {}) {
  const api = await unicoApi(settings)
  const create = async (body: JsonObject = { external_id: 'person-7' }) => {
    const answer = await api.call('POST', '/v2/magic-link', { body, headers: KEY })
    return { ...answer, link: (answer.body as { data: Link }).data }
  }
  const result = (token: string, headers: Record<string, string> = KEY) =>
    api.call('GET', `/v2/history/request?magic_link_token=${token}`, { headers })
  return { ...api, create, result }
}

describe('a magic link', () => {
  it('is created in the documented form, key for key', async () => {
    const { create } = await magicLink()
    const { status, body, link } = await create({ external_id: null })
    expect(status).toBe(200)
    expect(Object.keys(body as JsonObject)).toEqual([
      'data',
      'version',
      'status',
      'status_code',
      'request_date',
      'request',
    ])
    expect(body).toMatchObject({
      version: 'v1.4.2',
      status: 'ok',
      status_code: 200,
      request_date: '2026-01-15T09:00:00+0000',
    })
    expect(link).toEqual({
      external_id: null,
      created_on: '2026-01-15T09:00:00.000000000Z',
      is_active: true,
      token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      magic_link_url: `https://verification.uat.unico.app/link/v2/${link.token}`,
      metadata: { redirect_url: null, webhook_url: null, track_webhook_url: null },
      version: 'v2',
    })
    expect(Object.keys(link)).toEqual([
      'external_id',
      'created_on',
      'is_active',
      'token',
      'magic_link_url',
      'metadata',
      'version',
    ])
  })

  it('sends its steps and its result to its own URLs (webhooks V1), and to nobody else', async () => {
    const { create, emulator } = await magicLink()
    const [own, tracking, configured, process] = [
      await testReceiver(),
      await testReceiver(),
      await testReceiver(),
      await testReceiver(),
    ]
    await emulator.subscribe('unico', { url: configured.url, channel: 'magic-link' })
    await emulator.subscribe('unico', { url: process.url })
    const urls = { webhook_url: own.url, track_webhook_url: tracking.url }
    const { link } = await create({ external_id: 'person-7', metadata: urls })
    const other = await create({ external_id: 'person-8' })
    for (const step of STEP_NAMES.slice(0, 5)) {
      await emulator.advance(10_000)
      await emulator.move(link.token, step)
    }
    await emulator.move(link.token, 'potential_threat')
    await emulator.move(other.link.token, 'no_threat')
    await emulator.drain()
    const steps = tracking.requests.map(one => one.json())
    expect(steps.map(({ step }) => step)).toEqual([
      'form_start',
      'form document_front',
      'form document_back',
      'form_document',
      'form_selfie',
      'form_decision_maker',
    ])
    expect(Object.keys(steps[0] ?? {})).toEqual(['step', 'user_id', 'started_on', 'completed_on'])
    steps.forEach((step, i) => {
      expect(step.user_id).toBe('person-7')
      expect(step.started_on).toBe(i === 0 ? link.created_on : steps[i - 1]?.completed_on)
    })
    expect(own.requests.map(one => one.json())).toMatchObject([
      { external_id: 'person-7', response: { label: 'Potential Threat', unico: { result: 'NOT_APPROVED' } } },
    ])
    expect(configured.requests.map(one => [one.json().event, one.json().magic_link_token])).toEqual([
      ['MAGIC_LINK_TRACK', other.link.token],
      ['MAGIC_LINK_RESULT', other.link.token],
    ])
    expect(process.requests).toEqual([])
  })

  it('has one subscription for a URL however many links name it, with one attempt of a minute', async () => {
    const { create, emulator } = await magicLink()
    const { url, requests } = await testReceiver([500])
    const links = await Promise.all([1, 2].map(() => create({ metadata: { webhook_url: url } })))
    for (const { link } of links) await emulator.move(link.token, 'no_threat')
    await emulator.drain({ upToMs: 86_400_000 })
    expect(requests).toHaveLength(2)
    const own = emulator.ledger.subscriptions({ provider: 'unico' }).filter(one => one.url === url)
    expect(own).toHaveLength(1)
    expect(own[0]?.settings).toMatchObject({ webhookVersion: 'v1', maxAttempts: 1, timeoutSeconds: 60 })
  })

  it('has its result in the API once it is finished, in agreement with its webhook, and cannot be moved any more', async () => {
    const { create, emulator, result } = await magicLink()
    const { url, requests } = await testReceiver()
    await emulator.subscribe('unico', { url, channel: 'magic-link', eventTypes: ['MAGIC_LINK_RESULT'] })
    const { link } = await create()
    expect((await result(link.token)).status).toBe(404)
    await emulator.move(link.token, 'review')
    await emulator.drain()
    const { body } = await result(link.token)
    const { images, ...data } = (body as { data: JsonObject }).data
    expect(requests.map(one => one.json().data)).toEqual([data])
    expect(data).toMatchObject({ response: { label: 'Review', unico: { result: 'INCONCLUSIVE' } } })
    expect(Object.keys(images as JsonObject)).toEqual(['selfie', 'document_image', 'document_image_back'])
    await expect(emulator.move(link.token, 'no_threat')).rejects.toThrow()
    const { warnings } = await emulator.trigger('unico', 'MAGIC_LINK_TRACK', { subject: link.token })
    expect(warnings.join()).toContain('is finished')
  })

  it('goes forward through its steps only', async () => {
    const { create, emulator } = await magicLink()
    const { link } = await create()
    await emulator.move(link.token, 'form_document')
    await expect(emulator.move(link.token, 'form_start')).rejects.toThrow(/form_start/)
    await emulator.move(link.token, 'retake')
    await emulator.move(link.token, 'form_selfie')
  })

  it('that is only triggered is one link in all events of its story, whose result the API has', async () => {
    const { emulator, result } = await magicLink()
    const trigger = (type: string, more: object = {}) => emulator.trigger('unico', type, { subject: 'ana', ...more })
    const events = [
      await trigger('MAGIC_LINK_TRACK', { variant: 'form_start' }),
      await trigger('MAGIC_LINK_RETAKE'),
      await trigger('MAGIC_LINK_RESULT', { variant: 'no_threat' }),
    ].map(one => one.event)
    const [token] = new Set(events.map(one => one.payload.magic_link_token))
    expect(new Set(events.map(one => one.payload.magic_link_token)).size).toBe(1)
    expect(events.map(one => one.subject)).toEqual([token, token, token])
    const { body } = await result(String(token))
    expect((body as { data: JsonObject }).data).toMatchObject(events[2]?.payload.data as JsonObject)
  })
})

describe("Magic Link's errors", () => {
  it.each<[string, JsonObject]>([
    ['a URL that is none', { metadata: { webhook_url: 'nowhere' } }],
    ['plain http to a public host', { metadata: { webhook_url: 'http://example.com/hook' } }],
    ['an external id that is no text', { external_id: 7 }],
  ])('400 for %s', async (_, body) => {
    const { create } = await magicLink()
    expect((await create(body)).body).toMatchObject({
      data: { error: 'data provided in the field is invalid' },
      status_code: 400,
    })
  })

  it('403 without an accepted key, 404 for an unknown link, 405 and unknown paths, all in one form', async () => {
    const { call, create, result } = await magicLink({ apiKeys: ['key-1'] })
    expect((await create()).status).toBe(200)
    expect((await result(NOWHERE, {})).status).toBe(403)
    expect((await result(NOWHERE, { 'x-api-key': 'key-2' })).status).toBe(403)
    expect(await result(NOWHERE)).toMatchObject({ status: 404, body: { version: 'v1.4.2', status_code: 404 } })
    expect((await call('GET', '/v2/history/request', { headers: KEY })).status).toBe(400)
    expect((await call('GET', '/v2/magic-link', { headers: KEY })).status).toBe(405)
    expect((await call('GET', '/v2/nothing', { headers: KEY })).status).toBe(404)
  })
})

describe('a person from Mexico', () => {
  it('has a CURP that fits the name and the birth date, with its check digit', () => {
    expect(curpCheck('HEGG560427MVZRRL0')).toBe('4')
    for (let seed = 1; seed <= 60; seed++) {
      const { name, curp, birthDate, gender } = generatedMexican(stream(seed, 'person'), START)
      expect(curp).toMatch(/^[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A]\d$/)
      expect(curp.slice(4, 10)).toBe(birthDate.slice(2).replaceAll('-', ''))
      expect(curp[10]).toBe(gender)
      expect(curp[17]).toBe(curpCheck(curp.slice(0, 17)))
      const [first, paternal, maternal] = name.normalize('NFD').toUpperCase().split(' ')
      expect(curp[0]).toBe(paternal?.[0])
      expect(curp.slice(2, 4)).toBe(`${maternal?.[0]}${first?.[0]}`)
    }
  })
})
