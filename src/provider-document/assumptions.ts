// What a document leaves open, and what of it is not used.
import type { Assumption } from '../provider/assumptions.js'
import type { Parts } from './behaviour.js'
import { deliveryAssumptions } from './deliveries.js'

/** The most parts that are not used and told by name. */
const MOST_UNUSED = 40

/** Every open question of a document's provider. */
export function assumptionsOf({ described, declarations, extensions }: Parts, unused: readonly string[]): Assumption[] {
  const { eventId, typePath } = declarations
  return [
    {
      name: 'payloads',
      question: 'Which data do payloads have?',
      choice:
        'the examples of the document, ids made anew in their form; without one, data generated from the schema, every declared property',
      reason: 'Schemas and examples show a form, and no two events have the same ids.',
    },
    ...(extensions.events.idempotencyKey === undefined
      ? [
          {
            name: 'idempotencyKey',
            question: 'What identifies an event, so that a receiver takes it once?',
            choice: eventId ?? 'the header of the signature, or "id"',
            reason: 'x-standin-events.idempotencyKey says it where it is given.',
          },
        ]
      : []),
    ...(extensions.events.typePath === undefined
      ? [
          {
            name: 'typePath',
            question: 'Where does a payload name its event type?',
            choice: typePath ?? 'nowhere',
            reason: 'It is taken from the schemas; x-standin-events.typePath says it where it is given.',
          },
        ]
      : []),
    ...deliveryAssumptions(described),
    {
      name: 'userAgent',
      question: 'Which headers are sent besides those of the signature?',
      choice: 'Content-Type and User-Agent: Standin/<version> and the name of the provider',
      reason: 'The document does not say.',
    },
    ...(unused.length > 0
      ? [
          {
            name: 'notUsed',
            question: 'What of the document is not used?',
            choice:
              unused.length > MOST_UNUSED
                ? [...unused.slice(0, MOST_UNUSED), `and ${unused.length - MOST_UNUSED} more`]
                : [...unused],
            reason: 'It says nothing of what is sent, or it is not supported.',
          },
        ]
      : []),
  ]
}
