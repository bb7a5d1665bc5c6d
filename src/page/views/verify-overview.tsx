// Starting a verification, and those that the ledger keeps.
import { useEffect } from 'preact/hooks'
import type { Verification } from '../../api/kept-verification.js'
import { hrefOf } from '../address.js'
import { ErrorNote } from '../components/error-note.js'
import { focusRow } from '../components/focus-row.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { useKeys } from '../keys.js'
import {
  deleteVerification,
  failure,
  followVerifications,
  nextPage,
  readMore,
  verifications,
} from '../state/verifications.js'
import { wallTime } from '../timing.js'
import { VerifyForm } from './verify-form.js'
import { countsOf, VerificationBadge } from './verify-status.js'

/** The form, which the address may fill, and the list below it. */
export function VerifyOverview({ query }: { query: Readonly<Record<string, string>> }) {
  useEffect(followVerifications, [])
  const { run, error } = useAction()
  useKeys({
    j: { label: 'Next verification', run: () => focusRow(1) },
    k: { label: 'Previous verification', run: () => focusRow(-1) },
  })
  const { value: list } = verifications
  return (
    <>
      <VerifyForm key={`${query.again} ${query.to}`} query={query} />
      <section class="stack" aria-labelledby="past">
        <h2 id="past">Past verifications</h2>
        <ErrorNote error={error ?? failure.value} />
        {list?.length === 0 && (
          <p class="quiet-text">
            None yet. <code>standin verify</code> on the command line keeps none; those that are started here, or with
            POST /_standin/verifications, stay in the ledger: the newest 100.
          </p>
        )}
        {list !== undefined && list.length > 0 && (
          <List items={list} onDelete={id => run(() => deleteVerification(id))} />
        )}
        {nextPage.value !== null && (
          <p>
            <button type="button" onClick={() => void readMore()}>
              Show older ones
            </button>
          </p>
        )}
      </section>
    </>
  )
}

function List({ items, onDelete }: { items: readonly Verification[]; onDelete: (id: string) => void }) {
  return (
    <div class="scroll">
      <table class="verifications stacked">
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Provider</th>
            <th scope="col">Receiver</th>
            <th scope="col">Result</th>
            <th scope="col">Verdicts</th>
            <th scope="col">Do</th>
          </tr>
        </thead>
        <tbody>
          {items.map(one => (
            <tr key={one.id}>
              <td>
                <a href={hrefOf('verify', { ids: [one.id] })} data-row>
                  {one.id}
                </a>{' '}
                <Time at={one.startedAt} today={wallTime()} />
              </td>
              <td>
                {one.provider} <span class="quiet-text">{one.channel}</span>
              </td>
              <td class="mono">{one.to}</td>
              <td>
                <VerificationBadge of={one} />
              </td>
              <td>{countsOf(one)}</td>
              <td>
                <span class="row">
                  <a href={hrefOf('verify', { query: { again: one.id } })} aria-label={`Verify again like ${one.id}`}>
                    Again
                  </a>
                  {one.status !== 'running' && (
                    <>
                      <a href={hrefOf('verify', { ids: [one.id, 'comparison'] })} aria-label={`Compare ${one.id}`}>
                        Compare
                      </a>
                      <button
                        type="button"
                        class="quiet"
                        aria-label={`Delete ${one.id}`}
                        onClick={() => onDelete(one.id)}
                      >
                        Delete
                      </button>
                    </>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
