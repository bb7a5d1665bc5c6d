// The cryptocurrencies that the Transaction Screening API accepts, with their networks.
// Source of the name: Webhooks Overview, menu; path and response are ours.
import * as z from 'zod'
import type { Route } from '../../../provider/routes.js'
import { ours } from '../marked.js'
import { errors } from './errors.js'
import { credentials } from './transactions.js'

/** Source of Bitcoin, Ethereum, BTC and USDT: Transaction Analysis, request body; of Binance_Smart_Chain: Transaction webhooks, table of fields. The rest is ours. */
const CRYPTOCURRENCIES = [
  { symbol: 'BTC', name: 'Bitcoin', networks: ['Bitcoin'] },
  { symbol: 'ETH', name: 'Ether', networks: ['Ethereum'] },
  { symbol: 'BNB', name: 'BNB', networks: ['Binance_Smart_Chain'] },
  { symbol: 'USDT', name: 'Tether', networks: ['Ethereum', 'Binance_Smart_Chain', 'Tron'] },
  { symbol: 'USDC', name: 'USD Coin', networks: ['Ethereum', 'Binance_Smart_Chain'] },
  { symbol: 'TRX', name: 'Tronix', networks: ['Tron'] },
]

/** `GET /api/v1/resources/validation/cryptocurrencies`. */
export const cryptocurrenciesRoute: Route = {
  method: 'GET',
  base: 'resourcesBasePath',
  path: '/cryptocurrencies',
  summary: 'List Cryptocurrencies',
  documented: false,
  assumption: 'inferredPaths',
  open: true,
  query: z.object(ours('cryptocurrencies', credentials)),
  answers: {
    200: {
      assumption: 'cryptocurrencies',
      description: 'The cryptocurrencies: values of `asset`, each with its values of `network`',
      schema: z.array(z.strictObject({ symbol: z.string(), name: z.string(), networks: z.array(z.string()) })),
    },
    ...errors(400),
  },
  handler: () => ({ status: 200, body: CRYPTOCURRENCIES.map(one => ({ ...one, networks: [...one.networks] })) }),
}
