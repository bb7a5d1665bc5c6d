// Payloads and signatures of KYC Genie made without an emulator.
import type { JsonObject } from '../../../src/core/json.js'
import { seedWords } from '../../../src/core/seed.js'
import type { SubjectChange } from '../../../src/core/subject.js'
import type { ChannelBehaviour, Settings, SignInput } from '../../../src/provider/channel.js'
import { loadFaker, reseed } from '../../../src/provider/fake.js'
import { kycgenie } from '../../../src/providers/kycgenie/index.js'
import { signInput as inputOf } from '../../support/sign-input.js'

const START = Date.UTC(2026, 0, 22, 8, 15, 30, 987)

export interface Made {
  payload: JsonObject
  data: JsonObject
  subjects: SubjectChange[]
}

export interface Story {
  facts: JsonObject
  /** Makes the next event of the story, `afterMs` later, and lets the story learn from it. */
  next(type: string, options?: { variant?: string; afterMs?: number; set?: JsonObject }): Made
}

export async function channel(): Promise<ChannelBehaviour> {
  const [only] = kycgenie.channels
  if (!only) throw new Error('no channel')
  return only.load()
}

/** Provider-wide settings, complete. */
export async function wide(given: JsonObject = {}): Promise<Settings> {
  const { settings } = await kycgenie.load()
  const own = settings.parse(given)
  return { ...(await channel()).settings.parse({}), ...own }
}

/** A story whose events learn from each other, as in an emulator. */
export async function story(
  seed: number,
  { settings = {}, given = {} }: { settings?: JsonObject; given?: JsonObject } = {},
): Promise<Story> {
  const behaviour = await kycgenie.load()
  const webhooks = await channel()
  const complete = await wide(settings)
  const fake = await loadFaker('en')
  let now = START
  let ordinal = 0
  const current: Story = {
    facts: behaviour.facts(reseed(fake, seedWords(seed, 'facts'), now), {
      now,
      settings: complete,
      given,
      id: undefined,
    }),
    next(type, { variant, afterMs = 0, set = {} } = {}) {
      now += afterMs
      const definition = webhooks.definition(type, complete)
      if (!definition) throw new Error(`no ${type}`)
      const forms = kycgenie.channels[0]?.eventTypes.find(({ name }) => name === type)?.variants
      const context = { type, variant: variant ?? forms?.[0]?.name, now, facts: current.facts, settings: complete }
      const made = definition.make(reseed(fake, seedWords(seed, type, ++ordinal), now), context)
      const payload: JsonObject = { ...made, data: { ...(made.data as JsonObject), ...set } }
      const subjects = definition.subjects(payload, context)
      const entity = subjects.find(({ kind }) => kind === 'entity')
      current.facts = { ...current.facts, ...entity?.data }
      return { payload, data: payload.data as JsonObject, subjects }
    },
  }
  return current
}

/** What a signer is asked. */
export async function signInput(
  over: Partial<SignInput> & { body: string },
  settings: JsonObject = {},
): Promise<SignInput> {
  const { settings: schema } = await channel()
  return inputOf({}, { settings: schema.parse(settings), at: START, value: null, ...over })
}
