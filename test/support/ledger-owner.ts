// A process that owns a ledger until it is killed: `ledger-owner.ts <file> own` or `… work`, which also keeps writing.
// Each line on stdout is a delivery whose attempt was committed as begun; the first line says that the file is owned.
import { openLedger } from '../../src/ledger/sqlite.js'
import { accepted, aDelivery, anAttempt, anEvent, aSubscription, T0 } from './records.js'

const [location = '', task = 'own'] = process.argv.slice(2)
const ledger = openLedger({ location })

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** One delivery after another: owed, begun, said, and every second one accepted. */
async function work(worker: number): Promise<void> {
  for (let i = 0; ; i++) {
    const id = `${worker}-${i}`
    await ledger.write(rows => {
      rows.insertEvent(anEvent(`ev-${id}`))
      rows.insertDelivery(aDelivery(id, { eventId: `ev-${id}`, subscriptionId: `sub_${worker}` }))
    })
    await ledger.write(rows => {
      rows.claim(`sub_${worker}`, T0, 1)
      rows.startAttempt(anAttempt(id, 1))
    })
    say(id)
    if (i % 2 === 0) await ledger.write(rows => rows.finishAttempt(accepted(id, 1)))
  }
}

await ledger.write(rows => rows.insertSubscription(aSubscription(`sub_of_${process.pid}`)))
say('owned')
if (task === 'work') for (const worker of [1, 2, 3, 4]) void work(worker)
// Keeps the process, and with it the lock, until it is killed.
process.stdin.resume()
