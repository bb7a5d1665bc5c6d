// A trigger: what makes an event happen.
import * as z from 'zod'
import { jsonObject, listIn, payloadPath, text, valuesByPath } from './values.js'

/** What may be said of an event besides its provider and type; scenarios say it in the same words. */
export const triggerFields = {
  channel: text.optional().meta({ description: "Default: the provider's first that has the type." }),
  variant: text.optional().meta({ description: 'A named form of the type; default: the first.' }),
  subject: text.optional().meta({ description: "A subject's id, or a label that names a story." }),
  set: valuesByPath
    .optional()
    .meta({ description: 'Payload path (dotted or JSON Pointer) to value, checked against the schema.' }),
  unset: listIn(payloadPath).optional().meta({ description: 'Payload paths that are left out.' }),
  raw: z.union([jsonObject, z.string()]).optional().meta({
    description:
      'The whole payload instead of a generated one. A text is a JSON object that is sent byte for byte, whatever the settings of the subscription.',
  }),
  account: text.nullable().optional().meta({ description: "Default: the account of the subject's story." }),
  anyState: z
    .boolean()
    .optional()
    .meta({ description: "No warning where the event cannot follow its subject's state." }),
}

/** Schema of `Trigger`. */
export const trigger = z
  .strictObject({
    provider: text,
    type: text.meta({ description: "In the provider's spelling." }),
    ...triggerFields,
    id: text.optional().meta({ description: 'Idempotency id: the same id again gets the first answer.' }),
    only: listIn(text)
      .optional()
      .meta({ description: 'Only these subscriptions, whatever types they ask for; each gets it once.' }),
  })
  .meta({ id: 'NewEvent' })
/** What makes an event happen. */
export type Trigger = z.input<typeof trigger>
