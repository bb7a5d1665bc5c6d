// The rule for a receiver's URL where a provider has no other: https, but http too for loopback and private hosts.

/** What is wrong with a URL, one sentence; undefined when nothing is. `strictHttps` requires https for every host. */
export function httpsProblem(url: URL, isPrivateHost: boolean, strictHttps = false): string | undefined {
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return `The URL must begin with https:// or http://, not ${url.protocol}//.`
  if (strictHttps) return 'The URL must begin with https:// because strictHttps is on.'
  return isPrivateHost
    ? undefined
    : `http:// is for loopback and private hosts only, and ${url.hostname} is neither; the URL must begin with https://.`
}
