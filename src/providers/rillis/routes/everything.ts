// Every subject of a kind, page after page, for lists that tell how many there are.
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'

const AT_ONCE = 500

/** Newest first. */
export function everything(port: ProviderPort, kind: string): Subject[] {
  const all: Subject[] = []
  for (;;) {
    const before = all.at(-1)?.id
    const page = port.subjects({ kind }, before === undefined ? { limit: AT_ONCE } : { limit: AT_ONCE, before })
    all.push(...page)
    if (page.length < AT_ONCE) return all
  }
}
