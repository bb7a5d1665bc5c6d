// Fills a ledger with deliveries that wait: real events, written by the ledger's own writes, as `trigger` does, but a thousand to a commit.

const IN_GROUP = 1000

/** Copies a triggered event `count` times, each with its delivery; `dueAt` says when one is due, ms since 1970. Resolves with their ids. */
export async function fill(standin, { event, delivery, count, dueAt }) {
  const ids = []
  for (let done = 0; done < count; done += IN_GROUP)
    await standin.ledger.write(rows => {
      for (let n = done; n < Math.min(count, done + IN_GROUP); n++) {
        const eventId = `ev_${rows.count('event')}`
        rows.insertEvent({ ...event, id: eventId })
        const id = `dl_${rows.count('delivery')}`
        const due = { dueAt: dueAt(n), dueReason: 'first attempt', createdAt: event.createdAt, settledAt: null }
        rows.insertDelivery({ ...delivery, ...due, id, eventId, status: 'waiting', attempts: 0, counted: 0 })
        ids.push(id)
      }
    })
  return ids
}

/** Subscribes a receiver, delivers one event to it, and resolves with what can be copied. */
export async function triggerOne(standin, url) {
  await standin.subscribe('rillis', { url, secret: 'bench-key' })
  const { event, deliveries } = await standin.trigger('rillis', 'FLOW_COMPLETED')
  await standin.rest()
  return { event, delivery: standin.ledger.delivery(deliveries[0].id) }
}
