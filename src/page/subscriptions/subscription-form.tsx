// The form of a subscription, new or changed: where to, which event types, and the provider's own settings of it.
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Provider } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import type { JsonObject } from '../../core/json.js'
import { segment, send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { Section } from '../components/section.js'
import { useAction } from '../components/use-action.js'
import { Field } from '../form/field.js'
import { GroupedFields, groupsOf } from '../form/grouped-fields.js'
import { messagesAt, placedProblems } from '../form/problems.js'

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** The settings that differ; one that was removed is null, which resets it. */
export function changedSettings(before: JsonObject, after: JsonObject): JsonObject {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    names.filter(name => !same(before[name], after[name])).map(name => [name, after[name] ?? null]),
  )
}

/** A form; without `subscription` it makes a new one. `onDone` gets what was saved, with its secret if it is new. */
export function SubscriptionForm({
  provider,
  channelName,
  subscription,
  onDone,
}: {
  provider: Provider
  channelName: string
  subscription: Subscription | undefined
  onDone: (saved: Subscription) => void
}) {
  const channel = provider.channels.find(({ name }) => name === channelName) ?? provider.channels[0]
  const url = useSignal(subscription?.url ?? '')
  const types = useSignal<readonly string[]>(subscription?.eventTypes ?? ['*'])
  const secret = useSignal('')
  const account = useSignal('')
  const settings = useSignal<JsonObject>(subscription?.settings ?? {})
  const { isBusy, error, run } = useAction()
  const problems = placedProblems(error)
  const schema = useMemo(() => channel?.settingsSchema ?? {}, [channel])
  const names = Object.keys((schema.properties as JsonObject | undefined) ?? {})
  // The first group is what a dashboard asks for; the others are how the provider is played.
  const [first = []] = groupsOf(schema, names).values()
  const isAll = types.value.includes('*')
  const save = () =>
    run(async () => {
      const isUrlNew = url.value !== subscription?.url
      const shared = {
        eventTypes: [...types.value],
        ...(secret.value === '' ? {} : { secret: secret.value }),
      }
      const saved = subscription
        ? await send<Subscription>('PATCH', `/subscriptions/${segment(subscription.id)}`, {
            ...shared,
            // One with a masked password in it would replace the real one.
            ...(isUrlNew ? { url: url.value } : {}),
            settings: changedSettings(subscription.settings, settings.value),
          })
        : await send<Subscription>('POST', '/subscriptions', {
            provider: provider.name,
            channel: channelName,
            url: url.value,
            ...shared,
            ...(account.value === '' ? {} : { account: account.value }),
            settings: settings.value,
          })
      onDone(saved)
    })
  const text = (
    label: string,
    path: string,
    signal: { value: string },
    {
      help,
      type = 'text',
      isRequired = false,
    }: { help?: string; type?: 'text' | 'password'; isRequired?: boolean } = {},
  ) => (
    <Field label={label} help={help} messages={messagesAt(problems, path)}>
      {props => {
        const shared = {
          ...props,
          required: isRequired,
          value: signal.value,
          onInput: (event: { currentTarget: { value: string } }) => {
            signal.value = event.currentTarget.value
          },
        }
        return type === 'password' ? (
          <input {...shared} type="password" autocomplete="new-password" />
        ) : (
          <input {...shared} autocomplete="off" />
        )
      }}
    </Field>
  )
  const fields = (only: readonly string[]) => (
    <GroupedFields
      schema={schema}
      root={schema}
      value={settings.value}
      problems={problems}
      path="settings"
      names={only}
      onChange={changed => {
        settings.value = changed
      }}
    />
  )
  const others = names.filter(name => !first.includes(name))
  const isOtherWrong = problems.some(({ path }) => others.includes(path.split('.')[1] ?? ''))
  return (
    <form
      class="stack"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      {text('URL', 'url', url, { help: "Of the receiver's endpoint, http or https.", isRequired: true })}
      <fieldset class="nested stack">
        <legend>Event types</legend>
        <label class="inline">
          <input
            type="checkbox"
            checked={isAll}
            onChange={event => {
              types.value = event.currentTarget.checked ? ['*'] : []
            }}
          />
          All
        </label>
        {!isAll && (
          <div class="type-list">
            {channel?.eventTypes.map(({ name }) => (
              <label key={name} class="inline">
                <input
                  type="checkbox"
                  checked={types.value.includes(name)}
                  onChange={event => {
                    types.value = event.currentTarget.checked
                      ? [...types.value, name]
                      : types.value.filter(other => other !== name)
                  }}
                />
                {name}
              </label>
            ))}
          </div>
        )}
        {messagesAt(problems, 'eventTypes').map(message => (
          <p key={message} class="field-wrong">
            ✕ {message}
          </p>
        ))}
      </fieldset>
      {fields(first)}
      {text('Secret', 'secret', secret, {
        type: 'password',
        help: subscription ? 'Empty: it stays as it is.' : 'Empty: one is made, where the channel has one.',
      })}
      {!subscription && text('Account', 'account', account, { help: 'The account at the provider that owns it.' })}
      {others.length > 0 && (
        <Section key={String(isOtherWrong)} title="More settings" isOpen={isOtherWrong}>
          {() => fields(others)}
        </Section>
      )}
      <ErrorNote error={error} />
      <div>
        <button type="submit" class="primary" disabled={isBusy}>
          {subscription ? 'Save' : 'Create'}
        </button>
      </div>
    </form>
  )
}
