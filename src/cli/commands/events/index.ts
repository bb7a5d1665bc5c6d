// `standin events`: lists the event types of the providers; with a type, its schema and a sample payload.

import { findProvider } from '../../../provider/catalog.js'
import type { EventType } from '../../../provider/channel.js'
import type { Provider } from '../../../provider/provider.js'
import { defineCommand, EXIT, noteUseless } from '../../command.js'
import { columns, counted, type Print } from '../../print.js'
import { providersOf } from '../../providers.js'
import { settingsByProvider, settingsFrom } from '../../settings.js'

const namedBy = ({ documented, assumption }: EventType) =>
  documented ? '' : ` [not in its documents${assumption === undefined ? '' : `: assumption ${assumption}`}]`

function typeRow(type: EventType): string[] {
  const variants = type.variants.length === 0 ? '' : ` (variants: ${type.variants.map(({ name }) => name).join(', ')})`
  return [`  ${type.name}`, `${type.title}${variants}${namedBy(type)}`]
}

function catalogRecords(provider: Provider, print: Print, catalogs: ReadonlyMap<string, readonly EventType[]>): void {
  for (const channel of provider.channels) {
    for (const type of catalogs.get(channel.name) ?? channel.eventTypes)
      print.record({
        kind: 'eventType',
        provider: provider.name,
        channel: channel.name,
        name: type.name,
        title: type.title,
        subject: type.subject,
        variants: type.variants,
        documented: type.documented,
        assumption: type.assumption ?? null,
        onlyByName: type.onlyByName === true,
      })
    if (channel.wildcard)
      print.record({ kind: 'wildcard', provider: provider.name, channel: channel.name, ...channel.wildcard })
  }
}

function catalogLines(provider: Provider, print: Print, catalogs: ReadonlyMap<string, readonly EventType[]>): void {
  for (const channel of provider.channels) {
    const types = catalogs.get(channel.name) ?? channel.eventTypes
    print.line(
      `${print.paint('bold', provider.name)} / ${channel.name}: ${channel.title}, ${counted(types.length, 'event type')}`,
    )
    const all = channel.wildcard ? [[`  ${channel.wildcard.name}`, channel.wildcard.title]] : []
    for (const line of columns([...types.map(typeRow), ...all])) print.line(line)
    print.line()
  }
}

function assumptionLines(provider: Provider, print: Print): void {
  print.line(`Assumptions, where the documents of ${provider.title} leave something open:`)
  for (const { name, question, choice, reason, setting, alternatives } of provider.assumptions) {
    const change =
      setting === undefined ? '' : ` [setting${alternatives === undefined ? '' : `; alternatives: ${alternatives}`}]`
    print.line(`  ${print.paint('bold', name)}: ${question}`)
    print.line(`    ${typeof choice === 'string' ? choice : JSON.stringify(choice)}${change}: ${reason}`)
  }
}

export const command = defineCommand({
  usage: '[provider] [event-type]',
  args: { min: 0, max: 2 },
  about: [
    'List the event types. With a provider, also list its assumptions: what its documents leave open, and our choice.',
    'With an event type, show its title, variants, JSON Schema and a sample payload.',
  ],
  options: ['channel', 'variant', 'seed', 'start', 'setting', 'provider-file'],
  examples: ({ provider, type }) => ['events', `events ${provider}`, `events ${provider} ${type}`, 'events --json'],
  run: async ({ args: [name, typeName], options, given, print }) => {
    if (typeName === undefined)
      noteUseless({ given, print }, ['channel', 'variant', 'seed', 'start'], 'without an event type')
    const providers = await providersOf(options['provider-file'])
    const chosen = name === undefined ? providers : [findProvider(providers, name)]
    if (typeName !== undefined && chosen[0] !== undefined) {
      const { showType } = await import('./show-type.js')
      await showType({ provider: chosen[0], providers, type: typeName, options, print })
      return EXIT.success
    }
    // Settings can add event types, and only an emulator knows which.
    const catalogs = new Map<string, ReadonlyMap<string, readonly EventType[]>>()
    if (Object.keys(options.setting).length > 0) {
      const { declaredCatalogs } = await import('./show-type.js')
      const settings =
        name === undefined ? settingsByProvider(options.setting) : { [name]: settingsFrom(options.setting) }
      for (const [provider, channels] of await declaredCatalogs(providers, settings)) catalogs.set(provider, channels)
    }
    for (const provider of chosen) {
      catalogRecords(provider, print, catalogs.get(provider.name) ?? new Map())
      if (print.json) continue
      catalogLines(provider, print, catalogs.get(provider.name) ?? new Map())
    }
    if (name !== undefined && chosen[0] !== undefined) {
      for (const assumption of chosen[0].assumptions)
        print.record({ kind: 'assumption', provider: chosen[0].name, ...assumption })
      if (!print.json) assumptionLines(chosen[0], print)
    }
    return EXIT.success
  },
})
