// One delivery in a real browser: a failure understood and mended, a retry watched, texts from outside, and texts to copy.
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import type { FaultInput } from '../../src/core/fault.js'
import type { JsonObject } from '../../src/core/json.js'
import { hmac, sortedJson } from '../signature-debugger/crypto.js'
import { faultsOfLooks, it, openPage, pageServer } from '../support/browser.js'
import { runProcess } from '../support/process.js'
import { type Answers, type TestRequest, testReceiver } from '../support/receiver.js'

const SECRET = 'the secret of the sender'

/** The signature that a receiver with this secret computes. */
const signatureOf = ({ headers, body }: TestRequest, secret: string) =>
  hmac(secret, `${headers['x-timestamp']}.${sortedJson(JSON.parse(body))}`)

/** A receiver that checks signatures with a secret that can be changed. */
async function checkingReceiver(secret: string) {
  const configured = { secret }
  const to = await testReceiver(request =>
    signatureOf(request, configured.secret) === request.headers['x-signature']
      ? { status: 200, body: 'thanks' }
      : { status: 401, body: 'the signature is wrong' },
  )
  return { ...to, configured }
}

/** A server with one delivery to `url`, whose first attempt has ended. */
async function sentTo(to: string, more: { raw?: JsonObject; faults?: readonly FaultInput[] } = {}) {
  const server = await pageServer()
  const { emulator } = server
  await emulator.subscribe('rillis', { url: to, eventTypes: ['*'], secret: SECRET })
  for (const fault of more.faults ?? []) await emulator.faults.add(fault)
  const { raw } = more
  await emulator.trigger('rillis', 'FLOW_COMPLETED', raw === undefined ? {} : { raw })
  await emulator.rest()
  return { ...server, address: `${server.url}/#/deliveries/dl_1` }
}

const life = (page: Page) => page.getByRole('region', { name: 'Life' })

describe('a 401', () => {
  it('is understood with the signature debugger, mended, and resent to a 200', async () => {
    const receiver = await checkingReceiver('the secret of last year')
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByRole('heading', { name: 'Attempt 1 401' }).waitFor()
    await page.getByText('the signature is wrong').waitFor()
    // What was sent is right, so the mistake is the receiver's.
    await page.getByText('The signature is valid.').waitFor()

    await page.getByText('Signature debugger').click()
    const [request] = receiver.requests
    if (request === undefined) throw new Error('nothing came')
    await page.getByLabel('The signature your receiver computed').fill(signatureOf(request, 'the secret of last year'))
    await page.getByRole('button', { name: 'Explain' }).click()
    await page.getByText('most likely another secret or another body').waitFor()
    await page.getByLabel('The secret your receiver uses').fill('the secret of last year')
    await page.getByRole('button', { name: 'Explain' }).click()
    await page
      .getByText('The given secret is not that of subscription sub_1, which signs its requests with another.')
      .waitFor()

    receiver.configured.secret = SECRET
    await page.getByRole('button', { name: 'Resend' }).click()
    await page.getByRole('heading', { name: 'Attempt 2 200' }).waitFor()
    await life(page)
      .getByText(/Delivered\.$/)
      .waitFor()
    expect(receiver.requests).toHaveLength(2)
    expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true)
    await page.getByText('It is delivered already.').waitFor()
  })

  it('has its cause named when the receiver signs other bytes', async () => {
    const receiver = await testReceiver(({ headers, body }) => ({
      status: 401,
      body: `computed ${hmac(SECRET, `${headers['x-timestamp']}.${body}`)}`,
    }))
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByText('It was computed over the raw body instead of its JSON with sorted keys.').waitFor()
    await page.getByText('Parse the body, sort its keys at every depth').waitFor()
  })

  it('of a request that is not signed says so, without alarm', async () => {
    const receiver = await testReceiver([401])
    const { url, emulator } = await pageServer()
    await emulator.subscribe('unico', { url: receiver.url })
    await emulator.trigger('unico', 'process.finished.expired')
    await emulator.rest()
    const page = await openPage(`${url}/#/deliveries/dl_1`, { expectedErrors: /400/ })
    await page.getByText(/Nothing is signed there|There is no secret to explain/).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
  })

  it('shows the string that was signed, and of the key only its name', async () => {
    const receiver = await checkingReceiver('another')
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByRole('button', { name: 'Copy signed string' }).click()
    const signed = await page.evaluate<string>('navigator.clipboard.readText()')
    const [request] = receiver.requests
    expect(hmac(SECRET, signed)).toBe(request?.headers['x-signature'])
    expect(await page.content()).not.toContain(SECRET)
    expect(await page.content()).not.toContain(Buffer.from(SECRET).toString('hex'))
  })
})

