// One run: its steps as they pass or fail, why one failed, and its report.
import { Fragment } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { RunDetail } from '../../api/run.js'
import { formatDuration } from '../../core/duration.js'
import { hrefOf } from '../address.js'
import { DownloadButton } from '../components/download-button.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { cancelRun, liveRun } from '../state/scenarios.js'
import { RunBadge, StepBadge } from './scenarios-status.js'

const FORMATS = [
  ['junit', 'JUnit'],
  ['json', 'JSON'],
  ['markdown', 'Markdown'],
] as const

type RunStep = RunDetail['steps'][number]

/** A run by its id. */
export function ScenarioRun({ id }: { id: string }) {
  const live = useMemo(() => liveRun(id), [id])
  useEffect(live.follow, [live])
  const action = useAction()
  const { value: run } = live.value
  if (live.failure.value) return <ErrorNote error={live.failure.value} />
  if (run === undefined) return null
  const { status, reason, result, steps } = run
  const failed = steps.filter(step => step.status === 'failed' || step.status === 'error')
  const passed = steps.filter(step => step.status === 'passed').length
  return (
    <>
      <div class="row spread">
        <h2>{run.scenario}</h2>
        <RunBadge status={status} />
      </div>
      <p role="status">
        {passed} of {steps.length} steps passed{reason === null ? '' : `: ${reason}`}
      </p>
      <progress
        max={steps.length}
        value={steps.filter(step => step.status !== 'pending' && step.status !== 'running').length}
        aria-label="Steps ended"
      />
      <p class="quiet-text">
        <Time at={run.startedAt} />
        {result && `, ${formatDuration(result.durationMs)} on the emulator's clock, seed ${result.seed}`}
      </p>
      <div class="row">
        {run.file !== null && <a href={hrefOf('scenarios', { ids: [run.file] })}>Read or run it again</a>}
        <a href={hrefOf('scenarios')}>All scenarios</a>
        {status === 'running' && (
          <button type="button" disabled={action.isBusy} onClick={() => action.run(() => cancelRun(id))}>
            Cancel
          </button>
        )}
        {result &&
          FORMATS.map(([format, label]) => (
            <DownloadButton key={format} path={`/runs/${encodeURIComponent(id)}/report`} query={{ format }} name={id}>
              {`Report ${label}`}
            </DownloadButton>
          ))}
      </div>
      <ErrorNote error={action.error} />
      {/* Beside each other, and below on narrow screens: a failure does not move the steps. */}
      <div class="verify-report">
        <section class="stack" aria-labelledby="steps">
          <h2 id="steps">Steps</h2>
          <ol class="scenario-steps">
            {steps.map(step => (
              <Step key={step.path} step={step} />
            ))}
          </ol>
        </section>
        <section class="stack" aria-label="What failed">
          {failed.length > 0 && <h2>What failed</h2>}
          {failed.map(step => (
            <FailedStep key={step.path} step={step} />
          ))}
        </section>
      </div>
    </>
  )
}

function Step({ step: { name, text, line, depth, status } }: { step: RunStep }) {
  return (
    <li class={`depth-${Math.min(depth, 3)}`}>
      <div class="step-row">
        <span class="step-status">
          <StepBadge status={status} />
        </span>
        <span>
          {name !== null && <strong>{name}: </strong>}
          {text} <span class="quiet-text">line {line}</span>
        </span>
      </div>
    </li>
  )
}

function FailedStep({ step: { path, name, text, line, result } }: { step: RunStep }) {
  const { expected, seen, nearestMiss, hint, timeline } = result ?? {}
  const heading = `failed-${path}`
  const facts: [string, string | undefined][] = [
    ['Expected', expected],
    ['Seen', seen],
    ['Nearest', nearestMiss],
    ['Hint', hint],
  ]
  return (
    <article class="panel stack failed-check" aria-labelledby={heading}>
      <h3 id={heading}>{name ?? text}</h3>
      <p class="quiet-text">
        {name !== null && `${text}, `}line {line}
      </p>
      <dl class="verdict-facts">
        {facts.map(([name, text]) =>
          text === undefined ? null : (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd class={name === 'Seen' ? 'seen' : ''}>
                <PlainText text={text} />
              </dd>
            </Fragment>
          ),
        )}
      </dl>
      {timeline && timeline.length > 0 && (
        <table class="stacked">
          <thead>
            <tr>
              <th scope="col">After</th>
              <th scope="col">Event</th>
              <th scope="col">Attempt</th>
              <th scope="col">Outcome</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {timeline.map(({ afterMs, type, deliveryId, attempt, outcome, accepted, because }) => (
              <tr key={`${deliveryId} ${attempt}`}>
                <td>{formatDuration(afterMs)}</td>
                <td>
                  <a href={hrefOf('deliveries', { ids: [deliveryId] })}>{type}</a>
                </td>
                <td>{attempt}</td>
                <td>{accepted ? `${outcome}, accepted` : outcome}</td>
                <td>{because}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </article>
  )
}
