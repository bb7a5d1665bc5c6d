// What an editor must complete and refuse; compiled by types.test.ts and never run.
import type { EventName, Payload, Standin, Variant } from 'standin/testing'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <Claim extends true>(): Claim | undefined => undefined

/** Names, variants and payloads are literal. */
export function names() {
  holds<
    Same<
      EventName<'unico'>,
      | 'process.finished.ok'
      | 'process.finished.invalid_identity'
      | 'process.finished.expired'
      | 'MAGIC_LINK_TRACK'
      | 'MAGIC_LINK_RESULT'
      | 'MAGIC_LINK_RETAKE'
    >
  >()
  holds<Same<Variant<'unico', 'process.finished.ok'>, 'approved' | 'inconclusive'>>()
  holds<Same<Variant<'rillis', 'FLOW_COMPLETED'>, never>>()
  holds<Same<Variant<'kycgenie', 'screening.completed'>, 'clear' | 'match'>>()
  holds<Same<Payload<'rillis', 'FLOW_REJECTED'>['data']['status'], 'REJECTED'>>()
  holds<Same<Payload<'kycgenie', 'case.opened'>['event_type'], 'case.opened'>>()
  holds<Same<EventName<'standard'>, string>>()
  holds<Same<EventName<'acme'>, string>>()
}

/** What is right compiles. */
export async function right(standin: Standin, named: string) {
  const { event } = await standin.trigger('rillis', 'VERIFICATION_IDENTITY_REJECTED', {
    variant: 'UNDERAGE',
    set: { 'data.identity.data.age': 16, 'data.metadata.of_ours': { any: ['thing'] } },
    unset: ['data.completed_at'],
  })
  const age: number = event.payload.data.identity.data.age
  await standin.subscribe('kycgenie', { url: 'http://127.0.0.1:1/', eventTypes: ['case.opened', 'case.resolved'] })
  await standin.subscribe('unico', { url: 'http://127.0.0.1:1/', eventTypes: ['*'] })
  // A provider of one's own, and a name known only when it runs.
  await standin.trigger('acme', 'invoice.paid', { set: { 'data.total': 3 } })
  const { event: unknown } = await standin.trigger(named, 'anything')
  return [age, event.payload.data.errors.length, unknown.payload.anything]
}

/** What is wrong does not. */
export async function wrong(standin: Standin) {
  // @ts-expect-error a typo in a type
  await standin.trigger('rillis', 'FLOW_COMPLETE')
  // @ts-expect-error a type of another provider
  await standin.trigger('unico', 'FLOW_COMPLETED')
  // @ts-expect-error a variant of another type
  await standin.trigger('unico', 'process.finished.ok', { variant: 'refused' })
  // @ts-expect-error a variant of a type that has none
  await standin.trigger('rillis', 'FLOW_COMPLETED', { variant: 'APPROVED' })
  // @ts-expect-error a typo in an event type of a subscription
  await standin.subscribe('kycgenie', { url: 'http://127.0.0.1:1/', eventTypes: ['case.open'] })
  const { event } = await standin.trigger('unico', 'process.finished.expired')
  // @ts-expect-error a key that the payload does not have
  return event.payload.processID
}
