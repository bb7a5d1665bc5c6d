// Event types as a user declares them, the default ones, and the catalog made of either.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import type { EventType } from '../../provider/channel.js'

/** A variant of a declared event type. */
interface DeclaredVariant {
  name: string
  title?: string | undefined
  /** Path in the data to its value in this variant. */
  set?: Record<string, Json> | undefined
  /** The data of this variant, as it is sent. */
  sample?: Json | undefined
}

/** One event type of the setting `eventTypes`. */
export interface DeclaredType {
  name: string
  title?: string | undefined
  /** JSON Schema of the data. */
  schema?: JsonObject | undefined
  /** The data as it is sent; without it, data is generated from the schema. */
  sample?: Json | undefined
  variants?: DeclaredVariant[] | undefined
}

const contact: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    type: { const: 'contact' },
    fullName: { type: 'string' },
    address: { type: 'string' },
    phoneNumber: { type: 'string' },
    birthday: { type: 'string', format: 'date' },
    occupation: { type: 'string' },
  },
  required: ['id', 'type', 'fullName'],
}

const invoice: JsonObject = {
  type: 'object',
  properties: {
    id: { type: 'string', pattern: '^inv_[0-9A-Za-z]{16}$' },
    customer: {
      type: 'object',
      properties: {
        id: { type: 'string', pattern: '^cus_[0-9A-Za-z]{16}$' },
        email: { type: 'string', format: 'email' },
      },
      required: ['id'],
    },
    status: { const: 'paid' },
    method: { enum: ['card', 'transfer'] },
    currency: { type: 'string', minLength: 3, maxLength: 3 },
    amount: { type: 'integer', minimum: 1, description: 'In the smallest unit of the currency.' },
    paidAt: { type: 'string', format: 'date-time' },
  },
  required: ['id', 'customer', 'status', 'method', 'currency', 'amount', 'paidAt'],
}

/** The default of the setting `eventTypes`. Source of contact.created and invoice.paid: Standard Webhooks, "Thin" vs "full" payloads and "Payload structure"; the others are ours. */
export const defaultTypes: DeclaredType[] = [
  { name: 'contact.created', title: 'A contact was created', schema: contact },
  { name: 'contact.updated', title: 'A contact was changed', schema: contact },
  {
    name: 'contact.deleted',
    title: 'A contact was deleted; a thin payload',
    schema: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } }, required: ['id'] },
  },
  {
    name: 'invoice.paid',
    title: 'An invoice was paid',
    schema: invoice,
    variants: [
      { name: 'card', title: 'By card', set: { method: 'card' } },
      { name: 'transfer', title: 'By bank transfer', set: { method: 'transfer' } },
    ],
  },
]

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise)
const objectsOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : [])

/** Types that the specification's examples name. Source: Standard Webhooks, "Payload structure" and "Thin" vs "full" payloads. */
const NAMED = ['contact.created', 'invoice.paid']

/** Whether the data of a type is that of an example in the specification. Source: Standard Webhooks, "Thin" vs "full" payloads. */
export function isExample({ name, schema, sample }: DeclaredType): boolean {
  return name === 'contact.created' && sample === undefined && JSON.stringify(schema) === JSON.stringify(contact)
}

/** The catalog for a value of the setting `eventTypes`; invalid parts are left out. */
export function catalog(declared: unknown): readonly EventType[] {
  return objectsOf(declared).map(({ name, title, variants }) => ({
    name: textOf(name, ''),
    title: textOf(title, textOf(name, '')),
    subject: 'subject',
    ...(NAMED.includes(textOf(name, '')) ? { documented: true } : { documented: false, assumption: 'eventTypes' }),
    variants: objectsOf(variants).map(variant => ({
      name: textOf(variant.name, ''),
      title: textOf(variant.title, textOf(variant.name, '')),
    })),
  }))
}

/** The default catalog. */
export const eventTypes: readonly EventType[] = catalog(defaultTypes)
