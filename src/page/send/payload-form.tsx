// The payload of an event to be sent: the editor, the way back to the sample, the difference to it, and what is not documented.
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Provider } from '../../api/provider.js'
import type { TriggerResult } from '../../api/trigger-result.js'
import type { JsonObject } from '../../core/json.js'
import { isJsonObject } from '../../core/json.js'
import { send } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'
import { useAction } from '../components/use-action.js'
import { placedProblems } from '../form/problems.js'
import { changesOf, pathText } from '../json/changes.js'
import { readJson } from '../json/read.js'
import { Differences } from '../payload/differences.js'
import { PayloadEditor } from '../payload/editor.js'
import { isLong, useSettled } from '../payload/use-settled.js'
import { Sent } from './sent.js'

type EventType = Provider['channels'][number]['eventTypes'][number]

/** What of an answer is about other fields than the payload's. */
const OTHER_FIELDS = ['provider', 'channel', 'variant', 'subject', 'account', 'only']

const written = (value: JsonObject) => JSON.stringify(value, null, 2)

/** What is not documented of a type, with the names of the assumptions. */
function Undocumented({ type }: { type: EventType }) {
  const fields = type.fields.filter(({ documented }) => !documented)
  if (fields.length === 0) return null
  return (
    <Section title={`Not documented: ${fields.length} of ${type.fields.length} fields`}>
      {() => (
        <ul class="plain-list">
          {fields.map(({ path, assumption }) => (
            <li key={path}>
              <code>{path === '' ? 'the whole body' : <PlainText text={path} />}</code>{' '}
              {assumption !== null && <span class="quiet-text">assumption {assumption}</span>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** The payload with the button that sends it; `given` are the other fields, `start` a payload other than the sample. */
export function PayloadForm({
  type,
  sample,
  start,
  given,
}: {
  type: EventType
  sample: JsonObject
  start: JsonObject | undefined
  given: () => JsonObject
}) {
  const text = useSignal(written(start ?? sample))
  const isExact = useSignal(start !== undefined)
  const result = useSignal<TriggerResult | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  const settled = useSettled(text.value, isLong(text.value))
  const { value, problems } = useMemo(() => readJson(settled), [settled])
  const changes = useMemo(() => (isJsonObject(value) ? changesOf(sample, value) : []), [sample, value])
  const isReadable = settled === text.value && problems.length === 0 && isJsonObject(value)
  const placed = placedProblems(error).filter(({ path }) => !OTHER_FIELDS.includes(path.split('.')[0] ?? ''))
  const payload = (): JsonObject => {
    if (isExact.value) return { raw: value as JsonObject }
    const set = changes.flatMap(({ path, to }) => (to === undefined ? [] : [[pathText(path), to] as const]))
    const unset = changes.filter(({ to }) => to === undefined).map(({ path }) => pathText(path))
    return {
      ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
      ...(unset.length === 0 ? {} : { unset }),
    }
  }
  const way = (exact: boolean, label: string) => (
    <label class="inline">
      <input
        type="radio"
        name="way"
        checked={isExact.value === exact}
        onChange={() => {
          isExact.value = exact
        }}
      />
      {label}
    </label>
  )
  return (
    <form
      class="panel stack"
      aria-labelledby="payload-form"
      onSubmit={event => {
        event.preventDefault()
        if (!isReadable) return
        run(async () => {
          result.value = undefined
          result.value = await send<TriggerResult>('POST', '/events', { ...given(), ...payload() })
        })
      }}
    >
      <h2 id="payload-form">What it says</h2>
      <PayloadEditor
        label="Payload"
        text={text.value}
        schema={type.schema}
        sample={sample}
        fromServer={placed}
        onText={changed => {
          text.value = changed
        }}
      />
      <fieldset class="nested stack">
        <legend>What is sent</legend>
        {way(
          false,
          'A generated payload of the subject, with my changes; what the type does not allow is refused, an unknown text of a known list is warned of',
        )}
        {way(true, 'Exactly this text; what the type does not allow is warned of')}
      </fieldset>
      <div class="row">
        <button type="submit" class="primary" disabled={isBusy || !isReadable}>
          Send
        </button>
        <button
          type="button"
          disabled={text.value === written(sample)}
          onClick={() => {
            text.value = written(sample)
            isExact.value = false
          }}
        >
          Reset to the sample
        </button>
      </div>
      <ErrorNote error={error} />
      {result.value && <Sent key={result.value.event.id} result={result.value} />}
      <Section title={`Difference to the sample: ${changes.length}`}>{() => <Differences changes={changes} />}</Section>
      <Undocumented type={type} />
    </form>
  )
}
