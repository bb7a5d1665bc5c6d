// Records what happened as a scenario, which the reader saves as a file.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ProviderSummary } from '../../api/provider.js'
import type { Recording } from '../../api/recording.js'
import { get } from '../api.js'
import { saveAs } from '../components/download-button.js'
import { ErrorNote } from '../components/error-note.js'

/** The form; what is left empty is not filtered. */
export function Recorder() {
  const providers = useSignal<readonly ProviderSummary[]>([])
  const provider = useSignal('')
  const subject = useSignal('')
  const limit = useSignal('')
  const format = useSignal('yaml')
  const recorded = useSignal<Recording | undefined>(undefined)
  const failed = useSignal<unknown>(undefined)
  useEffect(() => {
    get<{ items: ProviderSummary[] }>('/providers').then(
      ({ items }) => {
        providers.value = items
      },
      (error: unknown) => {
        failed.value = error
      },
    )
  }, [])
  const record = async () => {
    failed.value = undefined
    recorded.value = undefined
    try {
      const query = { provider: provider.value, subject: subject.value, limit: limit.value, format: format.value }
      const recording = await get<Recording>('/recording', query)
      saveAs(recording.file, new Blob([recording.text], { type: 'text/plain' }))
      recorded.value = recording
    } catch (error) {
      failed.value = error
    }
  }
  const { value } = recorded
  return (
    <section class="stack" aria-labelledby="record">
      <h2 id="record">Record what happened</h2>
      <form
        class="panel stack"
        aria-labelledby="record"
        onSubmit={event => {
          event.preventDefault()
          void record()
        }}
      >
        <p class="quiet-text">
          Writes the events as a scenario that repeats the same payloads, with the time between them. Secrets become
          variables.
        </p>
        <div class="row">
          <label>
            Provider
            <select
              value={provider.value}
              onChange={event => {
                provider.value = event.currentTarget.value
              }}
            >
              <option value="">all</option>
              {providers.value.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <label>
            Subject
            <input
              value={subject.value}
              placeholder="all"
              onInput={event => {
                subject.value = event.currentTarget.value
              }}
            />
          </label>
          <label>
            Newest events
            <input
              type="number"
              min="1"
              max="10000"
              value={limit.value}
              placeholder="all"
              onInput={event => {
                limit.value = event.currentTarget.value
              }}
            />
          </label>
          <label>
            Format
            <select
              value={format.value}
              onChange={event => {
                format.value = event.currentTarget.value
              }}
            >
              <option value="yaml">YAML</option>
              <option value="json">JSON</option>
            </select>
          </label>
        </div>
        <ErrorNote error={failed.value} />
        <p class="row">
          <button type="submit" class="primary">
            Record and download
          </button>
          <span role="status">
            {value && `${value.file}: ${value.events} ${value.events === 1 ? 'event' : 'events'}`}
          </span>
        </p>
        {value && (
          <details>
            <summary>Read it</summary>
            <pre>{value.text}</pre>
          </details>
        )}
      </form>
    </section>
  )
}
