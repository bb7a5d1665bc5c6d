// Verifications of receivers: those of the ledger, the one that is shown, and what is needed to start another.
import { signal } from '@preact/signals'
import type { JournalEntry } from '../../api/journal-entry.js'
import type { Verification, VerificationComparison, VerificationDetail } from '../../api/kept-verification.js'
import type { Page } from '../../api/page.js'
import type { VerificationInput } from '../../api/verification.js'
import { get, segment, send } from '../api.js'
import { listen } from '../stream.js'
import { liveOf } from './live.js'

/** How many are read at once. */
const PAGE_SIZE = 25

/** Those that were read, newest first; undefined until then. */
export const verifications = signal<readonly Verification[] | undefined>(undefined)

/** What the next page begins before; null on the last. */
export const nextPage = signal<string | null>(null)

/** Why something could not be read. */
export const failure = signal<unknown>(undefined)

/** Secrets by receiver, for as long as this tab is open: a receiver is verified again and again. */
const secrets = new Map<string, string>()

/** The secret that a receiver was last verified with in this tab. */
export const secretOf = (to: string): string => secrets.get(to) ?? ''

async function keepingFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work()
    failure.value = undefined
  } catch (error) {
    failure.value = error
  }
}

const tells = ({ kind }: JournalEntry) => kind.startsWith('verification.') || kind === 'reset'

/** Reads the newest again; as many as are shown. */
const readList = () =>
  keepingFailure(async () => {
    const limit = Math.min(500, Math.max(PAGE_SIZE, verifications.peek()?.length ?? 0))
    const page = await get<Page<Verification>>('/verifications', { limit })
    verifications.value = page.items
    nextPage.value = page.next
  })

/** Reads those before the last that is shown. */
export const readMore = () =>
  keepingFailure(async () => {
    const before = nextPage.value ?? undefined
    const page = await get<Page<Verification>>('/verifications', { limit: PAGE_SIZE, before })
    verifications.value = [...(verifications.value ?? []), ...page.items]
    nextPage.value = page.next
  })

/** Keeps the list up to date until the returned function is called. */
export function followVerifications(): () => void {
  void readList()
  return listen({
    entries: entries => {
      if (entries.some(tells)) void readList()
    },
    missed: () => void readList(),
  })
}

const idOf = (entry: JournalEntry): string | undefined => {
  if (entry.kind === 'verification.started' || entry.kind === 'verification.ended') return entry.verification.id
  return entry.kind === 'verification.judged' || entry.kind === 'verification.removed'
    ? entry.verificationId
    : undefined
}

/** One with its verdicts, kept up to date. */
export const liveVerification = (id: string) =>
  liveOf(
    signal => get<VerificationDetail>(`/verifications/${segment(id)}`, {}, signal),
    entry => idOf(entry) === id,
  )

/** Reads one for its options. */
export const readVerification = (id: string) => get<VerificationDetail>(`/verifications/${segment(id)}`)

/** Starts one; answers it as it starts. */
export async function startVerification(input: VerificationInput): Promise<Verification> {
  const started = await send<Verification>('POST', '/verifications?wait=false', input)
  if (input.secret !== undefined) secrets.set(input.to, input.secret)
  return started
}

/** Cancels one. */
export const cancelVerification = (id: string) => send<Verification>('POST', `/verifications/${segment(id)}/cancel`)

/** Deletes one. */
export const deleteVerification = (id: string) => send('DELETE', `/verifications/${segment(id)}`)

/** Compares one with an earlier one, by default the one before it of the same receiver. */
export const compareVerification = (id: string, other: string | undefined) =>
  get<VerificationComparison>(`/verifications/${segment(id)}/comparison`, { with: other })
