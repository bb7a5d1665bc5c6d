// Magic Link's payloads: a step that was completed, the result, a picture that is to be taken again.
// Source: Magic Link V1, track_webhook_url; the rest is assumed.
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import type { EventDefinition, MakeContext } from '../../provider/channel.js'
import { LABEL_NAMES, MAGIC_LINK_STEPS, type MagicLinkLabel, STEP_NAMES } from './enums.js'
import { linkOf, linkTime, MAGIC_LINK, resultOf } from './magic-link.js'
import { textOf } from './subjects.js'

const text = z.string()
const url = z.string().nullable()

/** What all events have around their data; webhooks V1 send the data alone. */
const enveloped = <Event extends string, Data extends z.ZodType>(event: Event, data: Data) =>
  z
    .strictObject({
      event: z.literal(event),
      magic_link_token: z.uuid(),
      metadata: z.strictObject({ redirect_url: url, webhook_url: url, track_webhook_url: url }),
      data,
    })
    .meta({ assumption: 'magicLinkEvents' })

const track = enveloped(
  'MAGIC_LINK_TRACK',
  z
    .strictObject({
      step: z
        .enum(Object.values(MAGIC_LINK_STEPS))
        .describe('The step that was completed.')
        .meta({ assumption: 'magicLinkSteps' }),
      user_id: text.nullable().describe('The external_id of the link.'),
      started_on: text.describe('When the step began, UTC.'),
      completed_on: text.describe('When the step was completed, UTC.'),
    })
    .meta({ documented: true }),
)

const result = enveloped(
  'MAGIC_LINK_RESULT',
  z.strictObject({
    external_id: text.nullable(),
    request_id: z.uuid(),
    response: z.strictObject({
      label: text,
      reason: z.array(text),
      unico: z.strictObject({ result: text }),
    }),
    identity: z.strictObject({ name: text, curp: text, birth_date: text }),
  }),
)

const retake = enveloped(
  'MAGIC_LINK_RETAKE',
  z.strictObject({ step: text, user_id: text.nullable(), reason: text, requested_on: text }),
)

const envelope = (event: string, link: JsonObject, data: JsonObject): JsonObject => ({
  event,
  magic_link_token: link.token ?? '',
  metadata: link.metadata ?? {},
  data,
})

/** The link after an event. How far it is, is kept in the story's facts too. */
function changed(state: string, change: (payload: JsonObject, context: MakeContext) => JsonObject) {
  return (payload: JsonObject, context: MakeContext) => {
    const { facts } = context
    const id = textOf(payload, 'magic_link_token')
    const data = change(payload, context)
    const start = { ...linkOf(context), token: id, metadata: payload.metadata ?? {} }
    const process = {
      id: textOf(facts, 'id'),
      kind: 'process',
      state: textOf(facts, 'state'),
      data: { magicLink: data },
    }
    return [{ id, kind: MAGIC_LINK, state, after: ['active'], data, start }, process]
  }
}

const stepNamed = (variant: string | undefined) =>
  MAGIC_LINK_STEPS[STEP_NAMES.find(name => name === variant) ?? STEP_NAMES[0]]

const labelNamed = (variant: string | undefined): MagicLinkLabel =>
  LABEL_NAMES.find(name => name === variant) ?? LABEL_NAMES[0]

/** The definition of each event type, by name. */
export const magicLinkEvents = {
  MAGIC_LINK_TRACK: {
    schema: track,
    make: (_fake, context) => {
      const link = linkOf(context)
      return envelope('MAGIC_LINK_TRACK', link, {
        step: stepNamed(context.variant),
        user_id: link.external_id ?? null,
        started_on: link.step_on ?? '',
        completed_on: linkTime(context.now),
      })
    },
    subjects: changed('active', ({ data }, context) => ({
      step: (isJsonObject(data) && textOf(data, 'step')) || stepNamed(context.variant),
      step_on: linkTime(context.now),
    })),
  },
  MAGIC_LINK_RESULT: {
    schema: result,
    make: (_fake, context) => {
      const link = linkOf(context)
      return envelope('MAGIC_LINK_RESULT', link, resultOf(link, labelNamed(context.variant)))
    },
    subjects: changed('finished', (_payload, context) => ({
      is_active: false,
      step: 'form_decision_maker',
      step_on: linkTime(context.now),
      label: labelNamed(context.variant),
    })),
  },
  MAGIC_LINK_RETAKE: {
    schema: retake,
    make: (_fake, context) => {
      const link = linkOf(context)
      return envelope('MAGIC_LINK_RETAKE', link, {
        step: 'form document_front',
        user_id: link.external_id ?? null,
        reason: 'blurred',
        requested_on: linkTime(context.now),
      })
    },
    subjects: changed('active', () => ({})),
  },
} satisfies Readonly<Record<string, EventDefinition>>
