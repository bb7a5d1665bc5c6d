// The rules of the design as functions of the sources: each names the places that break it, with the reason beside the rule.
import { allImports, type Import, type Sources, withoutComments } from './sources.js'

export interface Rule {
  /** The claim, with its reason. */
  name: string
  /** Places that break it. */
  broken(sources: Sources): string[]
}

/** Which folders (or top-level files) a room may import besides itself. `parts` are told apart by `PARTS` below. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'version.ts': [],
  core: [],
  'options.ts': ['core'],
  'config.ts': ['core', 'options.ts'],
  report: ['core', 'api'],
  api: ['core'],
  // The inputs of the port are those of the API: api/ is plain shapes, and only its types are taken.
  provider: ['core', 'api'],
  providers: ['core', 'api', 'provider'],
  clock: ['core'],
  ledger: ['core'],
  delivery: ['core', 'provider'],
  // One more transport behind the contract of delivery/.
  relay: ['core', 'delivery', 'config.ts'],
  faults: ['core', 'provider', 'api'],
  receiver: ['core', 'provider'],
  'signature-debugger': ['core', 'provider'],
  'provider-check': ['core', 'provider'],
  // A document becomes the declarations of the provider whose types its user declares, and payloads are made by that.
  'provider-document': ['core', 'provider', 'providers', 'api'],
  emulator: [
    'core',
    'provider',
    'providers',
    'clock',
    'ledger',
    'delivery',
    'relay',
    'faults',
    'api',
    'config.ts',
    'version.ts',
  ],
  // What a receiver did, for whatever judges one.
  observe: ['core', 'emulator'],
  scenario: ['core', 'provider', 'api', 'report', 'emulator', 'signature-debugger'],
  verify: [
    'core',
    'provider',
    'api',
    'report',
    'emulator',
    'observe',
    'signature-debugger',
    'clock',
    'config.ts',
    'version.ts',
  ],
  load: ['core', 'provider', 'providers', 'api', 'report', 'emulator', 'observe', 'clock', 'config.ts', 'version.ts'],
  http: ['core', 'provider', 'api', 'report', 'emulator', 'scenario', 'verify', 'signature-debugger', 'version.ts'],
  // What runs in the browser: the shapes of the API, and pure functions that need nothing of Node.
  page: ['core', 'api', 'report'],
  // The one door to a running server, for the command line and for tests.
  client: ['core', 'api', 'clock'],
  testing: [
    'client',
    'core',
    'provider',
    'providers',
    'api',
    'clock',
    'receiver',
    'signature-debugger',
    'emulator',
    'http',
    'version.ts',
  ],
  cli: [
    'client',
    'core',
    'provider',
    'providers',
    'api',
    'report',
    'clock',
    'receiver',
    'signature-debugger',
    'provider-check',
    'provider-document',
    'emulator',
    'delivery',
    'relay',
    'scenario',
    'verify',
    'load',
    'http',
    'config.ts',
    'version.ts',
  ],
  'index.ts': [
    'core',
    'provider',
    'providers',
    'provider-check',
    'faults',
    'api',
    'emulator',
    'scenario',
    'observe',
    'verify',
    'load',
    'signature-debugger',
  ],
}

/** The folder below `src/` that a file is in, or the file itself. */
const roomOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : file)

const inside = (sources: Sources): Import[] => allImports(sources).filter(({ to }) => sources.has(to))

const arrow = ({ from, to }: Pick<Import, 'from' | 'to'>) => `${from} -> ${to}`

const unique = (texts: readonly string[]) => [...new Set(texts)]

/** Chains of imports that come back to where they began, lazy ones counted, each once. */
function cycles(sources: Sources): string[] {
  const graph = new Map<string, string[]>()
  for (const { from, to } of inside(sources)) graph.set(from, [...(graph.get(from) ?? []), to])
  const done = new Set<string>()
  const found: string[] = []
  const walk = (file: string, path: string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file) || path.includes(file)) return
    for (const next of graph.get(file) ?? []) walk(next, [...path, file])
    done.add(file)
  }
  for (const file of sources.keys()) walk(file, [])
  return found
}

