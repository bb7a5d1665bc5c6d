// Magic links as subjects: a link to a journey for people from Mexico, its steps and its result.
// Source: Magic Link V1, Create a Magic Link, track_webhook_url and Get Result.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { type Stream, stream } from '../../core/seed.js'
import type { Subject } from '../../core/subject.js'
import type { MakeContext } from '../../provider/channel.js'
import type { ProviderPort } from '../../provider/port.js'
import { MAGIC_LINK_LABELS, MAGIC_LINK_STEPS, type MagicLinkLabel, STEP_NAMES } from './enums.js'
import { generatedMexican } from './mexico.js'
import { textOf } from './subjects.js'

/** The kind of these subjects. */
export const MAGIC_LINK = 'magic_link'

/** The three URLs of a link. Source: Magic Link V1, metadata. */
export const LINK_URLS = ['redirect_url', 'webhook_url', 'track_webhook_url'] as const

/** An instant (ms) as Magic Link writes it. Source: Magic Link V1, created_on (its last six digits are zero here). */
export const linkTime = (at: number) => new Date(at).toISOString().replace('Z', '000000Z')

/** What a new link is made from. */
export interface NewLink {
  token: string
  /** When it is created, ms. */
  at: number
  externalId: string | null
  metadata: JsonObject
}

/** The data of a new link. Key order of what is shown: Magic Link V1, Create a Magic Link. */
export function newLink(random: Stream, { token, at, externalId, metadata }: NewLink): JsonObject {
  return {
    external_id: externalId,
    created_on: linkTime(at),
    is_active: true,
    token,
    magic_link_url: `https://verification.uat.unico.app/link/v2/${token}`,
    metadata,
    version: 'v2',
    request_id: random.uuid(),
    person: { ...generatedMexican(random, at) },
    step: '',
    step_on: linkTime(at),
    label: '',
  }
}

/** What is shown of a link. Source: Magic Link V1, Create a Magic Link. */
export function shownLink(data: JsonObject): JsonObject {
  const { request_id, person, step, step_on, label, ...shown } = data
  return shown
}

/** The link that an event is about: one that the API created, or the story's own. */
export function linkOf({ about, facts }: MakeContext): JsonObject {
  if (about?.kind === MAGIC_LINK) return about.data
  // From the process alone, so that all events of the story have the same link.
  const random = stream(textOf(facts, 'id'), 'magic link')
  const made = newLink(random, {
    token: random.uuid(),
    at: Date.parse(textOf(facts, 'createdAt')),
    externalId: textOf(facts, 'clientReference') || null,
    metadata: Object.fromEntries(LINK_URLS.map(name => [name, null])),
  })
  return { ...made, ...(isJsonObject(facts.magicLink) ? facts.magicLink : {}) }
}

/** The result of a finished link; assumed as a whole but for `response.label`, `response.unico.result` and the names of the images. */
export function resultOf(link: JsonObject, label: MagicLinkLabel): JsonObject {
  const person = isJsonObject(link.person) ? link.person : {}
  const [text, result] = MAGIC_LINK_LABELS[label]
  return {
    external_id: link.external_id ?? null,
    request_id: link.request_id ?? '',
    response: {
      label: text,
      reason: label === 'no_threat' ? [] : [label === 'review' ? 'face_inconclusive' : 'face_mismatch'],
      unico: { result },
    },
    identity: { name: person.name ?? '', curp: person.curp ?? '', birth_date: person.birthDate ?? '' },
  }
}

const isLabel = (label: string): label is MagicLinkLabel => Object.hasOwn(MAGIC_LINK_LABELS, label)

/** The label of a finished link; undefined for one that is not finished. */
export function labelOf(data: JsonObject): MagicLinkLabel | undefined {
  const label = textOf(data, 'label')
  return isLabel(label) ? label : undefined
}

/** What a link can be moved to: the steps that are left, a retake, or its result. */
export function linkMoves({ state, data }: Subject): readonly string[] {
  if (state !== 'active') return []
  const done = STEP_NAMES.findIndex(name => MAGIC_LINK_STEPS[name] === data.step)
  return [...STEP_NAMES.slice(done + 1), 'retake', ...Object.keys(MAGIC_LINK_LABELS)]
}

/** Moves a link on, with the events that follow. */
export async function moveLink({ id, data, account }: Subject, to: string, port: ProviderPort): Promise<void> {
  const trigger = (type: string, variant?: string) =>
    port.trigger(type, { subject: id, account, ...(variant === undefined ? {} : { variant }) })
  if (to === 'retake') await trigger('MAGIC_LINK_RETAKE')
  else if (!isLabel(to)) await trigger('MAGIC_LINK_TRACK', to)
  else {
    // The last step is that the result is there.
    if (data.step !== 'form_decision_maker') await trigger('MAGIC_LINK_TRACK', 'form_decision_maker')
    await trigger('MAGIC_LINK_RESULT', to)
  }
}
