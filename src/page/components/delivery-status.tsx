// The status of a delivery as a badge.
import type { Delivery } from '../../api/delivery.js'
import { Badge, type Tone } from './badge.js'

const TONES: Readonly<Record<Delivery['status'], Tone>> = {
  waiting: 'waiting',
  attempting: 'busy',
  delivered: 'good',
  exhausted: 'bad',
  cancelled: 'neutral',
}

/** The status of a delivery in words, colour and icon. */
export function DeliveryStatus({ status }: { status: Delivery['status'] }) {
  return <Badge tone={TONES[status]}>{status}</Badge>
}