export const LAYERS: readonly Rule[] = [
  {
    name: 'a folder imports only those below it, so that a part can be understood without those above it',
    broken: sources =>
      unique(
        inside(sources)
          .filter(({ from, to }) => {
            const room = roomOf(from)
            return roomOf(to) !== room && !MAY_IMPORT[room]?.includes(roomOf(to))
          })
          .map(arrow),
      ),
  },
  {
    name: 'every folder has its place among the layers, so that a new one is a decision',
    broken: sources => unique([...sources.keys()].map(roomOf)).filter(room => MAY_IMPORT[room] === undefined),
  },
  {
    name: 'core needs no framework and no IO: it is the words and rules (zod only where zod itself is read)',
    broken: sources =>
      allImports(sources)
        .filter(({ from, to }) => {
          if (roomOf(from) !== 'core' || sources.has(to)) return false
          if (to === 'zod') return !/^core\/(zod-walk|issues)\.ts$/.test(from)
          return to !== 'node:crypto'
        })
        .map(arrow),
  },
  {
    name: 'a provider imports the contract and core only, so that adding one touches nothing else',
    broken: sources =>
      inside(sources)
        .filter(({ from, to }) => {
          const own = /^providers\/[^/]+\//.exec(from)?.[0]
          return own !== undefined && roomOf(to) === 'providers' && !to.startsWith(own)
        })
        .map(arrow),
  },
  {
    name: 'a running server is reached through its control API only',
    broken: sources =>
      inside(sources)
        .filter(({ from, to }) => /^(cli|client)\//.test(from) && to.startsWith('http/control/'))
        .map(arrow),
  },
  { name: 'no import cycles, type-only and lazy imports counted', broken: cycles },
  {
    name: 'the names of companies stand in their own folders and in the list only',
    broken: sources =>
      [...sources]
        .filter(
          ([file, text]) =>
            !/^providers\/[^/]+\//.test(file) &&
            file !== 'providers/index.ts' &&
            /\b(rillis|kycgenie|unico)\b/i.test(text),
        )
        .map(([file]) => file),
  },
]

/** An effect, what it looks like in code, and the only files that may have it; each of them must. */
export interface Door {
  effect: string
  pattern: RegExp
  /** Files, and folders that end in a slash. */
  allowed: readonly string[]
}

/** The text of a program that reports print; nothing here runs it. */
const PRINTED = 'verify/send-program.ts'

export const DOORS: readonly Door[] = [
  {
    effect: 'time',
    pattern: /\bDate\.now\b|new Date\(\)|\bset(Timeout|Interval)\(|\bperformance\.now\b/,
    // The pool sets the idle timeout of its sockets, which keeps no process alive.
    allowed: ['clock/system.ts', 'page/timing.ts', 'delivery/transport-pool.ts', PRINTED],
  },
  { effect: 'chance', pattern: /Math\.random|randomUUID|randomBytes|getRandomValues/, allowed: ['config.ts'] },
  {
    effect: 'SQLite',
    pattern: /['"](better-sqlite3|node:sqlite)['"]/,
    allowed: ['ledger/better-sqlite3.ts', 'ledger/node-sqlite.ts'],
  },
  { effect: 'Redis', pattern: /['"]@redis\/client['"]/, allowed: ['relay/redis.ts'] },
  { effect: 'p-retry', pattern: /['"]p-retry['"]/, allowed: ['delivery/courier.ts', 'client/wait.ts'] },
  { effect: 'faker', pattern: /from '@faker-js|import\('@faker-js/, allowed: ['provider/fake.ts'] },
  { effect: 'crypto', pattern: /node:crypto/, allowed: ['provider/signing.ts', 'core/seed.ts', 'http/guard.ts'] },
  { effect: 'the environment', pattern: /process\.env/, allowed: ['config.ts', PRINTED] },
  {
    effect: 'the console',
    pattern: /\bconsole\.|process\.std(out|err)|process\.exit\b/,
    allowed: ['cli/print.ts', 'cli/main.ts', PRINTED],
  },
  {
    effect: 'files',
    pattern: /node:fs/,
    allowed: [
      'scenario/load.ts',
      'scenario/folder.ts',
      'cli/files.ts',
      'cli/commands/',
      'ledger/sqlite.ts',
      'ledger/owner.ts',
      'http/page.ts',
    ],
  },
  // A second reader of responses would judge the same bytes differently.
  { effect: 'undici', pattern: /['"]undici['"/]/, allowed: [] },
  {
    effect: 'outgoing connections',
    pattern:
      /\b(connect|request)\b[^\n]*from 'node:(net|https?)'|['"]node:tls['"]|(await|return|=>) fetch\(|\bXMLHttpRequest\b|new (WebSocket|EventSource)\(/,
    allowed: ['delivery/transport-connect.ts', 'client/client.ts', 'client/wait.ts', 'page/api.ts', 'page/stream.ts'],
  },
]

const isAllowed = (file: string, allowed: readonly string[]) =>
  allowed.some(one => (one.endsWith('/') ? file.startsWith(one) : file === one))

const runtimeCode = (text: string) => withoutComments(text).replace(/^import type .*$/gm, '')

/** Files that have an effect and may not. */
export const breaches = (sources: Sources, { pattern, allowed }: Door): string[] =>
  [...sources]
    .filter(([file, text]) => !isAllowed(file, allowed) && pattern.test(runtimeCode(text)))
    .map(([file]) => file)

/** Entries of a door that allow what nobody does. */
export const stale = (sources: Sources, { pattern, allowed }: Door): string[] =>
  allowed.filter(one => ![...sources].some(([file, text]) => isAllowed(file, [one]) && pattern.test(runtimeCode(text))))

export const MANNERS: readonly Rule[] = [
  {
    name: 'zod is imported as a namespace, since its z brings sixty languages into the bundle',
    broken: sources =>
      [...sources].filter(([, text]) => /^import \{[^}]*\bz\b[^}]*\} from 'zod'/m.test(text)).map(([file]) => file),
  },
  {
    name: 'every file opens with one sentence saying what it is',
    broken: sources =>
      [...sources].filter(([, text]) => !/^(#!.*\n)?(\/\/ \S.*|\/\*\* \S.*)/.test(text)).map(([file]) => file),
  },
  {
    name: 'nothing is named for what it is not: no drawers',
    broken: sources =>
      [...sources.keys()].filter(file => /(^|\/)(utils?|helpers?|common|types|misc)(\/|\.tsx?$)/.test(file)),
  },
  {
    name: 'the page makes no markup of a text, so that no text from outside can become any',
    broken: sources =>
      [...sources]
        .filter(
          ([file, text]) =>
            file.startsWith('page/') &&
            /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc/i.test(
              withoutComments(text),
            ),
        )
        .map(([file]) => file),
  },
  {
    name: 'the page uses nothing of Node, which no browser has',
    broken: sources =>
      [...sources]
        .filter(
          ([file, text]) =>
            file.startsWith('page/') && /\bBuffer\b|\bprocess\.|['"]node:|\bsetImmediate\b/.test(withoutComments(text)),
        )
        .map(([file]) => file),
  },
  {
    name: 'no class but errors',
    broken: sources =>
      [...sources]
        .filter(([, text]) =>
          /^\s*(export\s+)?(abstract\s+)?class (?!\w+ extends \w*Error\b)/m.test(withoutComments(text)),
        )
        .map(([file]) => file),
  },
  {
    name: 'nothing is silenced',
    broken: sources =>
      [...sources]
        .filter(([, text]) => /@ts-(ignore|expect-error|nocheck)|biome-ignore|\bas any[;,)\]>\n]/.test(text))
        .map(([file]) => file),
  },
  {
    name: 'no file but tables of data has grown past 300 lines',
    broken: sources =>
      [...sources]
        .filter(([file, text]) => !/assumptions[\w-]*\.ts$/.test(file) && text.split('\n').length > 300)
        .map(([file]) => file),
  },
]
