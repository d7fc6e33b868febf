import { type RelayClass, relayClasses } from '../../mail/outgoing.ts'
import type { ListTrouble } from '../../relay/query/snapshot.ts'
import type { CaseShown, RelayListing } from '../contract/relays.ts'
import { relaysNow } from '../relay-listing.ts'
import type { HealthProblem, LookAtPart } from './part.ts'

export const relays: LookAtPart = async (context) => {
  const { directory, clock } = context
  const { listings, snapshot } = await relaysNow(context)
  // One question that nobody answered is nothing.
  const longMs = 2 * directory.settings['relay.check-every']
  const troubles = snapshot.troubles.filter(({ sinceMs }) => clock.now() - sinceMs >= longMs)
  const problems = [
    ...relayClasses.flatMap((relayClass) => withoutWay(relayClass, listings)),
    ...listings.filter(({ here }) => !here).map(notHere),
    ...listings.flatMap(({ cases }) => cases.map(listed)),
    ...troubles.map(noAnswer),
  ].map((said) => ({ name: 'relay', ...said }))
  const wrong = { en: `${problems.length} to be seen to`, de: `${problems.length} zu erledigen` }
  return {
    name: 'relays',
    meaning: problems.length === 0 ? { en: 'none is listed, none is missing', de: 'keines ist gelistet, keines fehlt' } : wrong,
    problems,
  }
}

type Said = Omit<HealthProblem, 'name'>

function withoutWay(relayClass: RelayClass, listings: readonly RelayListing[]): Said[] {
  const fit = listings.filter(({ classes, here, by }) => classes.includes(relayClass) && here && by !== 'hand')
  if (fit.length === 0) {
    return [
      {
        severe: true,
        meaning: { en: `no relay carries mail of class ${relayClass}: it waits`, de: `kein Relay befördert Mail der Klasse ${relayClass}: sie wartet` },
        remedy: { en: 'add one, or bring one back into use', de: 'eines hinzufügen oder eines wieder in Gebrauch nehmen' },
      },
    ]
  }
  if (fit.some(({ state }) => state !== 'withdrawn')) return []
  return [
    {
      severe: true,
      meaning: {
        en: `all relays for mail of class ${relayClass} are listed: it leaves by the one that is listed least`,
        de: `alle Relays für Mail der Klasse ${relayClass} sind gelistet: sie geht über das am wenigsten gelistete`,
      },
      remedy: { en: 'apply for removal, and add another address meanwhile', de: 'die Austragung beantragen und inzwischen eine weitere Adresse hinzufügen' },
    },
  ]
}

function notHere({ name, address }: RelayListing): Said {
  return {
    severe: false,
    meaning: {
      en: `relay ${name} carries nothing: ${address} is not an address of this machine`,
      de: `das Relay ${name} befördert nichts: ${address} ist keine Adresse dieses Rechners`,
    },
    remedy: { en: `give it to a network interface: ip address add ${address}`, de: `sie einer Netzwerkschnittstelle geben: ip address add ${address}` },
  }
}

function listed({ relay, name, since, reason, apply, kind }: CaseShown): Said {
  const meaning =
    kind === 'list'
      ? { en: `relay ${relay} is listed at ${name} since ${since}: ${reason}`, de: `das Relay ${relay} steht seit ${since} bei ${name}: ${reason}` }
      : {
          en: `servers of ${name} say since ${since} that relay ${relay} is listed: ${reason}`,
          de: `Server von ${name} sagen seit ${since}, das Relay ${relay} sei gelistet: ${reason}`,
        }
  const cause = { en: 'find out who sent what brought it there', de: 'herausfinden, wer gesendet hat, was dazu führte' }
  const remedy =
    apply === null ? cause : { en: `${cause.en}, then apply for removal at ${apply}`, de: `${cause.de}, dann die Austragung beantragen bei ${apply}` }
  return { severe: true, meaning, remedy }
}

function noAnswer({ zone, why, sinceMs }: ListTrouble): Said {
  const since = new Date(sinceMs).toISOString()
  return {
    severe: false,
    meaning: {
      en: `the blocklist ${zone} cannot be asked about our relays since ${since} (${why})`,
      de: `die Sperrliste ${zone} kann seit ${since} nicht nach unseren Relays gefragt werden (${why})`,
    },
    remedy: {
      en: 'a list that serves you no more is switched off in data/rules/relay-blocklists.txt',
      de: 'eine, die nicht mehr antworten will, schaltet data/rules/relay-blocklists.txt ab',
    },
  }
}
