import { formatAddress, parseAddress } from '../../mail/address.ts'
import { judgePassword } from '../judge-password.ts'
import type { Operations } from '../operation.ts'
import { betterPassword, needsAnother, passwordReasons } from '../password-words.ts'
import type { Principal } from '../principal.ts'

export const passwordOperations: Operations<'password.check'> = {
  async 'password.check'(context, input) {
    const name = input.name ?? ownName(context.principal)
    const { fault, strength, leaked } = await judgePassword(context, input.password, parseAddress(name) ?? name)
    return {
      good: fault === undefined,
      score: strength?.score ?? null,
      leaked: leaked ?? null,
      reasons: passwordReasons(fault),
      better: fault !== undefined && needsAnother(fault) ? betterPassword : null,
    }
  },
}

function ownName(principal: Principal): string {
  return principal.kind === 'system' ? '' : principal.kind === 'mailbox' ? formatAddress(principal.address) : principal.name
}
