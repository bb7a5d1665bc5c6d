// Where requests may go: the addresses that no request is ever sent to, and the list of allowed hosts.
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { EmulatorError } from '../core/errors.js'

type Address = ReturnType<typeof ipaddr.parse>

/** Metadata and credential services of clouds, besides those that are link-local. */
const METADATA: readonly [Address, number][] = [
  // AWS: instance metadata, pod identity, time and DNS.
  'fd00:ec2::/32',
  // Google Cloud.
  'fd20:ce::/32',
  // Oracle Cloud.
  'fd00:c1::/32',
  '192.0.0.192/32',
  // Scaleway.
  'fd00:42::42/128',
  // Alibaba Cloud, Volcano Engine, Azure.
  '100.100.100.200/32',
  '100.96.0.96/32',
  '168.63.129.16/32',
].map(range => ipaddr.parseCIDR(range))

/** Ranges that no receiver is in. */
const NEVER: Record<string, string> = {
  linkLocal: 'is a link-local address',
  unspecified: 'is not the address of a host',
  multicast: 'is a multicast address',
  broadcast: 'is a broadcast address',
}

const NAT64_LOCAL = ipaddr.parseCIDR('64:ff9b:1::/48')
const isIsatap = (bytes: number[]) =>
  (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe

/** The IPv4 addresses that an IPv6 address may lead to: mapped, translated and tunnelled ones, by the prefix that says so. */
function embedded(address: Address): Address[] {
  if (!(address instanceof ipaddr.IPv6)) return []
  const bytes = address.toByteArray()
  const at = (...places: number[]) => new ipaddr.IPv4(places.map(place => bytes[place] ?? 0))
  const last = at(12, 13, 14, 15)
  // IPv4-compatible (::a.b.c.d), mapped (::ffff:a.b.c.d), translated (::ffff:0:a.b.c.d); not :: and ::1.
  const head = bytes.slice(0, 8).every(byte => byte === 0)
  const middle = (bytes[8] ?? 0) * 2 ** 24 + (bytes[9] ?? 0) * 2 ** 16 + (bytes[10] ?? 0) * 2 ** 8 + (bytes[11] ?? 0)
  if (head && [0xffff, 0xffff0000].includes(middle)) return [last]
  if (head && middle === 0) return last.range() === 'unspecified' || bytes[12] === 0 ? [] : [last]
  // RFC 8215: a local prefix, in which the address stands at one of the places of RFC 6052.
  if (address.match(NAT64_LOCAL))
    return [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), last].filter(one => one.range() !== 'unspecified')
  if (isIsatap(bytes)) return [last]
  const range = address.range()
  if (range === 'rfc6052') return [last]
  if (range === '6to4') return [at(2, 3, 4, 5)]
  // The server's, and the client's with its bits inverted.
  if (range === 'teredo') return [at(4, 5, 6, 7), new ipaddr.IPv4(bytes.slice(12, 16).map(byte => byte ^ 0xff))]
  return []
}

/** Why nothing is sent to this IP address, as the end of a sentence that starts with it; undefined when it is allowed. */
export function addressProblem(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return 'is not an IP address'
  const address = ipaddr.parse(text)
  for (const one of [address, ...embedded(address)]) {
    if (METADATA.some(([network, bits]) => network.kind() === one.kind() && one.match(network, bits)))
      return 'is a metadata service of a cloud'
    const problem = NEVER[one.range()]
    if (problem !== undefined) return problem
  }
  return undefined
}

/** The host name or address of an entry, as URLs have it, and its port; undefined where it has neither form. */
function parsedEntry(entry: string): { host: string; port: string } | undefined {
  const bare = isIP(entry) === 6 ? `[${entry}]` : entry
  const [, name, port = ''] = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\*%,]+)(?::(\d{1,5}))?$/i.exec(bare) ?? []
  if (name === undefined || Number(port) > 65_535 || !URL.canParse(`http://${name}`)) return undefined
  return { host: new URL(`http://${name}`).hostname.replaceAll(/[[\]]/g, ''), port }
}

const withPort = (host: string, port: string) =>
  port === '' ? host : `${isIP(host) === 6 ? `[${host}]` : host}:${port}`

