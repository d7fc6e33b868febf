import { SecondFactors } from '../auth/web/second-factors.ts'
import { openVault } from './installation-key.ts'
import type { Parts } from './open.ts'

/** What is asked for beside passwords at the web pages. */
export function openSecondFactors({ config, directory, database, clock }: Pick<Parts, 'config' | 'directory' | 'database' | 'clock'>): SecondFactors {
  return new SecondFactors({ directory, database, vault: openVault(config), clock, issuer: () => directory.settings['provider.name'] || config.hostname })
}
