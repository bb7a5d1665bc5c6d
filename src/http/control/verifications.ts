// Verifications: the checks run against a receiver, within this server's limits on targets, and what came of earlier ones.
import {
  comparisonQuery,
  reportQuery,
  startQuery,
  verification,
  verificationComparison,
  verificationDetail,
  verificationPage,
  verificationQuery,
} from '../../api/kept-verification.js'
import { verificationInput, verificationReport } from '../../api/verification.js'
import { EmulatorError } from '../../core/errors.js'
import type { StoredVerification } from '../../core/verification.js'
import type { Emulator } from '../../emulator/contract.js'
import { noVerification } from '../../emulator/verifications.js'
import { writtenReport } from '../verifications.js'
import { CONTENT_TYPES, download } from './download.js'
import { controlRoute, type Family, idParams } from './route.js'
import { verificationDetailView, verificationReportView, verificationView } from './verification-views.js'
import { pageView } from './views.js'

const missing = { description: 'There is no such verification.' }

function existing({ ledger }: Emulator, id: string): StoredVerification {
  const found = ledger.verification(id)
  if (found) return found
  throw noVerification(id)
}

/** How many earlier ones are searched for one to compare with: as many as are kept. */
const KEPT = { limit: 100 }

/** The newest completed one before it of the same receiver. */
const earlierThan = ({ ledger }: Emulator, { id, provider, channel, to }: StoredVerification): string | undefined =>
  ledger
    .verifications({ provider, to }, { ...KEPT, before: id })
    .find(other => other.channel === channel && other.status === 'completed')?.id

const detailOf = (emulator: Emulator, found: StoredVerification) =>
  verificationDetailView(found, emulator.ledger.verdicts(found.id), earlierThan(emulator, found) ?? null)

/** A verification that has ended, with its verdicts. Throws `not_found`, and `conflict` while it runs. */
function endedDetail(emulator: Emulator, id: string) {
  const found = existing(emulator, id)
  if (found.status !== 'running') return detailOf(emulator, found)
  throw new EmulatorError(`The verification ${id} is running.`, {
    code: 'conflict',
    hint: 'Wait until it has ended, or cancel it.',
  })
}

/** The id of the one to compare with where none is named. Throws `not_found`. */
function earlierId(emulator: Emulator, found: StoredVerification): string {
  const id = earlierThan(emulator, found)
  if (id !== undefined) return id
  throw new EmulatorError(`There is no completed verification of ${found.to} before ${found.id}.`, {
    code: 'not_found',
    where: 'with',
    hint: 'Name another one with ?with=ID, or verify the receiver again.',
  })
}

