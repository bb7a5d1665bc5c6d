// A process that triggers one event on a ledger file and then lives until it is killed.
import { createEmulator } from '../../src/emulator/index.js'

const [ledger, url] = process.argv.slice(2)
const standin = await createEmulator({ ledger, seed: 7 })
await standin.subscribe('rillis', { url: url ?? '', secret: 'k' })
await standin.trigger('rillis', 'FLOW_COMPLETED')
