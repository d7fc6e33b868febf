import { describeLeaked, LeakedDataBroken } from '../../auth/leaked-passwords.ts'
import { zoneStates } from '../../zone/rows.ts'
import type { HealthProblem, LookAtPart } from './part.ts'
import { leakedDataText } from '../password-words.ts'
import { dayOf, spanWords } from './words.ts'

const dayMs = 86_400_000

export const queue: LookAtPart = async ({ statistics, clock }) => {
  const { recipients, oldestMs } = await statistics.queue({ customerIds: undefined })
  if (recipients === 0 || oldestMs === undefined) return { name: 'queue', meaning: { en: 'nothing waits', de: 'nichts wartet' }, problems: [] }
  const age = clock.now() - oldestMs
  const span = spanWords(age)
  const waits = {
    en: `${recipients} ${recipients === 1 ? 'recipient waits' : 'recipients wait'}, the first of them for ${span.en}`,
    de: `${recipients} Empfänger ${recipients === 1 ? 'wartet' : 'warten'}, der erste seit ${span.de}`,
  }
  if (age < dayMs) return { name: 'queue', meaning: waits, problems: [] }
  const problem: HealthProblem = {
    name: 'queue',
    severe: false,
    meaning: { en: `mail waits for other servers: ${waits.en}`, de: `Mail wartet auf andere Server: ${waits.de}` },
    remedy: {
      en: 'see in the queue what those servers answer: as a rule it is they who are in trouble',
      de: 'in der Warteschlange nachsehen, was diese Server antworten: meist sind sie es, die gestört sind',
    },
  }
  return { name: 'queue', meaning: waits, problems: [problem] }
}

/** An installation without clamd is in order; one whose clamd does not answer is not. */
export const virusCheck: LookAtPart = async ({ directory, askVirusCheck }) => {
  const found = await askVirusCheck()
  if (found === undefined) {
    const meaning = {
      en: 'not set up ([clamav] in posthorn.toml): nobody looks for viruses',
      de: 'nicht eingerichtet ([clamav] in posthorn.toml): nach Viren sucht niemand',
    }
    return { name: 'virus', meaning, off: true, problems: [] }
  }
  if (found.result !== 'temperror') return { name: 'virus', meaning: { en: 'clamd answers', de: 'clamd antwortet' }, problems: [] }
  const why = found.detail ?? found.reason
  const defers = directory.settings['virus.unavailable'] === 'defer'
  const problem: HealthProblem = {
    name: 'virus',
    severe: defers,
    meaning: {
      en: `clamd does not answer (${why}): mail is ${defers ? 'put off' : 'delivered unchecked'}`,
      de: `clamd antwortet nicht (${why}): Mail wird ${defers ? 'aufgeschoben' : 'ungeprüft zugestellt'}`,
    },
    remedy: { en: 'see whether it runs (systemctl status clamav-daemon)', de: 'nachsehen, ob er läuft (systemctl status clamav-daemon)' },
  }
  return { name: 'virus', meaning: { en: `clamd does not answer (${why})`, de: `clamd antwortet nicht (${why})` }, problems: [problem] }
}

/** Content filters of others, beside our own. */
export const engines: LookAtPart = async ({ askEngines }, { engines: wanted }) => {
  if (wanted.length === 0) {
    const meaning = {
      en: 'our own filter alone; rspamd and SpamAssassin are not set up',
      de: 'der eigene Filter allein; rspamd und SpamAssassin sind nicht eingerichtet',
    }
    return { name: 'engines', meaning, off: true, problems: [] }
  }
  const silent = await askEngines()
  const heard = wanted.filter((name) => silent.every((one) => one.name !== name))
  const said = [
    ...heard.map((name) => ({ en: `${name} answers`, de: `${name} antwortet` })),
    ...silent.map(({ name }) => ({ en: `${name} does not answer`, de: `${name} antwortet nicht` })),
  ]
  return {
    name: 'engines',
    meaning: { en: said.map(({ en }) => en).join('; '), de: said.map(({ de }) => de).join('; ') },
    problems: silent.map(({ name, why }) => ({
      name: name.toLowerCase(),
      severe: false,
      meaning: { en: `${name} does not answer (${why}): mail is judged without it`, de: `${name} antwortet nicht (${why}): Mail wird ohne ihn beurteilt` },
      remedy: { en: `see whether ${name} runs`, de: `nachsehen, ob ${name} läuft` },
    })),
  }
}

/** A list in trouble lists nobody: mail goes on, judged with less. */
export const blocklists: LookAtPart = ({ troubledBlocklists }) => {
  const troubled = troubledBlocklists()
  const problems = troubled.map(({ zone, asked, failed, why }) => ({
    name: 'blocklist',
    severe: false,
    meaning: {
      en: `the blocklist ${zone} left ${failed} of ${asked} questions unanswered lately (${why}): they counted for nothing`,
      de: `die Sperrliste ${zone} ließ zuletzt ${failed} von ${asked} Fragen ohne brauchbare Antwort (${why}): sie zählten nicht`,
    },
    remedy: {
      en: 'many lists do not answer those who ask by a public resolver: use one of your own, or take the list out of data/rules',
      de: 'viele Listen antworten nicht, wenn ein öffentlicher Nameserver fragt: einen eigenen benutzen oder die Liste in data/rules abschalten',
    },
  }))
  const meaning =
    troubled.length === 0 ? { en: 'none is in trouble', de: 'keine ist gestört' } : { en: `${troubled.length} in trouble`, de: `${troubled.length} gestört` }
  return { name: 'blocklists', meaning, problems }
}

