import type { DirectoryRefusal } from '../directory/refusal.ts'
import { type Principal, reachOf } from './principal.ts'

/** A refusal without names that the asker must not know: the one that was probably meant is looked for among everybody's. */
export function discreet(refusal: DirectoryRefusal, principal: Principal): DirectoryRefusal {
  if (refusal.code !== 'unknown' || refusal.thing === 'app-password' || reachOf(principal).kind === 'all') return refusal
  return { ...refusal, near: undefined }
}
