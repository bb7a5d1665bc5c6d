// One verification: its verdicts as they are made, what failed in full, and what can be done with it.
import { useEffect, useMemo, useRef } from 'preact/hooks'
import type { VerificationDetail } from '../../api/kept-verification.js'
import type { Verdict } from '../../api/verification.js'
import { formatDuration } from '../../core/duration.js'
import { go, hrefOf, setQuery } from '../address.js'
import { Badge } from '../components/badge.js'
import { DownloadButton } from '../components/download-button.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { useKeys } from '../keys.js'
import { cancelVerification, deleteVerification, liveVerification } from '../state/verifications.js'
import { FailedCheck } from './verify-failed-check.js'
import { countsOf, VerdictBadge, VerificationBadge } from './verify-status.js'

const FORMATS = [
  ['html', 'HTML'],
  ['junit', 'JUnit'],
  ['json', 'JSON'],
  ['markdown', 'Markdown'],
] as const

/** A verification by its id. `show` in the address chooses verdicts, `check` is the one that is read. */
export function VerifyReport({ id, query }: { id: string; query: Readonly<Record<string, string>> }) {
  const live = useMemo(() => liveVerification(id), [id])
  useEffect(live.follow, [live])
  const { value: detail } = live.value
  if (live.failure.value) return <ErrorNote error={live.failure.value} />
  return detail ? <Report detail={detail} query={query} /> : null
}

function Report({ detail, query }: { detail: VerificationDetail; query: Readonly<Record<string, string>> }) {
  const { id, verdicts, pending, status, checks } = detail
  const failedOnes = verdicts.filter(verdict => verdict.status === 'failed')
  const next = (step: number) => {
    if (failedOnes.length === 0) return
    const at = failedOnes.findIndex(verdict => verdict.id === query.check)
    const to = at === -1 ? (step > 0 ? 0 : failedOnes.length - 1) : (at + step + failedOnes.length) % failedOnes.length
    setQuery({ check: failedOnes[to]?.id })
  }
  useKeys({
    j: { label: 'Next failed check', run: () => next(1) },
    k: { label: 'Previous failed check', run: () => next(-1) },
  })
  const done = checks - pending.length
  return (
    <>
      <section class="stack" aria-labelledby="of">
        <div class="row spread">
          <h2 id="of">
            {detail.provider} {detail.channel} at <span class="mono">{detail.to}</span>
          </h2>
          <VerificationBadge of={detail} />
        </div>
        <p role="status">
          {status === 'running'
            ? `${done} of ${checks} checks judged: ${countsOf(detail)}`
            : `${countsOf(detail)}${detail.durationMs === null ? '' : `, in ${formatDuration(detail.durationMs)}`}`}
        </p>
        <progress max={checks} value={done} aria-label="Checks judged" />
        {detail.reason !== null && <p>{detail.reason}</p>}
        <p class="quiet-text">
          <Time at={detail.startedAt} />, level {detail.level}, seed {detail.seed}
        </p>
        <Actions detail={detail} />
      </section>
      {/* Beside each other, and below on narrow screens: what is added to the one does not move the other. */}
      <div class="verify-report">
        <Verdicts id={id} detail={detail} show={query.show} />
        <div class="stack">
          {failedOnes.length > 0 && (
            <section class="stack" aria-labelledby="failed">
              <h2 id="failed">What failed</h2>
              {failedOnes.map(verdict => (
                <FailedCheck key={verdict.id} verdict={verdict} isCurrent={verdict.id === query.check} />
              ))}
            </section>
          )}
          {/* Where it moves nothing when it comes. */}
          {status !== 'running' && (
            <section class="stack" aria-label="Conclusion">
              <h2>Conclusion</h2>
              <p>
                <PlainText text={detail.conclusion} />
              </p>
            </section>
          )}
          <NotJudged verdicts={verdicts.filter(verdict => verdict.status === 'not judged')} />
          <Notes title="Notes" verdicts={verdicts.filter(({ status, note }) => status === 'passed' && note !== null)} />
        </div>
      </div>
    </>
  )
}

