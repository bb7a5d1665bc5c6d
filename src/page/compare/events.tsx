// Two events side by side.
import type { Event } from '../../api/event.js'
import { BodyComparison } from './body-comparison.js'
import { FieldTable } from './field-table.js'
import { compareFields } from './fields.js'

const facts = ({ provider, channel, type, variant, subject, account, createdAt }: Event) => ({
  provider,
  channel,
  type,
  variant,
  subject,
  account,
  happened: createdAt,
})

/** The comparison of two events. */
export function EventComparison({ left, right }: { left: Event; right: Event }) {
  return (
    <>
      <FieldTable caption="Event" {...compareFields(facts(left), facts(right))} />
      <BodyComparison caption="Payload" left={JSON.stringify(left.payload)} right={JSON.stringify(right.payload)} />
    </>
  )
}
