// Makes the subscriptions that `serve` is asked for; on a kept ledger finds those of an earlier start and changes what differs.
import { isDeepStrictEqual } from 'node:util'
import { EmulatorError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { Subscription } from '../../../core/subscription.js'
import type { Emulator } from '../../../emulator/contract.js'
import { findChannel } from '../../../provider/catalog.js'
import type { SubscriptionChange } from '../../../provider/port.js'
import type { Wanted } from '../../config-keys.js'
import { type Print, plain } from '../../print.js'

/** Key of the notes that says which wanted subscription this one is. */
const NOTE = 'serve'

/** Key of the notes that says that the secret was made up, and so is no one's to keep. */
const MADE_UP = 'madeUpSecret'

/** A subscription as it is now, and what was done for that. */
interface Subscribed {
  subscription: Subscription
  change: 'made' | 'kept' | 'changed'
  /** What of it was changed, in words. */
  changes: string[]
}

const valueOrNull = (settings: JsonObject, present: JsonObject): JsonObject => ({
  ...Object.fromEntries(Object.keys(present).map(key => [key, null])),
  ...settings,
})

/** What differs between a wanted subscription and the one there is, with words for it. */
function difference(present: Subscription, { input }: Wanted): { change: SubscriptionChange; changes: string[] } {
  const { url, secret, eventTypes, active, settings } = input
  const change: SubscriptionChange = {}
  const changes: string[] = []
  if (url !== present.url) {
    change.url = url
    changes.push(`URL (was ${present.url})`)
  }
  if (secret !== undefined && secret !== present.secret) {
    change.secret = secret
    change.notes = { [MADE_UP]: false }
    changes.push('secret')
  }
  if (eventTypes !== undefined && !isDeepStrictEqual([...eventTypes], present.eventTypes)) {
    change.eventTypes = [...eventTypes]
    changes.push('event types')
  }
  if (active !== undefined && active !== present.active) {
    change.active = active
    changes.push(active ? 'active again' : 'no longer active')
  }
  if (settings !== undefined && !isDeepStrictEqual(settings, present.settings)) {
    change.settings = valueOrNull(settings, present.settings)
    changes.push('settings')
  }
  return { change, changes }
}

async function subscribeOne(emulator: Emulator, wanted: Wanted): Promise<Subscribed> {
  const { key, provider, input } = wanted
  const loaded = await emulator.load(provider)
  const { name: channel } = findChannel(loaded, input.channel)
  const there = emulator.ledger.subscriptions({ provider, channel })
  const present =
    there.find(({ notes }) => notes[NOTE] === key) ??
    there.find(({ url, notes }) => url === input.url && notes[NOTE] === undefined)
  if (present === undefined) {
    const subscription = await emulator.subscribe(provider, {
      ...input,
      channel,
      notes: { [NOTE]: key, [MADE_UP]: input.secret === undefined },
    })
    return { subscription, change: 'made', changes: [] }
  }
  const { change, changes } = difference(present, wanted)
  if (changes.length === 0) {
    // The earlier start may have allowed more targets.
    const { url, settings } = present
    await (await emulator.port(provider)).checkSubscription({ channel, url, settings })
    return { subscription: present, change: 'kept', changes }
  }
  const notes = { ...change.notes, [NOTE]: key }
  return {
    subscription: await emulator.updateSubscription(present.id, { ...change, notes }),
    change: 'changed',
    changes,
  }
}

/** Subscribes all of them, or none: what was made is removed again where one is refused. Throws as `Emulator.subscribe` does. */
export async function subscribeAll(emulator: Emulator, wanted: readonly Wanted[], print: Print): Promise<void> {
  const done: Subscribed[] = []
  for (const one of wanted)
    try {
      done.push(await subscribeOne(emulator, one))
    } catch (error) {
      for (const { subscription, change } of done) if (change === 'made') await emulator.unsubscribe(subscription.id)
      if (!(error instanceof EmulatorError)) throw error
      const { message, code, hint, issues, where } = error
      const place = where === undefined || where === 'url' ? one.where : `${one.where} ${where}`
      throw new EmulatorError(message, { code, hint, issues, cause: error, where: place })
    }
  for (const { subscription, change, changes } of done) {
    const { id, provider, channel, url, active, secret, notes } = subscription
    const how = { made: '', kept: ', as before', changed: `, changed: ${changes.join(', ')}` }[change]
    print.line(plain(`subscription ${id}: ${provider}/${channel} to ${url}${how}`))
    const shown = notes[MADE_UP] === true && secret !== null ? secret : undefined
    if (shown !== undefined) print.line(`secret ${shown} (generated; set your own with --secret)`)
    if (!active) print.note(`note: ${id} is not active: it gets no events`)
    print.record({ kind: 'subscribed', id, provider, channel, url, change, changes, secret: shown })
  }
  const ids = new Set(done.map(({ subscription }) => subscription.id))
  for (const { id, url, notes } of emulator.ledger.subscriptions())
    if (notes[NOTE] !== undefined && !ids.has(id))
      print.note(plain(`note: ${id} of an earlier start still sends to ${url}; standin unsubscribe ${id} removes it`))
}
