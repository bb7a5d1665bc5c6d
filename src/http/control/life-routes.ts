// The life of one delivery, one of its attempts in full, and its request as text to copy.
import * as z from 'zod'
import type { Attempt as Shown } from '../../api/attempt.js'
import {
  attemptDetail,
  deliveryLife,
  type RequestText,
  requestText,
  requestTextQuery,
} from '../../api/delivery-life.js'
import { EmulatorError } from '../../core/errors.js'
import { MASK } from '../../core/mask.js'
import type { Message } from '../../core/message.js'
import type { DeliveryView, Emulator } from '../../emulator/contract.js'
import { curlText, httpText } from '../../report/request-text.js'
import { testText } from '../../report/test-text.js'
import { deliveryLifeView } from './life-view.js'
import { type ControlRoute, controlRoute, idParams } from './route.js'
import { attemptView, subscriptionView } from './views.js'

const missing = { description: 'There is no such delivery.' }
const missingAttempt = { description: 'There is no such delivery or attempt.' }

const attemptParams = z.strictObject({ id: z.string(), number: z.coerce.number().int().min(1) })

function attemptOf({ delivery, attempts }: DeliveryView, number: number) {
  const found = attempts.find(one => one.number === number)
  if (found !== undefined) return found
  throw new EmulatorError(`Delivery ${delivery.id} has no attempt ${number}.`, {
    code: 'not_found',
    hint: `It has ${attempts.length}.`,
  })
}

const isText = (base64: string) => {
  const bytes = Buffer.from(base64, 'base64')
  return Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)
}

/** A shown request as raw HTTP or as a curl command, with a list of what is masked in it. */
function asRequest(as: 'curl' | 'http', { request }: Shown): RequestText {
  const { method, url, headers, body, bodyBase64 } = request
  const message: Message = {
    method,
    url,
    headers: headers.map(({ name, value }) => [name, value]),
    body: bodyBase64 === null ? body : Buffer.from(bodyBase64, 'base64'),
  }
  return {
    as,
    text: as === 'curl' ? curlText(message) : httpText(message).toString('utf8'),
    masked: [
      ...(url.includes(MASK) ? ['url'] : []),
      ...headers.filter(({ value }) => value.includes(MASK)).map(({ name }) => name),
    ],
    exact: as === 'curl' || bodyBase64 === null || isText(bodyBase64),
  }
}

/** The event of a delivery as a test that sends it again with a fresh signature. */
async function asTest(emulator: Emulator, { event, delivery, subscription }: DeliveryView): Promise<RequestText> {
  const shown = subscription && (await subscriptionView(emulator, subscription))
  const hasSecret = shown?.secret != null
  const settings = shown?.settings ?? {}
  return {
    as: 'test',
    text: testText({
      provider: event.provider,
      channel: delivery.channel,
      type: event.type,
      url: shown?.url ?? 'http://127.0.0.1:3000/webhooks',
      payload: event.payload,
      raw: event.raw,
      hasSecret,
      settings,
      mask: MASK,
    }),
    masked: [
      ...(hasSecret ? ['secret'] : []),
      ...Object.entries(settings).flatMap(([name, value]) =>
        JSON.stringify(value).includes(JSON.stringify(MASK)) ? [`settings.${name}`] : [],
      ),
    ],
    exact: true,
  }
}

/** Routes of one delivery and its attempts, for looking at them closely. */
export const lifeRoutes: readonly ControlRoute[] = [
  controlRoute({
    id: 'getDeliveryLife',
    method: 'GET',
    path: '/_standin/deliveries/{id}/life',
    summary:
      'Tells the life of a delivery: attempts, waits and their reasons, what comes next and what can be done. No bytes.',
    params: idParams,
    answers: { 200: { description: 'Its life until now.', schema: deliveryLife }, 404: missing },
    handler: ({ emulator, params }) => ({ status: 200, body: deliveryLifeView(emulator, emulator.view(params.id)) }),
  }),
  controlRoute({
    id: 'getAttempt',
    method: 'GET',
    path: '/_standin/deliveries/{id}/attempts/{number}',
    summary: 'Gets one attempt: exact request, response, outcome.',
    params: attemptParams,
    answers: { 200: { description: 'The attempt.', schema: attemptDetail }, 404: missingAttempt },
    handler: async ({ emulator, params }) => {
      const view = emulator.view(params.id)
      const found = attemptOf(view, params.number)
      const ownBody = found.bodyBase64 === null ? null : view.body
      return { status: 200, body: { ...(await attemptView(emulator, view, found)), ownBody } }
    },
  }),
  controlRoute({
    id: 'getAttemptText',
    method: 'GET',
    path: '/_standin/deliveries/{id}/attempts/{number}/text',
    summary:
      'Gets the request of an attempt as a curl command or raw HTTP, or its event as a test; credentials are masked.',
    params: attemptParams,
    query: requestTextQuery,
    answers: { 200: { description: 'The text.', schema: requestText }, 404: missingAttempt },
    handler: async ({ emulator, params, query: { as } }) => {
      const view = emulator.view(params.id)
      const found = attemptOf(view, params.number)
      if (as === 'test') return { status: 200, body: await asTest(emulator, view) }
      return { status: 200, body: asRequest(as, await attemptView(emulator, view, found)) }
    },
  }),
]
