// Runs the shell blocks of a page as a reader would: a real sh, the built command line, one folder and two ports for the whole page.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type Block, type Page, ROOT } from './markdown.js'

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** What a checkout has that pages speak of. */
const OF_THE_CHECKOUT = ['scenarios', 'fixtures', 'examples', 'node_modules', 'package.json']

/** Ports that pages write. */
const WRITTEN_PORTS = ['3000', '4010'] as const

/** Commands that go on until they are ended; a block with one of them is that command alone. */
const GOES_ON = /^(?:npx )?standin (serve|receive|watch)\b/

/** Set-up of a checkout, which the tests themselves are part of. */
const SET_UP = /^npm ci && npm (?:run )?(\w+)$/

/** Real time that a block may take, ms: a command that hangs is ended with what it said so far. */
const LONGEST_MS = 30_000

/** How a block says that it ends with another exit code than 0. */
const EXIT_CODE = /# exit code (\d+)$/m

export interface Built {
  folder: string
  remove(): void
}

/** The package as its own build script makes it, in a folder of its own, so that nothing stale is run. */
export async function buildPackage(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), 'standin-built-'))
  const bundle = scripts.build?.split(' && ').find(part => part.startsWith('esbuild'))
  if (bundle === undefined) throw new Error('The build script has no esbuild part.')
  await promisify(execFile)('sh', ['-c', bundle.replace('--outdir=dist', `--outdir=${folder}/dist`)], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${ROOT}/node_modules/.bin${delimiter}${process.env.PATH}` },
  })
  for (const name of OF_THE_CHECKOUT) symlinkSync(join(ROOT, name), join(folder, name))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const shim = (name: string, ...lines: string[]) => {
    writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(join(bin, name), 0o755)
  }
  shim(
    'standin',
    'if [ "$1" = serve ]; then STANDIN_PORT="$PORT_OF_SERVE"; export STANDIN_PORT; fi',
    `exec '${process.execPath}' '${folder}/dist/cli/main.js' "$@"`,
  )
  shim('npx', '[ "$1" = standin ] || { echo "npx $1 is not known here" >&2; exit 127; }', 'shift', 'exec standin "$@"')
  // An error answer that a page does not speak of is a mistake of the page.
  const { stdout } = await promisify(execFile)('sh', ['-c', 'command -v curl'])
  shim('curl', `exec '${stdout.trim()}' --fail-with-body "$@"`)
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A free port below those that systems hand out by themselves, so that it stays free until it is used. */
async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let port = 10_000 + (process.pid % 18_000); port < 32_000; port++) {
    if (taken.has(port)) continue
    const free = await new Promise<boolean>(resolve => {
      const server = createServer()
      server.on('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw new Error('no free port')
}

interface Running {
  child: ChildProcess
  closed: Promise<void>
}

/** Ends what a block has started: its shell's process group, with whatever that left in the background. */
async function end({ child, closed }: Running): Promise<void> {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
  await closed
}

function checkSetUp(block: Block, script: string): void {
  if (scripts[script] === undefined)
    throw new Error(`${block.page}:${block.line}: package.json has no script "${script}"`)
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8')
  if (script === 'test' && !ci.includes(block.text.trim()))
    throw new Error(`${block.page}:${block.line}: .ci/run does not run "${block.text.trim()}"`)
}

/** Runs every shell block of a page in its order. Throws at the first that does not do what the page says. */
export async function runPage({ blocks }: Page, built: string): Promise<{ commands: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'standin-page-'))
  for (const name of [...OF_THE_CHECKOUT, 'dist']) symlinkSync(join(built, name), join(folder, name))
  const ports = new Map<string, number>()
  for (const written of WRITTEN_PORTS) ports.set(written, await freePort(new Set(ports.values())))
  const here = (text: string) => text.replace(/\b(3000|4010)\b/g, written => String(ports.get(written) ?? written))
  const inherited = Object.entries(process.env).filter(([name]) => !/^(STANDIN_|VITEST|GITHUB_)/.test(name))
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${built}/bin${delimiter}${process.env.PATH}`,
    PORT_OF_SERVE: here('4010'),
    STANDIN_SERVER: here('http://127.0.0.1:4010'),
  }
  const standing = new Map<string, Running>()
  const done: string[] = []

  const start = (text: string) => {
    const child = spawn('sh', ['-e', '-c', text], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    let hear = () => {}
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', chunk => {
        said += chunk
        hear()
      })
    const closed = new Promise<void>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', () => resolve())
    })
    const exited = new Promise<number | null>(resolve => child.on('exit', code => resolve(code)))
    const inTime = async <T>(work: Promise<T>): Promise<T> => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`goes on after ${LONGEST_MS} ms:\n${said}`)), LONGEST_MS)
      })
      try {
        return await Promise.race([work, late])
      } finally {
        clearTimeout(timer)
      }
    }
    const saying = (fits: RegExp) =>
      new Promise<void>((resolve, reject) => {
        hear = () => fits.test(said) && resolve()
        hear()
        exited.then(code => reject(new Error(`ended with ${code}:\n${said}`)))
      })
    return {
      child,
      closed,
      exited: () => inTime(exited),
      saying: (fits: RegExp) => inTime(saying(fits)),
      said: () => said,
    }
  }

  const runBlock = async (block: Block): Promise<void> => {
    const text = here(block.text)
    const [, script] = SET_UP.exec(block.text.trim()) ?? []
    if (script !== undefined) {
      checkSetUp(block, script)
      if (script === 'test') return
    }
    const [, command] = GOES_ON.exec(text) ?? []
    if (command !== undefined) {
      const before = standing.get(command)
      if (before !== undefined) await end(before)
      const { child, closed, saying } = start(text)
      standing.set(command, { child, closed })
      await saying(/ (at|watching) http:\/\/127\.0\.0\.1:\d+/)
      return
    }
    const wanted = Number(EXIT_CODE.exec(text)?.[1] ?? 0)
    const { child, closed, exited, said } = start(script === undefined ? text : (scripts[script] ?? ''))
    let code: number | null
    try {
      code = await exited()
    } finally {
      await end({ child, closed })
    }
    if (code !== wanted) throw new Error(`ended with ${code} instead of ${wanted}:\n${said()}`)
  }

  try {
    for (const block of blocks) {
      const [file] = block.info.split(' ')
      if (file !== undefined && /^[\w-]+\.\w+$/.test(file)) writeFileSync(join(folder, file), here(block.text))
      if (block.language !== 'sh') continue
      try {
        await runBlock(block)
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new Error(`${block.page}:${block.line} ${why}\nThe block:\n${here(block.text)}`)
      }
      done.push(block.text)
    }
    return { commands: done }
  } finally {
    for (const running of standing.values()) await end(running)
    rmSync(folder, { recursive: true, force: true })
  }
}
