// One event beside its subject in a real browser: the story so far, the present state, and moves.
import { describe, expect } from 'vitest'
import { axeViolations, it, openPage, pageServer } from '../support/browser.js'
import { testReceiver } from '../support/receiver.js'

/** A server with two events of one process, sent to a receiver. */
async function story() {
  const server = await pageServer()
  const receiver = await testReceiver([500, 200])
  const { emulator, url } = server
  await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: 'k' })
  await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['FLOW_COMPLETED'], secret: 'k', active: false })
  await emulator.trigger('rillis', 'VERIFICATION_IDENTITY_COMPLETED', { subject: 'acme' })
  await emulator.advance(60_000)
  await emulator.trigger('rillis', 'FLOW_COMPLETED', { subject: 'acme' })
  await emulator.rest()
  return { ...server, address: `${url}/#/events/ev_2` }
}

describe('an event', () => {
  it('says whom it went to, and why it went to nobody else', async () => {
    const { address } = await story()
    const page = await openPage(address)
    const deliveries = page.getByRole('region', { name: 'Deliveries' })
    await deliveries.getByRole('row', { name: /sub_1 http:\S+ dl_2 delivered/ }).waitFor()
    await deliveries.getByRole('row', { name: /sub_2 http:\S+ none .*active/ }).waitFor()
    await page.getByRole('region', { name: 'Payload' }).getByText('"FLOW_COMPLETED"').waitFor()
    await deliveries.getByRole('link', { name: 'dl_2' }).click()
    await page.getByRole('heading', { name: 'Attempt 1 200' }).waitFor()
  })

  it('shows the warnings that it was triggered with', async () => {
    const { address, emulator } = await story()
    const { event, warnings } = await emulator.trigger('rillis', 'FLOW_REJECTED', { subject: 'acme' })
    expect(warnings).toHaveLength(1)
    const page = await openPage(address.replace('ev_2', event.id))
    const list = page.getByRole('list', { name: 'Warnings' })
    await list.getByText(warnings[0] ?? '').waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.goto(address)
    await page.getByRole('region', { name: 'Deliveries' }).waitFor()
    expect(await list.count()).toBe(0)
  })

  it('says until when a delivery waits in the zone of the reader', async () => {
    const { url, emulator } = await pageServer({ start: Date.parse('2026-03-01T12:00:00Z') })
    const receiver = await testReceiver([500])
    await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret: 'k' })
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.rest()
    const page = await openPage(`${url}/#/events/ev_1`)
    const row = page.getByRole('region', { name: 'Deliveries' }).getByRole('row', { name: /sub_1/ })
    await row.getByText('still waiting until 13:00:05').waitFor()
    expect(await row.locator('td time').last().getAttribute('title')).toBe('2026-03-01T12:00:05.000Z')
    expect(await page.getByRole('link', { name: /like this/ }).count()).toBe(1)
  })

  it('stands in the story of its subject, which goes on while it is looked at', async () => {
    const { address, emulator } = await story()
    const page = await openPage(address)
    const subject = page.getByRole('region', { name: 'Subject' })
    const types = async () => (await subject.getByRole('listitem').allInnerTexts()).map(text => text.split(' ')[1])
    await subject.getByText('shown', { exact: true }).waitFor()
    expect(await types()).toEqual(['VERIFICATION_IDENTITY_COMPLETED', 'FLOW_COMPLETED'])
    await emulator.trigger('rillis', 'VERIFICATION_IDENTITY_UPDATED', { subject: 'acme' })
    await subject.getByText('VERIFICATION_IDENTITY_UPDATED').waitFor()
    expect(await types()).toEqual([
      'VERIFICATION_IDENTITY_COMPLETED',
      'FLOW_COMPLETED',
      'VERIFICATION_IDENTITY_UPDATED',
    ])
    await subject.getByRole('link', { name: /compare ev_1/ }).click()
    await page.getByRole('heading', { name: 'Payload, field by field' }).waitFor()
  })

  it('compares what two receivers got of it', async () => {
    const { url, emulator } = await pageServer()
    const receiver = await testReceiver()
    for (const secret of ['one', 'another'])
      await emulator.subscribe('rillis', { url: receiver.url, eventTypes: ['*'], secret })
    await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.rest()
    const page = await openPage(`${url}/#/events/ev_1`)
    await page.getByRole('link', { name: 'compare with dl_1' }).click()
    await page.getByRole('row', { name: /header x-signature/ }).waitFor()
  })

  it('is compared with another of its type', async () => {
    const { address, emulator } = await story()
    await emulator.trigger('rillis', 'FLOW_COMPLETED', { subject: 'other' })
    const page = await openPage(address)
    await page.getByText('Compare with another event of this type').click()
    await page.getByRole('link', { name: 'compare with ev_3' }).click()
    await page.getByRole('row', { name: /data.flow_instance_id/ }).waitFor()
  })

  it('names what there is not', async () => {
    const { url } = await pageServer()
    const page = await openPage(`${url}/#/events/nothing`, { expectedErrors: /404/ })
    await page.getByRole('alert').getByText('There is no event nothing.').waitFor()
  })
})

describe('a subject', () => {
  /** A process that has begun, with the timer that expires it. */
  async function begun() {
    const server = await pageServer()
    const receiver = await testReceiver()
    await server.emulator.subscribe('unico', { url: receiver.url })
    const port = await server.emulator.port('unico')
    await port.putSubject({
      id: 'p_1',
      kind: 'process',
      state: 'PROCESS_STATE_CREATED',
      data: { id: 'p_1', flow: 'idlive' },
    })
    await port.setTimer('p_1', 'expire', server.emulator.clock.now() + 7 * 86_400_000)
    return { ...server, receiver, address: `${server.url}/#/subjects/unico/p_1` }
  }

  it('shows its state, what it will do by itself, and is moved', async () => {
    const { address, receiver } = await begun()
    const page = await openPage(address)
    await page.getByText('PROCESS_STATE_CREATED').waitFor()
    await page.getByText('By itself: expire at').waitFor()
    await page.getByText('in 7 d').waitFor()
    await page.getByRole('group', { name: 'Move it to' }).getByRole('button', { name: 'expired' }).click()
    await page.getByText('process.finished.expired').waitFor()
    await page.getByText('It cannot be moved by hand from here.').waitFor()
    expect(receiver.requests).toHaveLength(1)
  })

  it('says why it is not moved, where the button is', async () => {
    const { address, emulator } = await begun()
    const page = await openPage(address, { expectedErrors: /409|400|ERR_|Failed/ })
    const move = page.getByRole('button', { name: 'expired' })
    await move.waitFor()
    // The page does not hear of it: the view is as before when the button is pressed.
    await page.route('**/_standin/subjects/p_1?*', route => route.abort())
    await emulator.move('p_1', 'expired')
    await move.click()
    await page.getByRole('alert').getByText('cannot be moved any more').waitFor()
  })
})

it.each([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'event and subject have no faults of accessibility and no sideways scrolling, %s at %d px',
  async (colorScheme, width) => {
    const { address, url } = await story()
    const page = await openPage(address, { colorScheme, viewport: { width, height: 800 } })
    await page.getByText('The story so far').waitFor()
    await page.getByText('What the provider knows of it').click()
    expect(await axeViolations(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    await page.goto(`${url}/#/subjects/rillis/${await page.locator('h2 a bdi').first().innerText()}`)
    await page.getByRole('heading', { name: 'Subject', exact: true }).waitFor()
    await page.getByText('The story so far').waitFor()
    expect(await axeViolations(page)).toEqual([])
  },
)
