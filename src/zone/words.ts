import type { Language, Text } from '../base/language.ts'
import type { Destination } from './mail-exchange.ts'
import type { ZonePart } from './finding.ts'

/** `error`: mail is lost, refused, or goes elsewhere. `warning`: something does not work as it is meant. `hint`: it could be better. `unknown`: the DNS could not tell. */
export type Severity = 'error' | 'warning' | 'hint' | 'unknown'

interface Words {
  readonly severity: Severity
  readonly meaning: Text
  readonly advice: Text
}

const again: Text = { en: 'Look again in a few minutes.', de: 'Bitte in einigen Minuten noch einmal prüfen.' }
const oneRecord: Text = {
  en: 'Leave one record, the one that is shown here, and delete the others.',
  de: 'Nur einen Eintrag stehen lassen, den hier gezeigten, und die anderen löschen.',
}
const asShown: Text = { en: 'Add the record as it is shown.', de: 'Den Eintrag anlegen, wie er hier steht.' }
const copyWhole: Text = {
  en: 'Copy the value once more, whole and on one line, without quotation marks. Where the form takes no more than 255 characters, use the line for the zone file.',
  de: 'Den Wert noch einmal kopieren, ganz und in einer Zeile, ohne Anführungszeichen. Nimmt das Formular nur 255 Zeichen an, hilft die Zeile für die Zonendatei.',
}

function unknown(en: string, de: string): Words {
  return { severity: 'unknown', meaning: { en, de }, advice: again }
}