describe('a retry', () => {
  it('is watched to its success on a moved clock', async () => {
    const receiver = await testReceiver([500, 503, 200])
    const { address, emulator } = await sentTo(receiver.url)
    const page = await openPage(address)
    await life(page).getByText('Waits 5 s by the retry schedule: 500; attempt 2 of 8 5 s later').waitFor()
    await page.getByText('in 5 s').first().waitFor()
    await emulator.advance(3000)
    await page.getByText('in 2 s').first().waitFor()
    await page.getByRole('button', { name: 'Move the clock to attempt 2' }).click()
    await life(page).getByText('Waited 5 s by the retry schedule').waitFor()
    // By another hand: the view follows.
    await emulator.drain()
    await life(page)
      .getByText(/Delivered\.$/)
      .waitFor()
    const lines = await life(page).getByRole('listitem').allInnerTexts()
    const told = lines.map(line => line.replace(/\s+/g, ' ').replace(/^[\d:]+ |in [\d.]+ ms$/g, ''))
    expect(told.map(line => line.trim())).toEqual([
      'The event happened.',
      'Attempt 1 500',
      'Waited 5 s by the retry schedule: 500; attempt 2 of 8 5 s later',
      'Attempt 2 503',
      'Waited 30 s by the retry schedule: 503; attempt 3 of 8 30 s later',
      'Attempt 3 200',
      'Delivered.',
    ])
  })

  it('that a fault bent or held back says so', async () => {
    const receiver = await testReceiver([500, 200])
    const faults = [{ kind: 'delay' as const, by: '30d' }, { kind: 'tamper' as const }]
    const { address, emulator } = await sentTo(receiver.url, { faults })
    const page = await openPage(address)
    await page.getByText('No attempt was made yet.').waitFor()
    await life(page).getByText('Waits 30 d held back by a fault: first attempt; delay (fl_1): 30 d later').waitFor()
    await emulator.drain()
    await life(page).getByText('fault tamper').first().waitFor()
    await life(page).getByText('Changes one value of the payload after it was signed.').first().waitFor()
    await page.getByText('A fault changed these bytes: delay, tamper.').waitFor()
    await page.getByText('What the fault changed').click()
    await page.getByRole('heading', { name: 'Left its own, right as sent, field by field' }).waitFor()
    await page.getByText(/to scale/).waitFor()
  })

  it('is watched while it is in flight', async () => {
    const held: { answer?: () => void } = {}
    const receiver = await testReceiver(
      () =>
        new Promise<number>(resolve => {
          held.answer = () => resolve(200)
        }),
    )
    const server = await pageServer()
    await server.emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: SECRET })
    await server.emulator.trigger('rillis', 'FLOW_COMPLETED')
    const page = await openPage(`${server.url}/#/deliveries/dl_1`)
    await page.getByRole('heading', { name: 'Attempt 1 in flight' }).waitFor()
    await page.getByText('None yet: the attempt is in flight.').waitFor()
    held.answer?.()
    await page.getByRole('heading', { name: 'Attempt 1 200' }).waitFor()
    await life(page)
      .getByText(/Delivered\.$/)
      .waitFor()
  })

  it('of very many attempts shows the newest, and all on request', async () => {
    const receiver = await testReceiver([500])
    const { emulator, url } = await pageServer({ untilSuccess: true })
    await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], settings: { retryDelays: [1] } })
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.advance(149)
    const page = await openPage(`${url}/#/deliveries/dl_1`)
    await life(page).getByText('50 earlier attempts are not shown.').waitFor()
    await life(page).getByRole('link', { name: 'Attempt 51', exact: true }).waitFor()
    await life(page).getByRole('button', { name: 'Show all' }).click()
    await life(page).getByRole('link', { name: 'Attempt 1', exact: true }).waitFor()
    await life(page).getByText('The event happened.').waitFor()
  })

  it('is cancelled; the first request is replayed byte for byte', async () => {
    const receiver = await testReceiver([500, 500, 200])
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByRole('button', { name: 'Replay the original' }).click()
    await life(page).getByText('the first request replayed by hand').waitFor()
    const [first, second] = receiver.requests
    expect(second?.headers['x-signature']).toBe(first?.headers['x-signature'])
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('It is cancelled').first().waitFor()
    expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true)
  })

  it('that cannot be made says why beside the buttons', async () => {
    const receiver = await testReceiver([500])
    const { address, emulator } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByRole('button', { name: 'Resend' }).waitFor()
    await emulator.updateSubscription('sub_1', { active: false })
    await page.getByText('Its subscription is inactive.').waitFor()
    expect(await page.getByRole('button', { name: 'Resend' }).isDisabled()).toBe(true)
  })

  it('shows an error of an action where it was asked for', async () => {
    const receiver = await testReceiver([500])
    const { address, close } = await sentTo(receiver.url)
    const page = await openPage(address, { expectedErrors: /ERR_|Failed to load/ })
    await page.getByRole('button', { name: 'Resend' }).waitFor()
    await close()
    await page.getByRole('button', { name: 'Resend' }).click()
    await page
      .getByRole('region', { name: 'Actions' })
      .getByRole('alert')
      .getByText('The server does not answer.')
      .waitFor()
  })
})

