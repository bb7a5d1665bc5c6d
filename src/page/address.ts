// The address of what is shown, in the hash of the URL: a view, what of it, and its filters. It is the only place where these are kept.
import { computed, signal } from '@preact/signals'

/** What is shown: `#/deliveries/dlv_1?attempt=2` is view `deliveries`, id `dlv_1`, filter `attempt`. */
export interface Address {
  view: string
  /** Path segments after the view, decoded. */
  ids: readonly string[]
  query: Readonly<Record<string, string>>
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    // Whoever typed it sees that nothing is found under it.
    return text
  }
}

/** Reads a hash such as `#/deliveries/dlv_1?status=waiting`. */
function parseHash(hash: string): Address {
  const [path = '', ...rest] = hash.replace(/^#\/?/, '').split('?')
  const [view = '', ...ids] = path.split('/').map(decoded)
  return { view, ids: ids.filter(id => id !== ''), query: Object.fromEntries(new URLSearchParams(rest.join('?'))) }
}

/** The hash of an address; filters that are empty or undefined are left out. */
export function hrefOf(
  view: string,
  { ids = [], query = {} }: { ids?: readonly string[]; query?: Readonly<Record<string, string | undefined>> } = {},
): string {
  const path = [view, ...ids].map(encodeURIComponent).join('/')
  const given = Object.entries(query).filter((entry): entry is [string, string] => !!entry[1])
  const search = new URLSearchParams(given).toString()
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

const hash = signal(location.hash)
addEventListener('hashchange', () => {
  hash.value = location.hash
})

/** What is shown now. */
export const address = computed<Address>(() => parseHash(hash.value))

/** Goes to an address of `hrefOf`, so that Back comes back here. */
export function go(href: string): void {
  location.hash = href
}

/** Changes filters of what is shown, undefined or empty removes one; Back does not stop at each of them. */
export function setQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { view, ids, query } = address.value
  history.replaceState(null, '', hrefOf(view, { ids, query: { ...query, ...change } }))
  hash.value = location.hash
}
