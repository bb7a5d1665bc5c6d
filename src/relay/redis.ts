// The connection to Redis or Valkey: the only file that knows the client, which is loaded with its first use.
import { isIP } from 'node:net'
import { EmulatorError } from '../core/errors.js'

/** Where Redis is, and who is told about it. */
export interface RedisOptions {
  /** `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. */
  url: string
  /** In place of the one in the URL. */
  password?: string | undefined
  /** Gets one sentence when Redis is gone, and one when it is back. */
  report: (sentence: string, isGone: boolean) => void
}

/** One connection, which is made again whenever it is lost. */
export interface Redis {
  /** The address without credentials. */
  readonly shown: string
  isReady(): boolean
  /** Resolves when it is connected; at once if it is. */
  ready(): Promise<void>
  /** Calls back each time it is connected again. */
  onReady(callback: () => void): void
  /** One command; those of one turn leave in one write. `bytes` leaves texts in the answer as bytes. Rejects while Redis is gone. */
  command(args: readonly (string | Buffer)[], options?: { bytes?: boolean }): Promise<unknown>
  /** Ends the connection; what is under way is rejected. */
  close(): void
}

/** Pauses before connecting again, real ms: the first doubles until it reaches the longest. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000

/** The type byte of a bulk string in the protocol of Redis. */
const BULK_STRING = 36

/** Redis said no to a command; every other rejection means that the connection is lost. */
export const isRefusedByRedis = (error: unknown): error is Error =>
  error instanceof Error && /^(SimpleError|BlobError|ErrorReply)$/.test(error.constructor.name)

async function loadClient() {
  try {
    return await import('@redis/client')
  } catch (cause) {
    throw new EmulatorError('The package @redis/client is not installed.', {
      code: 'usage',
      where: '--relay',
      hint: 'Install it beside Standin: npm install @redis/client',
      cause,
    })
  }
}

/** The user and password of a URL; undefined where they cannot be decoded. */
function credentialsOf({ username, password }: URL) {
  try {
    return { username: decodeURIComponent(username) || undefined, password: decodeURIComponent(password) || undefined }
  } catch {
    return undefined
  }
}

/** The parts of the address. Throws `invalid_url`, without the credentials that may be in it. */
export function relayAddress(url: string) {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const database = parsed?.pathname.replace(/^\/$/, '') ?? ''
  const credentials = parsed && credentialsOf(parsed)
  if (
    parsed === undefined ||
    !['redis:', 'rediss:'].includes(parsed.protocol) ||
    parsed.hostname === '' ||
    !/^(\/\d+)?$/.test(database) ||
    credentials === undefined
  )
    throw new EmulatorError('The address of the relay is not that of a Redis or Valkey server.', {
      code: 'invalid_url',
      where: '--relay',
      hint: 'Write redis://host:port or redis://host:port/db; rediss:// for TLS.',
    })
  const { protocol, hostname, port } = parsed
  return {
    tls: protocol === 'rediss:',
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? 6379 : Number(port),
    ...credentials,
    database: database === '' ? 0 : Number(database.slice(1)),
    /** Without credentials. */
    shown: `${protocol}//${hostname}:${port || 6379}${database}`,
  }
}

/** The code of an error, which the client may have put into one of its own. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection closed'
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'originalError' in error ? codeOf(error.originalError) : 'the connection closed'
}

/** Why Redis could not be used at the start. */
export function failedStart(shown: string, cause: unknown): EmulatorError {
  const said = cause instanceof Error ? cause.message : String(cause)
  if (said.startsWith('NOPERM'))
    return new EmulatorError(
      `Redis at ${shown} does not let this user run ${/'[^']+'/.exec(said)?.[0] ?? 'a command'}.`,
      {
        code: 'unauthorized',
        where: '--relay',
        hint: 'Let it run this command: ACL SETUSER NAME +COMMAND in Redis.',
      },
    )
  if (/^(WRONGPASS|NOAUTH|ERR AUTH)/.test(said))
    return new EmulatorError(`Redis at ${shown} refused the credentials.`, {
      code: 'unauthorized',
      where: '--relay',
      hint: 'Give the password in STANDIN_RELAY_PASSWORD, and the user in the URL.',
    })
  return new EmulatorError(`Redis at ${shown} cannot be reached (${codeOf(cause)}).`, {
    code: 'unreachable',
    where: '--relay',
    hint: 'Start Redis or Valkey there, or correct the address.',
  })
}

/** Connects. Throws `usage` without the client, `invalid_url`, `unreachable` and `unauthorized`. */
async function connectRedis({ url, password, report }: RedisOptions): Promise<Redis> {
  const { shown, host, port, tls, username, database, ...address } = relayAddress(url)
  const { createClient } = await loadClient()
  let wasReady = false
  let isGone = false
  let isClosed = false
  let waiting: (() => void)[] = []
  const again: (() => void)[] = []
  const socket = {
    host,
    port,
    reconnectStrategy: (retries: number, cause: Error) =>
      wasReady ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(retries, 10)) : cause,
  }
  const client = createClient({
    RESP: 2,
    username,
    password: password ?? address.password,
    database,
    disableOfflineQueue: true,
    // Each would cost a timer; a connection that is dead is noticed by itself.
    commandOptions: { timeout: undefined },
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // An address is no name of a server (RFC 6066, section 3).
    socket: tls ? { ...socket, tls: true, ...(isIP(host) === 0 && { servername: host }) } : socket,
  })
  client.on('error', error => {
    if (!wasReady || isGone || isClosed) return
    isGone = true
    report(`Redis at ${shown} is gone (${codeOf(error)}).`, true)
  })
  client.on('ready', () => {
    const isAgain = wasReady
    wasReady = true
    if (isGone) report(`Redis at ${shown} is back.`, false)
    isGone = false
    const resolved = waiting
    waiting = []
    for (const resolve of resolved) resolve()
    if (isAgain) for (const callback of again) callback()
  })
  try {
    await client.connect()
    // Without a password Redis connects, and refuses each command. Server and senders run scripts, long after the start.
    await client.sendCommand(['EVAL', 'return 1', '0'])
  } catch (cause) {
    client.destroy()
    throw failedStart(shown, cause)
  }
  return {
    shown,
    isReady: () => client.isReady,
    ready: () => (client.isReady || isClosed ? Promise.resolve() : new Promise(resolve => void waiting.push(resolve))),
    onReady: callback => void again.push(callback),
    command: (args, { bytes = false } = {}) =>
      client.sendCommand([...args], bytes ? { typeMapping: { [BULK_STRING]: Buffer } } : undefined),
    close() {
      if (isClosed) return
      isClosed = true
      client.destroy()
      for (const resolve of waiting) resolve()
    },
  }
}

/** A connection for commands, which tells what becomes of Redis, and one for reads that wait. */
export interface RedisPair {
  commands: Redis
  reader: Redis
}

/** Connects twice. Throws as connectRedis does. */
export async function connectPair(options: RedisOptions): Promise<RedisPair> {
  const commands = await connectRedis(options)
  try {
    return { commands, reader: await connectRedis({ ...options, report: () => {} }) }
  } catch (error) {
    commands.close()
    throw error
  }
}
