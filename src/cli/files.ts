// The files that commands read and write, with clear errors for those that cannot be.
import { accessSync, constants, lstatSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { environment, type OptionValues } from '../config.js'
import { EmulatorError } from '../core/errors.js'

function fileError(what: string, file: string, where: string, cause: unknown): EmulatorError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new EmulatorError(`Cannot ${what} the file ${file} (${reason}).`, {
    code: 'invalid_file',
    where,
    hint: /^(ENOSPC|EDQUOT)$/.test(reason)
      ? 'Free space on its disk, or choose a path on another one.'
      : 'Check the path and its permissions.',
    cause,
  })
}

/** The bytes of a file; `where` names the option that asked for it. */
export function readBytes(file: string, where: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw fileError('read', file, where, cause)
  }
}

/** The text of a file; `where` names the option that asked for it. */
export function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw fileError('read', file, where, cause)
  }
}

/** The certificates of `--ca`, undefined if omitted. Throws `invalid_file` for a file without one, which Node would silently ignore. */
function readCertificates(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  const text = readText(file, '--ca')
  if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text
  throw new EmulatorError(`The file ${file} contains no certificate.`, {
    code: 'invalid_file',
    where: '--ca',
    hint: 'Use a PEM file, with "-----BEGIN CERTIFICATE-----" in it.',
  })
}

/** The options of certificates. */
export const CERTIFICATES = ['ca', 'insecure', 'cert', 'key', 'pfx'] as const

/** What the options say of certificates: whom to trust, and the client certificate with its passphrase from the environment. */
export function tlsOptions({ ca, insecure, cert, key, pfx }: OptionValues<(typeof CERTIFICATES)[number]>) {
  if (key !== undefined && cert === undefined)
    throw new EmulatorError('--key needs the certificate it belongs to.', {
      code: 'usage',
      where: '--key',
      hint: 'Give it with --cert FILE.',
    })
  if (pfx !== undefined && cert !== undefined)
    throw new EmulatorError('--pfx and --cert both give a client certificate.', {
      code: 'usage',
      where: '--pfx',
      hint: 'Give one of them.',
    })
  return {
    ca: readCertificates(ca),
    insecure,
    cert: cert === undefined ? undefined : readText(cert, '--cert'),
    key: key === undefined ? undefined : readText(key, '--key'),
    pfx: pfx === undefined ? undefined : readBytes(pfx, '--pfx'),
    passphrase: environment('STANDIN_PASSPHRASE'),
  }
}

/** Throws `invalid_file` for a path at which there is no file that can be read; `hint` says what the file may be. */
export function checkReadable(file: string, what: string, hint: string): void {
  const refused = (problem: string, remedy: string, cause?: unknown) =>
    new EmulatorError(`The ${what} ${problem}.`, { code: 'invalid_file', where: file, hint: remedy, cause })
  try {
    accessSync(file, constants.R_OK)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EACCES')
      throw refused('cannot be read', 'Check its permissions.', cause)
    throw refused('does not exist', `Paths are relative to the current folder. ${hint}`, cause)
  }
  if (statSync(file).isDirectory()) throw refused('is a folder', `Name one file of it. ${hint}`)
}

/** True where there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

/** Throws `invalid_file` if a file could not be written, before the work whose result it will hold. */
export function checkWritable(file: string, where: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(dirname(file), constants.W_OK)
  } catch (cause) {
    throw fileError('write', file, where, cause)
  }
}

/** Writes a file atomically. Only its owner can read it: reports, recordings and ready files may hold secrets. */
export function writeWhole(file: string, text: string, where: string): void {
  const partial = `${file}.${process.pid}.part`
  try {
    // A device, a pipe or a link to one, such as /dev/stdout, must not be replaced; with stdout in a file that is a link to a file.
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) writeFileSync(file, text, { mode: 0o600 })
    else {
      rmSync(partial, { force: true })
      writeFileSync(partial, text, { mode: 0o600, flag: 'wx' })
      renameSync(partial, file)
    }
  } catch (cause) {
    removeFile(partial)
    throw fileError('write', file, where, cause)
  }
}

/** Removes a file, if it exists and may be removed; a device, a pipe or a link such as /dev/stdout stays. */
export function removeFile(file: string): void {
  try {
    if (lstatSync(file).isFile()) rmSync(file)
  } catch {}
}
