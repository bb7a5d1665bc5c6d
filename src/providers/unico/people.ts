// People: generated ones, and the document that a person shows in a process, with numbers and dates that fit its type.
import type { Faker } from '@faker-js/faker'
import { isoDate } from '../../core/instant-text.js'
import type { JsonObject } from '../../core/json.js'
import { digitText, surname, withoutAccents } from '../../provider/fake.js'

const DAY_MS = 86_400_000
const YEAR_MS = 365.25 * DAY_MS

/** Digits with the two check digits of a Brazilian CPF. */
function withCheckDigits(nine: string): string {
  let digits = nine
  for (const weight of [10, 11]) {
    let sum = 0
    for (let i = 0; i < digits.length; i++) sum += Number(digits[i]) * (weight - i)
    digits += String(((sum * 10) % 11) % 10)
  }
  return digits
}

/** Whether a text is a CPF: eleven digits, the last two being its check digits. */
export function isCpf(text: string): boolean {
  return /^\d{11}$/.test(text) && withCheckDigits(text.slice(0, 9)) === text
}

/** A Brazilian CPF: nine digits and two check digits. */
function cpf(fake: Faker): string {
  return withCheckDigits(digitText(fake, 9))
}

/** A number of a Brazilian identity card (RG) as São Paulo issues it: eight digits and a check character. */
function rg(fake: Faker): string {
  const digits = String(fake.number.int({ min: 10_000_000, max: 99_999_999 }))
  let sum = 0
  for (let i = 0; i < 8; i++) sum += Number(digits[i]) * (i + 2)
  const check = (11 - (sum % 11)) % 11
  return `${digits}${check === 10 ? 'X' : check}`
}

/** A registration number of a Brazilian driving licence (CNH): nine digits and two check digits. */
function cnh(fake: Faker): string {
  const nine = digitText(fake, 9)
  let [first, second] = [0, 0]
  for (let i = 0; i < 9; i++) {
    first += Number(nine[i]) * (9 - i)
    second += Number(nine[i]) * (i + 1)
  }
  const carry = first % 11 >= 10 ? 2 : 0
  const checks = [first % 11 >= 10 ? 0 : first % 11, second % 11 >= 10 ? 0 : (second % 11) - carry]
  return nine + checks.map(check => (check + 11) % 11).join('')
}

const NOT_LETTERS = /[^a-z]/g

/** A generated person from Brazil as `person` of a process, in the key order of the current page. Source: GetProcess, example; CreateProcess, person. */
export function generatedPerson(fake: Faker): JsonObject {
  const first = fake.person.firstName()
  const last = surname(fake)
  const mailbox = [first, last].map(name => withoutAccents(name).toLowerCase().replace(NOT_LETTERS, '')).join('.')
  return {
    duiType: 'DUI_TYPE_BR_CPF',
    duiValue: cpf(fake),
    friendlyName: `${first} ${last}`.slice(0, 50),
    notifications: [{ notificationChannel: 'NOTIFICATION_CHANNEL_WHATSAPP' }],
    email: `${mailbox}@example.com`,
    phone: `55${fake.helpers.arrayElement(['11', '21', '31', '41', '51', '71', '81'])}9${digitText(fake, 8)}`,
  }
}

/** ISO 3166 alpha-3 code of the country in a `duiType`; Brazil for the two without a country. */
export function countryOf(duiType: string): string {
  const countries: Record<string, string> = {
    MX: 'MEX',
    US: 'USA',
    AR: 'ARG',
    NG: 'NGA',
    CL: 'CHL',
    EC: 'ECU',
    GT: 'GTM',
    UY: 'URY',
    ID: 'IDN',
  }
  return countries[duiType.split('_')[2] ?? ''] ?? 'BRA'
}

/** Who a process is about. */
interface Claim {
  duiType: string
  duiValue: string
  /** The name the client gave; '' for none. */
  name: string
  /** When the document is shown, ms. */
  now: number
}

/** The person behind a process. */
export interface Holder {
  fullName: string
  /** `services[].documents[].doc` of a flow with documents. */
  document: JsonObject
}

interface Dates {
  birth: string
  issued: string
  expires: string
  licensed: string
}

/** Midnight of the day of an instant (ms). */
const day = (at: number) => `${isoDate(at)}T00:00:00Z`

const VALID_YEARS = 10

