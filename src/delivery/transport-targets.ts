// Which hosts and addresses may be targets: rules without any IO, for the moment a connection is made.
import ipaddr from 'ipaddr.js'

/** Addresses where clouds tell their machines secrets, apart from those that are link-local anyway. */
const METADATA = new Set(['fd00:ec2::254', 'fd20:ce::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'])

/** Ranges nobody's receiver lives in. */
const NEVER: Record<string, string> = {
  linkLocal: 'is link-local',
  unspecified: 'is no address of a machine',
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

/** Why nothing is ever sent to this IP address, as the end of a sentence that starts with it; undefined when it may be sent to. */
export function addressProblem(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return 'is not an IP address'
  const address = effective(ipaddr.parse(text))
  if (METADATA.has(address.toString())) return 'is a metadata service of a cloud'
  return NEVER[address.range()]
}

/**
 * A test of host names against an allow-list. An entry is a host name or IP address, `host:port`, or `*.domain` for everything
 * below a domain. Without a list every host passes.
 */
export function hostRule(allow: readonly string[] | undefined): (hostname: string, port: number) => boolean {
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
