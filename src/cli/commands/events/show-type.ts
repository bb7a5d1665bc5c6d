// Shows one event type: title, variants, JSON Schema and a sample payload; and finds the event types that settings add.
import type { Json, JsonObject } from '../../../core/json.js'
import type { Emulator, EmulatorOptions } from '../../../emulator/contract.js'
import { createEmulator } from '../../../emulator/index.js'
import { catalogOf, findType, findVariant } from '../../../provider/catalog.js'
import type { EventType } from '../../../provider/channel.js'
import { type FieldMark, fieldMarks, jsonSchema } from '../../../provider/marks.js'
import type { Provider } from '../../../provider/provider.js'
import { columns, type Print } from '../../print.js'
import { settingsFrom } from '../../settings.js'

interface TypeOptions {
  channel: string | undefined
  variant: string | undefined
  seed: number | undefined
  start: number | undefined
  setting: Record<string, Json>
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

const ourName = ({ assumption }: EventType) =>
  `The provider's documents do not have this name${assumption === undefined ? '' : ` (assumption ${assumption})`}`

const sourceOf = ({ documented, assumption }: FieldMark) =>
  documented ? 'documented' : `Standin's choice${assumption === undefined ? '' : `: ${assumption}`}`

async function withEmulator<T>(options: EmulatorOptions, use: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await createEmulator(options)
  try {
    return await use(emulator)
  } finally {
    await emulator.stop(0)
  }
}

/** The event types of all providers with these provider-wide settings: provider to channel to types. */
export async function declaredCatalogs(
  providers: readonly Provider[],
  settings: Record<string, JsonObject>,
): Promise<Map<string, Map<string, readonly EventType[]>>> {
  return withEmulator({ providers, settings }, async emulator => {
    const all = new Map<string, Map<string, readonly EventType[]>>()
    for (const { name } of providers) {
      const loaded = await emulator.load(name)
      const wide = await emulator.settings(name)
      all.set(name, new Map(loaded.channels.map(channel => [channel.name, catalogOf(channel, wide)])))
    }
    return all
  })
}

/** Prints an event type. Throws `unknown_name` for an unknown type, channel or variant. */
export async function showType({
  provider,
  providers,
  type,
  options,
  print,
}: {
  provider: Provider
  providers: readonly Provider[]
  type: string
  options: TypeOptions
  print: Print
}): Promise<void> {
  const settings = { [provider.name]: settingsFrom(options.setting) }
  await withEmulator({ providers, settings, seed: options.seed, start: options.start }, async emulator => {
    const loaded = await emulator.load(provider.name)
    const complete = await emulator.settings(provider.name)
    const all = loaded.channels.find(
      ({ name, wildcard }) => wildcard?.name === type && name === (options.channel ?? name),
    )
    if (all?.wildcard) {
      print.record({ kind: 'wildcard', provider: provider.name, channel: all.name, ...all.wildcard })
      if (!print.json) print.line(`${print.paint('bold', all.wildcard.name)}: ${all.wildcard.title}`)
      return
    }
    const { channel, eventType } = findType(loaded, type, options.channel, complete)
    const variant = findVariant(eventType, options.variant)
    const definition = channel.behaviour.definition(type, complete)
    const schema =
      definition === undefined
        ? {}
        : { $schema: DRAFT, ...jsonSchema(definition.schema, 'output', { documented: true }) }
    const fields = fieldMarks(schema)
    const sample = await emulator.previewPayload(provider.name, type, {
      channel: channel.name,
      ...(variant === undefined ? {} : { variant }),
    })
    print.record({
      kind: 'eventType',
      provider: provider.name,
      channel: channel.name,
      name: eventType.name,
      title: eventType.title,
      subject: eventType.subject,
      variants: eventType.variants,
      documented: eventType.documented,
      assumption: eventType.assumption ?? null,
      onlyByName: eventType.onlyByName === true,
      schema,
      fields: fields.map(({ assumption = null, ...field }) => ({ ...field, assumption })),
      sample,
    })
    if (print.json) return
    print.line(`${print.paint('bold', eventType.name)}: ${eventType.title}`)
    print.line(
      `Provider ${provider.name}, channel ${channel.name}${eventType.documented ? '' : `. ${ourName(eventType)}`}.`,
    )
    if (eventType.onlyByName === true) print.line('Sent only to subscriptions that list it by name.')
    if (eventType.variants.length > 0) {
      print.line()
      print.line('Variants (--variant):')
      for (const { name, title } of eventType.variants) print.line(`  ${name}: ${title}`)
    }
    print.line()
    print.line('JSON Schema:')
    print.line(JSON.stringify(schema, null, 2))
    print.line()
    print.line(`Sample payload${variant === undefined ? '' : ` (${variant})`}, seed ${emulator.seed}:`)
    print.line(JSON.stringify(sample, null, 2))
    print.line()
    print.line(`Where each field comes from (\`standin events ${provider.name}\` lists the assumptions):`)
    for (const line of columns(
      fields.map(mark => [`  ${mark.path === '' ? '(the body)' : mark.path}`, sourceOf(mark)]),
    ))
      print.line(line)
  })
}