/** The checks that could not be judged, by their reason: a failed check, or a sentence, which is shown once. */
function NotJudged({ verdicts }: { verdicts: readonly Verdict[] }) {
  const byReason = new Map<string, string[]>()
  for (const { id, note, because } of verdicts) {
    const reason = because === null ? (note ?? '') : `Because ${because} failed.`
    byReason.set(reason, [...(byReason.get(reason) ?? []), id])
  }
  if (byReason.size === 0) return null
  return (
    <section class="stack" aria-label="Not judged">
      <h2>Not judged</h2>
      <dl class="verify-notes">
        {[...byReason].map(([reason, ids]) => (
          <div key={reason}>
            <dt class="mono">{ids.join(', ')}</dt>
            <dd>
              <PlainText text={reason} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** More of those that passed. */
function Notes({ title, verdicts }: { title: string; verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return null
  return (
    <section class="stack" aria-label={title}>
      <h2>{title}</h2>
      <dl class="verify-notes">
        {verdicts.map(({ id, note }) => (
          <div key={id}>
            <dt class="mono">{id}</dt>
            <dd>
              <PlainText text={note ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Actions({ detail: { id, status, before } }: { detail: VerificationDetail }) {
  const { run, error, isBusy } = useAction()
  return (
    <div class="stack">
      <div class="row">
        {status === 'running' ? (
          <button type="button" disabled={isBusy} onClick={() => run(() => cancelVerification(id))}>
            Cancel
          </button>
        ) : (
          <>
            <a href={hrefOf('verify', { query: { again: id } })}>Verify again</a>
            {before !== null && <a href={hrefOf('verify', { ids: [id, 'comparison'] })}>Compare with the one before</a>}
            {FORMATS.map(([format, label]) => (
              <DownloadButton
                key={format}
                path={`/verifications/${encodeURIComponent(id)}/report`}
                query={{ format }}
                name={id}
              >
                {`Export ${label}`}
              </DownloadButton>
            ))}
            <button
              type="button"
              class="danger"
              disabled={isBusy}
              onClick={() =>
                run(async () => {
                  await deleteVerification(id)
                  go(hrefOf('verify'))
                })
              }
            >
              Delete
            </button>
          </>
        )}
      </div>
      <ErrorNote error={error} />
    </div>
  )
}

const SHOWN = ['failed', 'not judged', 'passed'] as const

function Verdicts({ id, detail, show }: { id: string; detail: VerificationDetail; show: string | undefined }) {
  const { verdicts, pending } = detail
  const byId = new Map(verdicts.map(verdict => [verdict.id, verdict]))
  // Checks keep their places while they are judged.
  const order = useRef<readonly { id: string; title: string }[]>([])
  if (order.current.length !== verdicts.length + pending.length || order.current.some(({ id }) => !isIn(detail, id)))
    order.current = [...verdicts, ...pending]
  const rows = order.current.filter(({ id }) => show === undefined || byId.get(id)?.status === show)
  return (
    <section class="stack" aria-labelledby="verdicts">
      <div class="row spread">
        <h2 id="verdicts">Verdicts</h2>
        <label class="inline">
          Show
          <select value={show ?? ''} onChange={event => setQuery({ show: event.currentTarget.value })}>
            <option value="">all</option>
            {SHOWN.map(status => (
              <option key={status} value={status}>
                {status}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="scroll">
        <table class="verdicts stacked">
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Requirement</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <Row key={row.id} id={id} title={row.title} check={row.id} verdict={byId.get(row.id)} />
            ))}
            {rows.length === 0 && (
              <tr>
                <td colSpan={2} class="quiet-text">
                  None.
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  )
}

const isIn = ({ verdicts, pending }: VerificationDetail, id: string) =>
  verdicts.some(verdict => verdict.id === id) || pending.some(check => check.id === id)

function Row({
  id,
  check,
  title,
  verdict,
}: {
  id: string
  check: string
  title: string
  verdict: Verdict | undefined
}) {
  return (
    <tr>
      <td>{verdict ? <VerdictBadge status={verdict.status} /> : <Badge tone="busy">to come</Badge>}</td>
      <td>
        {title}
        <div class="mono quiet-text">
          {verdict?.status === 'failed' ? (
            <a href={hrefOf('verify', { ids: [id], query: { check } })}>{check}</a>
          ) : (
            check
          )}
        </div>
      </td>
    </tr>
  )
}
