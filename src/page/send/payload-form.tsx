// The payload of an event to be sent: the editor, the way back to the sample, the difference to it, and what is not documented.
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { Event } from '../../api/event.js'
import type { Provider } from '../../api/provider.js'
import type { TriggerResult } from '../../api/trigger-result.js'
import type { JsonObject } from '../../core/json.js'
import { isJsonObject } from '../../core/json.js'
import { lostKey } from '../../core/json-keys.js'
import { lostNumber } from '../../core/json-numbers.js'
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

/** How the payload is made: the sample's with the changes, the value of the text, or the text itself. */
type Way = 'changes' | 'value' | 'text'

/** Why the value of a text would not be what is written; a text that is sent as it is loses nothing. */
const lossOf = (text: string): string | undefined => {
  const lost = lostNumber(text)?.message ?? lostKey(text, true)?.message
  return lost && `${lost} Choose “exactly this text” to send it as it is written.`
}

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

/** The payload with the button that sends it; `given` are the other fields, `start` an event whose payload it begins with. */
export function PayloadForm({
  type,
  sample,
  start,
  given,
}: {
  type: EventType
  sample: JsonObject
  start: Pick<Event, 'payload' | 'raw'> | undefined
  given: () => JsonObject
}) {
  const text = useSignal(start?.raw ?? written(start?.payload ?? sample))
  const way = useSignal<Way>(start === undefined ? 'changes' : start.raw === undefined ? 'value' : 'text')
  const result = useSignal<TriggerResult | undefined>(undefined)
  const { isBusy, error, run } = useAction()
  const settled = useSettled(text.value, isLong(text.value))
  const { value, problems } = useMemo(() => readJson(settled), [settled])
  const changes = useMemo(() => (isJsonObject(value) ? changesOf(sample, value) : []), [sample, value])
  const isSound = problems.length === 0 && isJsonObject(value)
  const loss = isSound && way.value !== 'text' ? lossOf(settled) : undefined
  const isReadable = settled === text.value && isSound && loss === undefined
  const placed = placedProblems(error).filter(({ path }) => !OTHER_FIELDS.includes(path.split('.')[0] ?? ''))
  const payload = (): JsonObject => {
    if (way.value === 'text') return { raw: text.value }
    if (way.value === 'value') return { raw: value as JsonObject }
    const set = changes.flatMap(({ path, to }) => (to === undefined ? [] : [[pathText(path), to] as const]))
    const unset = changes.filter(({ to }) => to === undefined).map(({ path }) => pathText(path))
    return {
      ...(set.length === 0 ? {} : { set: Object.fromEntries(set) }),
      ...(unset.length === 0 ? {} : { unset }),
    }
  }
  const choice = (one: Way, label: string) => (
    <label class="inline">
      <input
        type="radio"
        name="way"
        checked={way.value === one}
        onChange={() => {
          way.value = one
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
        {choice(
          'changes',
          'A generated payload of the subject, with my changes; what the type does not allow is refused, an unknown text of a known list is warned of',
        )}
        {choice(
          'value',
          'Exactly this payload, written as the provider writes it; what the type does not allow is warned of',
        )}
        {choice('text', 'Exactly this text, byte for byte; what the type does not allow is warned of')}
      </fieldset>
      {loss !== undefined && <p role="alert">{loss}</p>}
      <div class="row">
        <button type="submit" class="primary" disabled={isBusy || !isReadable}>
          Send
        </button>
        <button
          type="button"
          disabled={text.value === written(sample)}
          onClick={() => {
            text.value = written(sample)
            way.value = 'changes'
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
