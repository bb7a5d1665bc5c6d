// Flaws of receivers that cannot read what a provider may add one day.
import { data, type FlawCase } from './flaw-case.js'

export const toleranceFlaws: FlawCase[] = [
  {
    check: 'tolerance/unknown-type',
    flaw: 'has no default for types',
    dialect: 'kycgenie',
    make: () => ({
      understand: ({ event_type }) => {
        if (event_type === 'something.new') throw new Error('unknown type')
      },
    }),
  },
  {
    check: 'tolerance/unknown-value',
    flaw: 'has no default for statuses',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (!/^(COMPLETED|REJECTED|APPROVED|UPDATED|PENDING_REVIEW|null|undefined)$/.test(String(data(event).status)))
          throw new Error('unknown status')
      },
    }),
    follows: ['tolerance/unknown-value-accepted'],
  },
  {
    check: 'tolerance/extra-fields',
    flaw: 'refuses unknown fields in what it looks into',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (Object.hasOwn(data(event), 'somethingNew')) throw new Error('unrecognized key')
      },
    }),
  },
  {
    check: 'tolerance/optional-absent',
    flaw: 'relies on a field',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (data(event).user_id === undefined) throw new TypeError('cannot read undefined')
      },
    }),
  },
  {
    check: 'tolerance/null',
    flaw: 'relies on a value',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (data(event).user_id === null) throw new TypeError('cannot read null')
      },
    }),
  },
]
