// Provider-wide settings of the Screening API.
import * as z from 'zod'
import { basePath } from '../../provider/base-path.js'

/** How alike a name must be by default to be a match, from 0 to 100. */
export const LEAST_SCORE = 80

/** The settings, each with its default. */
export const screeningSettings = {
  screeningAuth: z
    .enum(['credentials', 'bearer', 'off'])
    .default('credentials')
    .meta({ title: 'Authentication', group: 'Screening' })
    .describe(
      'What the Screening API requires: client_id and client_secret, a token of /api/v1/auth/token, or nothing.',
    ),
  screeningBasePath: basePath('/api/v1/screening')
    .meta({ title: 'Path of the Screening API', group: 'Screening' })
    .describe('What goes before /entities/organizations.'),
  screeningThreshold: z
    .int()
    .min(0)
    .max(100)
    .default(LEAST_SCORE)
    .meta({ title: 'Least score of a match', group: 'Screening' })
    .describe('The least match_percentage at which an entry of a watchlist is a match.'),
}
