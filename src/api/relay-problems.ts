import type { Text } from '../base/language.ts'
import { type RelayClass, relayClasses } from '../mail/outgoing.ts'
import type { ListTrouble } from '../relay/query/snapshot.ts'
import type { OperationContext } from './context.ts'
import type { CaseShown, RelayListing } from './contract/relays.ts'
import { relaysNow } from './relay-listing.ts'

interface Problem {
  readonly name: 'relay'
  readonly meaning: Text
}

/** What an operator should see to in the relay pool. */
export async function relayProblems(context: OperationContext): Promise<Problem[]> {
  const { directory, clock } = context
  const { listings, snapshot } = await relaysNow(context)
  // One question that nobody answered is nothing.
  const longMs = 2 * directory.settings['relay.check-every']
  const troubles = snapshot.troubles.filter(({ sinceMs }) => clock.now() - sinceMs >= longMs)
  return [
    ...relayClasses.flatMap((relayClass) => withoutWay(relayClass, listings)),
    ...listings.filter(({ here }) => !here).map(notHere),
    ...listings.flatMap(({ cases }) => cases.map(listed)),
    ...troubles.map(noAnswer),
  ].map((meaning) => ({ name: 'relay', meaning }))
}

function withoutWay(relayClass: RelayClass, listings: readonly RelayListing[]): Text[] {
  const fit = listings.filter(({ classes, here, by }) => classes.includes(relayClass) && here && by !== 'hand')
  if (fit.length === 0) {
    return [{ en: `no relay carries mail of class ${relayClass}: it waits`, de: `kein Relay befördert Mail der Klasse ${relayClass}: sie wartet` }]
  }
  if (fit.some(({ state }) => state !== 'withdrawn')) return []
  return [
    {
      en: `all relays for mail of class ${relayClass} are listed: it leaves by the one that is listed least`,
      de: `alle Relays für Mail der Klasse ${relayClass} sind gelistet: sie geht über das am wenigsten gelistete`,
    },
  ]
}

function notHere({ name, address }: RelayListing): Text {
  return {
    en: `relay ${name} carries nothing: ${address} is not an address of this machine`,
    de: `das Relay ${name} befördert nichts: ${address} ist keine Adresse dieses Rechners`,
  }
}

function listed({ relay, name, since, reason, apply, kind }: CaseShown): Text {
  const where = apply === null ? { en: '', de: '' } : { en: `; apply at ${apply}`, de: `; Antrag bei ${apply}` }
  return kind === 'list'
    ? {
        en: `relay ${relay} is listed at ${name} since ${since}: ${reason}${where.en}`,
        de: `das Relay ${relay} steht seit ${since} bei ${name}: ${reason}${where.de}`,
      }
    : {
        en: `servers of ${name} say since ${since} that relay ${relay} is listed: ${reason}${where.en}`,
        de: `Server von ${name} sagen seit ${since}, das Relay ${relay} sei gelistet: ${reason}${where.de}`,
      }
}

function noAnswer({ zone, why, sinceMs }: ListTrouble): Text {
  const since = new Date(sinceMs).toISOString()
  return {
    en: `the blocklist ${zone} cannot be asked about our relays since ${since} (${why}); a list that serves you no more is switched off in data/rules/relay-blocklists.txt`,
    de: `die Sperrliste ${zone} kann seit ${since} nicht nach unseren Relays gefragt werden (${why}); eine, die nicht mehr antworten will, schaltet data/rules/relay-blocklists.txt ab`,
  }
}
