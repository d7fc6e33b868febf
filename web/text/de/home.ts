import type { Like } from '../catalogue.ts'
import type { home as english } from '../en/home.ts'
import { write } from '../write.ts'

const { count } = write.de

export const home: Like<typeof english> = {
  title: 'Übersicht',
  attention: 'Was Ihre Aufmerksamkeit braucht',
  allWell: 'Nichts: alles in Ordnung.',
  looking: 'Wird nachgesehen …',
  full: (address) => `${address} ist voll: Mail dorthin wird erst aufgeschoben und dann zurückgeschickt.`,
  nearlyFull: (address, percent) => `${address} ist zu ${percent} voll.`,
  moreFull: (n) => `${count(n, 'weiteres Postfach ist', 'weitere Postfächer sind')} fast voll.`,
  locked: (n) => `${count(n, 'Postfach ist', 'Postfächer sind')} gesperrt oder darf nicht senden.`,
  dns: (domain, severe) =>
    severe
      ? `${domain}: Die DNS-Einträge stimmen nicht; Mail kommt vielleicht nicht an oder wird anderswo abgewiesen.`
      : `${domain}: Einige DNS-Einträge sollten geändert werden.`,
  dnsNotYet: (domain) => `${domain}: Nach den DNS-Einträgen hat noch niemand gesehen. Öffnen Sie dies, um jetzt nachzusehen.`,
  listed: (relay, list) => `${relay} steht auf ${list}.`,
  domains: 'Domains',
  addresses: 'Adressen',
  customers: 'Kunden',
  mailboxes: 'Postfächer',
  waiting: 'In der Warteschlange',
  delivered: 'In 24 Stunden zugestellt',
  asked: 'In 24 Stunden um neuen Versuch gebeten',
  refused: 'In 24 Stunden abgewiesen',
  recent: 'Was zuletzt nicht hereingelassen wurde',
  recentNote: 'Fehlt Ihnen etwas? Ein Klick zeigt, warum, und was Sie tun können.',
  recentAll: 'Alles, was abgewiesen wurde',
  yours: 'Ihr Postfach',
  quick: 'Weshalb die meisten kommen',
  journal: 'Warum kam eine Mail nicht an?',
  journalNote: 'Was ankam, was abgewiesen wurde, und warum.',
  protection: 'Spam und Schutz',
  protectionNote: 'Wie streng der Filter ist, und wen er immer durchlässt.',
  protectionOfAll: 'Schutz aller Adressen',
  protectionOfAllNote: 'Was gilt, wo eine Adresse nichts anderes sagt.',
  absence: 'Antworten, während ich weg bin',
  absenceNote: 'Wer schreibt, bekommt Ihre Antwort.',
  programs: 'Ein Mailprogramm einrichten',
  programsNote: 'Server, Ports und ein QR-Code fürs Telefon.',
  forwarding: 'Meine Mail weiterleiten',
  forwardingNote: 'An eine andere Adresse, mit Kopie hier oder ohne.',
  appPasswords: 'App-Passwörter',
  appPasswordsNote: 'Eines für jedes Telefon und Programm.',
  used: 'Belegt',
  usedOf: (used, quota) => `${used} von ${quota}`,
  unlimited: (used) => `${used}, ohne Grenze`,
  lockedMailbox: (reason) => `Ihr Postfach ist gesperrt: ${reason}`,
  sendingLocked: (reason) => `Ihr Postfach darf nicht senden: ${reason}`,
  nearlyFullOwn: 'Ihr Postfach ist fast voll. Ist es voll, kommt neue Mail nicht an.',
}
