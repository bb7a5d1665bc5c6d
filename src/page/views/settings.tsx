// Settings of the providers: those that hold for all of a provider, made of their schemas, and what it assumes.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { setQuery } from '../address.js'
import { segment, send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'
import { useAction } from '../components/use-action.js'
import { shortText } from '../form/controls.js'
import { Field } from '../form/field.js'
import { GroupedFields } from '../form/grouped-fields.js'
import { placedProblems } from '../form/problems.js'
import { liveProviders, type ProviderWithSettings, readWithSettings } from '../state/catalog.js'
import { changedSettings } from '../subscriptions/subscription-form.js'
import type { ViewProps } from '../view.js'

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {})

/** The form of a provider's settings, its own first, then the defaults of its subscriptions. */
function SettingsForm({ provider, settings: initial }: ProviderWithSettings) {
  const before = useSignal(initial)
  const settings = useSignal(initial)
  const isSaved = useSignal(false)
  const { isBusy, error, run } = useAction()
  const change = changedSettings(before.value, settings.value)
  const problems = placedProblems(error)
  const own = propertiesOf(provider.settingsSchema)
  const fields = (schema: JsonObject, omit: readonly string[]) => (
    <GroupedFields
      schema={schema}
      root={schema}
      value={settings.value}
      problems={problems.map(({ path, message }) => ({ path: path.replace(/^settings\./, ''), message }))}
      path=""
      names={Object.keys(propertiesOf(schema)).filter(name => !omit.includes(name))}
      onChange={changed => {
        isSaved.value = false
        settings.value = changed
      }}
    />
  )
  const seen = new Set(Object.keys(own))
  const channels = provider.channels.map(({ name, title, settingsSchema }) => {
    const omit = [...seen]
    for (const key of Object.keys(propertiesOf(settingsSchema))) seen.add(key)
    return { name, title, settingsSchema, omit }
  })
  return (
    <form
      class="stack"
      aria-label={`Settings of ${provider.title}`}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        run(async () => {
          const saved = await send<JsonObject>('PATCH', `/providers/${segment(provider.name)}/settings`, change)
          before.value = saved
          settings.value = saved
          isSaved.value = true
        })
      }}
    >
      <section class="panel stack" aria-labelledby="own-settings">
        <h2 id="own-settings">The provider itself</h2>
        {Object.keys(own).length === 0 ? <p>It has no settings.</p> : fields(provider.settingsSchema, [])}
      </section>
      {channels.map(({ name, title, settingsSchema, omit }) => (
        <section key={name} class="panel stack" aria-label={title}>
          <h2>Defaults of subscriptions: {title}</h2>
          {fields(settingsSchema, omit)}
        </section>
      ))}
      <ErrorNote error={error} />
      <div class="row save-row">
        <button type="submit" class="primary" disabled={isBusy || Object.keys(change).length === 0}>
          Save
        </button>
        <span role="status">
          {isSaved.value
            ? 'Saved.'
            : Object.keys(change).length > 0
              ? `Changed: ${Object.keys(change).join(', ')}.`
              : ''}
        </span>
      </div>
    </form>
  )
}

/** The view of the settings: `#/settings?provider=…`. */
export default function Settings({ query }: ViewProps) {
  const providers = useMemo(liveProviders, [])
  useEffect(providers.follow, [])
  const read = useSignal<ProviderWithSettings | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const known = providers.value.value ?? []
  const name = query.provider ?? known[0]?.name
  useEffect(() => {
    if (name === undefined) return
    let isOver = false
    readWithSettings(name).then(
      got => {
        if (isOver) return
        failure.value = undefined
        read.value = got
      },
      (error: unknown) => {
        if (!isOver) failure.value = error
      },
    )
    return () => {
      isOver = true
    }
  }, [name])
  const shown = read.value?.provider.name === name ? read.value : undefined
  return (
    <div class="stack">
      <ErrorNote error={providers.failure.value ?? failure.value} />
      <Field label="Provider" help={shown?.provider.about}>
        {props => (
          <select {...props} value={name ?? ''} onChange={event => setQuery({ provider: event.currentTarget.value })}>
            {known.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        )}
      </Field>
      {shown && (
        <div key={name} class="stack">
          <SettingsForm provider={shown.provider} settings={shown.settings} />
          <Section title={`What its documents leave open: ${shown.provider.assumptions.length} assumptions`}>
            {() => (
              <ul class="plain-list">
                {shown.provider.assumptions.map(({ name, question, choice, reason }) => (
                  <li key={name}>
                    <strong>{name}</strong>: <PlainText text={question} /> <em>{shortText(choice)}</em>.{' '}
                    <span class="quiet-text">
                      <PlainText text={reason} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        </div>
      )}
    </div>
  )
}
