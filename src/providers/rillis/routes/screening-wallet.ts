// Blockchain Analysis: the risk of one wallet, with the account's blacklist. Source of the path: Blockchain Analysis, URL.
import * as z from 'zod'
import type { Route } from '../../../provider/routes.js'
import { blacklistOf } from '../blacklist.js'
import { walletMatches } from '../screening-matches.js'
import { walletRisk } from '../screening-wallets.js'
import { errors, must } from './errors.js'
import { blacklistMatch, head, highest, keepAnalysis, outcome, percentage } from './screening-analysis.js'
import { ofAccount, screeningCredentials, values } from './screening-fields.js'

const walletBody = z
  .looseObject(
    {
      ...screeningCredentials,
      external_id: values.external_id.optional(),
      wallet: values.wallet,
      network: values.network,
      asset: values.network.nullish(),
    },
    must('an object'),
  )
  .meta({ assumption: 'screeningRequests' })

const walletSchema = z.strictObject({
  ...head,
  entity_type: z.literal('WALLET'),
  wallet: z.string(),
  network: z.string(),
  asset: z.string().nullable(),
  ...outcome,
  risk_score: percentage,
  exposures: z.array(z.strictObject({ category: z.string(), percentage })).meta({ assumption: 'screeningLists' }),
  blacklist_matches: z.array(blacklistMatch),
})

/** `POST /api/v1/analysis-crypto/risk-wallet/send`. */
export const walletRoute: Route = {
  method: 'POST',
  path: '/api/v1/analysis-crypto/risk-wallet/send',
  summary: 'Blockchain Analysis',
  documented: true,
  open: true,
  body: { type: 'json', schema: walletBody },
  answers: {
    200: { description: 'The analysis', schema: walletSchema, assumption: 'screeningResponses' },
    ...errors(400, 401),
  },
  handler: ofAccount(async ({ body, account, port }) => {
    const { external_id, wallet, network, asset } = walletBody.parse(body)
    const { records, settings } = blacklistOf(account, port)
    const { risk_level, ...risk } = walletRisk({ wallet, network }, port)
    const own = settings.enabled ? walletMatches({ wallet, network }, records, settings.minimum_match_percentage) : []
    const analysis = {
      external_id,
      described: { entity_type: 'WALLET', wallet, network, asset: asset ?? null },
      isMatch: own.length > 0 || risk_level !== 'LOW',
      found: {
        risk_level: highest([risk_level, ...(own.length > 0 ? [settings.risk_level] : [])]),
        ...risk,
        blacklist_matches: own,
      },
    }
    return { status: 200, body: await keepAnalysis(analysis, account, port) }
  }),
}