/** What is wrong with an entry of the list, and what to write instead; undefined for a valid one. */
function entryProblem(entry: string): { message: string; hint: string } | undefined {
  const forms = 'Write a host name or IP address, host:port, or *.domain.'
  if (entry.startsWith('*.')) {
    const below = parsedEntry(entry.slice(2))
    if (below !== undefined && below.port === '' && isIP(below.host) === 0) return undefined
    return { message: 'only a domain can follow "*."', hint: 'Write *.domain, such as *.example.com.' }
  }
  if (entry.includes('*'))
    return {
      message: 'a "*" can only stand for what is below a domain',
      hint: 'Write the hosts one by one, or *.domain, such as *.example.com.',
    }
  const [, host = '', port = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d+))?/i.exec(entry) ?? []
  if (host !== '') {
    const written = parsedEntry(host)
    return {
      message: 'it is a URL',
      hint: written === undefined ? forms : `Write ${withPort(written.host, port)}.`,
    }
  }
  if (/^[^/]+\/\d+$/.test(entry))
    return { message: 'ranges of addresses are not supported', hint: 'Write the addresses one by one.' }
  const parsed = parsedEntry(entry)
  if (parsed === undefined) return { message: 'it is not a host', hint: forms }
  // Other spellings of an IPv4 address (127.1, 0x7f000001) would never be met: URLs have the four numbers.
  const typed = entry.replaceAll(/[[\]]/g, '').replace(parsed.port === '' ? /$/ : /:\d+$/, '')
  if (isIP(parsed.host) === 4 && typed !== parsed.host)
    return {
      message: 'the address is not written as four numbers',
      hint: `Write ${withPort(parsed.host, parsed.port)}.`,
    }
  const never = isIP(parsed.host) === 0 ? undefined : addressProblem(parsed.host)
  return never === undefined
    ? undefined
    : { message: `it ${never}, and nothing is ever sent there`, hint: 'Leave it out.' }
}

/** Throws `invalid_input` for an entry of the list of allowed targets that is not one, with what to write instead. */
export function checkAllowedTargets(allow: readonly string[] | undefined): void {
  for (const entry of allow ?? []) {
    const problem = entryProblem(entry)
    if (problem === undefined) continue
    throw new EmulatorError(`"${entry}" cannot be an allowed target: ${problem.message}.`, {
      code: 'invalid_input',
      hint: problem.hint,
    })
  }
}

/**
 * A test of host names against a list of valid entries: a host name or IP address, `host:port`, or `*.domain` for everything below a
 * domain. Without a list every host passes.
 */
export function allowList(allow: readonly string[] | undefined): (hostname: string, port: number) => boolean {
  if (allow === undefined) return () => true
  const exact = new Set<string>()
  const below: string[] = []
  for (const entry of allow) {
    const isBelow = entry.startsWith('*.')
    const parsed = parsedEntry(isBelow ? entry.slice(2) : entry)
    if (parsed === undefined) continue
    if (isBelow) below.push(`.${parsed.host}`)
    else exact.add(withPort(parsed.host, parsed.port))
  }
  return (hostname, port) => {
    const name = hostname.toLowerCase()
    return exact.has(name) || exact.has(withPort(name, String(port))) || below.some(domain => name.endsWith(domain))
  }
}

/** Why a host is no target, as far as that is known before its name is resolved, and what to do about it. */
export interface TargetProblem {
  /** `list`: it is not on the list of allowed targets; `address`: nothing is ever sent there. */
  kind: 'list' | 'address'
  /** A sentence without its full stop. */
  message: string
  hint: string
}

/** A test of hosts against the list of allowed targets and the addresses that nothing is ever sent to; undefined for a target. */
export function targetCheck(
  allow: readonly string[] | undefined,
): (to: { hostname: string; port: number; shown: string }) => TargetProblem | undefined {
  const allowed = allowList(allow)
  return ({ hostname, port, shown }) => {
    const why = isIP(hostname) === 0 ? undefined : addressProblem(hostname)
    if (why !== undefined)
      return {
        kind: 'address',
        message: `${hostname} ${why}`,
        hint: 'Give the address of your receiver; --allow-target cannot allow this one.',
      }
    if (allowed(hostname, port)) return undefined
    return {
      kind: 'list',
      message: `${shown} is not on the list of allowed targets`,
      hint: `Allow it with --allow-target ${hostname} (allowTargets in the library).`,
    }
  }
}