describe('texts from outside', () => {
  const MARKUP = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
  const HOSTILE = `${MARKUP}\u0000\u202Egnp.exe\u2028 \u{1F600}`

  it('stay text in the payload, the response and the headers, with what is hidden shown by name', async () => {
    const answers: Answers = [
      { status: 500, headers: { 'x-note': MARKUP, 'content-type': 'text/html' }, body: `${HOSTILE}<b>bold</b>` },
    ]
    const receiver = await testReceiver(answers)
    const raw = { [MARKUP]: HOSTILE, list: [HOSTILE], data: { status: MARKUP } }
    const { address, url } = await sentTo(receiver.url, { raw })
    const page = await openPage(address)
    await page.getByText('onerror').first().waitFor()
    for (const raw of await page.getByRole('button', { name: 'Raw' }).all()) await raw.click()
    await page.getByText('Copy as curl').click()
    await page.getByText('curl -sS').waitFor()
    await page.goto(`${url}/#/events/ev_1`)
    await page.getByText('What it says').waitFor()
    await page.getByText('U+202E').first().waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('#page img, #page script, #page b').count()).toBe(0)
    expect(await page.getByText(MARKUP).count()).toBeGreaterThan(0)
  })

  it('stay text in the names of events, subscriptions and subjects', async () => {
    const receiver = await testReceiver([500])
    const { url, emulator } = await pageServer()
    const name = `${MARKUP}\u202E`
    await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], id: name })
    await emulator.trigger('rillis', 'FLOW_COMPLETED', { id: name, subject: name })
    await emulator.rest()
    const page = await openPage(`${url}/#/deliveries/dl_1`)
    await page.getByText(MARKUP).first().waitFor()
    await page.getByRole('link', { name: 'FLOW_COMPLETED' }).first().click()
    await page.getByRole('region', { name: 'Deliveries' }).getByText(MARKUP).waitFor()
    await page.getByText('The story so far').waitFor()
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('#page img, #page script').count()).toBe(0)
  })

  it('of a large payload are shown at once', async () => {
    const receiver = await testReceiver([500])
    const list = Array.from({ length: 20_000 }, (_, i) => ({ index: i, text: 'some text' }))
    const { address } = await sentTo(receiver.url, { raw: { list, text: 'z'.repeat(100_000) } })
    const page = await openPage(address)
    await page.getByText('20000 items').waitFor()
    await page.getByText('… 19800 more').waitFor()
    await page.getByText('… 98,002 more characters').waitFor()
    await page.getByRole('button', { name: 'Raw' }).click()
    await page.getByRole('button', { name: /Show all [\d,]+ characters/ }).waitFor()
  })

  it('are shown in part where they are long, and whole on request', async () => {
    const receiver = await testReceiver([{ status: 500, body: 'x'.repeat(100_000) }])
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    // 64 KiB of the response are stored.
    await page.getByText('100,000 bytes').waitFor()
    await page.getByText('Stored are the first 65,536 bytes.').waitFor()
    const shown = () =>
      page.evaluate<number>("document.querySelector('section[aria-label=Response] pre').textContent.length")
    expect(await shown()).toBe(10_000)
    await page.getByRole('button', { name: 'Show all 65,536 characters' }).click()
    expect(await shown()).toBe(65_536)
  })
})

