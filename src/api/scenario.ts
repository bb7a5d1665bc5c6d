// Scenarios of the server's folder: listed, read, and run with variables.
import * as z from 'zod'
import { listOf } from './page.js'
import { json, jsonObject } from './values.js'

const variable = z
  .object({
    name: z.string(),
    type: z.enum(['string', 'number', 'boolean', 'url', 'json']),
    description: z.string().nullable(),
    default: json.meta({ description: 'Null where there is none; masked where it is secret.' }),
    env: z
      .string()
      .nullable()
      .meta({ description: "Variable of the server's environment that is read when no value is given." }),
    secret: z.boolean(),
    required: z.boolean().meta({ description: 'It has neither a default nor a value in the environment.' }),
  })
  .meta({ id: 'ScenarioVariable' })
/** A variable of a scenario. */
export type ScenarioVariable = z.output<typeof variable>

const problem = z
  .object({
    line: z.int(),
    column: z.int(),
    path: z.string().meta({ description: '`steps[2].trigger.type`; empty for the file as a whole.' }),
    message: z.string(),
    hint: z.string().nullable(),
  })
  .meta({ id: 'ScenarioProblem' })

/** Schema of `Scenario`. */
export const scenario = z
  .object({
    file: z.string().meta({ description: 'Below the folder, with slashes.' }),
    name: z.string().nullable().meta({ description: 'Null where the file is invalid.' }),
    description: z.string().nullable(),
    tags: z.array(z.string()),
    variables: z.array(variable),
    problems: z.array(problem).meta({ description: 'What is wrong with the file; empty for a valid one.' }),
  })
  .meta({ id: 'Scenario' })
/** A scenario of the folder. */
export type Scenario = z.output<typeof scenario>

/** Schema of `ScenarioStep`. */
export const scenarioStep = z
  .object({
    path: z.string(),
    name: z.string().nullable(),
    verb: z.string(),
    text: z.string().meta({ description: 'The step in words.' }),
    line: z.int(),
    column: z.int(),
    depth: z.int().meta({ description: 'How many parallels and repeats are around it.' }),
  })
  .meta({ id: 'ScenarioStep' })
/** A step of a scenario. */
export type ScenarioStep = z.output<typeof scenarioStep>

/** Schema of `ScenarioDetail`. */
export const scenarioDetail = scenario
  .extend({
    text: z.string().meta({ description: 'The file.' }),
    steps: z
      .array(scenarioStep)
      .meta({ description: 'In order, those inside others too; empty where the file is invalid.' }),
  })
  .meta({ id: 'ScenarioDetail' })
/** A scenario of the folder, whole. */
export type ScenarioDetail = z.output<typeof scenarioDetail>

/** All scenarios of the folder. */
export const scenarioList = listOf('ScenarioList', scenario)
  .extend({
    folder: z.string().nullable().meta({ description: 'As given with --scenarios; null where none was given.' }),
  })
  .meta({ id: 'ScenarioList' })
/** All scenarios of the folder. */
export type ScenarioList = z.output<typeof scenarioList>

/** How a scenario of the folder is run. */
export const scenarioRunInput = z
  .strictObject({
    to: z.string().optional().meta({
      description: 'Default receiver; without it the existing subscriptions get the events.',
    }),
    vars: jsonObject.optional().meta({ description: 'Values of its variables.' }),
    secret: z.string().optional().meta({ description: 'Secret of subscriptions that have none of their own.' }),
  })
  .meta({ id: 'ScenarioRunRequest' })
