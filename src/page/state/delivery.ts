// One delivery as the page follows it: its life, and its attempts as they are looked at.
import type { AttemptDetail, DeliveryLife } from '../../api/delivery-life.js'
import { get, segment } from '../api.js'
import { type Live, liveOf } from './live.js'

/** The life of a delivery, kept up to date. */
export function liveDelivery(id: string): Live<DeliveryLife> {
  return liveOf(
    abort => get<DeliveryLife>(`/deliveries/${segment(id)}/life`, {}, abort),
    entry =>
      ('delivery' in entry && entry.delivery.id === id) ||
      (entry.kind === 'fault.fired' && entry.deliveryId === id) ||
      entry.kind === 'clock.moved' ||
      entry.kind === 'subscription.changed',
  )
}

/** One attempt with its bytes, kept up to date until it has ended. */
export function liveAttempt(id: string, number: number): Live<AttemptDetail> {
  return liveOf(
    abort => get<AttemptDetail>(`/deliveries/${segment(id)}/attempts/${number}`, {}, abort),
    (entry, known) =>
      known?.outcome == null &&
      entry.kind === 'attempt.completed' &&
      entry.delivery.id === id &&
      entry.attempt.number === number,
  )
}
