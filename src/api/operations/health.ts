import { describeLeaked, LeakedDataBroken } from '../../auth/leaked-passwords.ts'
import type { Text } from '../../base/language.ts'
import { zoneStates } from '../../zone/rows.ts'
import type { OperationContext } from '../context.ts'
import type { OperationOutput } from '../contract.ts'
import type { Operations } from '../operation.ts'
import { leakedDataText } from '../password-words.ts'
import { relayProblems } from '../relay-problems.ts'

/** What an operator should see to, if anything. */
export const healthOperations: Operations<'health'> = {
  async health(context) {
    const leaked = await leakedPasswords(context)
    const problems = [
      ...loadTestSettings(context),
      ...(await virusCheck(context)),
      ...(await engines(context)),
      ...blocklists(context),
      ...(await dkimRecords(context)),
      ...(await zones(context)),
      ...(await relayProblems(context)),
      ...leaked.problems,
    ]
    return { problems, leakedPasswords: leaked.data }
  },
}

interface Problem {
  readonly name: string
  readonly meaning: Text
}

function loadTestSettings({ directory: { settings } }: OperationContext): Problem[] {
  return (['login-throttle', 'connection-limits'] as const)
    .filter((key) => !settings[key])
    .map((name) => ({ name, meaning: { en: `${name} is off, which is for load tests only`, de: `${name} ist aus, was nur für Lasttests gedacht ist` } }))
}

/** An installation without clamd is in order; one whose clamd does not answer is not. */
async function virusCheck({ directory, askVirusCheck }: OperationContext): Promise<Problem[]> {
  const found = await askVirusCheck()
  if (found === undefined || found.result !== 'temperror') return []
  const why = found.detail ?? found.reason
  const defers = directory.settings['virus.unavailable'] === 'defer'
  const meaning = {
    en: `clamd does not answer (${why}): mail is ${defers ? 'put off' : 'delivered unchecked'}`,
    de: `clamd antwortet nicht (${why}): Mail wird ${defers ? 'aufgeschoben' : 'ungeprüft zugestellt'}`,
  }
  return [{ name: 'virus', meaning }]
}

/** A list in trouble lists nobody: mail goes on, judged with less. */
function blocklists({ troubledBlocklists }: OperationContext): Problem[] {
  return troubledBlocklists().map(({ zone, asked, failed, why }) => ({
    name: 'blocklist',
    meaning: {
      en: `the blocklist ${zone} left ${failed} of ${asked} questions unanswered lately (${why}): they counted for nothing`,
      de: `die Sperrliste ${zone} ließ zuletzt ${failed} von ${asked} Fragen ohne brauchbare Antwort (${why}): sie zählten nicht`,
    },
  }))
}

/** A key that cannot be used, or not yet, since its record is not in the DNS. Domains that never published one are not named: that is their choice. */
async function dkimRecords({ dkim }: OperationContext): Promise<Problem[]> {
  return (await dkim.troubles()).map(({ domain, selector, signedAtMs }) => {
    const meaning =
      signedAtMs === undefined
        ? {
            en: `a new key of ${domain} waits for its DNS record (${selector}): posthorn dkim records ${domain}`,
            de: `ein neuer Schlüssel von ${domain} wartet auf seinen DNS-Eintrag (${selector}): posthorn dkim records ${domain}`,
          }
        : {
            en: `the DNS record of a key of ${domain} is not what it was, and the key signs no more (${selector}): posthorn dkim records ${domain}`,
            de: `der DNS-Eintrag eines Schlüssels von ${domain} ist nicht mehr, was er war, und der Schlüssel signiert nicht mehr (${selector}): posthorn dkim records ${domain}`,
          }
    return { name: 'dkim', meaning }
  })
}

/** More than these are not named. */
const zonesNamed = 5

/** Domains whose mail is lost, refused or goes elsewhere, as the last look at their DNS records found. */
async function zones({ directory }: OperationContext): Promise<Problem[]> {
  const wrong = await directory.query(zoneStates, { reach: { kind: 'all' }, state: 'error', after: '', limit: zonesNamed + 1 })
  const names = wrong.slice(0, zonesNamed).map(({ domain }) => domain)
  if (names.length === 0) return []
  const more = wrong.length > zonesNamed ? ', …' : ''
  const meaning = {
    en: `something is wrong in the DNS of ${names.join(', ')}${more}: posthorn domain dns ${names[0]}`,
    de: `im DNS stimmt etwas nicht bei ${names.join(', ')}${more}: posthorn domain dns ${names[0]}`,
  }
  return [{ name: 'dns', meaning }]
}

async function engines({ askEngines }: OperationContext): Promise<Problem[]> {
  return (await askEngines()).map(({ name, why }) => ({
    name: name.toLowerCase(),
    meaning: { en: `${name} does not answer (${why}): mail is judged without it`, de: `${name} antwortet nicht (${why}): Mail wird ohne ihn beurteilt` },
  }))
}

/** Data that cannot be compared with refuses nothing, and nobody who sets a password would notice. */
async function leakedPasswords({
  directory,
}: OperationContext): Promise<{ readonly data: OperationOutput<'health'>['leakedPasswords']; readonly problems: readonly Problem[] }> {
  const place = directory.settings['password.leaked']
  if (place === '') return { data: null, problems: [] }
  try {
    const { form, hashes, about, changedAtMs } = await describeLeaked(place)
    return { data: { place, form, hashes, about, changed: new Date(changedAtMs).toISOString() }, problems: [] }
  } catch (error) {
    if (!(error instanceof LeakedDataBroken)) throw error
    return { data: null, problems: [{ name: 'password.leaked', meaning: leakedDataText(error.fault) }] }
  }
}
