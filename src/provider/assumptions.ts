// Assumptions: what a provider's documents leave open, our choice, its reason and the setting that changes it.
import type { Json } from '../core/json.js'

/**
 * A question that a provider's documents leave open.
 *
 * @example
 * {
 *   name: 'signatureEncoding',
 *   question: 'Is the signature hex or base64?',
 *   choice: 'hex',
 *   reason: 'The sample code prints a hex digest.',
 *   setting: 'subscription',
 *   alternatives: 'base64',
 * }
 */
export interface Assumption {
  /** Camel-case name; also the setting's name where there is one. */
  name: string
  /** What the documents do not say. */
  question: string
  /** Our choice, in words or as the setting's default value. */
  choice: Json
  /** Why this choice. */
  reason: string
  /** `subscription`: a setting of each subscription (and provider-wide as its default); `provider`: provider-wide only; absent: a constant. */
  setting?: 'subscription' | 'provider'
  /** The other values a setting takes, in words. */
  alternatives?: string
}
