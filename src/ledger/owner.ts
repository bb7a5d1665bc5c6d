// Which process owns a ledger file, and whether that file is still where it was opened.
import { readFileSync, statSync } from 'node:fs'

/** The device of a file as /proc/locks writes it (makedev(3)). */
function deviceText(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  const hex = (value: bigint) => value.toString(16).padStart(2, '0')
  return `${hex(major)}:${hex(minor)}`
}

/** The process that has locked a file for writing; undefined where the system does not tell (only Linux does, see proc_locks(5)). */
export function lockOwner(location: string): number | undefined {
  try {
    const { dev, ino } = statSync(location, { bigint: true })
    const file = `${deviceText(dev)}:${ino}`
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, kind, , access, pid, locked] = line.split(/\s+/)
      // A process of another container has no number here.
      if (kind === 'POSIX' && access === 'WRITE' && locked === file && Number(pid) > 0) return Number(pid)
    }
  } catch {}
  return undefined
}

/**
 * A check of a file that is open: it throws with SQLite's code for a file that was moved or deleted. What is written there would be
 * gone with the process, and SQLite does not notice while it keeps a -wal.
 */
export function inPlaceCheck(location: string): () => void {
  if (location === ':memory:') return () => {}
  const opened = statSync(location)
  return () => {
    const now = statSync(location, { throwIfNoEntry: false })
    if (now?.ino === opened.ino && now.dev === opened.dev) return
    throw Object.assign(new Error(`the file ${location} was moved or deleted while it was in use`), {
      code: 'SQLITE_READONLY_DBMOVED',
    })
  }
}
