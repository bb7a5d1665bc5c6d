// Acme, a parcel service, as a provider of your own: standin serve --provider-file examples/provider/acme.js
import { defineChannel, defineProvider, hmacSha256, scheduled } from 'standin'
import { z } from 'zod'

const SECOND = 1000
const MINUTE = 60 * SECOND

/** An event type of parcels; `state` is the parcel's state after it. */
const parcelEvent = (/** @type {string} */ state) => ({
  schema: z.strictObject({
    event: z.literal(`parcel.${state}`),
    at: z.iso.datetime(),
    parcel: z.strictObject({
      id: z.string(),
      recipient: z.string(),
      weight_grams: z.number().int(),
      signed_by: z.string().nullable(),
    }),
  }),
  // Random values come from `fake`, the time from `now`, and values shared by a story from `facts`.
  make: (
    /** @type {import('@faker-js/faker').Faker} */ fake,
    /** @type {import('standin').MakeContext} */ { now, facts, variant },
  ) => ({
    event: `parcel.${state}`,
    at: new Date(now).toISOString(),
    parcel: {
      id: String(facts.parcel_id),
      recipient: String(facts.recipient),
      weight_grams: Number(facts.weight_grams),
      signed_by:
        variant === 'in_person' ? String(facts.recipient) : variant === 'neighbour' ? fake.person.fullName() : null,
    },
  }),
  subjects: (
    /** @type {import('standin').JsonObject} */ _payload,
    /** @type {import('standin').MakeContext} */ { facts },
  ) => [{ id: String(facts.parcel_id), kind: 'parcel', state }],
})

/** @type {Record<string, import('standin').EventDefinition>} */
const definitions = { 'parcel.shipped': parcelEvent('shipped'), 'parcel.delivered': parcelEvent('delivered') }

/** @type {import('standin').ChannelBehaviour} */
const webhooks = {
  settings: z.strictObject({
    maxAttempts: z
      .union([z.number().int().min(1), z.literal('unlimited')])
      .default(4)
      .describe('Attempts at one delivery, the first included, or "unlimited".'),
  }),
  definition: type => (Object.hasOwn(definitions, type) ? definitions[type] : undefined),
  secret: { use: 'required', make: random => `acme_${random.hex(32)}`, overlapMs: () => 0 },
  sign: ({ body, secret, at }) => {
    const signedString = `${Math.floor(at / SECOND)}.${body}`
    return {
      headers: [
        ['Acme-Timestamp', String(Math.floor(at / SECOND))],
        ['Acme-Signature', hmacSha256(secret ?? '', signedString, 'hex')],
      ],
      signedString,
    }
  },
  retry: ({ maxAttempts }) => ({
    policy: scheduled(
      [30 * SECOND, 5 * MINUTE, 60 * MINUTE],
      maxAttempts === 'unlimited' ? maxAttempts : Number(maxAttempts),
    ),
    accepts: status => status >= 200 && status < 300,
    timeoutMs: 10 * SECOND,
    concurrency: 5,
  }),
  traits: {
    signs: true,
    signatureHeaders: ['acme-signature'],
    timestampHeader: 'acme-timestamp',
    signedOver: 'raw',
    idempotencyKey: 'parcel.id',
    typePath: 'event',
  },
}

export const acme = defineProvider({
  name: 'acme',
  title: 'Acme Parcels',
  about: 'A parcel service with two events; an example of a provider of your own.',
  assumptions: [
    {
      name: 'maxAttempts',
      question: 'How often is a delivery attempted?',
      choice: 4,
      reason: 'Acme’s page lists three waits.',
      setting: 'subscription',
      alternatives: 'any number, or "unlimited"',
    },
  ],
  channels: [
    defineChannel({
      name: 'webhooks',
      title: 'Parcel webhooks',
      eventTypes: [
        { name: 'parcel.shipped', title: 'A parcel is on its way', subject: 'parcel', variants: [], documented: true },
        {
          name: 'parcel.delivered',
          title: 'A parcel has arrived',
          subject: 'parcel',
          variants: [
            { name: 'in_person', title: 'Signed by the recipient' },
            { name: 'neighbour', title: 'Signed by a neighbour' },
            { name: 'letterbox', title: 'Put into the letterbox' },
          ],
          documented: true,
        },
      ],
      load: async () => webhooks,
    }),
  ],
  subjects: { parcel: { title: 'A parcel', states: ['packed', 'shipped', 'delivered'] } },
  load: async () => ({
    settings: z.strictObject({}),
    locale: 'en',
    root: 'parcel',
    rootId: 'parcel_id',
    isRootId: text => /^par_[0-9a-f]{12}$/.test(text),
    facts: (fake, { id, given }) => ({
      parcel_id: id ?? `par_${fake.string.hexadecimal({ length: 12, casing: 'lower', prefix: '' })}`,
      recipient: fake.person.fullName(),
      weight_grams: fake.number.int({ min: 50, max: 20_000 }),
      ...given,
    }),
  }),
})