export const verificationsFamily: Family = {
  name: 'verifications',
  about: 'Verification of receivers.',
  routes: [
    controlRoute({
      id: 'verifyReceiver',
      method: 'POST',
      path: '/_standin/verifications',
      summary:
        'Verifies a receiver; answers when it is done, which takes up to a minute, or with wait=false as soon as it has started.',
      description:
        'The requests come from emulators of their own; only the verification and its verdicts are stored, secrets masked. The journal tells each verdict as it is made. With `Accept: text/html` the answer is the report as a page.',
      query: startQuery,
      body: verificationInput,
      answers: {
        200: { description: 'The report, whatever its verdicts.', schema: verificationReport, texts: ['text/html'] },
        202: { description: 'With wait=false: it has started.', schema: verification },
        400: { description: 'Unknown names, settings or checks.' },
        409: { description: 'This receiver is being verified already, or four others are.' },
      },
      handler: async ({ body: { timeout, settle, ...asked }, query, verifications, spaces, space, request, base }) => {
        const waits = query.wait !== 'false'
        const { stored, report } = await verifications.start({
          input: { ...asked, timeoutMs: timeout, settleMs: settle },
          beside: spaces.beside,
          repeatWith: spaces.startedWith,
          client: waits ? request.abandoned() : undefined,
          use: () => (space.name === null ? () => {} : spaces.use(space.name)),
        })
        const location = `${base}/_standin/verifications/${stored.id}`
        if (!waits) return { status: 202, body: verificationView(stored), headers: { location } }
        const shareable = await report
        const headers = { 'content-location': location }
        if (request.headers().get('accept')?.startsWith('text/html')) {
          const { htmlReport } = await import('../../verify/reporters/html.js')
          return new Response(htmlReport(shareable), { headers: { ...headers, 'content-type': CONTENT_TYPES.html } })
        }
        const { reportRecord } = await import('../../verify/reporters/json.js')
        return { status: 200, body: reportRecord(shareable), headers }
      },
    }),
    controlRoute({
      id: 'listVerifications',
      method: 'GET',
      path: '/_standin/verifications',
      summary: 'Lists verifications, newest first.',
      query: verificationQuery,
      answers: { 200: { description: 'A page of verifications.', schema: verificationPage } },
      handler: ({ emulator, query: { limit, before, ...filter } }) => ({
        status: 200,
        body: pageView(emulator.ledger.verifications(filter, { limit: limit + 1, before }), limit, verificationView),
      }),
    }),
    controlRoute({
      id: 'getVerification',
      method: 'GET',
      path: '/_standin/verifications/{id}',
      summary: 'Gets a verification with its verdicts so far.',
      params: idParams,
      answers: { 200: { description: 'The verification.', schema: verificationDetail }, 404: missing },
      handler: ({ emulator, params }) => ({ status: 200, body: detailOf(emulator, existing(emulator, params.id)) }),
    }),
    controlRoute({
      id: 'cancelVerification',
      method: 'POST',
      path: '/_standin/verifications/{id}/cancel',
      summary: 'Cancels a verification: checks under way still end, the others are not judged.',
      params: idParams,
      answers: {
        202: { description: 'It ends soon.', schema: verification },
        404: missing,
        409: { description: 'It has ended.' },
      },
      handler: ({ emulator, verifications, params }) => {
        const found = existing(emulator, params.id)
        if (verifications.cancel(found.id)) return { status: 202, body: verificationView(found) }
        throw new EmulatorError(`The verification ${found.id} has ended.`, { code: 'conflict' })
      },
    }),
    controlRoute({
      id: 'reportVerification',
      method: 'GET',
      path: '/_standin/verifications/{id}/report',
      summary: 'Downloads the report of a verification that has ended: HTML, JUnit, JSON or Markdown.',
      params: idParams,
      query: reportQuery,
      answers: {
        200: {
          description: 'The report, in the format asked for.',
          texts: ['text/html', 'application/xml', 'application/json', 'text/markdown'],
        },
        404: missing,
        409: { description: 'It is running.' },
      },
      handler: async ({ emulator, params, query: { format } }) => {
        const detail = endedDetail(emulator, params.id)
        const text = await writtenReport(verificationReportView(detail), format)
        return download(text, `${detail.provider}-${detail.id}`, format)
      },
    }),
    controlRoute({
      id: 'compareVerifications',
      method: 'GET',
      path: '/_standin/verifications/{id}/comparison',
      summary: 'Compares a verification with an earlier one: what is fixed, broken and unchanged.',
      params: idParams,
      query: comparisonQuery,
      answers: {
        200: { description: 'Every check of both.', schema: verificationComparison },
        404: missing,
        409: { description: 'One of them is running.' },
      },
      handler: async ({ emulator, params, query }) => {
        const after = endedDetail(emulator, params.id)
        const before = endedDetail(emulator, query.with ?? earlierId(emulator, existing(emulator, params.id)))
        const { compareVerdicts } = await import('../../verify/compare.js')
        const [was, is] = [before, after].map(({ id }) => verificationView(existing(emulator, id)))
        if (!was || !is) throw noVerification(params.id)
        return { status: 200, body: { before: was, after: is, ...compareVerdicts(before.verdicts, after.verdicts) } }
      },
    }),
    controlRoute({
      id: 'deleteVerification',
      method: 'DELETE',
      path: '/_standin/verifications/{id}',
      summary: 'Deletes a verification that has ended.',
      params: idParams,
      answers: {
        204: { description: 'It is deleted.' },
        404: missing,
        409: { description: 'It is running.' },
      },
      handler: async ({ emulator, params }) => {
        await emulator.verifications.remove(params.id)
        return { status: 204 }
      },
    }),
  ],
}
