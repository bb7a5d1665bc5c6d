// The scenarios of the server's folder, the runs, and recording what happened.
import { useEffect } from 'preact/hooks'
import type { Run } from '../../api/run.js'
import type { Scenario } from '../../api/scenario.js'
import { hrefOf, setQuery } from '../address.js'
import { ErrorNote } from '../components/error-note.js'
import { focusRow } from '../components/focus-row.js'
import { Time } from '../components/time.js'
import { useKeys } from '../keys.js'
import { now } from '../state/clock.js'
import { failure, readScenarios, runs, scenarios } from '../state/scenarios.js'
import { Recorder } from './scenarios-recorder.js'
import { RunBadge } from './scenarios-status.js'

/** The folder, the recorder, the runs. `q` in the address chooses files. */
export function ScenarioOverview({ q = '' }: { q: string | undefined }) {
  useEffect(() => {
    void readScenarios()
    return runs.follow()
  }, [])
  useKeys({
    j: { label: 'Next scenario', run: () => focusRow(1) },
    k: { label: 'Previous scenario', run: () => focusRow(-1) },
  })
  const { value: list } = scenarios
  if (list === undefined) return <ErrorNote error={failure.value} />
  return (
    <>
      <ErrorNote error={failure.value} />
      <div class="scenario-overview">
        <section class="stack" aria-labelledby="folder">
          <div class="row spread">
            <h2 id="folder">{list.folder === null ? 'No folder' : <span class="mono">{list.folder}</span>}</h2>
            {list.folder !== null && (
              <div class="row">
                <label class="inline">
                  Search
                  <input
                    type="search"
                    data-search
                    value={q}
                    onInput={event => setQuery({ q: event.currentTarget.value })}
                  />
                </label>
                <button type="button" onClick={() => void readScenarios()}>
                  Read the folder again
                </button>
              </div>
            )}
          </div>
          {list.folder === null ? (
            <div class="empty">
              <p>This server was started without scenarios. To list and run yours here:</p>
              <pre>standin serve --scenarios FOLDER</pre>
            </div>
          ) : (
            <Files items={list.items.filter(scenario => has(scenario, q))} total={list.items.length} />
          )}
        </section>
        <div class="stack">
          <Recorder />
          {/* Last: it grows. */}
          <section class="stack" aria-labelledby="runs">
            <h2 id="runs">Runs</h2>
            <ErrorNote error={runs.failure.value} />
            {runs.value.value && <Runs items={runs.value.value} />}
          </section>
        </div>
      </div>
    </>
  )
}

/** True if every word is somewhere in its file, name, description or tags. */
function has({ file, name, description, tags }: Scenario, q: string): boolean {
  const text = [file, name, description, ...tags].join(' ').toLowerCase()
  return q
    .toLowerCase()
    .split(/\s+/)
    .every(word => text.includes(word))
}

function Files({ items, total }: { items: readonly Scenario[]; total: number }) {
  if (total === 0) return <p class="quiet-text">There are no .yaml and .yml files in it.</p>
  return (
    <>
      <p class="quiet-text" role="status">
        {items.length === total ? `${total} scenarios` : `${items.length} of ${total} scenarios`}
      </p>
      <ul class="scenario-files">
        {items.map(({ file, name, description, tags, problems }) => (
          <li key={file}>
            <div class="row spread">
              <a href={hrefOf('scenarios', { ids: [file] })} data-row>
                {name ?? file}
              </a>
              <span class="quiet-text mono">{file}</span>
            </div>
            {description && <p>{description}</p>}
            {tags.length > 0 && <p class="quiet-text">{tags.join(', ')}</p>}
            {problems.length > 0 && <Problems problems={problems} />}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What is wrong with a file, by line and column. */
export function Problems({ problems }: { problems: Scenario['problems'] }) {
  return (
    <div class="error-note">
      <p>
        <strong>The file is no valid scenario.</strong>
      </p>
      <ul>
        {problems.map(({ line, column, path, message, hint }) => (
          <li key={`${line}:${column} ${message}`}>
            Line {line}, column {column}
            {path !== '' && (
              <>
                , <code>{path}</code>
              </>
            )}
            : {message} {hint}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Runs({ items }: { items: readonly Run[] }) {
  if (items.length === 0)
    return <p class="quiet-text">None since the server was started. A restart forgets them; their events stay.</p>
  return (
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">Started</th>
          <th scope="col">Scenario</th>
          <th scope="col">Result</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ id, scenario, startedAt, status, reason }) => (
          <tr key={id}>
            <td>
              <Time at={startedAt} today={now.value} />
            </td>
            <td>
              <a href={hrefOf('scenarios', { ids: ['runs', id] })}>{scenario}</a>
            </td>
            <td>
              <RunBadge status={status} />
            </td>
            <td>{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
