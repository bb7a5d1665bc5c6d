// The form that adds a fault: its kind, its parameters, and the attempts that it applies to.
import { useSignal } from '@preact/signals'
import type { ActiveFault } from '../../api/active-fault.js'
import type { ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import { FAULT_KINDS, type FaultKind } from '../../core/fault.js'
import { FAULT_SCOPE, FAULTS, type FaultField } from '../../core/fault-descriptions.js'
import type { Json, JsonObject } from '../../core/json.js'
import { send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { useAction } from '../components/use-action.js'
import { Field } from '../form/field.js'
import { messagesAt, type PlacedProblem, placedProblems } from '../form/problems.js'
import { SchemaFields } from '../form/schema-fields.js'

/** The JSON Schema of a field's value, for its control; the server checks it. */
function schemaOf(field: FaultField): JsonObject {
  const shared = {
    description: field.about,
    ...('default' in field && field.default !== undefined && field.is !== 'duration' ? { default: field.default } : {}),
  }
  const scalars = { anyOf: [{ type: 'number' }, { type: 'string' }] }
  switch (field.is) {
    case 'integer':
    case 'probability':
      return { ...shared, type: 'number' }
    case 'duration':
      return { ...shared, ...scalars, ...(field.default === undefined ? {} : { default: `${field.default / 1000}s` }) }
    case 'boolean':
      return { ...shared, type: 'boolean' }
    case 'choice':
      return { ...shared, enum: [...field.of] }
    case 'string':
    case 'path':
    case 'stringOrNull':
      return { ...shared, type: 'string' }
    case 'paths':
      return { ...shared, type: 'array', items: { type: 'string' }, description: `${field.about} One a line.` }
    case 'integers':
      return { ...shared, type: 'array', items: { type: 'integer' }, description: `${field.about} One a line.` }
    case 'headers':
    case 'json':
      return { ...shared, description: `${field.about} As JSON.` }
  }
}

const objectOf = (fields: Readonly<Record<string, FaultField>>): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOf(field)])),
})

/** Fields of the scope that are chosen from what there is. */
const CHOSEN = ['provider', 'type', 'subscription']

/** A select of known values; the empty one is any. */
function Chosen({
  label,
  about,
  options,
  value,
  messages,
  onChange,
}: {
  label: string
  about: string
  options: readonly { value: string; text: string }[]
  value: Json | undefined
  messages: readonly string[]
  onChange: (value: string) => void
}) {
  return (
    <Field label={label} help={about} messages={messages}>
      {props => (
        <select
          {...props}
          value={typeof value === 'string' ? value : ''}
          onChange={event => onChange(event.currentTarget.value)}
        >
          <option value="">(any)</option>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** Choices of the scope: provider, then its event types, then its subscriptions. */
function Scope({
  value,
  providers,
  subscriptions,
  problems,
  onChange,
}: {
  value: JsonObject
  providers: readonly ProviderSummary[]
  subscriptions: readonly Subscription[]
  problems: readonly PlacedProblem[]
  onChange: (value: JsonObject) => void
}) {
  const set = (name: string) => (chosen: string) => {
    const { [name]: _, ...rest } = value
    // A type or subscription of another provider would never match.
    const { type, subscription, ...kept } = rest
    const base = name === 'provider' ? kept : rest
    onChange(chosen === '' ? base : { ...base, [name]: chosen })
  }
  const isOf = (name: string) => value.provider === undefined || value.provider === name
  const types = [
    ...new Set(
      providers
        .filter(({ name }) => isOf(name))
        .flatMap(({ channels }) => channels.flatMap(({ eventTypes }) => eventTypes.map(({ name }) => name))),
    ),
  ]
  const about = (name: 'provider' | 'type' | 'subscription') => FAULT_SCOPE[name].about
  return (
    <>
      <Chosen
        label="provider"
        about={about('provider')}
        value={value.provider}
        messages={messagesAt(problems, 'provider')}
        options={providers.map(({ name, title }) => ({ value: name, text: title }))}
        onChange={set('provider')}
      />
      <Chosen
        label="type"
        about={about('type')}
        value={value.type}
        messages={messagesAt(problems, 'type')}
        options={types.map(name => ({ value: name, text: name }))}
        onChange={set('type')}
      />
      <Chosen
        label="subscription"
        about={about('subscription')}
        value={value.subscription}
        messages={messagesAt(problems, 'subscription')}
        options={subscriptions
          .filter(({ provider }) => isOf(provider))
          .map(({ id, url }) => ({ value: id, text: `${id} ${url}` }))}
        onChange={set('subscription')}
      />
    </>
  )
}

/** The form; `onAdded` is called when the fault is there. */
export function FaultForm({
  kind,
  providers,
  subscriptions,
  onKind,
  onAdded,
}: {
  kind: FaultKind
  providers: readonly ProviderSummary[]
  subscriptions: readonly Subscription[]
  onKind: (kind: FaultKind) => void
  onAdded: () => void
}) {
  const parameters = useSignal<JsonObject>({})
  const scope = useSignal<JsonObject>({})
  const added = useSignal<ActiveFault | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  const problems = placedProblems(error)
  const shown = [...Object.keys(FAULTS[kind].fields), ...Object.keys(FAULT_SCOPE)]
  const isAllPlaced = problems.length > 0 && problems.every(({ path }) => shown.includes(path))
  const submit = () =>
    run(async () => {
      added.value = undefined
      added.value = await send<ActiveFault>('POST', '/faults', { kind, ...parameters.value, ...scope.value })
      onAdded()
    })
  return (
    <form
      class="panel stack"
      aria-labelledby="fault-form"
      onSubmit={event => {
        event.preventDefault()
        submit()
      }}
    >
      <h2 id="fault-form">Add a fault</h2>
      <Field label="kind" help={FAULTS[kind].about}>
        {props => (
          <select
            {...props}
            value={kind}
            onChange={event => {
              const chosen = FAULT_KINDS.find(known => known === event.currentTarget.value)
              parameters.value = {}
              if (chosen) onKind(chosen)
            }}
          >
            {FAULT_KINDS.map(known => (
              <option key={known} value={known}>
                {known}
              </option>
            ))}
          </select>
        )}
      </Field>
      <SchemaFields
        key={kind}
        schema={objectOf(FAULTS[kind].fields)}
        root={{}}
        value={parameters.value}
        problems={problems}
        path=""
        onChange={changed => {
          parameters.value = changed
        }}
      />
      <fieldset class="stack nested">
        <legend>Which attempts</legend>
        <Scope
          value={scope.value}
          providers={providers}
          subscriptions={subscriptions}
          problems={problems}
          onChange={changed => {
            scope.value = changed
          }}
        />
        <SchemaFields
          schema={objectOf(FAULT_SCOPE)}
          root={{}}
          value={scope.value}
          problems={problems}
          path=""
          omit={CHOSEN}
          onChange={changed => {
            scope.value = changed
          }}
        />
      </fieldset>
      {!isAllPlaced && <ErrorNote error={error} />}
      <div class="row">
        <button type="submit" class="primary" disabled={isBusy}>
          Add
        </button>
        <span role="status">{added.value && `Added ${added.value.id}.`}</span>
        {isAllPlaced && <span role="alert">Not added: see the fields in red.</span>}
      </div>
    </form>
  )
}
