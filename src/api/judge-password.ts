import { isLeaked } from '../auth/leaked-passwords.ts'
import { judgePassword as judge, type PasswordJudgement } from '../auth/password-rules.ts'
import type { Address } from '../mail/address.ts'
import type { OperationContext } from './context.ts'

type JudgeContext = Pick<OperationContext, 'directory' | 'log' | 'estimateStrength'>

/** Whether a password is taken here and now. `name`: whose it is. */
export async function judgePassword(context: JudgeContext, password: string, name: Address | string): Promise<PasswordJudgement> {
  const { settings } = context.directory
  const rules = { leastLength: settings['password.min-length'], leastScore: settings['password.min-score'] }
  return judge(password, name, rules, { estimateStrength: context.estimateStrength, isLeaked: (asked) => isKnown(context, asked) })
}

/** Data that cannot be read keeps nobody from a new password: the log tells, and health. */
async function isKnown({ directory, log }: JudgeContext, password: string): Promise<boolean | undefined> {
  const place = directory.settings['password.leaked']
  if (place === '') return undefined
  try {
    return await isLeaked(place, password)
  } catch (err) {
    log.warn('data of leaked passwords cannot be compared with', { place, err })
    return undefined
  }
}
