// The indefinite article before a name that is known only at run time.

/** Written with a vowel and spoken without one: a UNION, a URI, a USER, a UUID. */
const SPOKEN = /^u(ni|r[il]|se|uid)/i

/** "an ORDER_PAID", "a FLOW_COMPLETED"; capital at the start of a sentence. */
export function withArticle(name: string, first: 'a' | 'A' = 'a'): string {
  return `${first}${/^[aeiou]/i.test(name) && !SPOKEN.test(name) ? 'n' : ''} ${name}`
}
