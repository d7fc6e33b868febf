import type { Text } from '../../base/language.ts'
import type { OperationContext } from '../context.ts'
import type { OperationOutput } from '../contract.ts'
import type { Standing } from '../standing.ts'

type Shown = OperationOutput<'health'>
export type HealthPartName = Shown['parts'][number]['name']

/** What an operator should see to. */
export interface HealthProblem {
  /** Of the setting, engine, or kind of thing. */
  readonly name: string
  /** Mail is lost, refused or waits, or soon will. */
  readonly severe: boolean
  readonly meaning: Text
  readonly remedy: Text
}

/** One part of the installation: how it is, and what is wrong with it. */
export interface HealthPart {
  readonly name: HealthPartName
  /** What was seen. */
  readonly meaning: Text
  /** It is not set up, which can be as it should be. */
  readonly off?: boolean
  readonly problems: readonly HealthProblem[]
}

export type LookAtPart = (context: OperationContext, standing: Standing) => Promise<HealthPart> | HealthPart
