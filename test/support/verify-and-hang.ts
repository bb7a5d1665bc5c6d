// A process that starts the verification of a receiver on a ledger file and then lives until it is killed.
import { createEmulator } from '../../src/emulator/index.js'
import { createSpaces } from '../../src/emulator/spaces.js'
import { createApp } from '../../src/http/app.js'

const [ledger, to] = process.argv.slice(2)
const spaces = createSpaces({ root: await createEmulator({ ledger, seed: 7 }), make: createEmulator })
await createApp({ spaces, version: '0.0.0' }).request('/_standin/verifications?wait=false', {
  method: 'POST',
  body: JSON.stringify({ provider: 'rillis', to, secret: 'k', only: ['delivery/accepts'], timeout: '1h' }),
})
