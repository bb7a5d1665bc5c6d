// `standin report`: two reports of verify side by side, and the shards of a load run as one.
import { didYouMean, EmulatorError } from '../../core/errors.js'
import { defineCommand, noteUseless } from '../command.js'
import { compareReports, readReport } from '../compared-reports.js'
import { checkWritable, readText, writeWhole } from '../files.js'

const ACTIONS = ['compare', 'merge'] as const

const usage = (message: string, hint: string | undefined) =>
  new EmulatorError(message, { code: 'usage', where: 'standin report', hint })

export const command = defineCommand({
  usage: 'compare <old.json> <new.json> | merge <shard.json>…',
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  about: [
    'compare: two JSON reports of verify: which checks are fixed, broken, unchanged, new and gone. Times make no difference.',
    'Exit codes: 0 no worse than before, 1 a check fails that did not fail before, 2 a required check is no longer judged.',
    'merge: the JSON reports of all shards of a load run as one: histograms add, thresholds are judged again. Exit codes as of load.',
  ],
  options: ['report', 'fail-if'],
  examples: () => [
    'report compare old.json new.json',
    'report merge shard-1.json shard-2.json --report html=load.html',
    "report merge shard-1.json shard-2.json --fail-if 'p99>500ms'",
  ],
  run: async ({ args: [action = '', ...files], options, given, print }) => {
    if (action === 'compare') {
      const [before, after, more] = files
      if (before === undefined || after === undefined || more !== undefined)
        throw usage('compare takes two reports.', 'Write standin report compare old.json new.json.')
      noteUseless({ given, print }, ['report', 'fail-if'], 'with compare')
      const [old, present] = await Promise.all([readReport(before, before), readReport(after, after)])
      return compareReports(print, old, present)
    }
    if (action !== 'merge') throw usage(`Unknown action "${action}".`, didYouMean(action, ACTIONS, 'Known actions'))
    if (files.length === 0)
      throw usage('merge takes the reports of the shards.', 'Write standin report merge shard-1.json shard-2.json.')
    const [{ mergeShards, shardReportOf }, { reporterOf }, { printLoad }] = await Promise.all([
      import('../../load/merge.js'),
      import('../../load/reporters/index.js'),
      import('../load-output.js'),
    ])
    for (const { file } of options.report) checkWritable(file, '--report')
    const reports = options.report.map(({ format, file }) => ({ file, write: reporterOf(format) }))
    const shards = files.map(file => shardReportOf(readText(file, file), file))
    const merged = mergeShards(shards, options['fail-if'].length === 0 ? undefined : options['fail-if'])
    for (const { file, write } of reports) writeWhole(file, write(merged), '--report')
    await printLoad(print, merged, merged.verdict.exitCode)
    return merged.verdict.exitCode
  },
})
