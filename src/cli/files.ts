// The files that commands read and write, with clear words for those that cannot be.
import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { EmulatorError } from '../core/errors.js'

function fileError(what: string, file: string, where: string, cause: unknown): EmulatorError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new EmulatorError(`The file ${file} cannot be ${what} (${reason}).`, {
    code: 'invalid_file',
    where,
    hint: 'Check that the path is right and may be used.',
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
function readText(file: string, where: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw fileError('read', file, where, cause)
  }
}

/** The certificates of `--ca`; undefined where none are given. One that holds none would be ignored, and nobody told. */
export function readCertificates(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  const text = readText(file, '--ca')
  if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text
  throw new EmulatorError(`The file ${file} holds no certificate.`, {
    code: 'invalid_file',
    where: '--ca',
    hint: 'Give a file in PEM form, with "-----BEGIN CERTIFICATE-----" in it.',
  })
}

/** Refuses a file that could not be written later, before the work whose result it is to hold. */
export function checkWritable(file: string, where: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      throw Object.assign(new Error(), { code: 'EISDIR' })
    accessSync(dirname(file), constants.W_OK)
  } catch (cause) {
    throw fileError('written', file, where, cause)
  }
}

/** Writes a file whole or not at all: nobody ever sees half of it. One that is `secret` can be read by its owner only. */
export function writeWhole(file: string, text: string, where: string, { secret = false } = {}): void {
  const half = `${file}.${process.pid}.part`
  try {
    // A device or a pipe, such as /dev/stdout, is written to and never replaced.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) writeFileSync(file, text)
    else {
      writeFileSync(half, text, { mode: secret ? 0o600 : 0o666 })
      renameSync(half, file)
    }
  } catch (cause) {
    rmSync(half, { force: true })
    throw fileError('written', file, where, cause)
  }
}

/** Removes a file; that it is gone already is fine. */
export function removeFile(file: string): void {
  rmSync(file, { force: true })
}
