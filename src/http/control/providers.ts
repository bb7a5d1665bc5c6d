// Providers: their channels, event types, settings and assumptions.
import * as z from 'zod'
import {
  type ProviderSummary,
  provider,
  providerList,
  type Provider as Shown,
  sampleQuery,
} from '../../api/provider.js'
import { jsonObject } from '../../api/values.js'
import type { JsonObject } from '../../core/json.js'
import { maskedBy, withoutMasks } from '../../core/mask.js'
import type { Emulator } from '../../emulator/contract.js'
import { catalogOf, findChannel, findProvider } from '../../provider/catalog.js'
import type { Provider } from '../../provider/provider.js'
import { controlRoute, type Family } from './route.js'

const params = z.strictObject({ provider: z.string().meta({ description: 'Its name.' }) })

const noSuch = { description: 'There is no such provider.' }

/** The whole catalog of a channel under the provider-wide settings of now. */
async function catalog(emulator: Emulator, { name, channels }: Provider) {
  const settings = channels.some(channel => channel.catalog) ? await emulator.settings(name) : {}
  return channels.map(channel => ({
    name: channel.name,
    title: channel.title,
    wildcard: channel.wildcard ?? null,
    testEvent: channel.testEvent ?? null,
    eventTypes: catalogOf(channel, settings).map(
      ({ name, title, subject, documented, assumption = null, variants }) => ({
        name,
        title,
        subject,
        documented,
        assumption,
        variants: variants.map(variant => ({ name: variant.name, title: variant.title })),
      }),
    ),
  }))
}

async function describe(emulator: Emulator, name: string): Promise<Shown> {
  const { title, about, subjects, assumptions } = findProvider(emulator.providers, name)
  const { fieldMarks, jsonSchema } = await import('../../provider/marks.js')
  const loaded = await emulator.load(name)
  const settings = await emulator.settings(name)
  const described = []
  for (const channel of await catalog(emulator, loaded.provider)) {
    const { behaviour } = findChannel(loaded, channel.name)
    const eventTypes = []
    for (const type of channel.eventTypes) {
      const known = behaviour.definition(type.name, settings)?.schema
      const schema = known ? jsonSchema(known, 'output', { documented: true }) : {}
      eventTypes.push({
        ...type,
        schema,
        fields: fieldMarks(schema).map(({ assumption = null, ...field }) => ({ ...field, assumption })),
        sample: await emulator.previewPayload(name, type.name, { channel: channel.name }),
      })
    }
    described.push({ ...channel, settingsSchema: jsonSchema(behaviour.settings, 'input'), eventTypes })
  }
  return {
    name,
    title,
    about,
    settingsSchema: jsonSchema(loaded.behaviour.settings, 'input'),
    channels: described,
    subjects: Object.entries(subjects).map(([kind, { title, states }]) => ({ kind, title, states: [...states] })),
    assumptions: assumptions.map(({ name, question, choice, reason, setting, alternatives }) => ({
      name,
      question,
      choice,
      reason,
      setting: setting ?? null,
      alternatives: alternatives ?? null,
    })),
  }
}

/** All provider-wide settings, masked by every schema that describes them. */
async function maskedSettings(emulator: Emulator, name: string): Promise<JsonObject> {
  const { behaviour, channels } = await emulator.load(name)
  const schemas = [behaviour.settings, ...channels.map(channel => channel.behaviour.settings)]
  return maskedBy((await emulator.settings(name)) as JsonObject, schemas) as JsonObject
}

export const providersFamily: Family = {
  name: 'providers',
  about: 'Providers and their provider-wide settings.',
  routes: [
    controlRoute({
      id: 'listProviders',
      method: 'GET',
      path: '/_standin/providers',
      summary: 'Lists the providers with their channels and event types.',
      answers: {
        200: { description: 'The providers.', schema: providerList },
      },
      handler: async ({ emulator }) => {
        const items: ProviderSummary[] = []
        for (const known of emulator.providers)
          items.push({
            name: known.name,
            title: known.title,
            about: known.about,
            channels: await catalog(emulator, known),
          })
        return { status: 200, body: { items } }
      },
    }),
    controlRoute({
      id: 'getProvider',
      method: 'GET',
      path: '/_standin/providers/{provider}',
      summary: 'Gets a provider: schemas and samples of its event types, settings, assumptions.',
      params,
      answers: { 200: { description: 'The provider.', schema: provider }, 400: noSuch },
      handler: async ({ emulator, params }) => ({ status: 200, body: await describe(emulator, params.provider) }),
    }),
    controlRoute({
      id: 'getSamplePayload',
      method: 'GET',
      path: '/_standin/providers/{provider}/sample',
      summary: 'Gets a generated payload of an event type, of one variant where it has them; nothing is stored.',
      params,
      query: sampleQuery,
      answers: {
        200: { description: 'The payload.', schema: jsonObject },
        400: { description: 'No such provider, channel, event type or variant.' },
      },
      handler: async ({ emulator, params, query: { type, ...given } }) => ({
        status: 200,
        body: await emulator.previewPayload(params.provider, type, given),
      }),
    }),
    controlRoute({
      id: 'getProviderSettings',
      method: 'GET',
      path: '/_standin/providers/{provider}/settings',
      summary: 'Gets all provider-wide settings.',
      params,
      answers: { 200: { description: 'Each setting with its value.', schema: jsonObject }, 400: noSuch },
      handler: async ({ emulator, params }) => ({ status: 200, body: await maskedSettings(emulator, params.provider) }),
    }),
    controlRoute({
      id: 'changeProviderSettings',
      method: 'PATCH',
      path: '/_standin/providers/{provider}/settings',
      summary: 'Changes provider-wide settings; null resets one to its default.',
      params,
      body: jsonObject,
      answers: {
        200: { description: 'Each setting with its new value.', schema: jsonObject },
        400: { description: 'No such provider, an unknown setting or an invalid value; nothing was changed.' },
      },
      handler: async ({ emulator, params, body }) => {
        findProvider(emulator.providers, params.provider)
        const present = emulator.ledger.providerSettings(params.provider)
        await emulator.changeSettings(params.provider, withoutMasks(body, present))
        return { status: 200, body: await maskedSettings(emulator, params.provider) }
      },
    }),
  ],
}
