// Chilean names, places and businesses for generated data. Domains built from them end in .example.
import { withoutAccents } from '../../provider/fake.js'

/** First and middle names that go together: women's, then men's. */
export const GIVEN_NAMES: readonly { first: readonly string[]; middle: readonly string[] }[] = [
  {
    first: [
      'Camila',
      'Javiera',
      'Constanza',
      'Fernanda',
      'Antonia',
      'Valentina',
      'Catalina',
      'Begoña',
      'Macarena',
      'Inés',
    ],
    middle: ['Andrea', 'Belén', 'Paz', 'Isabel', 'Ester', 'Verónica'],
  },
  {
    first: [
      'Matías',
      'Benjamín',
      'Ignacio',
      'Sebastián',
      'Cristóbal',
      'Joaquín',
      'Tomás',
      'Nicolás',
      'Rodrigo',
      'Álvaro',
    ],
    middle: ['José', 'Andrés', 'Eduardo', 'Patricio', 'Iván', 'Ramón'],
  },
]

/** Surnames. */
export const SURNAMES = [
  'González',
  'Muñoz',
  'Rojas',
  'Díaz',
  'Pérez',
  'Soto',
  'Contreras',
  'Silva',
  'Martínez',
  'Sepúlveda',
  'Morales',
  'Rodríguez',
  'López',
  'Fuentes',
  'Hernández',
  'Torres',
  'Araya',
  'Flores',
  'Espinoza',
  'Valenzuela',
  'Núñez',
  'Peña',
  'Ibáñez',
  'Yáñez',
]

/** City, region, postal code. */
export const CITIES: readonly (readonly [city: string, province: string, postalCode: string])[] = [
  ['Santiago', 'Región Metropolitana', '8320000'],
  ['Providencia', 'Región Metropolitana', '7500000'],
  ['Ñuñoa', 'Región Metropolitana', '7750000'],
  ['Viña del Mar', 'Valparaíso', '2520000'],
  ['Valparaíso', 'Valparaíso', '2340000'],
  ['Concepción', 'Biobío', '4030000'],
  ['Chillán', 'Ñuble', '3780000'],
  ['La Serena', 'Coquimbo', '1700000'],
  ['Antofagasta', 'Antofagasta', '1240000'],
  ['Puerto Montt', 'Los Lagos', '5480000'],
]

/** Street names. */
export const STREETS = [
  'Avenida Los Leones',
  'Calle Monjitas',
  'Avenida Irarrázaval',
  'Calle Huérfanos',
  'Avenida Libertad',
  'Pasaje Los Aromos',
  "Calle O'Higgins",
  'Avenida Vicuña Mackenna',
  'Calle Condell',
  'Avenida Colón',
]

/** First words of company names. */
export const BUSINESSES = [
  'Comercial',
  'Inversiones',
  'Transportes',
  'Servicios',
  'Exportadora',
  'Constructora',
  'Viñedos',
]

/** Second words of company names. */
export const PLACES = [
  'Aconcagua',
  'Cordillera',
  'Ñuble',
  'Pacífico',
  'Andes del Sur',
  'Maipo',
  'Araucanía',
  'Llanquihue',
]

/** Legal forms of companies. */
export const LEGAL_FORMS = ['SpA', 'Ltda.', 'S.A.', 'E.I.R.L.']

/** Sources of a company's funds. */
export const COMPANY_FUNDS = ['Ingresos por ventas', 'Aporte de capital', 'Financiamiento bancario']

/** Sources of a person's funds. */
export const PERSON_FUNDS = ['Ahorros', 'Sueldo', 'Venta de un inmueble', 'Herencia']

/** Sources of a person's income. */
export const INCOME_SOURCES = ['Trabajo dependiente', 'Trabajo independiente', 'Arriendos', 'Jubilación']

/** Lower case without accents, words joined by hyphens: `Viña del Mar` gives `vina-del-mar`. */
export function ascii(text: string): string {
  return withoutAccents(text)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
}
