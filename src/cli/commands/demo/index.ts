// `standin demo`: every provider tells one story to a real receiver that fails twice before it accepts.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmulatorError } from '../../../core/errors.js'
import { defineCommand, EXIT } from '../../command.js'
import { providersOf } from '../../providers.js'
import { scenariosFolder } from './package-files.js'

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Starts the emulator with a ledger in a temporary folder, and a receiver in a process of its own that checks signatures',
    'and answers 503, 500, then 200 to each delivery. Plays one scenario of each provider and shows every attempt.',
    'Waiting between retries is skipped. Cleans up after itself; exit code 0 when everything was delivered.',
  ],
  options: ['seed'],
  graceful: true,
  examples: () => ['demo', 'demo --seed 7 --json'],
  run: async ({ options, print, signal }) => {
    const providers = (await providersOf([])).filter(({ name }) => existsSync(join(scenariosFolder, name)))
    if (providers.length === 0)
      throw new EmulatorError('The scenarios of the package are not there.', {
        code: 'invalid_file',
        where: scenariosFolder,
        hint: 'Install the package anew.',
      })
    const folder = mkdtempSync(join(tmpdir(), 'standin-demo-'))
    try {
      const { playDemo } = await import('./demo.js')
      const folders = providers.map(({ name }) => ({ provider: name, folder: join(scenariosFolder, name) }))
      const ledger = join(folder, 'demo.db')
      const delivered = await playDemo({ folders, providers, ledger, seed: options.seed, print, signal })
      if (signal.aborted) return EXIT.interrupted
      return delivered ? EXIT.success : EXIT.failed
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})
