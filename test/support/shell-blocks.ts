// Runs the shell blocks of a page as a reader would: a real sh, the built command line, one folder and two ports for the whole page.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { OF_THE_CHECKOUT } from './build.js'
import { type Block, type Page, ROOT } from './markdown.js'
import { type RunningProcess, startProcess } from './process.js'

const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** Ports that pages write. */
const WRITTEN_PORTS = ['3000', '4010'] as const

/** Commands that go on until they are ended; a block with one of them is that command alone. */
const GOES_ON = /^(?:npx )?standin (serve|receive|watch)\b/

/** Set-up of a checkout, which the tests themselves are part of. */
const SET_UP = /^npm ci && npm (?:run )?(\w+)$/

/** Real time that a block may take, ms: a command that hangs is ended with what it said so far. */
const LONGEST_MS = 150_000

/** How a block says that it ends with another exit code than 0. */
const EXIT_CODE = /# exit code (\d+)$/m

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
  const goingOn = new Map<string, RunningProcess>()
  const done: string[] = []

  const start = (text: string) => startProcess('sh', ['-e', '-c', text], { cwd: folder, env, group: true })
  const said = (running: RunningProcess) => `${running.output().stdout}${running.output().stderr}`

  /** What the work gives, or an error with what was said so far once the longest time is over. */
  const inTime = async <T>(running: RunningProcess, work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`goes on after ${LONGEST_MS} ms:\n${said(running)}`)), LONGEST_MS)
    })
    try {
      return await Promise.race([work, late])
    } finally {
      clearTimeout(timer)
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
      await goingOn.get(command)?.end()
      const running = start(text)
      goingOn.set(command, running)
      const isReady = () => / (at|watching) http:\/\/127\.0\.0\.1:\d+/.test(said(running)) || undefined
      await inTime(running, running.until(isReady, 'it was ready'))
      return
    }
    const expected = Number(EXIT_CODE.exec(text)?.[1] ?? 0)
    const running = start(script === undefined ? text : (scripts[script] ?? ''))
    let code: number | null
    try {
      code = await inTime(running, running.exited)
    } finally {
      await running.end()
    }
    if (code !== expected) throw new Error(`ended with ${code} instead of ${expected}:\n${said(running)}`)
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
    for (const running of goingOn.values()) await running.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