describe('a request to copy', () => {
  it('runs as curl against the receiver, which accepts its signature', async () => {
    const receiver = await checkingReceiver(SECRET)
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByText('Copy as curl, HTTP or test code').click()
    await page.getByRole('button', { name: 'Copy curl' }).click()
    const command = await page.evaluate<string>('navigator.clipboard.readText()')
    const { stdout } = await runProcess('sh', [], { input: command })
    expect(stdout).toContain('200 OK')
    expect(stdout).toContain('thanks')
    expect(receiver.bodies[1]).toBe(receiver.bodies[0])
  })

  it('is shown as HTTP and as a test', async () => {
    const receiver = await checkingReceiver(SECRET)
    const { address } = await sentTo(receiver.url)
    const page = await openPage(address)
    await page.getByText('Copy as curl, HTTP or test code').click()
    await page.getByRole('button', { name: 'HTTP', exact: true }).click()
    await page.getByText('POST /webhooks HTTP/1.1').waitFor()
    await page.getByRole('button', { name: 'Test code', exact: true }).click()
    await page.getByText("import { startStandin } from 'standin/testing'").waitFor()
    await page.getByText('The test reads secrets from the environment').waitFor()
    expect(await page.content()).not.toContain(SECRET)
  })
})

describe('the delivery view', () => {
  it('is worked by keyboard alone', async () => {
    const receiver = await testReceiver([500, 500, 200])
    const { address, emulator } = await sentTo(receiver.url)
    await emulator.advance(5000)
    const page = await openPage(address)
    await page.getByRole('heading', { name: 'Attempt 2 500' }).waitFor()
    await page.keyboard.press('k')
    await page.getByRole('heading', { name: 'Attempt 1 500' }).waitFor()
    await page.keyboard.press('j')
    await page.getByRole('heading', { name: 'Attempt 2 500' }).waitFor()
    await page.locator('summary', { hasText: 'Signature debugger' }).focus()
    await page.keyboard.press('Enter')
    await page.getByLabel('The secret your receiver uses').waitFor()
    await page.keyboard.press('r')
    await page.getByRole('heading', { name: 'Attempt 3 200' }).waitFor()
  })

  it('names what there is not', async () => {
    const { url } = await pageServer()
    const page = await openPage(`${url}/#/deliveries/dl_9`, { expectedErrors: /404/ })
    await page.getByRole('alert').getByText('There is no delivery dl_9.').waitFor()
  })

  it('has no faults of accessibility and no sideways scrolling, light or dark, wide or narrow', async () => {
    const receiver = await testReceiver([500, { status: 401, body: '{"a":{"b":[1,null,true]}}' }])
    const { address, emulator } = await sentTo(receiver.url, { faults: [{ kind: 'extraFields' }] })
    await emulator.advance(5000)
    const page = await openPage(address)
    await page.getByText('The signature is valid.').waitFor()
    await page.getByText('Signature debugger').click()
    await page.getByText('Copy as curl').click()
    await page.getByText('curl -sS').waitFor()
    expect(await faultsOfLooks(page)).toEqual([])
  })
})
