import type { Like } from '../catalogue.ts'
import type { abuse as english } from '../en/abuse.ts'

export const abuse: Like<typeof english> = {
  title: 'Missbrauchsfälle',
  lead: 'Beschwerden anderer über Mail, die von hier kam.',
  notYet:
    'Diesen Teil gibt es noch nicht. Posthorn liest solche Beschwerden nicht, darum kann hier kein Fall stehen, und es ging auch keiner verloren: Sie kommen wie andere Mail bei Ihren Adressen postmaster und abuse an.',
  will: 'Was er tun wird',
  wills: [
    'Beschwerden (ARF-Berichte und Mail von Sperrlisten) von selbst lesen.',
    'Das Postfach finden, das die Mail gesendet hat, und sagen, ob sein Passwort jemand anderem bekannt zu sein scheint.',
    'In diesem Fall das Senden sperren, die Beschwerde beantworten und den Fall abschließen.',
  ],
  today: 'Was Sie heute tun können',
  steps: {
    find: 'Herausfinden, wer es war',
    findNote:
      'Suchen Sie nach der Message-ID der Mail aus der Beschwerde oder nach der Queue-ID in unserer Received-Zeile. Das Journal sagt, aus welchem Postfach sie kam und wann und von wo sie gesendet wurde.',
    findGo: 'Zum Journal',
    lock: 'Das Senden sperren',
    lockNote:
      'Das Postfach liest seine Mail wie bisher, und was noch in der Warteschlange liegt, wird angehalten. Ein neues Passwort beendet, was ein Fremder offen hat.',
    lockGo: 'Zu den Sperren',
    queue: 'Nachsehen, was noch wartet',
    queueNote: 'Was nicht hinausgehen soll, lässt sich anhalten oder löschen, nach Empfänger oder nach Ziel.',
    queueGo: 'Zur Warteschlange',
    relays: 'Nachsehen, ob unsere Adressen gelistet sind',
    relaysNote: 'Eine gelistete wird von selbst herausgenommen. Der Fall sagt, wo man die Austragung beantragt.',
    relaysGo: 'Zu den Relays',
  },
}