/** What is said of each finding; {names} stand for its values. */
export const findings = {
  'zone-none': {
    severity: 'error',
    meaning: { en: 'The domain is not in the DNS.', de: 'Die Domain steht nicht im DNS.' },
    advice: {
      en: 'Register the domain, or look whether it has expired and which name servers it names.',
      de: 'Die Domain registrieren, oder nachsehen, ob sie abgelaufen ist und welche Nameserver eingetragen sind.',
    },
  },
  'zone-bogus': {
    severity: 'error',
    meaning: {
      en: 'DNSSEC of {name} is broken: servers that check it get no answer, and their mail does not arrive.',
      de: 'DNSSEC von {name} ist kaputt: Server, die es prüfen, bekommen keine Antwort, und ihre Mail kommt nicht an.',
    },
    advice: {
      en: 'Compare the DS record at the registrar with the keys of the zone; after a change of name servers the old DS record has to go.',
      de: 'Den DS-Eintrag beim Registrar mit den Schlüsseln der Zone vergleichen; nach einem Wechsel der Nameserver muss der alte DS-Eintrag weg.',
    },
  },
  'zone-alias': {
    severity: 'error',
    meaning: {
      en: 'The domain itself is an alias (CNAME) of {target}: it can have no other records, so no MX of its own.',
      de: 'Die Domain selbst ist ein Alias (CNAME) von {target}: sie kann keine anderen Einträge haben, also auch keinen eigenen MX.',
    },
    advice: {
      en: 'Replace the CNAME by A and AAAA records (some providers call it ALIAS or ANAME), then add the MX record.',
      de: 'Den CNAME durch A- und AAAA-Einträge ersetzen (manche Anbieter nennen es ALIAS oder ANAME), dann den MX-Eintrag anlegen.',
    },
  },
  'mx-unknown': unknown(
    'Where mail for the domain goes cannot be found out now ({why}).',
    'Wohin Mail für die Domain geht, lässt sich gerade nicht feststellen ({why}).',
  ),
  'mx-missing': {
    severity: 'error',
    meaning: {
      en: 'There is no MX record: nobody knows where mail for the domain goes.',
      de: 'Es gibt keinen MX-Eintrag: niemand weiß, wohin Mail für die Domain geht.',
    },
    advice: asShown,
  },
  'mx-null': {
    severity: 'error',
    meaning: {
      en: 'The MX record says that the domain takes no mail at all (a “null MX”).',
      de: 'Der MX-Eintrag sagt, dass die Domain gar keine Mail annimmt („Null-MX“).',
    },
    advice: { en: 'Delete it and add the record that is shown.', de: 'Ihn löschen und den gezeigten Eintrag anlegen.' },
  },
  'mx-implicit': {
    severity: 'warning',
    meaning: {
      en: 'There is no MX record. Mail comes here only because the domain’s own address is ours; that ends when the website moves.',
      de: 'Es gibt keinen MX-Eintrag. Mail kommt nur hierher, weil die Adresse der Domain unsere ist; das endet, wenn die Website umzieht.',
    },
    advice: asShown,
  },
  'mx-web-host': {
    severity: 'error',
    meaning: {
      en: 'There is no MX record: mail goes to the host of the website ({addresses}), and not here.',
      de: 'Es gibt keinen MX-Eintrag: Mail geht an den Rechner der Website ({addresses}) und nicht hierher.',
    },
    advice: asShown,
  },
  'mx-elsewhere': {
    severity: 'error',
    meaning: { en: 'Mail still goes to the old host: {hosts}.', de: 'Mail geht noch zum alten Anbieter: {hosts}.' },
    advice: {
      en: 'When the mailboxes are here, replace its MX records by {host}. What still arrives there can be fetched over IMAP.',
      de: 'Wenn die Postfächer hier angelegt sind, seine MX-Einträge durch {host} ersetzen. Was dort noch ankommt, lässt sich über IMAP holen.',
    },
  },
  'mx-old-first': {
    severity: 'error',
    meaning: {
      en: 'Mail still goes to the old host first: {hosts}. Here comes only what is refused there.',
      de: 'Mail geht noch zuerst zum alten Anbieter: {hosts}. Hierher kommt nur, was dort nicht angenommen wird.',
    },
    advice: { en: 'Delete its MX records and leave {host} alone.', de: 'Seine MX-Einträge löschen und nur {host} stehen lassen.' },
  },
  'mx-old': {
    severity: 'warning',
    meaning: {
      en: 'An old host is still in the list: {hosts}. Mail that finds us busy for a moment goes there and stays there.',
      de: 'Ein alter Anbieter steht noch in der Liste: {hosts}. Mail, die uns einen Moment nicht erreicht, geht dorthin und bleibt dort.',
    },
    advice: { en: 'Delete its MX records and leave {host} alone.', de: 'Seine MX-Einträge löschen und nur {host} stehen lassen.' },
  },
  'mx-alias': {
    severity: 'error',
    meaning: {
      en: 'The MX record names {host}, which is an alias (CNAME) of {target}. That is not allowed, and some servers do not deliver to it.',
      de: 'Der MX-Eintrag nennt {host}, und das ist ein Alias (CNAME) von {target}. Das ist nicht erlaubt, und manche Server stellen nicht zu.',
    },
    advice: { en: 'Name the host itself in the MX record.', de: 'Im MX-Eintrag den Rechner selbst nennen.' },
  },
  'mx-ip': {
    severity: 'error',
    meaning: {
      en: 'The MX record names the IP address {host}. It has to be a name.',
      de: 'Der MX-Eintrag nennt die IP-Adresse {host}. Es muss ein Name sein.',
    },
    advice: { en: 'Replace it by the record that is shown.', de: 'Ihn durch den gezeigten Eintrag ersetzen.' },
  },
  'mx-no-address': {
    severity: 'error',
    meaning: { en: 'The MX record names {host}, which has no address.', de: 'Der MX-Eintrag nennt {host}, und das hat keine Adresse.' },
    advice: { en: 'Look for a misspelling, or give the host an A record.', de: 'Auf Tippfehler prüfen, oder dem Namen einen A-Eintrag geben.' },
  },
  'mx-slow': {
    severity: 'hint',
    meaning: {
      en: 'Others remember the MX record for {hours} hours (its TTL): so long mail goes to the old host after the change.',
      de: 'Andere merken sich den MX-Eintrag {hours} Stunden lang (seine TTL): so lange geht nach der Umstellung noch Mail zum alten Anbieter.',
    },
    advice: {
      en: 'Set its TTL to 300 seconds now, wait for the old time to pass, and change the record then.',
      de: 'Die TTL jetzt auf 300 Sekunden setzen, die alte Frist abwarten und den Eintrag erst dann ändern.',
    },
  },
  'spf-unknown': unknown('SPF cannot be checked now ({why}).', 'SPF lässt sich gerade nicht prüfen ({why}).'),
  'spf-missing': {
    severity: 'warning',
    meaning: {
      en: 'There is no SPF record: large receivers take mail of the domain for spam, or refuse it.',
      de: 'Es gibt keinen SPF-Eintrag: große Empfänger halten Mail der Domain für Spam oder lehnen sie ab.',
    },
    advice: asShown,
  },
  'spf-misspelt': {
    severity: 'error',
    meaning: {
      en: 'There is a record that is meant as SPF and is none: it has to begin with “v=spf1 ”.',
      de: 'Ein Eintrag ist als SPF gemeint und keiner: er muss mit „v=spf1 “ beginnen.',
    },
    advice: { en: 'Replace it by the record that is shown.', de: 'Ihn durch den gezeigten Eintrag ersetzen.' },
  },
  'spf-several': {
    severity: 'error',
    meaning: { en: 'There are {number} SPF records. Then none of them counts.', de: 'Es gibt {number} SPF-Einträge. Dann zählt keiner davon.' },
    advice: {
      en: 'Delete them all and add the one that is shown: it permits what they permitted together.',
      de: 'Alle löschen und den gezeigten anlegen: er erlaubt, was sie zusammen erlaubten.',
    },
  },
  'spf-syntax': {
    severity: 'error',
    meaning: {
      en: 'The SPF record has a misspelling, which makes all of it worthless.',
      de: 'Der SPF-Eintrag enthält einen Schreibfehler, und der macht ihn ganz wertlos.',
    },
    advice: { en: 'Compare it word by word with the record that is shown.', de: 'Ihn Wort für Wort mit dem gezeigten vergleichen.' },
  },
  'spf-broken': {
    severity: 'error',
    meaning: { en: 'The SPF record cannot be evaluated: {why}.', de: 'Der SPF-Eintrag lässt sich nicht auswerten: {why}.' },
    advice: {
      en: 'Look at the domains after include: and redirect=; take out those that are no more.',
      de: 'Die Domains hinter include: und redirect= prüfen; herausnehmen, was es nicht mehr gibt.',
    },
  },
  'spf-everybody': {
    severity: 'error',
    meaning: {
      en: 'The SPF record ends in “+all”: it permits the whole world to send in the name of the domain.',
      de: 'Der SPF-Eintrag endet auf „+all“: er erlaubt der ganzen Welt, im Namen der Domain zu senden.',
    },
    advice: { en: 'Write “~all” or “-all” instead.', de: 'Stattdessen „~all“ oder „-all“ schreiben.' },
  },
  'spf-no-end': {
    severity: 'hint',
    meaning: { en: 'The SPF record does not say what holds for all others.', de: 'Der SPF-Eintrag sagt nicht, was für alle anderen gilt.' },
    advice: { en: 'Put “~all” at its end.', de: '„~all“ ans Ende setzen.' },
  },
  'spf-lookups': {
    severity: 'error',
    meaning: {
      en: 'The SPF record needs {number} questions to the DNS, with all that it includes; more than {most} are not allowed, and receivers stop there.',
      de: 'Der SPF-Eintrag braucht mit allem, was er einbindet, {number} DNS-Anfragen; mehr als {most} sind nicht erlaubt, dort brechen Empfänger ab.',
    },
    advice: {
      en: 'Take out what sends no more, or write addresses (ip4:, ip6:) instead of include:.',
      de: 'Herausnehmen, was nicht mehr sendet, oder Adressen (ip4:, ip6:) statt include: schreiben.',
    },
  },
  'spf-ptr': {
    severity: 'hint',
    meaning: { en: 'The SPF record has “ptr”, which many do not look at any more.', de: 'Der SPF-Eintrag enthält „ptr“, das viele nicht mehr auswerten.' },
    advice: { en: 'Name hosts (a:) or addresses (ip4:, ip6:) instead.', de: 'Stattdessen Rechner (a:) oder Adressen (ip4:, ip6:) nennen.' },
  },
  'spf-forbids-us': {
    severity: 'error',
    meaning: {
      en: 'The SPF record forbids us to send mail of the domain (from {ip}): others refuse it.',
      de: 'Der SPF-Eintrag verbietet uns, Mail der Domain zu senden (von {ip}): andere lehnen sie ab.',
    },
    advice: {
      en: 'Replace it by the record that is shown: it is the same, and permits us as well.',
      de: 'Ihn durch den gezeigten ersetzen: er ist derselbe und erlaubt auch uns.',
    },
  },
  'spf-without-us': {
    severity: 'warning',
    meaning: {
      en: 'The SPF record does not name us ({ip}): mail of the domain easily counts as spam.',
      de: 'Der SPF-Eintrag nennt uns nicht ({ip}): Mail der Domain gilt leicht als Spam.',
    },
    advice: {
      en: 'Replace it by the record that is shown: it is the same, and permits us as well.',
      de: 'Ihn durch den gezeigten ersetzen: er ist derselbe und erlaubt auch uns.',
    },
  },
  'spf-smart-host': {
    severity: 'hint',
    meaning: {
      en: 'Mail also leaves by {hosts}, whose addresses are not known here.',
      de: 'Mail geht auch über {hosts} hinaus, deren Adressen hier nicht bekannt sind.',
    },
    advice: { en: 'Ask its operator which include: the SPF record needs.', de: 'Den Betreiber fragen, welches include: der SPF-Eintrag braucht.' },
  },
  'dkim-unknown': unknown('The record {name} cannot be looked up now.', 'Der Eintrag {name} lässt sich gerade nicht abfragen.'),
  'dkim-no-keys': {
    severity: 'hint',
    meaning: { en: 'The domain’s keys for signatures are not made yet.', de: 'Die Schlüssel der Domain für Signaturen sind noch nicht erzeugt.' },
    advice: {
      en: 'They are made within a minute of adding the domain; look again then.',
      de: 'Sie entstehen binnen einer Minute nach dem Anlegen der Domain; dann noch einmal prüfen.',
    },
  },
  'dkim-missing': {
    severity: 'warning',
    meaning: {
      en: 'There is no record {name}: mail of the domain is not signed with this key.',
      de: 'Der Eintrag {name} fehlt: Mail der Domain wird mit diesem Schlüssel nicht signiert.',
    },
    advice: asShown,
  },
  'dkim-gone': {
    severity: 'error',
    meaning: {
      en: 'The record {name} was there and is gone: signatures made with it cannot be verified.',
      de: 'Der Eintrag {name} war da und ist weg: Signaturen damit lassen sich nicht mehr prüfen.',
    },
    advice: { en: 'Add it again as it is shown.', de: 'Ihn wieder anlegen, wie er hier steht.' },
  },
  'dkim-several': {
    severity: 'error',
    meaning: { en: 'There are several records {name}; which of them counts nobody knows.', de: 'Es gibt mehrere Einträge {name}; welcher gilt, weiß niemand.' },
    advice: oneRecord,
  },
  'dkim-quotes': {
    severity: 'error',
    meaning: {
      en: 'The record {name} has quotation marks, brackets or line breaks in its text, which do not belong there.',
      de: 'Im Text des Eintrags {name} stehen Anführungszeichen, Klammern oder Zeilenumbrüche, die nicht hineingehören.',
    },
    advice: copyWhole,
  },
  'dkim-cut': {
    severity: 'error',
    meaning: { en: 'The record {name} is cut off: its end is missing.', de: 'Der Eintrag {name} ist abgeschnitten: sein Ende fehlt.' },
    advice: copyWhole,
  },
  'dkim-different': {
    severity: 'error',
    meaning: {
      en: 'The record {name} is not the one of our key: signatures made with it are invalid.',
      de: 'Der Eintrag {name} gehört nicht zu unserem Schlüssel: Signaturen damit sind ungültig.',
    },
    advice: copyWhole,
  },
  'dmarc-unknown': unknown('DMARC cannot be looked up now ({why}).', 'DMARC lässt sich gerade nicht abfragen ({why}).'),
  'dmarc-missing': {
    severity: 'warning',
    meaning: {
      en: 'There is no DMARC record: large receivers ask for one of everybody who sends much.',
      de: 'Es gibt keinen DMARC-Eintrag: große Empfänger verlangen ihn von allen, die viel senden.',
    },
    advice: asShown,
  },
  'dmarc-several': {
    severity: 'error',
    meaning: { en: 'There are {number} DMARC records. Then none of them counts.', de: 'Es gibt {number} DMARC-Einträge. Dann zählt keiner davon.' },
    advice: oneRecord,
  },
  'dmarc-unreadable': {
    severity: 'error',
    meaning: {
      en: 'The DMARC record cannot be read; it has to begin with “v=DMARC1; p=”.',
      de: 'Der DMARC-Eintrag ist nicht lesbar; er muss mit „v=DMARC1; p=“ beginnen.',
    },
    advice: { en: 'Replace it by the record that is shown.', de: 'Ihn durch den gezeigten ersetzen.' },
  },
  'dmarc-disagree': {
    severity: 'warning',
    meaning: {
      en: 'Reports are to go to {host}, which did not agree: nobody sends them there.',
      de: 'Berichte sollen an {host} gehen, das nicht zugestimmt hat: niemand schickt sie dorthin.',
    },
    advice: {
      en: 'Name an address of the domain in rua=, or have {host} publish the TXT record {record} with “v=DMARC1”.',
      de: 'In rua= eine Adresse der Domain nennen, oder {host} den TXT-Eintrag {record} mit „v=DMARC1“ veröffentlichen lassen.',
    },
  },
  'dmarc-no-reports': {
    severity: 'hint',
    meaning: {
      en: 'The DMARC record asks for no reports, so nobody tells you who sends in the name of the domain.',
      de: 'Der DMARC-Eintrag bittet um keine Berichte; so erfährt niemand, wer im Namen der Domain sendet.',
    },
    advice: {
      en: 'Add “; rua=mailto:postmaster@{domain}”: reports are read here by themselves.',
      de: '„; rua=mailto:postmaster@{domain}“ ergänzen: Berichte werden hier von selbst gelesen.',
    },
  },
  'dmarc-none': {
    severity: 'hint',
    meaning: {
      en: 'The DMARC record only watches (p=none): forged mail in the name of the domain is delivered.',
      de: 'Der DMARC-Eintrag beobachtet nur (p=none): gefälschte Mail im Namen der Domain wird zugestellt.',
    },
    advice: {
      en: 'When the reports of some weeks show that all of your own mail passes, write p=quarantine, later p=reject.',
      de: 'Wenn die Berichte einiger Wochen zeigen, dass die eigene Mail besteht, p=quarantine schreiben, später p=reject.',
    },
  },
  'sts-unknown': unknown('MTA-STS cannot be looked up now ({why}).', 'MTA-STS lässt sich gerade nicht abfragen ({why}).'),
  'sts-missing': {
    severity: 'hint',
    meaning: {
      en: 'Without MTA-STS others do not insist on encryption when they deliver.',
      de: 'Ohne MTA-STS bestehen andere beim Zustellen nicht auf Verschlüsselung.',
    },
    advice: {
      en: 'Add the CNAME record first, then the TXT record. The certificate has to be good for the name mta-sts.…, too.',
      de: 'Erst den CNAME-Eintrag anlegen, dann den TXT-Eintrag. Das Zertifikat muss auch für den Namen mta-sts.… gelten.',
    },
  },
  'sts-several': {
    severity: 'warning',
    meaning: { en: 'There are several MTA-STS records. Then none of them counts.', de: 'Es gibt mehrere MTA-STS-Einträge. Dann zählt keiner davon.' },
    advice: oneRecord,
  },
  'sts-host': {
    severity: 'warning',
    meaning: {
      en: 'The record says that there is a policy, but {host} does not lead here, where we serve it.',
      de: 'Der Eintrag sagt, es gebe eine Richtlinie, aber {host} führt nicht hierher, wo wir sie ausliefern.',
    },
    advice: { en: 'Add the CNAME record as it is shown.', de: 'Den CNAME-Eintrag anlegen, wie er hier steht.' },
  },
  'sts-old-id': {
    severity: 'warning',
    meaning: {
      en: 'The policy has changed since; others look for a new one only when the id changes.',
      de: 'Die Richtlinie hat sich geändert; andere fragen erst nach, wenn sich die id ändert.',
    },
    advice: { en: 'Set the id to {id}.', de: 'Die id auf {id} setzen.' },
  },
  'sts-others': {
    severity: 'warning',
    meaning: {
      en: 'The policy does not name the other hosts of the MX records: {hosts}.',
      de: 'Die Richtlinie nennt die anderen Rechner der MX-Einträge nicht: {hosts}.',
    },
    advice: {
      en: 'Take them out of the MX records, or the MTA-STS record until then.',
      de: 'Sie aus den MX-Einträgen nehmen, oder bis dahin den MTA-STS-Eintrag.',
    },
  },
  'sts-others-lose': {
    severity: 'error',
    meaning: {
      en: 'The policy forbids others to deliver to {hosts}, which the MX records name.',
      de: 'Die Richtlinie verbietet anderen, an {hosts} zuzustellen, die in den MX-Einträgen stehen.',
    },
    advice: {
      en: 'Take them out of the MX records, or the MTA-STS record until then.',
      de: 'Sie aus den MX-Einträgen nehmen, oder bis dahin den MTA-STS-Eintrag.',
    },
  },
  'sts-off': {
    severity: 'warning',
    meaning: {
      en: 'The record says that there is a policy, but this installation serves none.',
      de: 'Der Eintrag sagt, es gebe eine Richtlinie, aber diese Installation liefert keine aus.',
    },
    advice: { en: 'Delete the record, or ask the operator for mta-sts.mode.', de: 'Den Eintrag löschen, oder den Betreiber auf mta-sts.mode ansprechen.' },
  },
  'tls-rpt-unknown': unknown('TLS reports cannot be looked up now ({why}).', 'TLS-Berichte lassen sich gerade nicht abfragen ({why}).'),
  'tls-rpt-missing': {
    severity: 'hint',
    meaning: {
      en: 'Nobody tells you when encryption on the way to you fails.',
      de: 'Niemand sagt Ihnen, wenn die Verschlüsselung auf dem Weg zu Ihnen scheitert.',
    },
    advice: {
      en: 'Add the record as it is shown: reports are read here by themselves.',
      de: 'Den Eintrag anlegen, wie er hier steht: Berichte werden hier von selbst gelesen.',
    },
  },
  'tls-rpt-several': {
    severity: 'warning',
    meaning: {
      en: 'There are several records for TLS reports. Then none of them counts.',
      de: 'Es gibt mehrere Einträge für TLS-Berichte. Dann zählt keiner davon.',
    },
    advice: oneRecord,
  },
  'tls-rpt-nowhere': {
    severity: 'warning',
    meaning: { en: 'The record for TLS reports names no address.', de: 'Der Eintrag für TLS-Berichte nennt keine Adresse.' },
    advice: { en: 'Replace it by the record that is shown.', de: 'Ihn durch den gezeigten ersetzen.' },
  },
  'autoconfig-unknown': unknown('{host} cannot be looked up now.', '{host} lässt sich gerade nicht abfragen.'),
  'autoconfig-missing': {
    severity: 'hint',
    meaning: { en: '{host} is not there: mail programs have to be set up by hand.', de: '{host} fehlt: Mailprogramme müssen von Hand eingerichtet werden.' },
    advice: asShown,
  },
  'autoconfig-elsewhere': {
    severity: 'warning',
    meaning: {
      en: '{host} leads elsewhere: mail programs may set themselves up with the old host.',
      de: '{host} führt woandershin: Mailprogramme richten sich womöglich mit dem alten Anbieter ein.',
    },
    advice: { en: 'Let it be an alias (CNAME) of {target}.', de: 'Es zum Alias (CNAME) von {target} machen.' },
  },
  'srv-unknown': unknown('SRV records cannot be looked up now.', 'SRV-Einträge lassen sich gerade nicht abfragen.'),
  'srv-missing': {
    severity: 'hint',
    meaning: { en: 'Some mail programs look for SRV records to set themselves up.', de: 'Manche Mailprogramme suchen SRV-Einträge, um sich einzurichten.' },
    advice: { en: 'Add the records as they are shown.', de: 'Die Einträge anlegen, wie sie hier stehen.' },
  },
  'srv-elsewhere': {
    severity: 'warning',
    meaning: { en: '{name} leads to {target}, and not here.', de: '{name} führt zu {target} und nicht hierher.' },
    advice: { en: 'Replace it by the record that is shown.', de: 'Ihn durch den gezeigten ersetzen.' },
  },
  'reverse-unknown': unknown('The name of {ip} cannot be looked up now ({why}).', 'Der Name von {ip} lässt sich gerade nicht abfragen ({why}).'),
  'reverse-none': {
    severity: 'error',
    meaning: {
      en: 'Our address {ip} has no name: many servers take no mail from it.',
      de: 'Unsere Adresse {ip} hat keinen Namen: viele Server nehmen keine Mail von ihr an.',
    },
    advice: {
      en: 'For the operator: set the reverse name (PTR) where the address comes from, as a rule at the hosting provider.',
      de: 'Für den Betreiber: den Rückwärtsnamen (PTR) setzen, wo die Adresse herkommt, meist beim Hoster.',
    },
  },
  'reverse-not-back': {
    severity: 'error',
    meaning: {
      en: 'Our address {ip} is called {name}, which does not lead back to it: many servers take no mail from it.',
      de: 'Unsere Adresse {ip} heißt {name}, aber der Name führt nicht zu ihr zurück: viele Server nehmen keine Mail von ihr an.',
    },
    advice: {
      en: 'For the operator: give the name an A or AAAA record of the address, or change the reverse name.',
      de: 'Für den Betreiber: dem Namen einen A- oder AAAA-Eintrag mit der Adresse geben, oder den Rückwärtsnamen ändern.',
    },
  },
  'dane-unknown': unknown('TLSA records of {host} cannot be looked up now.', 'TLSA-Einträge von {host} lassen sich gerade nicht abfragen.'),
  'dane-missing': {
    severity: 'hint',
    meaning: {
      en: 'The zone of {host} is signed (DNSSEC), so a TLSA record could protect the way to it (DANE).',
      de: 'Die Zone von {host} ist signiert (DNSSEC); ein TLSA-Eintrag könnte den Weg dorthin schützen (DANE).',
    },
    advice: {
      en: 'For the operator: add the record as it is shown, and renew certificates with the same key.',
      de: 'Für den Betreiber: den Eintrag anlegen, wie er hier steht, und Zertifikate mit demselben Schlüssel erneuern.',
    },
  },
  'dane-unsigned': {
    severity: 'hint',
    meaning: {
      en: 'There are TLSA records of {host}, but its zone is not signed: nobody looks at them.',
      de: 'Für {host} gibt es TLSA-Einträge, aber die Zone ist nicht signiert: niemand beachtet sie.',
    },
    advice: { en: 'For the operator: sign the zone with DNSSEC, or delete them.', de: 'Für den Betreiber: die Zone mit DNSSEC signieren, oder sie löschen.' },
  },
  'dane-wrong': {
    severity: 'error',
    meaning: {
      en: 'The TLSA records of {host} do not fit our certificate: servers that look at them deliver nothing here.',
      de: 'Die TLSA-Einträge von {host} passen nicht zu unserem Zertifikat: Server, die sie beachten, stellen hier nichts zu.',
    },
    advice: {
      en: 'For the operator: add the record that is shown at once, and delete the others.',
      de: 'Für den Betreiber: den gezeigten Eintrag sofort anlegen und die anderen löschen.',
    },
  },
} as const satisfies Record<string, Words>

