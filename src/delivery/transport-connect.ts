// Opens connections to receivers, and refuses forbidden targets at the only moment that counts: when the address is known.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import type { Outcome } from '../core/outcome.js'
import { outcomeOfError } from './transport-outcome.js'
import { addressProblem, hostRule } from './transport-targets.js'

/** Where to connect to. */
export interface Target {
  secure: boolean
  /** Without the brackets of an IPv6 address. */
  hostname: string
  port: number
  /** `host:port` as people write it. */
  shown: string
}

/** A connection that did not come about, with the outcome it means. */
export class ConnectFailure extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.detail ?? outcome.kind)
    this.name = 'ConnectFailure'
    this.outcome = outcome
  }
}

/** Calls back once, with a socket ready for HTTP or with the failure. The socket returned at once is for cutting it short. */
export type Connect = (
  target: Target,
  done: (failure: ConnectFailure | null, socket: Socket | null) => void,
) => Socket | undefined

export interface ConnectOptions {
  /** Extra certificate authorities, PEM. */
  ca?: string | undefined
  /** Accept any certificate. */
  insecure?: boolean | undefined
  /** The only hosts that may be targets; undefined: any. Forbidden addresses stay forbidden. */
  allowTargets?: readonly string[] | undefined
  /** Finds the addresses of a name; default the system's own way. */
  resolve?: Resolve | undefined
}

/** Calls back with every address of a name. */
type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** One slow address family must not use up an attempt, nor a slow network look like a missing one. */
const NEXT_ADDRESS_MS = 1000

function blocked(detail: string): ConnectFailure {
  return new ConnectFailure({ kind: 'blocked', detail })
}

/** Resolves a name and leaves out the addresses nothing is ever sent to, so that no name can lead there. */
function safeLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '')
      const allowed = found.filter(({ address }) => addressProblem(address) === undefined)
      const [first] = allowed
      if (first === undefined) {
        const address = found[0]?.address ?? ''
        return callback(blocked(`${hostname} is ${address}, which ${addressProblem(address)}; nothing was sent.`), '')
      }
      if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
}

/** A maker of connections; TLS is loaded with the first https target. */
export function createConnect({ ca, insecure, allowTargets, resolve = lookup }: ConnectOptions): Connect {
  const safe = safeLookup(resolve)
  const allowed = hostRule(allowTargets)
  const sessions = new Map<string, Buffer>()

  function problem({ hostname, port, shown }: Target): string | undefined {
    if (!allowed(hostname, port)) return `${shown} is not on the list of allowed targets; nothing was sent.`
    const why = isIP(hostname) === 0 ? undefined : addressProblem(hostname)
    return why && `${hostname} ${why}; nothing was sent.`
  }

  return (target, done) => {
    const { hostname, port, secure, shown } = target
    const why = problem(target)
    if (why !== undefined) {
      queueMicrotask(() => done(blocked(why), null))
      return undefined
    }
    const address = { host: hostname, port, lookup: safe, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS }
    let phase: 'connect' | 'tls' = 'connect'
    let told = false
    const tell = (failure: ConnectFailure | null, socket: Socket | null) => {
      if (told) return
      told = true
      done(failure, socket)
    }
    const fail = (error: unknown) =>
      tell(error instanceof ConnectFailure ? error : new ConnectFailure(outcomeOfError(error, phase, shown)), null)

    const plain = connectTcp(address)
    plain.setNoDelay(true)
    plain.on('error', fail)
    if (!secure) {
      plain.once('connect', () => tell(null, plain))
      return plain
    }
    plain.once('connect', () => {
      phase = 'tls'
      import('node:tls').then(tls => {
        if (plain.destroyed) return
        const socket = tls.connect({
          socket: plain,
          servername: isIP(hostname) === 0 ? hostname : '',
          host: hostname,
          ALPNProtocols: ['http/1.1'],
          ca: ca === undefined ? undefined : [...tls.rootCertificates, ca],
          rejectUnauthorized: insecure !== true,
          session: sessions.get(shown),
        })
        socket.on('session', session => sessions.set(shown, session))
        socket.on('error', fail)
        socket.once('close', () => plain.destroy())
        socket.once('secureConnect', () => tell(null, socket))
      }, fail)
    })
    plain.once('close', () => fail({ code: 'ECONNRESET' }))
    return plain
  }
}
