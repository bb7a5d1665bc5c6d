// The document types that the Transaction Screening API accepts, by country. Source: Document Types, query and response.
import * as z from 'zod'
import type { Route } from '../../../provider/routes.js'
import { errors, must } from './errors.js'
import { credentials } from './transactions.js'

type DocumentType = { type: string; name: string }
type Country = { code: string; name: string; person: DocumentType[]; company: DocumentType[] }

/** Source of CO-CC, CO-PASS and CO-NIT: Document Types, examples. The other entries are ours in the same format (assumption documentTypes). */
const COUNTRIES: readonly Country[] = [
  {
    code: 'CHL',
    name: 'CHILE',
    person: [
      { type: 'CL-CI', name: 'CEDULA DE IDENTIDAD' },
      { type: 'CL-PASS', name: 'PASAPORTE' },
    ],
    company: [{ type: 'CL-RUT', name: 'ROL UNICO TRIBUTARIO' }],
  },
  {
    code: 'COL',
    name: 'COLOMBIA',
    person: [
      { type: 'CO-CC', name: 'CEDULA DE CIUDADANIA' },
      { type: 'CO-PASS', name: 'PASAPORTE' },
    ],
    company: [{ type: 'CO-NIT', name: 'NUMERO DE IDENTIFICACION TRIBUTARIA' }],
  },
  {
    code: 'ARG',
    name: 'ARGENTINA',
    person: [
      { type: 'AR-DNI', name: 'DOCUMENTO NACIONAL DE IDENTIDAD' },
      { type: 'AR-PASS', name: 'PASAPORTE' },
    ],
    company: [{ type: 'AR-CUIT', name: 'CLAVE UNICA DE IDENTIFICACION TRIBUTARIA' }],
  },
  {
    code: 'PER',
    name: 'PERU',
    person: [
      { type: 'PE-DNI', name: 'DOCUMENTO NACIONAL DE IDENTIDAD' },
      { type: 'PE-PASS', name: 'PASAPORTE' },
    ],
    company: [{ type: 'PE-RUC', name: 'REGISTRO UNICO DE CONTRIBUYENTES' }],
  },
]

const query = z.object({
  ...credentials,
  country: z.string().optional().describe('ISO 3166-1 alpha-3, in any case.'),
  entity: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['person', 'company'], must('person or company')))
    .optional()
    .describe('In any case.'),
})

const listed = z.array(
  z.strictObject({
    code: z.string(),
    name: z.string(),
    locTypes: z.array(z.strictObject({ type: z.string(), name: z.string() })),
  }),
)

/** `GET /api/v1/resources/validation/document-types`. */
export const documentTypesRoute: Route = {
  method: 'GET',
  path: '/api/v1/resources/validation/document-types',
  summary: 'List Document types',
  documented: true,
  open: true,
  query,
  answers: {
    200: {
      description:
        'Document types of persons, of companies, or both; documented are those of Colombia, the others are Standin’s (assumption documentTypes)',
      schema: z.strictObject({ person: listed.optional(), company: listed.optional() }),
    },
    ...errors(400),
  },
  handler: call => {
    const { country, entity } = query.parse(call.query)
    const countries = COUNTRIES.filter(({ code }) => country === undefined || code === country.toUpperCase())
    const of = (kind: 'person' | 'company') =>
      countries.map(({ code, name, [kind]: locTypes }) => ({ code, name, locTypes: locTypes.map(t => ({ ...t })) }))
    return {
      status: 200,
      body: {
        ...(entity === 'company' ? {} : { person: of('person') }),
        ...(entity === 'person' ? {} : { company: of('company') }),
      },
    }
  },
}
