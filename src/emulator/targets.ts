// Which receiver URLs a subscription may have.
import ipaddr from 'ipaddr.js'
import { EmulatorError } from '../core/errors.js'

const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|test|home\.arpa|lan|docker)$/

/** True for loopback and private addresses and for names that only a local network knows. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (ipaddr.isValid(host)) {
    const range = ipaddr.process(host).range()
    return range === 'loopback' || range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat'
  }
  return !host.includes('.') || PRIVATE_NAMES.test(host)
}

/** The URL of a receiver, parsed; throws `invalid_url` saying what is wrong with it. `where` names the field or option. */
export function receiverUrl(text: string, where: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new EmulatorError(`"${text}" is not a URL.`, {
      code: 'invalid_url',
      hint: 'Write it whole, e.g. http://127.0.0.1:3000/webhooks.',
      where,
      cause,
    })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new EmulatorError(`"${text}" is neither http nor https.`, {
      code: 'invalid_url',
      hint: 'Receivers are reached by http:// or https://.',
      where,
    })
  if (url.username !== '' || url.password !== '')
    throw new EmulatorError('A receiver URL must not hold a user name or password.', {
      code: 'invalid_url',
      hint: "Use the provider's own credentials settings.",
      where,
    })
  return url
}

/** Default rule: https for public hosts, http for loopback and private ones. */
export function defaultUrlProblem(url: URL): string | undefined {
  if (url.protocol === 'https:' || isPrivateHost(url.hostname)) return undefined
  return `http is accepted to loopback and private hosts only, and ${url.hostname} is neither; use https`
}