/** Dates of an adult whose document is valid now: born, licensed, issued, in this order, and expiring later. They stay as they are until it is renewed. */
function datesOf(fake: Faker, now: number): Dates {
  let birth = Date.UTC(1950, 0, 1) + fake.number.int({ min: 0, max: 55 * 365 }) * DAY_MS
  const licensedAfter = fake.number.float({ min: 18.1, max: 19 }) * YEAR_MS
  while (birth + licensedAfter > now) birth -= 20 * YEAR_MS
  const licensed = birth + licensedAfter
  const renewals = Math.floor((now - licensed) / (VALID_YEARS * YEAR_MS))
  const issued = licensed + renewals * VALID_YEARS * YEAR_MS
  return {
    birth: day(birth),
    licensed: day(licensed),
    issued: day(issued),
    expires: day(issued + VALID_YEARS * YEAR_MS),
  }
}

const CITIES = [
  ['São Paulo', 'SP'],
  ['Rio de Janeiro', 'RJ'],
  ['Belo Horizonte', 'MG'],
  ['Curitiba', 'PR'],
  ['Porto Alegre', 'RS'],
  ['Salvador', 'BA'],
  ['Recife', 'PE'],
] as const

/** A Brazilian document of a person with a CPF. Source of the types and their fields: DC GetProcess, services. */
function brazilian(fake: Faker, { duiValue }: Claim, fullName: string, dates: Dates): JsonObject {
  const surname = fullName.split(' ').at(-1) ?? ''
  const filiacao = [`${fake.person.firstName('female')} ${surname}`, `${fake.person.firstName('male')} ${surname}`]
  const [city, state] = fake.helpers.arrayElement(CITIES)
  const person = { cpfNumero: duiValue, nomeCivil: fullName, filiacao, dataNascimento: dates.birth }
  const code = fake.helpers.arrayElement(['RG', 'CNH', 'CIN'])
  if (code === 'CNH')
    return {
      version: 2,
      code,
      data: {
        numero: cnh(fake),
        rgNumero: rg(fake),
        ...person,
        data_habilitacao: dates.licensed,
        data_expiracao: dates.expires,
        data_emissao: dates.issued,
        local_emissao: `${city}, ${state}`,
        categoria: fake.helpers.arrayElement(['A', 'B', 'AB', 'D']),
        renachNumero: `${state}${digitText(fake, 9)}`,
      },
    }
  if (code === 'CIN')
    return {
      version: 2,
      code,
      data: {
        rgNumero: duiValue,
        ...person,
        data_expiracao: dates.expires,
        data_emissao: dates.issued,
        orgao_emissor: 'SSP',
        local_emissao: `${city}, ${state}`,
        naturalidade: city,
        nacionalidade: 'BRA',
      },
    }
  return {
    version: 2,
    code,
    data: {
      numero: rg(fake),
      orgao_emissor: 'SSP',
      uf_emissor: state,
      ...person,
      naturalidade: city,
      data_emissao: dates.issued,
    },
  }
}

/** A document of another kind, with the number that the client gave: a passport as documented, any other by the same field names (assumed). */
function other({ duiType, duiValue }: Claim, fullName: string, dates: Dates): JsonObject {
  const country = countryOf(duiType)
  const [nome = '', ...rest] = fullName.split(' ')
  const validity = { data_emissao: dates.issued, data_expiracao: dates.expires }
  if (duiType.endsWith('_PASSPORT'))
    return {
      version: 2,
      code: 'Passport',
      data: {
        numero: duiValue,
        nome,
        sobrenome: rest.join(' '),
        pais_emissor: country,
        nacionalidade: country,
        data_nascimento: dates.birth,
        ...validity,
      },
    }
  return {
    version: 2,
    code: duiType.split('_').slice(3).join('_'),
    data: {
      numero: duiValue,
      nomeCivil: fullName,
      dataNascimento: dates.birth,
      nacionalidade: country,
      ...validity,
    },
  }
}

/** The person of a claim with the given name, or a generated one, and a valid document: one number, name and birth throughout. */
export function holderOf(fake: Faker, claim: Claim): Holder {
  const generated = `${fake.person.firstName()} ${surname(fake)}`
  const fullName = claim.name === '' ? generated : claim.name
  const dates = datesOf(fake, claim.now)
  const hasNumber = !claim.duiType.startsWith('DUI_TYPE_ZZ_') && claim.duiType !== 'DUI_TYPE_BR_CPF'
  if (hasNumber) return { fullName, document: other(claim, fullName, dates) }
  // A person known by mail or phone shows a Brazilian document with a CPF of its own.
  const known = claim.duiType === 'DUI_TYPE_BR_CPF' ? claim : { ...claim, duiValue: cpf(fake) }
  return { fullName, document: brazilian(fake, known, fullName, dates) }
}
