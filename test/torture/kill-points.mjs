// Preloaded into the emulator of a run (`node --import`): kills it with -9 at one point inside, the n-th time it gets there.
// The emulator has no such mechanism itself: the statements of SQLite and the writes of sockets are watched from around it.
import { createRequire } from 'node:module'
import { Socket } from 'node:net'

const [point, nth] = (process.env.TORTURE_KILL ?? '').split(' ')
const sinkPorts = (process.env.TORTURE_SINK ?? '').split(' ').map(Number)

let left = Number(nth)

/** The n-th call does not return. */
function reached() {
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}

/** What the transaction under way has written. */
const written = { accept: false, begin: false, end: false }

const WRITES = [
  ['accept', /^\s*INSERT INTO events\b/i],
  ['begin', /^\s*INSERT INTO attempts\b/i],
  ['end', /^\s*UPDATE attempts SET outcome\b[^;]*\bn = \?/i],
]

/** The function that runs a statement, watched. */
function watched(sql, run) {
  const text = sql.trim().toUpperCase()
  if (text === 'COMMIT')
    return (...values) => {
      if (written.begin && point === 'before-attempt') reached()
      if (written.end && point === 'after-answer') reached()
      const result = run(...values)
      const { accept, begin, end } = written
      Object.assign(written, { accept: false, begin: false, end: false })
      if (accept && point === 'after-accept') reached()
      if (begin && point === 'before-request') reached()
      if (end && point === 'after-attempt') reached()
      return result
    }
  if (text === 'ROLLBACK')
    return (...values) => {
      Object.assign(written, { accept: false, begin: false, end: false })
      return run(...values)
    }
  const [kind] = WRITES.find(([, pattern]) => pattern.test(sql)) ?? []
  if (kind === undefined) return run
  return (...values) => {
    written[kind] = true
    return run(...values)
  }
}

/** Watches a driver's connections. */
function watch(prototype) {
  const { prepare, exec } = prototype
  prototype.prepare = function (sql, ...rest) {
    const statement = prepare.call(this, sql, ...rest)
    for (const name of ['run', 'get', 'all']) {
      const run = statement[name].bind(statement)
      const own = watched(sql, run)
      if (own !== run) statement[name] = own
    }
    return statement
  }
  prototype.exec = function (sql) {
    return watched(sql, () => exec.call(this, sql))()
  }
}

/** Lets half of the body of the n-th request to the sink out. */
function watchRequests() {
  const { write } = Socket.prototype
  /** Sockets of which the head of a request is written, and not its body. */
  const inBody = new WeakSet()
  Socket.prototype.write = function (chunk, ...rest) {
    if (!sinkPorts.includes(this.remotePort)) return write.call(this, chunk, ...rest)
    const encoding = typeof rest[0] === 'string' ? rest[0] : 'utf8'
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk)
    const headEnd = inBody.has(this) ? -4 : bytes.indexOf('\r\n\r\n')
    const bodyFrom = headEnd + 4
    if (headEnd !== -1 && bytes.length === bodyFrom) inBody.add(this)
    else inBody.delete(this)
    if (headEnd === -1 || bytes.length - bodyFrom < 2 || --left !== 0) return write.call(this, chunk, ...rest)
    const half = bytes.subarray(0, bodyFrom + Math.floor((bytes.length - bodyFrom) / 2))
    const result = write.call(this, half, () => process.kill(process.pid, 'SIGKILL'))
    while (this.writableCorked > 0) this.uncork()
    return result
  }
}

if (point === 'in-body') watchRequests()
else if (point !== undefined && point !== '') {
  const require = createRequire(import.meta.url)
  let driver
  try {
    driver = require('better-sqlite3')
  } catch {
    // Then it is Node's own.
  }
  if (driver !== undefined) watch(driver.prototype)
  if (process.getBuiltinModule?.('node:sqlite') !== undefined)
    watch(process.getBuiltinModule('node:sqlite').DatabaseSync.prototype)
}