export type FindingCode = keyof typeof findings

/** What is said of a finding, with its values. */
export function inWords(text: Text, values: Readonly<Record<string, string>>): Text {
  const fill = (language: Language) => text[language].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
  return { en: fill('en'), de: fill('de') }
}

export const partNames: Readonly<Record<ZonePart, Text>> = {
  zone: { en: 'The domain in the DNS', de: 'Die Domain im DNS' },
  mx: { en: 'Where mail goes (MX)', de: 'Wohin Mail geht (MX)' },
  spf: { en: 'Who may send (SPF)', de: 'Wer senden darf (SPF)' },
  dkim: { en: 'Signatures (DKIM)', de: 'Signaturen (DKIM)' },
  dmarc: { en: 'Protection against forgery (DMARC)', de: 'Schutz vor Fälschung (DMARC)' },
  'mta-sts': { en: 'Encryption on the way (MTA-STS)', de: 'Verschlüsselung unterwegs (MTA-STS)' },
  'tls-rpt': { en: 'Reports about encryption (TLS-RPT)', de: 'Berichte zur Verschlüsselung (TLS-RPT)' },
  autoconfig: { en: 'Mail programs set themselves up', de: 'Mailprogramme richten sich selbst ein' },
  srv: { en: 'Services (SRV)', de: 'Dienste (SRV)' },
  reverse: { en: 'Names of our addresses', de: 'Namen unserer Adressen' },
  dane: { en: 'Certificate in the DNS (DANE)', de: 'Zertifikat im DNS (DANE)' },
}

