// The subscriptions of one provider: by channel where it has several, and those that share a secret together.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { PlainText } from '../components/plain-text.js'
import { shortText } from '../form/controls.js'
import { groupsOf } from '../form/grouped-fields.js'
import { type ProviderWithSettings, readWithSettings } from '../state/catalog.js'
import { SubscriptionCard } from './subscription-card.js'

/** What a card says of one setting. */
interface ShownSetting {
  title: string
  value: string
}

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {})

function titleOf(schema: JsonObject, name: string): string {
  const declared = propertiesOf(schema)[name]
  return isJsonObject(declared) && typeof declared.title === 'string' ? declared.title : name
}

/** The settings that the provider's dashboard has, given or not, and all others that are given. */
function shownSettings({ settings }: Subscription, schema: JsonObject, wide: JsonObject): ShownSetting[] {
  const [first = []] = groupsOf(schema, Object.keys(propertiesOf(schema))).values()
  const isShared = (name: string) => first.includes(name) && wide[name] !== undefined && wide[name] !== null
  const names = [...first.filter(name => name in settings || isShared(name)), ...Object.keys(settings)]
  return [...new Set(names)].map(name => ({
    title: titleOf(schema, name),
    value: name in settings ? shortText(settings[name]) : `${shortText(wide[name])} (default)`,
  }))
}

/** The title of the setting that makes the group, where one does. */
function groupTitle(group: string, { settings }: Subscription, schema: JsonObject, wide: JsonObject): string {
  const name = Object.keys(propertiesOf(schema)).find(name => (settings[name] ?? wide[name]) === group)
  return name === undefined ? 'Group' : titleOf(schema, name)
}

/** A part of the view. */
export function ProviderSubscriptions({
  provider: { name, title, channels },
  subscriptions,
  onSecret,
}: {
  provider: ProviderSummary
  subscriptions: readonly Subscription[]
  onSecret: (made: { id: string; secret: string; oldValidUntil: string | null }) => void
}) {
  const read = useSignal<ProviderWithSettings | undefined>(undefined)
  useEffect(() => {
    readWithSettings(name).then(
      got => {
        read.value = got
      },
      // The names of the settings stay in place of their titles.
      () => {},
    )
  }, [name])
  const wide = read.value?.settings ?? {}
  const schemaOf = (channel: string) =>
    read.value?.provider.channels.find(one => one.name === channel)?.settingsSchema ?? {}
  const card = (subscription: Subscription) => (
    <SubscriptionCard
      key={subscription.id}
      subscription={subscription}
      settings={shownSettings(subscription, schemaOf(subscription.channel), wide)}
      hasTestCall={channels.some(({ name, testEvent }) => name === subscription.channel && testEvent !== null)}
      onSecret={onSecret}
    />
  )
  const groups = new Map<string, Subscription[]>()
  for (const one of subscriptions) {
    const key = JSON.stringify([one.channel, one.secretGroup])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return (
    <section class="stack" aria-label={title}>
      <h2>{title}</h2>
      {[...groups].map(([key, [first, ...others]]) => {
        if (first === undefined) return null
        const all = [first, ...others]
        const { secretGroup, channel } = first
        if (secretGroup === null) return all.map(card)
        const heading = `${groupTitle(secretGroup, first, schemaOf(channel), wide)} ${secretGroup}`
        return (
          <section key={key} class="stack group" aria-label={heading}>
            <h3>
              <PlainText text={heading} />
            </h3>
            <p class="quiet-text">
              {all.length === 1
                ? 'One subscription, with a secret that others of this group would share.'
                : `${all.length} subscriptions with one secret: rotated at one of them, it is rotated for all.`}
            </p>
            {all.map(card)}
          </section>
        )
      })}
    </section>
  )
}
