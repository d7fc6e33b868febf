import type { Language, Text } from '../base/language.ts'

/** One thing that is wrong in the file. */
export interface ConfigProblem {
  /** "listen.smtp"; '' = the file as a whole. */
  readonly key: string
  /** From 1; undefined where it could not be found. */
  readonly line: number | undefined
  /** What is wrong and what would be right. */
  readonly text: Text
}

/** The file cannot be used. Holds every problem found, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly file: string
  readonly problems: readonly ConfigProblem[]

  constructor(file: string, problems: readonly ConfigProblem[], options?: { cause?: unknown }) {
    super(problems.map((problem) => formatProblem(file, problem, 'en')).join('\n'), options)
    this.file = file
    this.problems = problems
  }
}

/** `posthorn.toml:12: listen.smtpp: unknown key; did you mean "listen.smtp"?` */
export function formatProblem(file: string, problem: ConfigProblem, language: Language): string {
  const where = problem.line === undefined ? file : `${file}:${problem.line}`
  return problem.key === '' ? `${where}: ${problem.text[language]}` : `${where}: ${problem.key}: ${problem.text[language]}`
}
