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
    follows: ['tolerance/null'],
  },
  {
    check: 'tolerance/null',
    flaw: 'changes the case of each result',
    dialect: 'unico',
    make: () => ({
      understand(event) {
        if ('result' in event) (event.result as string).toLowerCase()
      },
    }),
    options: { only: ['tolerance/null', 'tolerance/optional-absent'] },
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
  {
    check: 'tolerance/null',
    flaw: 'relies on an object',
    dialect: 'kycgenie',
    make: () => ({
      understand: event => {
        if (event.data === null) throw new TypeError('cannot read null')
      },
    }),
    options: { only: ['tolerance/null'] },
  },
  {
    check: 'tolerance/null',
    flaw: 'relies on the amount of some transactions',
    dialect: 'transaction',
    make: () => ({
      understand: event => {
        if (event.transaction_type === 'FIAT' && event.receiving_amount === null) throw new TypeError('no amount')
      },
    }),
    options: { only: ['tolerance'] },
  },
  {
    check: 'tolerance/null',
    flaw: 'relies on a list of errors',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (/_IDENTITY_/.test(String(event.type)) && data(event).errors === null) throw new TypeError('not iterable')
      },
    }),
    options: { only: ['tolerance/null'] },
  },
  {
    check: 'tolerance/unknown-value',
    flaw: 'knows two reasons only',
    dialect: 'transaction',
    make: () => ({
      understand: ({ reasons_rejection_operator_list: list }) => {
        if (Array.isArray(list) && !list.every(one => one === 'BLACKLIST' || one === 'SANCTION'))
          throw new Error('unknown reason')
      },
    }),
    follows: ['tolerance/unknown-value-accepted'],
    options: { only: ['tolerance/unknown'] },
  },
  {
    check: 'tolerance/extra-fields',
    flaw: 'takes no names that are no identifiers',
    dialect: 'unico',
    make: () => ({
      understand: event => {
        if (Object.keys(event).some(name => !/^\w+$/.test(name))) throw new Error('not a name')
      },
    }),
    options: { only: ['tolerance/extra-fields'] },
  },
]
