// The signature debugger over HTTP: for a request given in full, or for an attempt of a delivery.
import {
  type SignatureQuestion as Question,
  type SignatureExplanation as Shown,
  signatureExplanation,
  signatureQuestion,
} from '../../api/signature.js'
import { EmulatorError } from '../../core/errors.js'
import type { Headers } from '../../core/message.js'
import type { Emulator } from '../../emulator/contract.js'
import {
  explainSignature,
  type SignatureExplanation,
  type SignatureQuestion,
} from '../../signature-debugger/explain-signature.js'
import { controlRoute, type Family } from './route.js'

const missing = (what: string, hint: string) =>
  new EmulatorError(`There is no ${what} to explain the signature with.`, { code: 'invalid_input', where: what, hint })

async function ofRequest(emulator: Emulator, given: Question): Promise<SignatureQuestion[]> {
  const { channel, secret, settings = {}, headers, body, bodyBase64 } = given
  const hint = 'Give provider, secret, headers and body; or the id of a delivery.'
  if (given.provider === undefined) throw missing('provider', hint)
  const { provider } = await emulator.load(given.provider)
  if (secret === undefined) throw missing('secret', hint)
  const bytes = bodyBase64 === undefined ? body : Buffer.from(bodyBase64, 'base64')
  if (bytes === undefined) throw missing('body', hint)
  return [
    {
      provider,
      channel,
      secret,
      settings,
      providerSettings: await emulator.settings(provider.name),
      headers: Object.entries(headers),
      body: Buffer.from(bytes),
      now: emulator.clock.wall(),
    },
  ]
}

/** One question for each secret that the attempt may have been signed with. */
async function ofDelivery(emulator: Emulator, id: string, given: Question): Promise<SignatureQuestion[]> {
  const { delivery, subscription, attempts, body } = emulator.view(id)
  const attempt = given.attempt === undefined ? attempts.at(-1) : attempts.find(one => one.number === given.attempt)
  if (attempt === undefined)
    throw new EmulatorError(`Delivery ${id} has no attempt${given.attempt ? ` ${given.attempt}` : ''}.`, {
      code: 'not_found',
      hint: `It has ${attempts.length}.`,
    })
  const secrets = [given.secret ?? subscription?.secret, given.secret ? null : subscription?.previousSecret?.secret]
  const known = secrets.filter(secret => typeof secret === 'string')
  if (known.length === 0) throw missing('secret', 'The subscription has none, or is removed; give the secret it had.')
  const { provider } = await emulator.load(delivery.provider)
  const replaced = new Set(Object.keys(given.headers).map(name => name.toLowerCase()))
  const headers: Headers = [
    ...attempt.headers.filter(([name]) => !replaced.has(name.toLowerCase())),
    ...Object.entries(given.headers),
  ]
  const base64 = given.bodyBase64 ?? (given.body === undefined ? attempt.bodyBase64 : null)
  const bytes = base64 === null ? Buffer.from(given.body ?? body) : Buffer.from(base64, 'base64')
  const settings = { ...subscription?.settings, ...given.settings }
  const providerSettings = await emulator.settings(provider.name)
  const { channel } = delivery
  return known.map(secret => ({
    provider,
    channel,
    secret,
    settings,
    providerSettings,
    headers,
    body: bytes,
    now: attempt.stampedAt,
  }))
}

const named = (headers: readonly [string, string | null][]) => headers.map(([name, value]) => ({ name, value }))

function view({ expected, received, ...rest }: SignatureExplanation): Shown {
  return { ...rest, expected: named(expected), received: named(received) }
}

export const explainSignatureFamily: Family = {
  name: 'explain-signature',
  about: 'Diagnose signature mismatches.',
  routes: [
    controlRoute({
      id: 'explainSignature',
      method: 'POST',
      path: '/_standin/explain-signature',
      summary: 'Diagnoses a signature mismatch: recomputes the signature step by step and names the likely causes.',
      body: signatureQuestion,
      answers: {
        200: {
          description: 'The explanation, for a valid signature too.',
          schema: signatureExplanation,
        },
        400: { description: 'Something is missing, or nothing is signed under these settings.' },
        404: { description: 'There is no such delivery or attempt.' },
      },
      handler: async ({ emulator, body: given }) => {
        const { delivery } = given
        const questions =
          delivery === undefined ? await ofRequest(emulator, given) : await ofDelivery(emulator, delivery, given)
        const all = await Promise.all(questions.map(explainSignature))
        const best = all.find(({ verdict, causes }) => verdict === 'valid' || causes.length > 0) ?? all[0]
        if (best === undefined) throw new Error('there is no question to explain')
        return { status: 200, body: view(best) }
      },
    }),
  ],
}
