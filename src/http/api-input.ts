import * as z from 'zod'
import { contract, type OperationName } from '../api/contract.ts'
import { type InputFault, inputFaults } from '../api/input-faults.ts'
import { pathFields, routeOf } from '../api/rest.ts'

/** What a request has to say for an operation. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[]>>
  readonly body: unknown
}

export type ReadInput = { readonly input: unknown; readonly faults?: never } | { readonly faults: readonly InputFault[] }

/** The input of an operation from path, query and body, checked: nothing that its schema does not know. */
export function readInput(name: OperationName, { params, query, body }: ApiRequest): ReadInput {
  const { path, hasBody } = routeOf(name)
  const shape: Readonly<Record<string, z.ZodType>> = contract[name].input.shape
  const fromPath = Object.fromEntries(pathFields(path).map((field) => [field, fieldValue(shape[field], params[field] ?? '')]))
  if (!hasBody) {
    const fromQuery = Object.fromEntries(Object.entries(query).map(([field, value]) => [field, fieldValue(shape[field], value)]))
    return check(name, fromPath, fromQuery)
  }
  if (body === undefined || body === null) return check(name, fromPath, {})
  if (typeof body !== 'object' || Array.isArray(body)) return { faults: [{ path: [], text: notAnObject }] }
  return check(name, fromPath, body as Readonly<Record<string, unknown>>)
}

const notAnObject = { en: 'the body is to be an object of JSON', de: 'der Körper der Anfrage muss ein JSON-Objekt sein' }

function check(name: OperationName, fromPath: Readonly<Record<string, unknown>>, others: Readonly<Record<string, unknown>>): ReadInput {
  // Whoever names another object in the body than in the path has made a mistake, which must not be acted upon.
  const twice = Object.keys(fromPath).filter((field) => Object.hasOwn(others, field))
  if (twice.length > 0) return { faults: twice.map((field) => ({ path: [field], text: saidTwice })) }
  const input = { ...others, ...fromPath }
  const checked = contract[name].input.safeParse(input)
  return checked.success ? { input: checked.data } : { faults: inputFaults(name, input) }
}

const saidTwice = { en: 'it stands in the path already', de: 'es steht schon im Pfad' }

/** Text from a path or query as its field has it; what does not fit is left as it is, for the schema to refuse. */
function fieldValue(schema: z.ZodType | undefined, given: string | readonly string[]): unknown {
  const inner = withoutWrappers(schema)
  if (inner instanceof z.ZodArray) {
    const element = inner.element as z.ZodType
    return [given].flat().map((text) => fieldValue(element, text))
  }
  if (typeof given !== 'string') return given
  if (inner instanceof z.ZodNumber) return /^-?\d{1,15}(?:\.\d{1,15})?$/.test(given) ? Number(given) : given
  if (inner instanceof z.ZodBoolean) return given === 'true' ? true : given === 'false' ? false : given
  return given
}

function withoutWrappers(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault
    ? withoutWrappers(schema.unwrap() as z.ZodType)
    : schema
}
