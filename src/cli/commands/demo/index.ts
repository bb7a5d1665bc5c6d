// `standin demo`: runs one scenario of each provider against a real receiver that fails twice before it accepts.
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
    'Start the emulator and, in another process, a receiver that verifies signatures and answers each delivery with 503, 500, then 200;',
    'run one scenario of each provider, show every attempt, and clean up. Waits between retries are skipped.',
    'Exit codes: 0 everything was delivered, 1 not everything was.',
  ],
  options: ['seed', 'page'],
  graceful: true,
  examples: () => ['demo', 'demo --page', 'demo --seed 7 --json'],
  run: async ({ options, print, signal }) => {
    const providers = (await providersOf([])).filter(({ name }) => existsSync(join(scenariosFolder, name)))
    if (providers.length === 0)
      throw new EmulatorError('The scenarios of the package are missing.', {
        code: 'invalid_file',
        where: scenariosFolder,
        hint: 'Reinstall the package.',
      })
    const folder = mkdtempSync(join(tmpdir(), 'standin-demo-'))
    try {
      const { runDemo } = await import('./run-demo.js')
      const folders = providers.map(({ name }) => ({ provider: name, folder: join(scenariosFolder, name) }))
      const ledger = join(folder, 'demo.db')
      const end = await runDemo({ folders, providers, ledger, seed: options.seed, page: options.page, print, signal })
      return { delivered: EXIT.success, 'not delivered': EXIT.failed, interrupted: EXIT.interrupted }[end]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})
