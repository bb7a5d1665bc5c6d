// Opens connections to receivers. Forbidden targets are refused when the address is known, so that no host name leads there.
import { lookup } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import type { Outcome } from '../core/outcome.js'
import { addressProblem, allowList } from './targets.js'
import { outcomeOfError, type Target } from './transport-exchange.js'

/** A connection that could not be opened, with the outcome it means. */
export class ConnectFailure extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super(outcome.detail ?? outcome.kind)
    this.name = 'ConnectFailure'
    this.outcome = outcome
  }
}

/** Calls back once, with a socket ready for HTTP or with the failure. The socket returned at once is for destroying it early. */
export type Connect = (
  target: Target,
  done: (failure: ConnectFailure | null, socket: Socket | null) => void,
) => Socket | undefined

/** How connections are opened, and to which targets. */
export interface ConnectOptions {
  /** Extra certificate authorities, PEM. */
  ca?: string | undefined
  /** Accept any certificate. */
  insecure?: boolean | undefined
  /** The only hosts that may be targets; undefined: any. Forbidden addresses stay forbidden. */
  allowTargets?: readonly string[] | undefined
}

/** One slow address family must not use up an attempt, nor a slow network look like a missing one. */
const NEXT_ADDRESS_MS = 1000

function blocked(detail: string): ConnectFailure {
  return new ConnectFailure({ kind: 'blocked', detail })
}

/** A lookup that leaves out forbidden addresses. */
const safeLookup: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, { ...options, all: true }, (error, found) => {
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

/** Creates the function that opens connections; TLS is loaded with the first https target. */
export function createConnect({ ca, insecure, allowTargets }: ConnectOptions): Connect {
  const allowed = allowList(allowTargets)
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
    const address = { host: hostname, port, lookup: safeLookup, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS }
    let phase: 'connect' | 'tls' = 'connect'
    let isDone = false
    const finish = (failure: ConnectFailure | null, socket: Socket | null) => {
      if (isDone) return
      isDone = true
      done(failure, socket)
    }
    const fail = (error: unknown) =>
      finish(error instanceof ConnectFailure ? error : new ConnectFailure(outcomeOfError(error, phase, shown)), null)

    const plain = connectTcp(address)
    plain.setNoDelay(true)
    plain.on('error', fail)
    if (!secure) {
      plain.once('connect', () => finish(null, plain))
      return plain
    }
    plain.once('connect', () => {
      phase = 'tls'
      import('node:tls')
        .then(tls => {
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
          socket.once('secureConnect', () => finish(null, socket))
        })
        .catch(fail)
    })
    plain.once('close', () => fail({ code: 'ECONNRESET' }))
    return plain
  }
}