/** A key that cannot be used, or not yet, since its record is not in the DNS. Domains that never published one are not named: that is their choice. */
export const dkim: LookAtPart = async ({ dkim: keys }) => {
  const troubles = await keys.troubles()
  const problems = troubles.map(({ domain, selector, signedAtMs }) => ({
    name: 'dkim',
    severe: false,
    meaning:
      signedAtMs === undefined
        ? {
            en: `a new key of ${domain} waits for its DNS record (${selector})`,
            de: `ein neuer Schlüssel von ${domain} wartet auf seinen DNS-Eintrag (${selector})`,
          }
        : {
            en: `the DNS record of a key of ${domain} is not what it was, and the key signs no more (${selector})`,
            de: `der DNS-Eintrag eines Schlüssels von ${domain} ist nicht mehr, was er war, und der Schlüssel signiert nicht mehr (${selector})`,
          },
    remedy: { en: `publish it as the DNS page of ${domain} shows it`, de: `ihn veröffentlichen, wie die DNS-Seite von ${domain} ihn zeigt` },
  }))
  const waiting = { en: `${problems.length} without their DNS record`, de: `${problems.length} ohne ihren DNS-Eintrag` }
  return { name: 'dkim', meaning: problems.length === 0 ? { en: 'no key wants anything', de: 'kein Schlüssel braucht etwas' } : waiting, problems }
}

/** More than these are not named. */
const zonesNamed = 5

/** Domains whose mail is lost, refused or goes elsewhere, as the last look at their DNS records found. */
export const zones: LookAtPart = async ({ directory }) => {
  const wrong = await directory.query(zoneStates, { reach: { kind: 'all' }, state: 'error', after: '', limit: zonesNamed + 1 })
  const names = wrong.slice(0, zonesNamed).map(({ domain }) => domain)
  if (names.length === 0) return { name: 'zones', meaning: { en: 'in order, as last seen', de: 'in Ordnung, wie zuletzt gesehen' }, problems: [] }
  const list = `${names.join(', ')}${wrong.length > zonesNamed ? ', …' : ''}`
  const problem: HealthProblem = {
    name: 'dns',
    severe: true,
    meaning: { en: `something is wrong in the DNS of ${list}`, de: `im DNS stimmt etwas nicht bei ${list}` },
    remedy: { en: `the DNS page of ${names[0]} tells what to change`, de: `die DNS-Seite von ${names[0]} sagt, was zu ändern ist` },
  }
  return { name: 'zones', meaning: { en: `wrong: ${list}`, de: `fehlerhaft: ${list}` }, problems: [problem] }
}

/** Passwords that became known elsewhere. Data that cannot be compared with refuses nothing, and nobody who sets a password would notice. */
export const leakedPasswords: LookAtPart = async ({ directory }) => {
  const place = directory.settings['password.leaked']
  if (place === '') {
    const meaning = {
      en: 'new ones are not compared with those that became known elsewhere (setting password.leaked)',
      de: 'neue werden nicht mit anderswo bekannt gewordenen verglichen (Einstellung password.leaked)',
    }
    return { name: 'passwords', meaning, off: true, problems: [] }
  }
  try {
    const { about, changedAtMs } = await describeLeaked(place)
    const day = dayOf(changedAtMs)
    const meaning = {
      en: `new ones are compared with about ${about} that became known elsewhere (${place}, of ${day})`,
      de: `neue werden mit rund ${about} anderswo bekannt gewordenen verglichen (${place}, vom ${day})`,
    }
    return { name: 'passwords', meaning, problems: [] }
  } catch (error) {
    if (!(error instanceof LeakedDataBroken)) throw error
    const meaning = leakedDataText(error.fault)
    const remedy = {
      en: 'put the data there, or another place into the setting password.leaked',
      de: 'die Daten dorthin legen oder in der Einstellung password.leaked einen anderen Ort nennen',
    }
    return { name: 'passwords', meaning, problems: [{ name: 'password.leaked', severe: false, meaning, remedy }] }
  }
}

/** Settings that only load tests want. */
export const settings: LookAtPart = ({ directory: { settings: now } }) => {
  const off = (['login-throttle', 'connection-limits'] as const).filter((key) => !now[key])
  return {
    name: 'settings',
    meaning:
      off.length === 0
        ? { en: 'none is for tests only', de: 'keine ist nur für Tests gedacht' }
        : { en: `off: ${off.join(', ')}`, de: `aus: ${off.join(', ')}` },
    problems: off.map((name) => ({
      name,
      severe: false,
      meaning: { en: `${name} is off, which is for load tests only`, de: `${name} ist aus, was nur für Lasttests gedacht ist` },
      remedy: { en: `switch on the setting ${name}`, de: `die Einstellung ${name} einschalten` },
    })),
  }
}
