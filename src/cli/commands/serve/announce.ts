// What `standin serve` prints once it listens: addresses, seed, token, what is allowed, and a request to try.
import type { Emulator } from '../../../emulator/contract.js'
import type { Provider } from '../../../provider/provider.js'
import { shellQuote } from '../../../report/request-text.js'
import { VERSION } from '../../../version.js'
import type { Print } from '../../print.js'

/** A server that listens. */
interface Listening {
  url: string
  page: string
  root: Pick<Emulator, 'clock' | 'ledger' | 'seed'>
  providers: readonly Provider[]
  token: string | undefined
  /** Start that was asked for, ms; a kept ledger with a manual clock goes on at its own time. */
  startWanted: number | undefined
  /** Beyond loopback. */
  isOpen: boolean
  guardProviders: boolean
  /** Targets that were allowed by option. */
  targets: readonly string[]
}

/** A smaller ledger is migrated before anybody wonders. */
const LARGE_LEDGER_BYTES = 100e6

/** Says that the ledger is about to be migrated, where it is so large that nothing else is said for a while. */
export function noteMigration(file: string, bytes: number, print: Pick<Print, 'note'>): void {
  if (bytes < LARGE_LEDGER_BYTES) return
  const size = bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
  print.note(`Migrating the ledger ${file} (${size}) to this version; this takes a moment.`)
}

/** Prints it. */
export function announce(
  { url, page, root, providers, token, startWanted, isOpen, guardProviders, targets }: Listening,
  print: Print,
): void {
  const { clock, ledger, seed } = root
  const first = providers[0]
  const event = JSON.stringify({ provider: first?.name, type: first?.channels[0]?.eventTypes[0]?.name })
  const bearer = token === undefined ? '' : ` -H ${shellQuote(`authorization: Bearer ${token}`)}`
  print.line(`page ${print.paint('bold', page)}`)
  print.line(`Standin ${VERSION} at ${url}`)
  if (startWanted !== undefined && clock.kind === 'manual' && clock.now() !== startWanted)
    print.note(
      `note: --start has no effect: the ledger ${ledger.location} goes on at ${new Date(clock.now()).toISOString()}; for another start use another --ledger`,
    )
  print.line(`seed ${seed}, clock ${clock.kind}, ledger ${ledger.location}`)
  if (token !== undefined) print.line(`token ${token}`)
  if (isOpen && !guardProviders) print.line("The providers' APIs need no token; --guard-providers asks for one.")
  if (isOpen && targets.length === 0)
    print.line('Only receivers on this machine are allowed; allow others with --allow-target HOST.')
  print.line(`try: curl ${url}/_standin/events${bearer} -H 'content-type: application/json' -d ${shellQuote(event)}`)
  print.record({
    kind: 'listening',
    url,
    page,
    pid: process.pid,
    seed,
    clock: clock.kind,
    ledger: ledger.location,
    token,
  })
}
