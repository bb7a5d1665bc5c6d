// Opens connections to receivers. Forbidden targets are refused when the address is known, so that no host name leads there.
import { connect as connectTcp, isIP, type LookupFunction, type OnReadOpts, type Socket } from 'node:net'
import type { Clock } from '../core/clock.js'
import { EmulatorError } from '../core/errors.js'
import type { Outcome } from '../core/outcome.js'
import type { ClientCertificate, ConnectOptions } from './connect-options.js'
import { LOOPBACK, lookUp } from './lookup.js'
import { addressProblem, type TargetProblem, targetCheck } from './targets.js'
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

/**
 * Calls back once, with a socket ready for HTTP or with the failure. The socket returned at once is for destroying it early. A socket
 * without TLS reads by `onread`, where given, and emits no `data`.
 */
export type Connect = (
  target: Target,
  done: (failure: ConnectFailure | null, socket: Socket | null) => void,
  onread?: OnReadOpts,
) => Socket | undefined

/** One slow address family must not use up an attempt, nor a slow network look like a missing one. */
const NEXT_ADDRESS_MS = 1000

function blocked(detail: string): ConnectFailure {
  return new ConnectFailure({ kind: 'blocked', detail })
}

/** What an outcome says of a host that is no target. */
export const blockedText = ({ kind, message, hint }: TargetProblem) =>
  `${message}; nothing was sent.${kind === 'list' ? ` ${hint}` : ''}`

/** Names below localhost are loopback, and no DNS server is asked (RFC 6761, 6.3). */
const isBelowLocalhost = (hostname: string) => /\.localhost\.?$/i.test(hostname)

/** A lookup that leaves out forbidden addresses. */
const safeLookup =
  (clock: Pick<Clock, 'alarm'>): LookupFunction =>
  (hostname, options, callback) => {
    if (isBelowLocalhost(hostname)) {
      const { family = 0, all } = options
      const found = LOOPBACK.filter(one => family === 0 || family === `IPv${one.family}` || family === one.family)
      if (all) queueMicrotask(() => callback(null, found))
      else queueMicrotask(() => callback(null, found[0]?.address ?? '', found[0]?.family))
      return
    }
    lookUp(hostname, { clock, hints: options.hints }, (error, found) => {
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

/** The client certificate as Node takes it. */
const given = ({ cert, key, pfx, passphrase }: ClientCertificate) => ({
  cert,
  // One file may hold both.
  key: key ?? cert,
  pfx: pfx && Buffer.from(pfx),
  passphrase,
})

/** Throws `invalid_file` for a client certificate that cannot be used. Loads TLS only where one is given. */
export async function checkClientCertificate(certificate: ClientCertificate): Promise<void> {
  const { cert, key, pfx } = certificate
  if (cert === undefined && key === undefined && pfx === undefined) return
  const failed = (message: string, hint: string, cause?: unknown) =>
    new EmulatorError(message, { code: 'invalid_file', where: pfx === undefined ? 'cert' : 'pfx', hint, cause })
  if (pfx !== undefined && (cert !== undefined || key !== undefined))
    throw failed('A client certificate is given twice: as pfx, and as cert or key.', 'Give pfx, or cert and key.')
  if (pfx === undefined && cert === undefined)
    throw failed('The key of a client certificate is given without the certificate.', 'Give cert too.')
  const { createSecureContext } = await import('node:tls')
  try {
    createSecureContext(given(certificate))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    const reason = cause instanceof Error ? cause.message : String(cause)
    const isLocked =
      /BAD_DECRYPT|PASSPHRASE|INTERRUPTED|BAD_PASSWORD/i.test(code) || /mac verify|passphrase|password/i.test(reason)
    throw failed(
      `The client certificate cannot be used: ${reason}.`,
      isLocked
        ? 'Is the passphrase right? It is read from STANDIN_PASSPHRASE, or given as passphrase.'
        : 'Give a certificate (PEM) with its own private key (PEM), or both as PKCS #12 (pfx).',
      cause,
    )
  }
}

/** Creates the function that opens connections; TLS is loaded with the first https target. */
export function createConnect(
  { ca, insecure, allowTargets, ...certificate }: ConnectOptions,
  clock: Pick<Clock, 'alarm'>,
): Connect {
  const lookup = safeLookup(clock)
  const problemOf = targetCheck(allowTargets)
  const sessions = new Map<string, Buffer>()

  return (target, done, onread) => {
    const { hostname, port, secure, shown } = target
    const problem = problemOf(target)
    if (problem !== undefined) {
      queueMicrotask(() => done(blocked(blockedText(problem)), null))
      return undefined
    }
    const address = {
      host: hostname,
      port,
      lookup,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      ...(onread && !secure && { onread }),
    }
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
            ...given(certificate),
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
