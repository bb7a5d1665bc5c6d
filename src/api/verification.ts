// A verification: what is asked of a receiver, a verdict for each check, and the report of all of them.
import * as z from 'zod'
import { outcome } from './attempt.js'
import { duration } from './duration.js'
import { computedSignature, signatureStep } from './signature.js'
import { exitCode, json, jsonObject, listIn, text, time } from './values.js'

/** How binding a check is. */
export const checkLevel = z.enum(['must', 'should'])

/** What a check expects of the receiver. */
export const checkExpects = z.enum(['accept', 'reject', 'survive'])

/** What came of a check. */
export const verdictStatus = z.enum(['passed', 'failed', 'not judged'])

/** Why a check was not judged, where it does not lie in the check itself. */
const notJudgedCause = z.enum([
  'unreachable',
  'baseline',
  'stopped',
  'follows',
  'slow machine',
  'unobserved',
  'cancelled',
])

/** What is verified, and how. */
export const verificationInput = z
  .strictObject({
    provider: text,
    to: z.url().meta({ description: 'URL of the receiver.' }),
    channel: z.string().optional(),
    secret: z.string().optional(),
    settings: jsonObject.optional(),
    only: listIn(z.string()).optional().meta({ description: 'Beginnings of ids.' }),
    except: listIn(z.string()).optional(),
    level: checkLevel.optional().meta({ description: 'should adds the softer checks; default: must.' }),
    observe: z
      .url()
      .optional()
      .meta({ description: 'Answers `{ "effects": { key: count }, "states": { subject: state } }`.' }),
    timeout: duration.optional().meta({ description: 'Maximum wait for one response.' }),
    settle: duration.optional().meta({
      description:
        'How long the receiver may take to act on a request that it has answered, at most 10m. Default: learnt from the first plain request.',
    }),
    seed: z.int().min(0).optional(),
    evidence: z
      .boolean()
      .optional()
      .meta({ description: 'The report keeps each request and its response, not only the one that decided a check.' }),
  })
  .meta({ id: 'VerificationRequest' })
/** What is verified, and how. */
export type VerificationInput = z.input<typeof verificationInput>

const headers = z.array(z.tuple([z.string(), z.string()]))

const wire = z
  .object({
    chunked: z.boolean().optional(),
    slowBodyMs: z.number().optional(),
    pauseBodyMs: z.number().optional(),
    packetBytes: z.number().optional(),
    missingBytes: z.number().optional(),
    expectContinue: z.boolean().optional(),
    idleMs: z.number().optional(),
    keptMs: z.number().optional(),
    again: z.boolean().optional(),
    cut: z.enum(['before', 'during', 'after', 'answer']).optional(),
  })
  .meta({ description: 'How the request departed from a plain one on the wire.' })

const exchange = z.object({
  what: z.string().meta({ description: 'What was sent, in words.' }),
  request: json.meta({ description: 'Method, URL, headers, body, and the string that the signature covers.' }),
  wire: wire.nullable(),
  at: time.meta({ description: 'When it was sent, real time.' }),
  outcome,
  answer: z.object({ status: z.int(), headers, body: z.string(), bodyBytes: z.int() }).nullable(),
  durationMs: z.number(),
})

/** Schema of `Verdict`. */
export const verdict = z
  .object({
    id: z.string(),
    title: z.string().meta({ description: 'The requirement.' }),
    level: checkLevel,
    expects: checkExpects,
    status: verdictStatus,
    documented: z.array(z.string()).readonly().meta({ description: "Where the provider's documents ask for it." }),
    assumption: z
      .string()
      .nullable()
      .meta({ description: "Name of the assumption that it rests on, where the provider's documents leave it open." }),
    why: z.array(z.string()).readonly().meta({ description: 'Why a receiver needs it, whatever the provider.' }),
    durationMs: z.number(),
    expected: z.string().nullable(),
    seen: z.string().nullable(),
    note: z.string().nullable(),
    cause: notJudgedCause.nullable().meta({
      description:
        'Why it was not judged. unreachable: no request arrived; baseline: valid requests are refused; stopped: the receiver stopped answering in mid-run; follows: a failure that another explains; slow machine: Standin itself was too late; unobserved: there is no view of what the receiver did; cancelled.',
    }),
    because: z
      .string()
      .nullable()
      .meta({ description: 'Id of the failed check that explains why this one was not judged.' }),
    sent: exchange.nullable().meta({
      description:
        'The request and its response, secrets masked: of a failed check the one that shows it, of one that passed the last. Null where there is none.',
    }),
    requests: z.int().meta({ description: 'How many requests the check sent.' }),
    evidence: z
      .array(exchange)
      .optional()
      .meta({ description: 'Each of them with its response, in order; only where asked for.' }),
    signature: z
      .object({
        channel: z.string(),
        headers: headers.meta({ description: 'Those that carry the signature.' }),
        steps: z.array(signatureStep).readonly(),
        computed: computedSignature
          .nullable()
          .meta({ description: "What looks like the receiver's own signature in its response, explained." }),
      })
      .nullable()
      .meta({ description: 'Of a valid request answered 401 or 403: how its signature is made.' }),
    again: z
      .object({
        standin: z.string().meta({ description: 'The command that runs this check again.' }),
        curl: z.string().nullable().meta({ description: 'The request, where one shows it.' }),
        script: z.string().nullable().meta({
          description:
            'For a POSIX shell with curl (and Node.js, for broken connections), where several requests show it.',
        }),
        note: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'How to repeat a failed check.' }),
  })
  .meta({ id: 'Verdict' })
/** One check judged. */
export type Verdict = z.output<typeof verdict>

/** Schema of the waits of a verification. */
export const verificationWaits = z
  .object({
    settleMs: z.number().nullable().meta({ description: 'As given; null: learnt.' }),
    seenAfterMs: z.number().nullable().meta({
      description: 'From the response to the first plain request until its effect was seen; null: not seen.',
    }),
    effectMs: z.number().meta({ description: 'The longest wait for an effect.' }),
    quietMs: z.number().meta({ description: 'The longest wait for an effect too many.' }),
  })
  .nullable()
  .meta({
    description:
      'How long it waited for what the receiver does after its responses. Null where nothing was observed, and of one that has not ended.',
  })

/** Schema of `VerificationReport`. */
export const verificationReport = z
  .object({
    standin: z.string().meta({ description: "Version of Standin, and with it of the provider's rules." }),
    conclusion: z.string().meta({ description: 'What came of it as a whole, in words.' }),
    provider: z.string(),
    channel: z.string(),
    to: z.string(),
    startedAt: time,
    durationMs: z.number(),
    seed: z.number(),
    level: checkLevel,
    settings: jsonObject.meta({
      description: "The settings given, secrets masked: where they differ from the provider's rules.",
    }),
    summary: z.object({
      passed: z.int(),
      failed: z.int(),
      notJudged: z.int(),
      exitCode,
    }),
    waits: verificationWaits,
    verdicts: z.array(verdict),
  })
  .meta({ id: 'VerificationReport', description: 'Secrets and credentials are masked; signatures are not.' })
/** All verdicts of one verification. */
export type VerificationReport = z.output<typeof verificationReport>
