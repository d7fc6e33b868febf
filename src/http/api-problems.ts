import type { Language, Text } from '../base/language.ts'
import type { Answered } from '../api/operate.ts'
import type { InputFault } from '../api/input-faults.ts'
import type { RefusalCode } from '../api/refused.ts'
import { pointerOf, type Problem } from './problem.ts'

/** What the API answers where it does not do what it was asked for. */

const refusals: Readonly<Record<RefusalCode, Pick<Problem, 'status' | 'title'>>> = {
  input: { status: 422, title: 'Unprocessable Content' },
  unknown: { status: 404, title: 'Not Found' },
  exists: { status: 409, title: 'Conflict' },
  conflict: { status: 409, title: 'Conflict' },
  limit: { status: 403, title: 'Forbidden' },
  forbidden: { status: 403, title: 'Forbidden' },
}

export function refusalProblem({ code, field, text }: NonNullable<Answered['refused']>, language: Language): Problem {
  const detail = text[language]
  return { ...refusals[code], detail, errors: field === undefined || field === '' ? undefined : [{ pointer: pointerOf(pathOf(field)), detail }] }
}

export function inputProblem(faults: readonly InputFault[], language: Language): Problem {
  const errors = faults.map(({ path, text }) => ({ pointer: pointerOf(path), detail: text[language] }))
  return { ...refusals.input, detail: inputWrong[language], errors }
}

const inputWrong: Text = { en: 'the input is not as this operation wants it', de: 'die Angaben passen nicht zu dieser Operation' }

export function nobodyProblem(language: Language): Problem {
  return { status: 401, title: 'Unauthorized', detail: notSignedIn[language] }
}

const notSignedIn: Text = { en: 'sign in, or send a token', de: 'bitte anmelden oder ein Token mitschicken' }

/** "values.postmaster.address": keys of settings have dots of their own. */
function pathOf(field: string): readonly string[] {
  const dot = field.indexOf('.')
  return dot < 0 ? [field] : [field.slice(0, dot), field.slice(dot + 1)]
}
