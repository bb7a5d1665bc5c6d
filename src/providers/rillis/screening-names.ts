// How alike two names are, from 0 to 100, whatever their accents, case and order of words.
import { editDistance } from '../../core/edit-distance.js'

/** Letters that Unicode does not decompose into a plain letter and an accent. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
}

/** Words that say what form a company has, without dots and spaces. */
const LEGAL_FORMS = new Set([
  'spa',
  'sa',
  'sas',
  'srl',
  'eirl',
  'ltda',
  'ltd',
  'limitada',
  'limited',
  'llc',
  'inc',
  'sl',
])

/** Two words that share less than this are different words, not spellings of one. */
const LEAST_ALIKE = 0.7

/** The words of a name in lower case without accents; an apostrophe or a dot joins, anything else separates. */
export function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\p{M}'’.]/gu, '')
    .replace(/[łøđðþßæœı]/g, letter => PLAIN[letter] ?? letter)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

/** The words of a company's name without its legal form, unless that is all there is. */
export function companyWordsOf(name: string): string[] {
  const words = wordsOf(name)
  const own = words.filter(word => !LEGAL_FORMS.has(word))
  return own.length > 0 ? own : words
}

/** How alike two words are, from 0 to 1; 0 where they are different words. */
function alike(a: string, b: string): number {
  if (a === b) return 1
  const longer = Math.max(a.length, b.length)
  const limit = Math.floor(longer * (1 - LEAST_ALIKE))
  const edits = editDistance(a, b, limit)
  return edits > limit ? 0 : 1 - edits / longer
}

const letters = (words: readonly string[]) => words.reduce((sum, word) => sum + word.length, 0)

/**
 * How alike two names are, from 0 to 100. Each word is paired with the most similar word of the other name; the share of letters in pairs
 * counts by 60 % for the name that it covers better and by 40 % for the other, so that a name without its second surname still scores over 80.
 */
export function nameScore(a: readonly string[], b: readonly string[]): number {
  const pairs = a
    .flatMap((one, i) => b.map((other, j) => ({ i, j, share: alike(one, other) })))
    .filter(({ share }) => share > 0)
    .sort((x, y) => y.share - x.share || x.i - y.i || x.j - y.j)
  const taken = { a: new Set<number>(), b: new Set<number>() }
  let inA = 0
  let inB = 0
  for (const { i, j, share } of pairs) {
    if (taken.a.has(i) || taken.b.has(j)) continue
    taken.a.add(i)
    taken.b.add(j)
    inA += share * (a[i]?.length ?? 0)
    inB += share * (b[j]?.length ?? 0)
  }
  const shares = [inA / Math.max(1, letters(a)), inB / Math.max(1, letters(b))]
  return Math.round(100 * (0.6 * Math.max(...shares) + 0.4 * Math.min(...shares)))
}
