// The files that commands read and write, with clear words for those that cannot be.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { EmulatorError } from '../../core/errors.js'

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

/** Writes a file whole or not at all: nobody ever sees half of it. */
export function writeWhole(file: string, text: string, where: string): void {
  const half = `${file}.${process.pid}.part`
  try {
    writeFileSync(half, text, { mode: 0o600 })
    renameSync(half, file)
  } catch (cause) {
    rmSync(half, { force: true })
    throw fileError('written', file, where, cause)
  }
}

/** Removes a file; that it is gone already is fine. */
export function removeFile(file: string): void {
  rmSync(file, { force: true })
}