/** What a person does next, in the order of a move (SPEC E2). {hosts}: those of others; {host}: ours. */
export const nextSteps: Readonly<Record<Destination, Text>> = {
  here: {
    en: 'Mail for {domain} comes here.',
    de: 'Mail für {domain} kommt hier an.',
  },
  both: {
    en: 'Mail for {domain} comes here, and still to the old host as well: {hosts}. Take its MX records out; then fetch from there what arrived in the meantime.',
    de: 'Mail für {domain} kommt hier an und zum Teil noch beim alten Anbieter: {hosts}. Nehmen Sie seine MX-Einträge heraus; danach holen Sie von dort, was inzwischen ankam.',
  },
  elsewhere: {
    en: 'Mail for {domain} still goes to the old host: {hosts}. Here everything is ready to take it: make the mailboxes first, then set the MX record to {host}, then fetch the old mail over IMAP. Keep the old host until nothing arrives there any more.',
    de: 'Mail für {domain} geht noch zum alten Anbieter: {hosts}. Hier ist alles bereit: erst die Postfächer anlegen, dann den MX-Eintrag auf {host} setzen, dann die alte Mail über IMAP holen. Kündigen Sie dort erst, wenn nichts mehr ankommt.',
  },
  nowhere: {
    en: 'Mail for {domain} goes nowhere yet. Set the MX record to {host}; from then on it comes here.',
    de: 'Mail für {domain} geht noch nirgendwohin. Setzen Sie den MX-Eintrag auf {host}; von da an kommt sie hier an.',
  },
  unknown: {
    en: 'Where mail for {domain} goes cannot be found out now. Mail that reaches us is taken all the same.',
    de: 'Wohin Mail für {domain} geht, lässt sich gerade nicht feststellen. Mail, die uns erreicht, nehmen wir trotzdem an.',
  },
}
