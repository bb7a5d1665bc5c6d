// The questionnaire templates of a tenant: the same for all its responses. Source of the keys: Questionnaires, list and detail fields.
import type { JsonObject } from '../../core/json.js'
import { stream } from '../../core/seed.js'

/** A template. `number` is its id in version 1 of the API, `uuid` that in version 2. */
export interface Questionnaire {
  number: number
  uuid: string
  name: string
  description: string
  type: 'ddq' | 'rfi'
  createdAt: string
  questions: readonly string[]
  files: readonly string[]
}

const uuidOf = (number: number) => stream(0, 'questionnaire', number).uuid()

const COMPANY: Questionnaire = {
  number: 1,
  uuid: uuidOf(1),
  name: 'Corporate Due Diligence',
  description: 'Ownership, business and controls of a company',
  type: 'ddq',
  createdAt: '2025-11-03T09:00:00Z',
  questions: [
    'What is the registered name of the company?',
    'In which countries does the company do business?',
    'Who owns 25 per cent or more of the company?',
    'Has the company been fined by a regulator in the last five years?',
    'Who is responsible for compliance?',
  ],
  files: ['Certificate of incorporation', 'Register of shareholders'],
}

const INDIVIDUAL: Questionnaire = {
  number: 2,
  uuid: uuidOf(2),
  name: 'Individual Due Diligence',
  description: 'Identity, occupation and source of funds of a person',
  type: 'ddq',
  createdAt: '2025-11-03T09:20:00Z',
  questions: [
    'What is your occupation?',
    'What is the source of your funds?',
    'Do you hold a public office, or does a member of your family?',
    'In which countries are you resident for tax?',
  ],
  files: ['Proof of address'],
}

const REQUEST: Questionnaire = {
  number: 3,
  uuid: uuidOf(3),
  name: 'Information Request',
  description: 'Follow-up questions to a due diligence',
  type: 'rfi',
  createdAt: '2025-12-01T14:05:00Z',
  questions: ['Which information has changed since the last review?', 'Please explain the transactions named below.'],
  files: [],
}

/** The tenant's templates, in the order they were made. */
export const questionnaires: readonly Questionnaire[] = [COMPANY, INDIVIDUAL, REQUEST]

/** The template as a response names it. Source: Responses (new), questionnaire. */
export function reference({ uuid, name, type }: Questionnaire): { id: string; name: string; type: string } {
  return { id: uuid, name, type }
}

/** The questionnaire that an entity of this type gets. */
export function usualQuestionnaire(type: 'company' | 'individual') {
  return reference(type === 'company' ? COMPANY : INDIVIDUAL)
}

/** Finds a template by its number or uuid. */
export function findQuestionnaire(id: unknown): Questionnaire | undefined {
  return questionnaires.find(({ number, uuid }) => id === number || id === String(number) || id === uuid)
}

/** The questions and files of a template, for its detail view. */
export function detailOf({ number, questions, files }: Questionnaire): JsonObject {
  return {
    sections: {},
    questions: questions.map((question, n) => ({
      id: 100 * number + n + 1,
      question_text: question,
      question_type: 'text',
      is_required: true,
      order: n + 1,
    })),
    file_questions: files.map((name, n) => ({
      id: 100 * number + 50 + n + 1,
      name,
      is_required: true,
    })),
  }
}
