// One scenario of the folder: what it does, its text, and the form that runs it with variables.

import { useSignal } from '@preact/signals'
import { useEffect, useId } from 'preact/hooks'
import type { Page } from '../../api/page.js'
import type { ScenarioDetail, ScenarioVariable } from '../../api/scenario.js'
import type { Subscription } from '../../api/subscription.js'
import { withArticle } from '../../core/article.js'
import type { JsonObject } from '../../core/json.js'
import { go, hrefOf } from '../address.js'
import { get } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { readScenario, startRun } from '../state/scenarios.js'
import { Problems } from './scenarios-overview.js'

/** A file by its name. */
export function ScenarioFile({ file }: { file: string }) {
  const scenario = useSignal<ScenarioDetail | undefined>(undefined)
  const failed = useSignal<unknown>(undefined)
  useEffect(() => {
    readScenario(file).then(
      read => {
        scenario.value = read
      },
      (error: unknown) => {
        failed.value = error
      },
    )
  }, [])
  const { value } = scenario
  if (value === undefined) return <ErrorNote error={failed.value} />
  const { name, description, steps, problems, text } = value
  return (
    <>
      <div class="row spread">
        <h2>{name ?? file}</h2>
        <a href={hrefOf('scenarios')}>All scenarios</a>
      </div>
      <p class="quiet-text mono">{file}</p>
      {description !== null && <p>{description}</p>}
      {problems.length > 0 ? <Problems problems={problems} /> : <RunForm scenario={value} />}
      {steps.length > 0 && (
        <section class="stack" aria-labelledby="steps">
          <h2 id="steps">Steps</h2>
          <ol class="scenario-steps">
            {steps.map(({ path, name, text, line, depth }) => (
              <li key={path} class={`depth-${Math.min(depth, 3)}`}>
                {name !== null && <strong>{name}: </strong>}
                {text} <span class="quiet-text">line {line}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section class="stack" aria-labelledby="text">
        <h2 id="text">The file</h2>
        <pre>
          <PlainText text={text} />
        </pre>
      </section>
    </>
  )
}

/** The values that were given; what is left empty is the file's default. */
function given(variables: readonly ScenarioVariable[], fields: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(variables.flatMap(({ name }) => (fields[name] ? [[name, fields[name]]] : [])))
}

function RunForm({ scenario: { file, variables } }: { scenario: ScenarioDetail }) {
  const to = useSignal('')
  const fields = useSignal<Readonly<Record<string, string>>>({})
  const urls = useSignal<readonly string[]>([])
  const failed = useSignal<unknown>(undefined)
  const known = useId()
  useEffect(() => {
    // They are suggestions only: without them the field is still one to type into.
    get<Page<Subscription>>('/subscriptions', { limit: 100 }).then(
      ({ items }) => {
        urls.value = [...new Set(items.map(({ url }) => url))]
      },
      () => undefined,
    )
  }, [])
  const run = async () => {
    failed.value = undefined
    try {
      const vars = given(variables, fields.value)
      const { id } = await startRun(file, { ...(to.value !== '' && { to: to.value }), vars })
      go(hrefOf('scenarios', { ids: ['runs', id] }))
    } catch (error) {
      failed.value = error
    }
  }
  return (
    <form
      class="panel stack"
      aria-label="Run the scenario"
      onSubmit={event => {
        event.preventDefault()
        void run()
      }}
    >
      <div class="verify-fields">
        <label class="wide">
          URL of the receiver
          <input
            type="url"
            list={known}
            value={to.value}
            placeholder="the existing subscriptions get the events"
            onInput={event => {
              to.value = event.currentTarget.value
            }}
          />
        </label>
        <datalist id={known}>
          {urls.value.map(url => (
            <option key={url} value={url} />
          ))}
        </datalist>
        {variables.map(variable => (
          <Field
            key={variable.name}
            variable={variable}
            value={fields.value[variable.name] ?? ''}
            onInput={value => {
              fields.value = { ...fields.value, [variable.name]: value }
            }}
          />
        ))}
      </div>
      <ErrorNote error={failed.value} />
      <p>
        <button type="submit" class="primary">
          Run
        </button>
      </p>
    </form>
  )
}

function Field({
  variable: { name, type, description, default: fallback, env, secret, required },
  value,
  onInput,
}: {
  variable: ScenarioVariable
  value: string
  onInput: (value: string) => void
}) {
  const shown = typeof fallback === 'string' ? fallback : fallback === null ? '' : JSON.stringify(fallback)
  const [id, about] = [useId(), useId()]
  const common = { id, value, required, 'aria-describedby': about }
  const text = {
    ...common,
    placeholder: shown,
    autocomplete: 'off',
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
  }
  return (
    <div class="scenario-field">
      <label for={id}>{name}</label>
      {type === 'boolean' ? (
        <select {...common} onChange={event => onInput(event.currentTarget.value)}>
          <option value="">{shown === '' ? 'choose' : `default: ${shown}`}</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      ) : secret ? (
        <input type="password" {...text} />
      ) : (
        <input type="text" {...text} />
      )}
      <small id={about} class="quiet-text">
        {description} {required ? `Required, ${type}.` : `${withArticle(type, 'A')}.`}{' '}
        {env !== null && `Or ${env} of the server.`}
      </small>
    </div>
  )
}
