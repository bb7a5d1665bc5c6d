// The body that makes or changes an entity. Source of the keys: Entities (new), common and company fields; Entities (old), individual fields.
import * as z from 'zod'

const text = z.string('Not a valid string.')
const country = text.regex(/^([A-Z]{2})?$/, 'Must be an ISO 3166-1 alpha-2 code.')
const date = z.iso.date('Date has wrong format. Use one of these formats instead: YYYY-MM-DD.').nullable()

/** The fields that can be set and changed. */
const fields = {
  entity_subtype: text.nullable(),
  external_id: text.nullable(),
  email: z.union([z.literal(''), z.email('Enter a valid email address.')], 'Enter a valid email address.'),
  phone: text,
  address_line_1: text,
  address_line_2: text,
  address_city: text,
  address_state: text,
  address_postal_code: text,
  address_country: country,
  is_primary: z.boolean('Must be a valid boolean.'),
  legal_name: text,
  trading_name: text,
  registration_number: text,
  jurisdiction: country,
  incorporation_date: date,
  title: text,
  first_name: text,
  middle_name: text,
  last_name: text,
  gender: z.enum(['male', 'female'], 'Must be male or female.'),
  date_of_birth: date,
  country_of_birth: country,
}
const OBJECT = { error: 'Invalid data. Expected a dictionary.' }
/** Source: Errors, example with field errors. */
const TYPE = "Must be 'company' or 'individual'."

/** Body of an update; the type of an entity never changes, and other keys are ignored. */
export const entityChange = z.object(fields, OBJECT).partial()

const REQUIRED = { company: ['legal_name'], individual: ['first_name', 'last_name'] } as const

/** Body of a new entity; other keys are ignored. */
export const entityBody = z
  .object(
    {
      entity_type: z.enum(['company', 'individual'], {
        error: ({ input }) => (input === undefined ? 'This field is required.' : TYPE),
      }),
      ...entityChange.shape,
    },
    OBJECT,
  )
  .superRefine((given, ctx) => {
    for (const key of REQUIRED[given.entity_type])
      if (!given[key]?.trim()) ctx.addIssue({ code: 'custom', path: [key], message: 'This field is required.' })
  })
