import type { CheckOutcome, Found } from '../mail/check.ts'

/** What the virus check found. `detail`: the signature's name, or why clamd was not to be asked. */
export interface VirusFinding extends Found<'virus'> {
  readonly reason: VirusReason
}

export type VirusReason =
  | 'clean'
  | 'virus'
  | 'encrypted archive' // nobody can look into it
  | 'beyond limits' // an archive that unpacks to more, or deeper, than clamd looks into: a bomb, as a rule
  | 'too large' // more octets than clamd takes
  | 'away' // there is no clamd, or it broke off
  | 'too late'

const results: Readonly<Record<VirusReason, CheckOutcome>> = {
  clean: 'pass',
  virus: 'fail',
  'encrypted archive': 'none',
  'beyond limits': 'none',
  'too large': 'none',
  away: 'temperror',
  'too late': 'temperror',
}

export function finding(reason: VirusReason, detail?: string): VirusFinding {
  const found = { check: 'virus', result: results[reason], reason } as const
  return detail === undefined ? found : { ...found, detail }
}
