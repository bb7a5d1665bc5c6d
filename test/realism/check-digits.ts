// Check digits of the tax and identity numbers of Latin America, by their published rules and without the code that makes them.

const digitsOf = (text: string) => [...text].map(Number)

const weighted = (digits: readonly number[], weights: readonly number[]) =>
  digits.reduce((sum, digit, i) => sum + digit * (weights[i] ?? 0), 0)

/** Chile's RUT, `12345678-5`: weights 2 to 7 from the right, modulo 11; 10 is K. */
export function isRut(text: string): boolean {
  const [, body = '', check = ''] = /^(\d{7,8})-([\dkK])$/.exec(text.replaceAll('.', '')) ?? []
  if (body === '') return false
  const sum = weighted(digitsOf([...body].reverse().join('')), [2, 3, 4, 5, 6, 7, 2, 3])
  return ['0', 'K', '9', '8', '7', '6', '5', '4', '3', '2', '1'][sum % 11] === check.toUpperCase()
}

const repeated = (text: string) => new Set(text).size === 1

/** Brazil's CPF: eleven digits, the last two each modulo 11 of those before. */
export function isCpf(text: string): boolean {
  const digits = digitsOf(text.replaceAll(/[.-]/g, ''))
  if (digits.length !== 11 || digits.some(Number.isNaN) || repeated(digits.join(''))) return false
  return [9, 10].every(length => {
    const sum = weighted(
      digits.slice(0, length),
      Array.from({ length }, (_, i) => length + 1 - i),
    )
    return digits[length] === (sum % 11 < 2 ? 0 : 11 - (sum % 11))
  })
}

/** Brazil's CNPJ: fourteen digits, the last two modulo 11 with weights 2 to 9 from the right. */
export function isCnpj(text: string): boolean {
  const digits = digitsOf(text.replaceAll(/[./-]/g, ''))
  if (digits.length !== 14 || digits.some(Number.isNaN) || repeated(digits.join(''))) return false
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
  return [12, 13].every(length => {
    const rest = weighted(digits.slice(0, length), weights.slice(13 - length)) % 11
    return digits[length] === (rest < 2 ? 0 : 11 - rest)
  })
}

/** Brazil's driving licence (CNH): eleven digits, the last two modulo 11; a first digit above 9 lowers the second sum by 2. */
export function isCnh(text: string): boolean {
  const digits = digitsOf(text)
  if (digits.length !== 11 || digits.some(Number.isNaN)) return false
  const first = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11
  const second = weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11
  const lowered = first > 9 ? second - 2 : second
  const last = lowered < 0 ? lowered + 11 : lowered
  return digits[9] === (first > 9 ? 0 : first) && digits[10] === (last > 9 ? 0 : last)
}

/** Colombia's NIT, `900123456-7`: primes as weights from the right, modulo 11. */
export function isNit(text: string): boolean {
  const [, body = '', check = ''] = /^(\d{8,10})-(\d)$/.exec(text.replaceAll('.', '')) ?? []
  if (body === '') return false
  const primes = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43]
  const rest = weighted(digitsOf([...body].reverse().join('')), primes) % 11
  return Number(check) === (rest < 2 ? rest : 11 - rest)
}

const RFC_VALUES = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ'

/** Mexico's RFC: three letters (a company) or four, a date, two characters and a check digit, modulo 11. */
export function isRfc(text: string): boolean {
  if (!/^[A-ZÑ&]{3,4}\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])[A-Z\d]{2}[\dA]$/.test(text)) return false
  const padded = text.padStart(13, ' ')
  let sum = 0
  for (let i = 0; i < 12; i++) sum += RFC_VALUES.indexOf(padded[i] ?? '') * (13 - i)
  return ['0', 'A', '9', '8', '7', '6', '5', '4', '3', '2', '1'][sum % 11] === padded[12]
}
