/** Entry of the thread that says how easy passwords are to guess (strength-link.ts starts it). */

import { parentPort } from 'node:worker_threads'
import { estimateStrength } from '../auth/strength/estimate.ts'
import type { Strength } from '../auth/strength/strength.ts'

export type StrengthCall = readonly [id: number, password: string, names: readonly string[]]
export type StrengthAnswer = readonly [id: number, strength: Strength]

parentPort?.on('message', ([id, password, names]: StrengthCall) => {
  parentPort?.postMessage([id, estimateStrength(password, names)] satisfies StrengthAnswer)
})
