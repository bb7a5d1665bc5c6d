// Triggers events with large payloads and reads the journal from its beginning: `large-events.ts <ledger> <count> <bytes>`.
// Prints how many entries the journal still has.
import { createEmulator } from '../../src/emulator/index.js'
import { testProvider } from './test-provider.js'

const [ledger = '', count = '0', bytes = '0'] = process.argv.slice(2)
const emulator = await createEmulator({ providers: [testProvider], ledger, clock: 'manual', seed: 1 })
const text = 'x'.repeat(Number(bytes))
for (let i = 0; i < Number(count); i++)
  await emulator.trigger('acme', 'thing.made', {
    raw: { thing: 't', colour: 'red', size: 1, n: i, text: `${i}${text}` },
  })
let seen = 0
for (;;) {
  const { entries, missed } = emulator.journal.since(seen, 1)
  const [entry] = entries
  if (missed) throw new Error(`The journal lost something after ${seen}.`)
  if (entry === undefined) break
  if (entry.kind === 'event.triggered' && String(entry.event.payload.text).length < Number(bytes))
    throw new Error(`Entry ${entry.seq} lost its payload.`)
  seen = entry.seq
}
process.stdout.write(`${seen}\n`)
await emulator.stop(0)
