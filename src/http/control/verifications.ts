// Verifications: a receiver is judged by the catalogue of checks, by this server's rules for targets.
import * as z from 'zod'
import { signatureCause, signatureStep } from './explain-signature.js'
import { controlRoute, type Family } from './route.js'
import { duration, json, jsonObject, time } from './schemas.js'

const STATUSES = ['passed', 'failed', 'not judged'] as const
const LEVELS = ['must', 'should'] as const

const input = z
  .strictObject({
    provider: z.string(),
    to: z.url().meta({ description: 'URL of the receiver.' }),
    channel: z.string().optional(),
    secret: z.string().optional(),
    settings: jsonObject.optional(),
    only: z.array(z.string()).optional().meta({ description: 'Beginnings of ids.' }),
    except: z.array(z.string()).optional(),
    level: z.enum(LEVELS).optional().meta({ description: 'should adds the softer checks; must when left out.' }),
    observe: z
      .url()
      .optional()
      .meta({ description: 'Answers `{ "effects": { key: count }, "states": { subject: state } }`.' }),
    timeout: duration.optional().meta({ description: 'Longest wait for one answer.' }),
    seed: z.int().min(0).optional(),
  })
  .meta({ id: 'VerificationRequest' })

const verdict = z
  .object({
    id: z.string(),
    title: z.string().meta({ description: 'The requirement.' }),
    level: z.enum(LEVELS),
    expects: z.enum(['accept', 'refuse', 'survive']),
    status: z.enum(STATUSES),
    documented: z.array(z.string()),
    durationMs: z.number(),
    expected: z.string().nullable(),
    seen: z.string().nullable(),
    note: z.string().nullable(),
    sent: json.meta({ description: 'The exact request and its answer, of a failed check; else null.' }),
    signature: z
      .object({
        channel: z.string(),
        headers: z.array(z.tuple([z.string(), z.string()])).meta({ description: 'Those that carry the signature.' }),
        steps: z.array(signatureStep),
        computed: z
          .object({
            value: z.string(),
            summary: z.string(),
            causes: z.array(signatureCause),
            alternatives: z.array(z.array(signatureCause)),
          })
          .nullable()
          .meta({ description: "What looks like a signature of the receiver's own in its answer, explained." }),
      })
      .nullable()
      .meta({ description: 'Of a good message answered 401 or 403: how its signature is made.' }),
    again: z
      .object({ standin: z.string(), curl: z.string().nullable(), note: z.string().nullable() })
      .nullable()
      .meta({ description: 'What repeats a failed check.' }),
  })
  .meta({ id: 'Verdict' })

const report = z
  .object({
    provider: z.string(),
    channel: z.string(),
    to: z.string(),
    startedAt: time,
    durationMs: z.number(),
    seed: z.number(),
    level: z.enum(LEVELS),
    summary: z.object({
      passed: z.int(),
      failed: z.int(),
      notJudged: z.int(),
      exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    }),
    verdicts: z.array(verdict),
  })
  .meta({ id: 'VerificationReport', description: 'Secrets and credentials are masked; signatures are not.' })

export const verificationsFamily: Family = {
  name: 'verifications',
  about: 'Judging receivers by the catalogue of checks.',
  routes: [
    controlRoute({
      id: 'verifyReceiver',
      method: 'POST',
      path: '/_standin/verifications',
      summary: 'Judges a receiver; answered when it is done, which takes up to a minute.',
      description: 'Nothing is stored: the messages come from emulators of their own. `Accept: text/html` gets a page.',
      body: input,
      answers: {
        200: { description: 'The verdicts, whatever they are.', schema: report },
        400: { description: 'Unknown names, settings or checks.' },
      },
      handler: async ({ emulator, body: { timeout, ...asked }, spaces, space, request }) => {
        const [{ verify }, { reportRecord }, { htmlReport }] = await Promise.all([
          import('../../verify/verification.js'),
          import('../../verify/reporters/json.js'),
          import('../../verify/reporters/html.js'),
        ])
        const signal = AbortSignal.any([request.signal, space.gone])
        // What was set for this world's provider holds for its verifications too.
        const settings = { ...emulator.ledger.providerSettings(asked.provider), ...asked.settings }
        const options = { ...asked, settings, timeoutMs: timeout, signal }
        const { shareable } = await verify(options, spaces.beside)
        if (request.headers.get('accept')?.startsWith('text/html'))
          return new Response(htmlReport(shareable), { headers: { 'content-type': 'text/html; charset=utf-8' } })
        return { status: 200, body: reportRecord(shareable) }
      },
    }),
  ],
}
