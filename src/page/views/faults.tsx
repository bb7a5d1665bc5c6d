// Faults: those that were added with how often they fired, a form to add one of any kind, and a way to remove them.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { ActiveFault } from '../../api/active-fault.js'
import type { JournalEntry } from '../../api/journal-entry.js'
import type { ProviderSummary } from '../../api/provider.js'
import type { Subscription } from '../../api/subscription.js'
import { FAULT_KINDS, type FaultKind } from '../../core/fault.js'
import type { JsonObject } from '../../core/json.js'
import { hrefOf } from '../address.js'
import { get, segment, send } from '../api.js'
import { Badge } from '../components/badge.js'
import { Empty } from '../components/empty.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { FaultForm } from '../faults/fault-form.js'
import { shortText } from '../form/controls.js'
import { liveProviders, liveSubscriptions } from '../state/catalog.js'
import { now } from '../state/clock.js'
import { liveOf } from '../state/live.js'
import { listen } from '../stream.js'

/** Firings that are shown, newest first. */
const MOST_FIRINGS = 20

type Firing = Extract<JournalEntry, { kind: 'fault.fired' }>

const liveFaults = () =>
  liveOf<ActiveFault[]>(
    async abort => (await get<{ items: ActiveFault[] }>('/faults', {}, abort)).items,
    // Every attempt may have been skipped for a reason, and time ends faults.
    ({ kind }) => kind === 'fault.fired' || kind === 'attempt.completed' || kind === 'clock.moved',
  )

function parametersOf({ fault: { kind, ...rest } }: ActiveFault): [string, string][] {
  return Object.entries(rest as JsonObject).map(([name, value]) => [name, shortText(value)])
}

function FaultRow({ fault, onChanged }: { fault: ActiveFault; onChanged: () => void }) {
  const { isBusy, error, run } = useAction()
  return (
    <tr>
      <th scope="row">
        {fault.fault.kind} <span class="quiet-text">{fault.id}</span>
        <ErrorNote error={error} />
      </th>
      <td>{fault.active ? <Badge tone="busy">active</Badge> : <Badge tone="neutral">ended</Badge>}</td>
      <td>
        {fault.fired}
        {fault.remaining !== null && <span class="quiet-text">, {fault.remaining} to come</span>}
      </td>
      <td>
        {parametersOf(fault).map(([name, value]) => (
          <span key={name} class="pair">
            <span class="quiet-text">{name}</span> <PlainText text={value} />
          </span>
        ))}
        {fault.until !== null && (
          <span class="pair">
            <span class="quiet-text">until</span> <Time at={fault.until} today={now.value} />
          </span>
        )}
      </td>
      <td>{fault.lastSkipReason === null ? '' : <PlainText text={fault.lastSkipReason} />}</td>
      <td>
        <button
          type="button"
          class="danger"
          disabled={isBusy}
          aria-label={`Remove ${fault.id}`}
          onClick={() =>
            run(async () => {
              await send('DELETE', `/faults/${segment(fault.id)}`)
              onChanged()
            })
          }
        >
          Remove
        </button>
      </td>
    </tr>
  )
}

function FaultTable({ faults, onChanged }: { faults: readonly ActiveFault[]; onChanged: () => void }) {
  const { isBusy, error, run } = useAction()
  return (
    <div class="stack">
      <div class="scroll">
        <table class="faults">
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">State</th>
              <th scope="col">Fired</th>
              <th scope="col">What and where</th>
              <th scope="col">Last skipped because</th>
              <th scope="col">
                <span class="visually-hidden">Remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {faults.map(fault => (
              <FaultRow key={fault.id} fault={fault} onChanged={onChanged} />
            ))}
          </tbody>
        </table>
      </div>
      {faults.length > 1 && (
        <div>
          <button
            type="button"
            class="danger"
            disabled={isBusy}
            onClick={() =>
              run(async () => {
                await send('DELETE', '/faults')
                onChanged()
              })
            }
          >
            Remove all
          </button>
        </div>
      )}
      <ErrorNote error={error} />
    </div>
  )
}

/** What fired since the view was opened. */
function Firings({ faults }: { faults: readonly ActiveFault[] }) {
  const fired = useSignal<readonly Firing[]>([])
  useEffect(
    () =>
      listen({
        entries: entries => {
          const fresh = entries.filter((entry): entry is Firing => entry.kind === 'fault.fired').reverse()
          if (fresh.length > 0) fired.value = [...fresh, ...fired.value].slice(0, MOST_FIRINGS)
        },
        missed: () => {},
      }),
    [],
  )
  return (
    <section class="panel stack" aria-labelledby="firings">
      <h2 id="firings">Firing</h2>
      {fired.value.length === 0 ? (
        <p class="quiet-text">
          None since you opened this view. <a href={hrefOf('send')}>Send an event</a> that they match.
        </p>
      ) : (
        <ol class="plain-list">
          {fired.value.map(({ seq, at, fault, deliveryId, attempt }) => (
            <li key={seq}>
              <Time at={at} today={now.value} /> {faults.find(({ id }) => id === fault)?.fault.kind}{' '}
              <span class="quiet-text">{fault}</span> on{' '}
              <a href={hrefOf('deliveries', { ids: [deliveryId], query: { attempt: String(attempt) } })}>
                {deliveryId}, attempt {attempt}
              </a>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** The view of the faults. */
export default function Faults({ query }: { query: Readonly<Record<string, string>> }) {
  const faults = useMemo(liveFaults, [])
  const providers = useMemo(liveProviders, [])
  const subscriptions = useMemo(liveSubscriptions, [])
  useEffect(faults.follow, [])
  useEffect(providers.follow, [])
  useEffect(subscriptions.follow, [])
  const kind = useSignal<FaultKind>(FAULT_KINDS.find(known => known === query.kind) ?? FAULT_KINDS[0])
  const list = faults.value.value
  const known: ProviderSummary[] = providers.value.value ?? []
  const receivers: Subscription[] = subscriptions.value.value ?? []
  return (
    <div class="stack">
      <ErrorNote error={faults.failure.value ?? providers.failure.value ?? subscriptions.failure.value} />
      {list?.length === 0 && (
        <Empty title="No faults">
          <p>
            Events are sent as the provider would send them. Add a fault to see how a receiver takes a misbehaving
            sender.
          </p>
        </Empty>
      )}
      {list !== undefined && list.length > 0 && <FaultTable faults={list} onChanged={faults.again} />}
      <div class="columns">
        <FaultForm
          kind={kind.value}
          providers={known}
          subscriptions={receivers}
          onKind={chosen => {
            kind.value = chosen
          }}
          onAdded={faults.again}
        />
        <Firings faults={list ?? []} />
      </div>
    </div>
  )
}
