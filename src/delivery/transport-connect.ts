// Opens connections to receivers. Forbidden targets are refused when the address is known, so that no host name leads there.
import { lookup } from 'node:dns'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Outcome } from '../core/outcome.js'
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

/** Metadata services of clouds, besides those that are link-local. */
const METADATA = new Set(['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'])

/** Ranges that no receiver is in. */
const NEVER: Record<string, string> = {
  linkLocal: 'is link-local',
  unspecified: 'is not the address of a host',
  multicast: 'is a multicast address',
  broadcast: 'is a broadcast address',
}

type Address = ReturnType<typeof ipaddr.parse>

/** The IPv4 address that a transition address leads to (mapped, NAT64, 6to4), or the address itself. */
function effective(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address
  if (address.isIPv4MappedAddress()) return address.toIPv4Address()
  const bytes = address.toByteArray()
  const range = address.range()
  if (range === 'rfc6052') return new ipaddr.IPv4(bytes.slice(12, 16))
  if (range === '6to4') return new ipaddr.IPv4(bytes.slice(2, 6))
  return address
}

/** Why nothing is sent to this IP address, as the end of a sentence that starts with it; undefined when it is allowed. */
function addressProblem(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return 'is not an IP address'
  const address = effective(ipaddr.parse(text))
  if (METADATA.has(address.toString())) return 'is a metadata service of a cloud'
  return NEVER[address.range()]
}

/**
 * A test of host names against an allow-list. An entry is a host name or IP address, `host:port`, or `*.domain` for everything
 * below a domain. Without a list every host passes.
 */
function allowList(allow: readonly string[] | undefined): (hostname: string, port: number) => boolean {
  if (allow === undefined) return () => true
  const exact = new Set<string>()
  const below: string[] = []
  for (const entry of allow) {
    const name = entry.toLowerCase()
    if (name.startsWith('*.')) below.push(name.slice(1))
    else exact.add(name.replaceAll(/[[\]]/g, ''))
  }
  return (hostname, port) => {
    const name = hostname.toLowerCase()
    return exact.has(name) || exact.has(`${name}:${port}`) || below.some(domain => name.endsWith(domain))
  }
}

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
