// Assumptions: what a provider's documents leave open, our choice, its reason and the setting that changes it.
import type { Json } from '../core/json.js'

export interface Assumption {
  /** Camel-case name; also the setting's name where there is one. */
  name: string
  question: string
  /** Our choice, in words or as the setting's default value. */
  choice: Json
  reason: string
  /** `subscription`: a setting of each subscription (and provider-wide as its default); `provider`: provider-wide only; absent: a constant. */
  setting?: 'subscription' | 'provider'
  /** The other values a setting takes, in words. */
  alternatives?: string
}
