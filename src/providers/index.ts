// The list of the companies we play; adding one is its folder and one line here.
import type { Provider } from '../provider/provider.js'
import { kycgenie } from './kycgenie/index.js'
import { rillis } from './rillis/index.js'
import { unico } from './unico/index.js'

/** Every provider that comes with Standin; listing them loads no schema and no factory. */
export const builtInProviders: readonly Provider[] = [rillis, kycgenie, unico]
