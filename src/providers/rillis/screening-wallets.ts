// The risk of a wallet: that of a made-up list of wallets, any other one's is low; the details come from the seed and the wallet.
import type { ProviderPort } from '../../provider/port.js'
import { LISTED_WALLETS } from './screening-lists.js'
import { isSameWallet } from './screening-matches.js'

/** What a wallet's money has touched, in percent of it. */
export type Exposure = { category: string; percentage: number }

/** The risk of a wallet by itself, without the account's blacklist. */
export interface WalletRisk {
  risk_level: 'HIGH' | 'MEDIUM' | 'LOW'
  risk_score: number
  exposures: Exposure[]
}

/** Least and most of a risk score, and of the share of the risky category in percent. */
const RANGES = {
  HIGH: { score: [85, 99], share: [40, 80] },
  MEDIUM: { score: [45, 65], share: [20, 45] },
  LOW: { score: [1, 20], share: [0, 0] },
} as const

/** The risk of a wallet on a network: the same for the same seed, wallet and network. */
export function walletRisk({ wallet, network }: { wallet: string; network: string }, port: ProviderPort): WalletRisk {
  const listed = LISTED_WALLETS.find(({ address }) => isSameWallet(address, wallet))
  const risk_level = listed?.risk_level ?? 'LOW'
  // Addresses that are one wallet have the same details.
  const stream = port.random(
    'wallet',
    listed?.address ?? (wallet.startsWith('0x') ? wallet.toLowerCase() : wallet),
    network.toLowerCase(),
  )
  const within = ([least, most]: readonly [number, number]) => least + stream.int(most - least + 1)
  const { score, share } = RANGES[risk_level]
  const risk_score = within(score)
  const risky = within(share)
  const exchange = within([Math.ceil((100 - risky) / 2), 100 - risky])
  const exposures = [
    ...(listed ? [{ category: listed.category as string, percentage: risky }] : []),
    { category: 'EXCHANGE', percentage: exchange },
    { category: 'OTHER', percentage: 100 - risky - exchange },
  ]
  return { risk_level, risk_score, exposures: exposures.filter(({ percentage }) => percentage > 0) }
}
