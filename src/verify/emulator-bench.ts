// The bench of one verification: letters are imagined by an emulator, campaigns are delivered by emulators of their own.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, valueAt } from '../core/json.js'
import type { Message } from '../core/message.js'
import { stream } from '../core/seed.js'
import type { Emulator, EventPreview } from '../emulator/contract.js'
import { declaredFields } from '../faults/apply/declared.js'
import { catalogOf, definitionOf, findChannel, traitsOf } from '../provider/catalog.js'
import type { SubscriptionInput } from '../provider/port.js'
import { explainRefusal } from '../signature-debugger/explain-refusal.js'
import type { Bench, Exchange, Letter, Sealed, Sealing, Situation } from './bench.js'
import { deliverCampaign } from './campaign.js'

/** Where letters go. */
export interface ReceiverAddress {
  provider: string
  channel: string | undefined
  url: string
  secret: string | null | undefined
  timeoutMs: number | undefined
}

export interface BenchParts {
  emulator: Emulator
  /** Another one, whose time begins at `start` (ms). */
  emulatorAt(start: number, seed: number): Promise<Emulator>
  address: ReceiverAddress
  seed: number
  observe: Bench['observe']
}

function parsed(text: string): JsonObject {
  try {
    const value: Json = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

async function sealed({ prepared }: EventPreview, at: number, how: Sealing): Promise<Sealed> {
  const body = how.body ?? prepared.body
  const { headers, signedString, failed } = await prepared.sign({
    attempt: how.attempt ?? 1,
    at: how.at ?? at,
    body: how.body,
    secret: how.secret,
    previousSecret: how.previousSecret,
  })
  if (failed !== undefined)
    throw new EmulatorError(`Messages cannot be signed: ${failed}`, {
      code: 'unreachable',
      hint: 'See the secret and the settings of the credentials.',
    })
  const message: Message = {
    method: prepared.method,
    url: prepared.url,
    headers: [...prepared.headers, ...headers],
    body,
  }
  return { message, signed: headers, signedString }
}

/** The value that a receiver deduplicates by: at a payload path, or in a header. */
async function keyOf(preview: EventPreview, value: JsonObject, at: number): Promise<string | undefined> {
  const { idempotencyKey } = traitsOf(preview.channel.behaviour, preview.settings)
  const header = /^header:(.+)$/.exec(idempotencyKey)?.[1]?.toLowerCase()
  if (header !== undefined) {
    const { message } = await sealed(preview, at, {})
    return message.headers.find(([name]) => name.toLowerCase() === header)?.[1]
  }
  const key = valueAt(value, idempotencyKey)
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined
}

/** Every text by which credentials could be recognised: without their scheme, decoded, and the password alone. */
function credentialTexts({ signed }: Sealed): string[] {
  return signed.flatMap(([, value]) => {
    const last = value.split(' ').at(-1) ?? value
    if (!/^basic /i.test(value)) return [last]
    const decoded = Buffer.from(last, 'base64').toString('utf8')
    return [last, decoded, decoded.slice(decoded.indexOf(':') + 1)]
  })
}

/** The bench of one verification. Nothing is sent yet. */
export async function createBench({ emulator, emulatorAt, address, seed, observe }: BenchParts): Promise<Bench> {
  const { provider } = address
  const loaded = await emulator.load(provider)
  const channel = findChannel(loaded, address.channel)
  const wide = await emulator.settings(provider)
  const catalog = catalogOf(channel, wide)
  const [first] = catalog
  if (first === undefined)
    throw new EmulatorError(`Channel ${channel.name} of ${provider} has no event types with these settings.`, {
      code: 'usage',
      where: 'settings',
      hint: 'Declare some in its settings.',
    })
  const to: SubscriptionInput = { channel: channel.name, url: address.url, secret: address.secret }
  const { clock } = emulator
  const exchanges: Exchange[] = []
  let letters = 0
  let campaigns = 0

  const previewOf = (input: { type?: string; variant?: string; subject: string }) =>
    emulator.previewEvent(provider, input.type ?? first.name, to, {
      channel: channel.name,
      variant: input.variant,
      subject: input.subject,
    })

  const letter = async (input: { type?: string; variant?: string; subject?: string } = {}): Promise<Letter> => {
    const preview = await previewOf({ ...input, subject: input.subject ?? `verification-${++letters}` })
    const { event, prepared } = preview
    const value = parsed(prepared.body)
    const { schema } = definitionOf(channel, event.type, wide)
    return {
      type: event.type,
      variant: input.variant ?? null,
      subject: event.subject,
      key: await keyOf(preview, value, clock.wall()),
      body: prepared.body,
      value,
      mayLack: path => declaredFields(schema, value).some(field => field.optional && field.path.join('.') === path),
      seal: (how = {}) => sealed(preview, clock.wall(), how),
    }
  }

  const sample = await previewOf({ subject: 'verification-0' })
  const signs = traitsOf(channel.behaviour, sample.settings)
  const sampled = await sealed(sample, clock.wall(), {})
  const isSigned =
    sampled.signedString !== undefined ||
    sampled.signed.some(([name]) => signs.signatureHeaders.includes(name.toLowerCase()))
  const situation: Situation = {
    provider,
    channel: channel.name,
    traits: signs,
    signs: isSigned,
    credentials: !isSigned && sampled.signed.length > 0,
    plan: sample.prepared.plan,
    timeoutMs: address.timeoutMs ?? sample.prepared.plan.timeoutMs,
    types: catalog.map(({ name, variants }) => ({ name, variants: variants.map(variant => variant.name) })),
  }
  const secret = address.secret ?? undefined
  const made = channel.behaviour.secret.make(stream(seed, 'a stranger'))

  return {
    situation,
    letter,
    async story(steps) {
      const subject = `verification-${++letters}`
      const told: Letter[] = []
      for (const step of steps) {
        told.push(await letter({ ...step, subject }))
        // Kept, for nobody, so that the next event of the story knows what came before.
        const { type, variant } = step
        await emulator.trigger(provider, type, { channel: channel.name, variant, subject, only: [] })
        await emulator.advance(1000)
      }
      return told
    },
    async send(given, what, wire) {
      const { message, signedString } = 'message' in given ? given : { message: given, signedString: undefined }
      const sent = await emulator.send(message, { timeoutMs: situation.timeoutMs, wire })
      const exchange: Exchange = { what, message, wire, signedString, ...sent }
      exchanges.push(exchange)
      return exchange
    },
    async deliver(campaign) {
      const own = stream(seed, 'campaign', ++campaigns).int(2 ** 32)
      const delivered = await deliverCampaign(campaign, {
        emulatorAt: start => emulatorAt(start, own),
        provider,
        to,
        type: first.name,
        plan: situation.plan,
        wall: clock.wall(),
      })
      for (const { attempts } of delivered) exchanges.push(...attempts)
      return delivered
    },
    async explain({ message, answer }) {
      if (secret === undefined) return undefined
      const { headers, body } = message
      const question = {
        provider: loaded.provider,
        channel: channel.name,
        secret,
        settings: sample.settings,
        headers,
        body: typeof body === 'string' ? Buffer.from(body) : body,
        now: clock.wall(),
      }
      return explainRefusal(question, answer?.body ?? '')
    },
    secret,
    strangerSecret: made === '' ? 'not the secret of the receiver' : made,
    secrets: [...new Set([...(secret === undefined ? [] : [secret]), ...(isSigned ? [] : credentialTexts(sampled))])],
    observe,
    exchanges: () => exchanges,
    wall: clock.wall,
    monotonic: clock.monotonic,
    pause: ms => new Promise(resolve => void clock.alarm(ms, resolve)),
  }
}
