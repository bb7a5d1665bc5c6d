// Carries out a Dockerfile without a container engine: each stage in a bare folder that stands for its root, as another user where that may be.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ROOT } from '../support/markdown.js'
import { type ProcessOptions, type RunningProcess, startProcess } from '../support/process.js'

export interface Instruction {
  name: string
  text: string
}

/** The instructions of a Dockerfile, continued lines joined. */
function instructionsOf(file: string): Instruction[] {
  return file
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, name = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      return { name, text }
    })
}

/** The user of the containers' processes: nobody, where this process may change who it is. */
const OTHER_USER = process.getuid?.() === 0 ? 65_534 : undefined

/** Starts a program as that user. */
function asOtherUser(command: string, args: readonly string[], options: ProcessOptions): RunningProcess {
  if (OTHER_USER === undefined) return startProcess(command, args, options)
  const as = ['--reuid', String(OTHER_USER), '--regid', String(OTHER_USER), '--clear-groups', command, ...args]
  return startProcess('setpriv', as, options)
}

export interface Image {
  /** Of a stage before the last, which root carries out. */
  isBuild: boolean
  /** The folder that stands for `/`. */
  root: string
  user: string
  workdir: string
  env: Record<string, string>
  entrypoint: string[]
  cmd: string[]
  healthcheck: string[]
  volumes: string[]
  exposed: string[]
}

/** What a checkout has, without what .dockerignore leaves out. */
function contextFiles(): string[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  return files.toString().split('\n').filter(Boolean)
}

/** A text with the absolute paths of an image under its folder. */
export const within = (root: string, text: string): string =>
  text.replace(/(?<![\w.:/])\/(?=(?:opt|usr\/local\/bin|data|src)\b)/g, `${root}/`)

/** What the steps of a build become where nothing is installed: this checkout lends its packages, and types are left out. */
const LENT: readonly [RegExp, string][] = process.env.STANDIN_TEST_WHOLE
  ? []
  : [
      [/^npm ci\b.*/, `$& --dry-run && ln -s '${join(ROOT, 'node_modules')}' node_modules`],
      [/^npm run build$/, 'npm run build -- --no-types'],
    ]

/** Carries out all stages; answers the last. Those before it belong to root, as an engine has it; the last is another user's. */
export async function buildImage(instructions: readonly Instruction[]): Promise<Image> {
  const stages = new Map<string, Image>()
  let image: Image | undefined
  const registry = execFileSync('npm', ['config', 'get', 'registry'], { cwd: ROOT }).toString().trim()
  for (const { name, text } of instructions) {
    if (name === 'FROM') {
      const root = mkdtempSync(join(tmpdir(), 'standin-image-'))
      onTestFinished(() => rmSync(root, { recursive: true, force: true }))
      chmodSync(root, 0o755)
      mkdirSync(join(root, 'usr/local/bin'), { recursive: true })
      mkdirSync(join(root, 'opt'))
      image = {
        isBuild: / AS \w+$/.test(text),
        root,
        user: 'root',
        workdir: '/',
        env: {},
        entrypoint: [],
        cmd: [],
        healthcheck: [],
        volumes: [],
        exposed: [],
      }
      if (OTHER_USER !== undefined && !image.isBuild)
        for (const path of ['', 'usr/local/bin', 'opt']) chownSync(join(root, path), OTHER_USER, OTHER_USER)
      stages.set(/ AS (\w+)$/.exec(text)?.[1] ?? '', image)
      continue
    }
    if (image === undefined) throw new Error(`${name} before FROM`)
    const { root, isBuild } = image
    const at = (path: string) => (path.startsWith('/') ? join(root, path) : join(root, image?.workdir ?? '', path))
    const own = (path: string) => {
      if (OTHER_USER !== undefined && !isBuild) execFileSync('chown', ['-R', `${OTHER_USER}:${OTHER_USER}`, path])
    }
    if (name === 'WORKDIR') {
      image.workdir = text
      mkdirSync(at(text), { recursive: true })
      own(at(text))
    } else if (name === 'COPY') {
      const words = text.split(/\s+/)
      const from = /^--from=(\w+)$/.exec(words[0] ?? '')?.[1]
      const target = words.at(-1) ?? ''
      const sources = words.slice(from === undefined ? 0 : 1, -1)
      for (const source of sources) {
        if (from !== undefined) {
          const origin = join(stages.get(from)?.root ?? '', source)
          cpSync(origin, target.endsWith('/') ? join(at(target), source.split('/').at(-1) ?? '') : at(target), {
            recursive: true,
          })
        } else
          for (const file of source === '.' ? contextFiles() : [source]) {
            mkdirSync(dirname(join(at(target), file)), { recursive: true })
            cpSync(join(ROOT, file), join(at(target), file))
          }
      }
      own(at(target))
    } else if (name === 'RUN') {
      const owner = OTHER_USER === undefined ? 'true' : 'chown "$(id -u):$(id -g)"'
      const lent = LENT.reduce((step, [written, run]) => step.replace(written, run), text)
      const command = within(root, lent).replace(/\bchown \w+:\w+/g, owner)
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: root,
        npm_config_registry: registry,
        npm_config_prefer_offline: 'true',
      }
      const start = isBuild ? startProcess : asOtherUser
      const { code, stdout, stderr } = await start('sh', ['-e', '-c', command], { cwd: at(image.workdir), env }).ended
      if (code !== 0) throw new Error(`RUN ${text} ended with ${code}:\n${stdout}${stderr}`)
    } else if (name === 'ENV')
      for (const [, key = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) image.env[key] = value
    else if (name === 'USER') image.user = text
    else if (name === 'VOLUME') image.volumes.push(text)
    else if (name === 'EXPOSE') image.exposed.push(text)
    else if (name === 'ENTRYPOINT') image.entrypoint = JSON.parse(text)
    else if (name === 'CMD') image.cmd = JSON.parse(text)
    else if (name === 'HEALTHCHECK') image.healthcheck = JSON.parse(text.slice(text.indexOf('[')))
    else if (name !== 'STOPSIGNAL') throw new Error(`${name} is not known here`)
  }
  if (image === undefined) throw new Error('The file has no FROM.')
  return image
}

/** Starts a command in an image, with its environment and more; the port is any free one. */
export function runInImage(image: Image, command: readonly string[], env: Record<string, string>): RunningProcess {
  const { root, workdir } = image
  const own = Object.fromEntries(Object.entries(image.env).map(([name, value]) => [name, within(root, value)]))
  const [program = '', ...args] = command
  return asOtherUser(program, args, {
    cwd: join(root, workdir),
    env: { PATH: `${join(root, 'usr/local/bin')}${delimiter}${process.env.PATH}`, HOME: root, ...own, ...env },
  })
}

/** The Dockerfile of the project. */
export const dockerfile = (): Instruction[] => instructionsOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'))
