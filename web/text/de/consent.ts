import type { consent as english } from '../en/consent.ts'
import type { Like } from '../catalogue.ts'

export const consent: Like<typeof english> = {
  title: 'Ein Programm in Ihr Postfach lassen?',
  asks: (program, mailbox) => `${program} möchte Zugang zur Mail von ${mailbox}.`,
  asksNobody: (program) => `${program} möchte Zugang zu einem Postfach.`,
  quoted: (program) => `„${program}“`,
  aProgram: 'Ein Programm, das seinen Namen nicht sagt,',
  may: 'Es könnte dann, bis Sie ihm den Zugang wieder nehmen:',
  can: {
    imap: 'alle Ihre Mails lesen, verschieben und löschen',
    pop3: 'die Mails in Ihrem Posteingang abholen und löschen',
    submission: 'in Ihrem Namen Mails verschicken',
    sieve: 'ändern, wie Ihre Mails sortiert werden',
    http: 'die Webseiten benutzen',
  },
  noPassword: 'Ihr Passwort bekommt es nicht.',
  unknown: 'Jeder kann ein Programm schreiben und ihm diesen Namen geben. Sagen Sie nur Ja, wenn Sie dieses Programm gerade selbst eingerichtet haben.',
  known: 'Wer diesen Server betreibt, kennt dieses Programm.',
  site: (host) => `Es läuft auf ${host}, nicht auf Ihrem Gerät.`,
  other: (wanted, mailbox) => `Das Programm hat nach ${wanted} gefragt, angemeldet sind Sie aber als ${mailbox}.`,
  noMailbox: 'Sie sind angemeldet, aber nicht in einem Postfach. Bitte melden Sie sich ab und mit der Adresse des Postfachs wieder an.',
  password: 'Ihr Passwort',
  passwordNote: 'Ihre Anmeldung ist eine Weile her. Dieser Server fragt danach, nicht das Programm.',
  allow: 'Zugang geben',
  deny: 'Nein',
  signOut: 'Als jemand anderes anmelden',
  back: 'Zurück zum Programm …',
  close: 'Sie können dieses Fenster schließen.',
}
