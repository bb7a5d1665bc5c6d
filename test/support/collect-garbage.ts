// A process that opens and leaves ledgers and then has its garbage collected while no JavaScript runs.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openLedger } from '../../src/ledger/sqlite.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (options: { execution: 'async' }) => Promise<void>

for (let round = 0; round < 3; round++) {
  await openLedger({ location: ':memory:' }).close()
  await collect({ execution: 'async' })
}
console.log('alive')
