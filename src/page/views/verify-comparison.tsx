// Two verifications side by side: what is broken, fixed, unchanged.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ComparedCheck, Verification, VerificationComparison } from '../../api/kept-verification.js'
import { hrefOf, setQuery } from '../address.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { localTime, Time } from '../components/time.js'
import { compareVerification, followVerifications, verifications } from '../state/verifications.js'
import { countsOf, VerdictBadge, VerificationBadge } from './verify-status.js'

type Kind = Exclude<keyof VerificationComparison, 'before' | 'after'>

/** In the order in which they matter. */
const KINDS: readonly [kind: Kind, title: string, says: string][] = [
  ['broken', 'Broken', 'passed before, failed now'],
  ['fixed', 'Fixed', 'failed before, passed now'],
  ['changed', 'Judged only once', 'judged in only one of the two'],
  ['added', 'New', 'chosen only in the later one'],
  ['gone', 'Gone', 'chosen only in the earlier one'],
  ['unchanged', 'Unchanged', 'the same verdict in both'],
]

/** Compares `id` with `other`, by default with the one before it of the same receiver. */
export function VerifyComparison({ id, other }: { id: string; other: string | undefined }) {
  const compared = useSignal<VerificationComparison | undefined>(undefined)
  const failed = useSignal<unknown>(undefined)
  useEffect(followVerifications, [])
  useEffect(() => {
    let isOver = false
    const read = async () => {
      try {
        const answer = await compareVerification(id, other)
        if (!isOver) [compared.value, failed.value] = [answer, undefined]
      } catch (error) {
        if (!isOver) failed.value = error
      }
    }
    void read()
    return () => {
      isOver = true
    }
  }, [other])
  const { value } = compared
  const choices = (verifications.value ?? []).filter(one => one.id !== id && one.status !== 'running')
  return (
    <>
      <div class="row">
        <a href={hrefOf('verify', { ids: [id] })}>Back to the verification</a>
        <label class="inline">
          Compare with
          <select
            value={value?.before.id ?? other ?? ''}
            onChange={event => setQuery({ with: event.currentTarget.value })}
          >
            {value === undefined && <option value="">…</option>}
            {choices.map(one => (
              <option key={one.id} value={one.id}>
                {`${one.id}, ${one.provider}, ${localTime(one.startedAt)}`}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ErrorNote error={failed.value} />
      {value && failed.value === undefined && <Compared comparison={value} />}
    </>
  )
}

function Side({ title, of }: { title: string; of: Verification }) {
  return (
    <section class="panel stack" aria-label={title}>
      <div class="row spread">
        <h2>{title}</h2>
        <VerificationBadge of={of} />
      </div>
      <p>
        <a href={hrefOf('verify', { ids: [of.id] })}>{of.id}</a>, <Time at={of.startedAt} />
      </p>
      <p>
        {of.provider} {of.channel} at <span class="mono">{of.to}</span>, level {of.level}
      </p>
      <p>{countsOf(of)}</p>
    </section>
  )
}

function Compared({ comparison }: { comparison: VerificationComparison }) {
  const { before, after } = comparison
  return (
    <>
      <p role="status">
        {KINDS.filter(([kind]) => comparison[kind].length > 0)
          .map(([kind, title]) => `${comparison[kind].length} ${title.toLowerCase()}`)
          .join(', ')}
      </p>
      <div class="columns">
        <Side title="Before" of={before} />
        <Side title="After" of={after} />
      </div>
      {KINDS.map(([kind, title, says]) => {
        const checks = comparison[kind]
        if (checks.length === 0) return null
        return (
          <details key={kind} open={kind !== 'unchanged'}>
            <summary>
              <h2>
                {title}: {checks.length}
              </h2>{' '}
              <span class="quiet-text">{says}</span>
            </summary>
            <div class="scroll">
              <table class="stacked">
                <thead>
                  <tr>
                    <th scope="col">Check</th>
                    <th scope="col">Before</th>
                    <th scope="col">After</th>
                    <th scope="col">Seen</th>
                  </tr>
                </thead>
                <tbody>
                  {checks.map(check => (
                    <Check key={check.id} check={check} id={after.id} />
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        )
      })}
    </>
  )
}

function Check({ check: { id: check, title, before, after, sameReason }, id }: { check: ComparedCheck; id: string }) {
  return (
    <tr>
      <td>
        <span class="mono">
          {after?.status === 'failed' ? <a href={hrefOf('verify', { ids: [id], query: { check } })}>{check}</a> : check}
        </span>
        <div class="quiet-text">{title}</div>
      </td>
      <td>{before ? <VerdictBadge status={before.status} /> : 'not chosen'}</td>
      <td>{after ? <VerdictBadge status={after.status} /> : 'not chosen'}</td>
      <td>
        <PlainText text={after?.seen ?? after?.note ?? before?.seen ?? before?.note ?? ''} />
        {!sameReason && (
          <div class="quiet-text">
            before: <PlainText text={before?.seen ?? before?.note ?? ''} />
          </div>
        )}
      </td>
    </tr>
  )
}
