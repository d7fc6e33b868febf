import type { WebUser } from '../../directory/query/web-users.ts'
import type { Settings } from '../../directory/settings.ts'

/** Does the operator want a second factor of them (setting second-factor.required)? */
export function mustHaveSecondFactor(settings: Pick<Settings, 'second-factor.required'>, { owner, person }: Pick<WebUser, 'owner' | 'person'>): boolean {
  switch (settings['second-factor.required']) {
    case 'nobody':
      return false
    case 'operators':
      return owner === 'operator'
    case 'people':
      return owner === 'operator' || person !== undefined
    case 'everybody':
      return true
  }
}
