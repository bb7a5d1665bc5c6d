// `standin report compare`: two reports of verify side by side.
import { didYouMean, EmulatorError } from '../../core/errors.js'
import { defineCommand } from '../command.js'
import { compareReports, readReport } from '../compared-reports.js'

export const command = defineCommand({
  usage: 'compare <old.json> <new.json>',
  args: { min: 3, max: 3 },
  about: [
    'Compare two JSON reports of verify: which checks are fixed, broken, unchanged, new and gone. Times make no difference.',
    'Exit codes: 0 no worse than before, 1 a check fails that did not fail before, 2 a required check is no longer judged.',
  ],
  options: [],
  examples: () => ['report compare old.json new.json'],
  run: async ({ args: [action = '', before = '', after = ''], print }) => {
    if (action !== 'compare')
      throw new EmulatorError(`Unknown action "${action}".`, {
        code: 'usage',
        where: 'standin report',
        hint: didYouMean(action, ['compare']),
      })
    const [old, present] = await Promise.all([readReport(before, before), readReport(after, after)])
    return compareReports(print, old, present)
  },
})
