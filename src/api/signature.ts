// A signature explained: the question, the steps to the expected signature, and the likely causes of a mismatch.
import * as z from 'zod'
import { jsonObject, text } from './values.js'

/** Schema of `SignatureQuestion`. */
export const signatureQuestion = z
  .strictObject({
    delivery: z
      .string()
      .optional()
      .meta({ description: 'Id of a delivery: everything else is taken from its attempt.' }),
    attempt: z.int().min(1).optional().meta({ description: 'Number of its attempt; default: the last.' }),
    provider: z.string().optional().meta({ description: 'Required without a delivery.' }),
    channel: z.string().optional().meta({ description: 'Default: found by the event type or the headers.' }),
    secret: z.string().optional().meta({ description: "Required without a delivery; default: the subscription's." }),
    settings: jsonObject.optional().meta({ description: "Settings of the subscription, over the provider's." }),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: 'Name to value; with a delivery they replace those of its attempt.' }),
    body: z.string().optional().meta({ description: 'The body as text (UTF-8).' }),
    bodyBase64: z.string().optional().meta({ description: 'The exact bytes instead.' }),
    signature: text
      .optional()
      .meta({ description: 'A signature that the receiver computed, in place of the one in the headers.' }),
    whole: z.boolean().optional().meta({ description: 'Show the values of the steps in full; keys never are.' }),
  })
  .meta({ id: 'SignatureQuestion' })
/** A request whose signature is to be explained. */
export type SignatureQuestion = z.output<typeof signatureQuestion>

const header = z.object({ name: z.string(), value: z.string().nullable() })

const signatureCause = z
  .object({ id: z.string(), sentence: z.string(), fix: z.string().meta({ description: 'How to fix it.' }) })
  .meta({ id: 'SignatureCause' })

/** Schema of `SignatureStep`. */
export const signatureStep = z.object({ name: z.string(), about: z.string(), bytes: z.int(), value: z.string() })
/** One step of computing a signature. */
export type SignatureStep = z.output<typeof signatureStep>

/** Schema of `ComputedSignature`. */
export const computedSignature = z.object({
  value: z.string(),
  summary: z.string(),
  causes: z.array(signatureCause).readonly(),
  alternatives: z.array(z.array(signatureCause).readonly()).readonly(),
})
/** A signature that a receiver's answer shows, explained. */
export type ComputedSignature = z.output<typeof computedSignature>

/** Schema of `SignatureExplanation`. */
export const signatureExplanation = z
  .object({
    verdict: z.enum(['valid', 'invalid']),
    summary: z.string(),
    provider: z.string(),
    channel: z.string(),
    expected: z.array(header).meta({ description: 'The headers as they should be.' }),
    received: z.array(header).meta({ description: 'The same headers as received; null where missing.' }),
    steps: z.array(signatureStep),
    causes: z
      .array(signatureCause)
      .meta({ description: 'The likely causes of an invalid signature; empty where no known cause fits.' }),
    alternatives: z
      .array(z.array(signatureCause))
      .meta({ description: 'Equally likely causes, which give the same signature of this body.' }),
    known: z.int().meta({ description: 'Number of known causes.' }),
    tried: z.int().meta({ description: 'Number of signatures compared.' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'SignatureExplanation' })
/** How a signature is computed, and the likely causes of a mismatch. */
export type SignatureExplanation = z.output<typeof signatureExplanation>

/** Schema of `SignatureAnswer`. */
export const signatureAnswer = signatureExplanation
  .extend({
    computed: computedSignature.nullable().meta({
      description:
        "What the receiver's response to a stored attempt shows that it computed, explained; null where it shows nothing of the kind.",
    }),
  })
  .meta({ id: 'SignatureAnswer' })
/** An explanation, with what a receiver's response shows of its own computation. */
export type SignatureAnswer = z.output<typeof signatureAnswer>
