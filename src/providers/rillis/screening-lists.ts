// The made-up watchlists and wallets of the Screening API: nobody in them exists.

/** The lists. Source of SANCTION: Transaction webhooks, table of fields. The other names are ours. */
export const LISTS = ['SANCTION', 'PEP', 'WATCHLIST'] as const
/** The name of a list. */
export type ListName = (typeof LISTS)[number]

/** A person or company on a list; `aliases` are other names of theirs. */
export interface ListEntry {
  list: ListName
  entity_type: 'PERSON' | 'COMPANY'
  name: string
  aliases: readonly string[]
  /** `YYYY-MM-DD`; null for a company. */
  birth_date: string | null
  /** Nationality of a person, country of a company: ISO 3166-1 alpha-3. */
  country: string
  document_number: string | null
}

function person(
  list: ListName,
  [name, birth_date, country, document_number]: readonly [string, string, string, string],
  ...aliases: string[]
): ListEntry {
  return { list, entity_type: 'PERSON', name, aliases, birth_date, country, document_number }
}

function company(
  list: ListName,
  [name, country, document_number]: readonly [string, string, string],
  ...aliases: string[]
): ListEntry {
  return { list, entity_type: 'COMPANY', name, aliases, birth_date: null, country, document_number }
}

/** Every entry, the same for each seed and account. */
export const LIST_ENTRIES: readonly ListEntry[] = [
  person('SANCTION', ['Amadeo Villaroz Quintrelo', '1968-04-17', 'CHL', 'XT-4417001'], 'Amadeus Villaroz'),
  person('SANCTION', ['Zoraida Bentacor Ulmeda', '1974-11-02', 'COL', 'XT-4417002']),
  person('SANCTION', ['Łukian Drozmirek', '1959-07-23', 'POL', 'XT-4417003'], 'Lucian Drosmirek'),
  person('SANCTION', ['Íñigo Ñancuvales Orsandi', '1981-01-30', 'CHL', 'XT-4417004']),
  person('PEP', ['Perpetua Valdecorne Izarraga', '1963-09-09', 'CHL', 'XT-4417005']),
  person('PEP', ["Ruperto O'Tavarell Mendúriz", '1970-05-14', 'ARG', 'XT-4417006']),
  person('PEP', ['Clodomira Sáenzgarri Pueyrrel', '1977-12-01', 'PER', 'XT-4417007']),
  person('PEP', ['Eufrasio Tancredi-Molvares', '1955-03-28', 'MEX', 'XT-4417008']),
  person('WATCHLIST', ['Hermógenes Cazurrel Bastidor', '1985-06-06', 'CHL', 'XT-4417009']),
  person('WATCHLIST', ['Dorotea Quisperel Yanahuril', '1990-10-19', 'PER', 'XT-4417010']),
  company('SANCTION', ['Naviera Quintrelo Austral SpA', 'CHL', 'XT-9917001'], 'Quintrelo Shipping Ltd.'),
  company('SANCTION', ['Comercial Drozmirek S.A.', 'PAN', 'XT-9917002']),
  company('WATCHLIST', ['Inversiones Ulmeda del Sur Ltda.', 'CHL', 'XT-9917003']),
  company('WATCHLIST', ['Minera Yanahuril Bastidor E.I.R.L.', 'PER', 'XT-9917004']),
]

/** A made-up wallet with a risk of its own; every other one is of low risk. */
export interface ListedWallet {
  address: string
  category: 'SANCTIONED_ENTITY' | 'MIXER' | 'HIGH_RISK_EXCHANGE'
  risk_level: 'HIGH' | 'MEDIUM'
}

/** Every wallet of more than low risk. */
export const LISTED_WALLETS: readonly ListedWallet[] = [
  { address: '0x5a17c71005a17c71005a17c71005a17c71005a17', category: 'SANCTIONED_ENTITY', risk_level: 'HIGH' },
  { address: 'bc1qstandintestsanctionedwallet00000000000', category: 'SANCTIONED_ENTITY', risk_level: 'HIGH' },
  { address: '0x313eb313eb313eb313eb313eb313eb313eb313eb', category: 'MIXER', risk_level: 'HIGH' },
  { address: '0x3edc3edc3edc3edc3edc3edc3edc3edc3edc3edc', category: 'HIGH_RISK_EXCHANGE', risk_level: 'MEDIUM' },
]
