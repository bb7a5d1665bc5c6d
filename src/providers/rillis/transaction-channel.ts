// The transaction webhook loaded: the flat list of fields, unsigned unless asked for.
import type { ChannelBehaviour, ChannelTraits } from '../../provider/channel.js'
import { transactionEvent } from './events/transaction.js'
import { retryPlan } from './retry.js'
import { type TransactionSettings, transactionSettings } from './settings.js'
import { signTransaction, transactionAnatomy } from './signer.js'
import { encode, request, urlProblem, webhookKey } from './wire.js'

const traits: ChannelTraits = {
  signs: false,
  signatureHeaders: [],
  idempotencyKey: 'external_transaction_id',
  enumPaths: ['state', 'risk_level', 'transaction_type'],
  createdByCall: true,
}

/** Signed in the flow webhooks' scheme, which nothing documents here. */
const signedTraits: ChannelTraits = {
  ...traits,
  signs: true,
  timestampHeader: 'x-timestamp',
  signatureHeaders: ['x-signature'],
  signedOver: 'canonical',
  freshness: { seconds: 300, documented: false },
}

/** The Transaction Screening API's webhook. */
export const transactionChannel: ChannelBehaviour = {
  settings: transactionSettings,
  definition: type => (type === 'TRANSACTION_STATE_CHANGED' ? transactionEvent : undefined),
  // A key is only of use where transactionSigning asks for it, so none is made up.
  secret: { ...webhookKey, use: 'given' },
  encode,
  request,
  sign: signTransaction,
  anatomy: transactionAnatomy,
  retry: retryPlan,
  urlProblem,
  traits,
  traitsFor: settings => ((settings as TransactionSettings).transactionSigning === 'flow' ? signedTraits : traits),
}
