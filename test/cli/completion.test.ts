// `standin completion`: what the shells offer, generated from the table of commands.
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.js'
import { standin } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'

async function script(shell: string): Promise<string> {
  const { code, stdout } = await standin(['completion', shell])
  expect(code).toBe(0)
  const file = join(temporaryFolder(), 'script')
  writeFileSync(file, stdout)
  return file
}

it('bash offers commands, options, choices, providers, event types and files', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'story.yaml'), '')
  const lines = [
    'standin ',
    'standin unsub',
    'standin trigger ',
    'standin trigger unico process.finished.e',
    'standin trigger --speed max rillis FLOW_C',
    'standin serve --clock ',
    'standin serve --guard',
    'standin deliveries --status e',
    'standin clock ',
    'standin run st',
    'standin run --report x ',
    'standin serve --port ',
  ]
  const asked = lines.map(
    line =>
      `COMP_WORDS=(${line.replace(/ $/, " ''")}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1)); _standin; echo "\${COMPREPLY[*]}"`,
  )
  const said = execFileSync('bash', ['-c', `source ${await script('bash')}; ${asked.join('; ')}`], { cwd: folder })
  expect(said.toString().split('\n').slice(0, -1)).toEqual([
    commands.map(({ name }) => name).join(' '),
    'unsubscribe',
    expect.stringContaining('rillis kycgenie unico'),
    expect.stringContaining('process.finished.expired'),
    'FLOW_COMPLETED',
    'system manual',
    '--guard-providers',
    'exhausted',
    'show advance drain',
    'story.yaml',
    'story.yaml',
    '',
  ])
})

it('every shell gets every command; the scripts of shells that are here have no syntax error', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const file = await script(shell)
    const text = execFileSync('cat', [file]).toString()
    for (const { name } of commands) expect(text).toMatch(new RegExp(`\\b${name}\\b`))
    const checked = spawnSync(shell, ['-n', file])
    // Of a shell that is not installed nothing is known.
    if (checked.error === undefined) expect([shell, checked.stderr.toString()]).toEqual([shell, ''])
  }
})

it('an unknown shell is refused with the nearest', async () => {
  expect(await standin(['completion', 'bsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "bash"?'),
  })
})
