// The cells of a delivery in the inbox, and their headings.
import type { ListedDelivery } from '../../api/delivery.js'
import { describeOutcome } from '../../core/outcome.js'
import { hrefOf } from '../address.js'
import { today } from '../state/clock.js'
import { Countdown } from './countdown.js'
import { DeliveryStatus } from './delivery-status.js'
import { PlainText } from './plain-text.js'
import { Time } from './time.js'

const COLUMNS = [
  ['time', 'Time'],
  ['provider', 'Provider'],
  ['type', 'Type'],
  ['subject', 'Subject'],
  ['receiver', 'Receiver'],
  ['attempts', 'Attempts'],
  ['outcome', 'Outcome'],
  ['next', 'Next try'],
] as const

/** The headings of the columns. */
export function DeliveryHeadings() {
  return COLUMNS.map(([name, title]) => (
    <th key={name} scope="col" class={`cell-${name}`}>
      {title}
    </th>
  ))
}

function outcomeText({ status, lastOutcome, attemptCount }: ListedDelivery): string {
  if (lastOutcome) return status === 'waiting' ? `after ${describeOutcome(lastOutcome)}` : describeOutcome(lastOutcome)
  return attemptCount === 0 && status === 'waiting' ? 'not tried yet' : ''
}

const PLAIN = 'http://'

/** Most receivers are on this machine: without the scheme there is room for what tells them apart. */
function Receiver({ url }: { url: string }) {
  if (!url.startsWith(PLAIN)) return <PlainText text={url} />
  return (
    <>
      <span class="scheme">{PLAIN}</span>
      <PlainText text={url.slice(PLAIN.length)} />
    </>
  )
}

/** The cells of one delivery; the type is the link to it. */
export function DeliveryCells({ row }: { row: ListedDelivery }) {
  const { id, createdAt, provider, type, subject, url, attemptCount, status, dueAt, dueReason, lastOutcome } = row
  return (
    <>
      <td class="cell-time">
        <Time at={createdAt} today={today.value} />
      </td>
      <td class="cell-provider">{provider}</td>
      <td class="cell-type">
        <a class="row-link" href={hrefOf('deliveries', { ids: [id] })} title={type}>
          <PlainText text={type} />
        </a>
      </td>
      <td class="cell-subject" title={subject ?? undefined}>
        {subject === null ? <span class="quiet-text">none</span> : <PlainText text={subject} />}
      </td>
      <td class="cell-receiver" title={url}>
        <Receiver url={url} />
      </td>
      <td class="cell-attempts">
        {attemptCount}
        <span class="unit"> {attemptCount === 1 ? 'attempt' : 'attempts'}</span>
      </td>
      <td class="cell-outcome">
        <DeliveryStatus status={status} /> <span title={lastOutcome?.detail}>{outcomeText(row)}</span>
      </td>
      <td class="cell-next" title={dueReason ?? undefined}>
        {status === 'waiting' && dueAt !== null && <Countdown at={dueAt} />}
      </td>
    </>
  )
}
