// A generated person from Mexico, with a CURP whose check digit is right.
import type { Stream } from '../../core/seed.js'

const FIRST = {
  H: ['Alejandro', 'Carlos', 'Diego', 'Fernando', 'Javier', 'Luis', 'Miguel', 'Ricardo'],
  M: ['Alejandra', 'Carmen', 'Daniela', 'Fernanda', 'Lucía', 'Mariana', 'Paola', 'Ximena'],
} as const

const LAST = ['García', 'Hernández', 'López', 'Martínez', 'Ramírez', 'Sánchez', 'Torres', 'Vázquez', 'Rojas', 'Mendoza']

const STATES = ['AS', 'BC', 'CH', 'DF', 'GT', 'JC', 'MC', 'NL', 'PL', 'QT', 'VZ', 'YN']

const ALPHABET = '0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ'

/** Capitals without accents. */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase()

/** The first letter after the first one that is of a class; X without one. */
const inner = (text: string, letters: RegExp) => text.slice(1).match(letters)?.[0] ?? 'X'

/** The check digit of the first 17 characters of a CURP. */
export function curpCheck(seventeen: string): string {
  let sum = 0
  for (let i = 0; i < 17; i++) sum += ALPHABET.indexOf(seventeen[i] ?? '') * (18 - i)
  return String((10 - (sum % 10)) % 10)
}

/** A person from Mexico. */
export interface Mexican {
  name: string
  curp: string
  birthDate: string
  gender: 'H' | 'M'
}

/** A grown-up person from Mexico. */
export function generatedMexican(random: Stream, now: number): Mexican {
  const oneOf = <T>(values: readonly T[]): T => values[random.int(values.length)] as T
  const gender = oneOf(['H', 'M'] as const)
  const first = oneOf(FIRST[gender])
  const [paternal, maternal] = [oneOf(LAST), oneOf(LAST)]
  const born = new Date(now - (19 * 366 + random.int(51 * 366)) * 86_400_000)
  const birthDate = born.toISOString().slice(0, 10)
  const [a, b, c] = [plain(paternal), plain(maternal), plain(first)]
  const century = born.getUTCFullYear() < 2000 ? '0' : 'A'
  const start =
    `${a[0]}${inner(a, /[AEIOU]/)}${b[0]}${c[0]}${birthDate.slice(2).replaceAll('-', '')}${gender}` +
    `${oneOf(STATES)}${[a, b, c].map(text => inner(text, /[BCDFGHJKLMNPQRSTVWXYZ]/)).join('')}${century}`
  return { name: `${first} ${paternal} ${maternal}`, curp: `${start}${curpCheck(start)}`, birthDate, gender }
}
