// The signature debugger over HTTP: for a request given in full, or for an attempt of a delivery.
import {
  type SignatureQuestion as Question,
  type SignatureAnswer,
  signatureAnswer,
  signatureQuestion,
} from '../../api/signature.js'
import type { Attempt } from '../../core/delivery.js'
import { EmulatorError } from '../../core/errors.js'
import type { Headers } from '../../core/message.js'
import type { Emulator } from '../../emulator/contract.js'
import { explainRejection } from '../../signature-debugger/explain-rejection.js'
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

/** What is asked of a stored attempt. */
interface Asked {
  questions: SignatureQuestion[]
  /** The stored attempt. */
  attempt?: Attempt
  /** The subscription whose secret is another than the given one. */
  otherThan?: string | undefined
}

/** An explanation with a secret that is not the subscription's: that is the cause, unless a likelier one is known. */
function withOtherSecret(explanation: SignatureExplanation, subscription: string): SignatureExplanation {
  if (explanation.verdict === 'invalid' && explanation.causes.length > 0) return explanation
  const sentence = `The given secret is not that of subscription ${subscription}, which signs its requests with another.`
  const fix = `Give your receiver the secret of subscription ${subscription}, or the subscription the secret of your receiver.`
  return { ...explanation, verdict: 'invalid', summary: sentence, causes: [{ id: 'other-secret', sentence, fix }] }
}

/** One question for each secret that the attempt may have been signed with. */
async function ofDelivery(emulator: Emulator, id: string, given: Question): Promise<Asked> {
  const { delivery, subscription, attempts, body } = emulator.view(id)
  const attempt = given.attempt === undefined ? attempts.at(-1) : attempts.find(one => one.number === given.attempt)
  if (attempt === undefined)
    throw new EmulatorError(`Delivery ${id} has no attempt${given.attempt ? ` ${given.attempt}` : ''}.`, {
      code: 'not_found',
      hint: `It has ${attempts.length}.`,
    })
  const own = [subscription?.secret, subscription?.previousSecret?.secret].filter(secret => typeof secret === 'string')
  const secrets = given.secret === undefined ? own : [given.secret]
  if (secrets.length === 0) throw missing('secret', 'The subscription has none, or is removed; give the secret it had.')
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
  const isOther = given.secret !== undefined && own.length > 0 && !own.includes(given.secret)
  return {
    attempt,
    otherThan: isOther ? delivery.subscriptionId : undefined,
    questions: secrets.map(secret => ({
      provider,
      channel,
      secret,
      settings,
      providerSettings,
      headers,
      body: bytes,
      now: attempt.stampedAt,
    })),
  }
}

/** A signature alone, without what a header puts around it. */
const BARE = /^(?:[0-9a-f]+|[a-z0-9+/_-]+={0,2})$/i

/** The same question with another signature in the header that carries it. */
async function withSignature(question: SignatureQuestion, given: string): Promise<SignatureQuestion> {
  const { expected, steps } = await explainSignature(question)
  const signature = steps.find(({ name }) => name === 'signature')?.value ?? ''
  const [name, value] = expected.find(([, text]) => text.includes(signature)) ?? ['', '']
  const pasted = given.trim()
  const others = question.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase())
  const whole = BARE.test(pasted) ? value.replace(signature, () => pasted) : pasted
  return { ...question, headers: [...others, [name, whole]] }
}

/** What the response to an attempt shows that its receiver computed. */
async function computedBy(question: SignatureQuestion, { answer }: Attempt): Promise<SignatureAnswer['computed']> {
  const rejection = answer === null ? undefined : await explainRejection(question, answer.body)
  if (rejection?.computed == null) return null
  const { causes, alternatives, ...rest } = rejection.computed
  return { ...rest, causes: [...causes], alternatives: alternatives.map(other => [...other]) }
}

const named = (headers: readonly [string, string | null][]) => headers.map(([name, value]) => ({ name, value }))

async function answerTo(emulator: Emulator, given: Question): Promise<SignatureAnswer> {
  const { delivery, signature, whole } = given
  const asked: Asked =
    delivery === undefined
      ? { questions: await ofRequest(emulator, given) }
      : await ofDelivery(emulator, delivery, given)
  const questions = await Promise.all(
    asked.questions.map(one => (signature === undefined ? one : withSignature(one, signature))),
  )
  const all = await Promise.all(questions.map(one => explainSignature({ ...one, whole })))
  const best = Math.max(
    0,
    all.findIndex(({ verdict, causes }) => verdict === 'valid' || causes.length > 0),
  )
  const [question, explanation] = [questions[best], all[best]]
  if (question === undefined || explanation === undefined) throw new Error('there is no question to explain')
  const { expected, received, ...rest } =
    asked.otherThan === undefined ? explanation : withOtherSecret(explanation, asked.otherThan)
  const isOwn = signature === undefined && given.body === undefined && given.bodyBase64 === undefined
  return {
    ...rest,
    expected: named(expected),
    received: named(received),
    computed: asked.attempt !== undefined && isOwn ? await computedBy(question, asked.attempt) : null,
  }
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
          schema: signatureAnswer,
        },
        400: { description: 'Something is missing, or nothing is signed under these settings.' },
        404: { description: 'There is no such delivery or attempt.' },
      },
      handler: async ({ emulator, body }) => ({ status: 200, body: await answerTo(emulator, body) }),
    }),
  ],
}
