// The shape of standin.yaml, made from the table of options, and its JSON Schema for editors.
import * as z from 'zod'
import { writtenDuration } from '../api/duration.js'
import { jsonObject, listIn, text } from '../api/values.js'
import { type OptionSpec, options } from '../config.js'
import { subscriptionSchema } from '../scenario/schema.js'
import { CONFIG_KEYS, type ConfigKey } from './config-keys.js'

/** Holds a `${…}` reference somewhere. */
const REFERENCE = /\$\{[^}]*\}/

const reference = z
  .string()
  .regex(REFERENCE, { abort: true, error: `Write the value, or a reference such as \${env.NAME}.` })
const orReference = (schema: z.ZodType) => z.union([schema, reference])

function valueSchema({ kind, choices, least = 0 }: OptionSpec): z.ZodType {
  switch (kind) {
    case 'flag':
      return orReference(z.boolean())
    case 'whole':
      return orReference(z.int().min(least))
    case 'port':
      return orReference(z.int().min(0).max(65535))
    case 'duration':
      return writtenDuration(REFERENCE)
    case 'speed':
      return orReference(z.number().gt(0))
    case 'list':
      return listIn(text)
    case 'texts':
      return z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    case 'reports':
      return z.partialRecord(z.enum(['junit', 'json', 'markdown']), text)
    default:
      return choices === undefined ? text : orReference(z.enum(choices))
  }
}

const keySchemas = Object.fromEntries(
  Object.entries(CONFIG_KEYS).map(([name, { option, commands }]: [string, ConfigKey]) => {
    const { help } = options[option]
    const about = name === 'server' ? `${help}; default: that of host and port` : help
    return [
      name,
      valueSchema(options[option])
        .optional()
        .describe(`${about}. For ${commands.join(', ')}.`),
    ]
  }),
)

/** The file. */
export const configSchema = z.strictObject({
  $schema: z.string().optional(),
  providers: z
    .record(z.string(), jsonObject)
    .optional()
    .describe('Provider-wide settings, by provider. For serve, run, trigger, verify.'),
  subscriptions: z
    .array(subscriptionSchema.extend({ url: text.optional().describe('Default: the "to" of the file.') }))
    .optional()
    .describe('Subscriptions that serve makes, or finds again on its ledger; verify takes the first of its provider.'),
  ...keySchemas,
})

/** JSON Schema (2020-12) of the file; the text of docs/standin.schema.json. */
export function configJsonSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
  return `${JSON.stringify({ $schema, title: 'standin.yaml', ...schema }, null, 2)}\n`
}
