import type { WebRefusal } from '../auth/web/sign-in.ts'
import type { Text } from '../base/language.ts'

const unauthorized = { status: 401, title: 'Unauthorized' }
const forbidden = { status: 403, title: 'Forbidden' }
const unavailable = { status: 503, title: 'Service Unavailable' }

interface Words {
  readonly status: number
  readonly title: string
  readonly detail: Text
}

/** Why somebody is not signed in, as they hear it. */
export const refusals: Readonly<Record<WebRefusal, Words>> = {
  credentials: { ...unauthorized, detail: { en: 'Name or password is wrong.', de: 'Name oder Passwort stimmt nicht.' } },
  second: {
    ...unauthorized,
    detail: {
      en: 'That was not it, or it was used already. Please try again.',
      de: 'Das war nicht richtig oder schon einmal benutzt. Bitte versuchen Sie es noch einmal.',
    },
  },
  locked: {
    ...forbidden,
    detail: {
      en: 'This mailbox is locked. Whoever manages it for you can tell you why.',
      de: 'Dieses Postfach ist gesperrt. Warum, weiß, wer es für Sie verwaltet.',
    },
  },
  plaintext: {
    ...forbidden,
    detail: {
      en: 'This connection is not encrypted. Please use the address that begins with https://.',
      de: 'Diese Verbindung ist nicht verschlüsselt. Bitte nehmen Sie die Adresse, die mit https:// beginnt.',
    },
  },
  throttled: {
    status: 429,
    title: 'Too Many Requests',
    detail: { en: 'Too many wrong passwords. Please wait a few minutes.', de: 'Zu viele falsche Passwörter. Bitte warten Sie ein paar Minuten.' },
  },
  unavailable: {
    ...unavailable,
    detail: {
      en: 'Signing in is not possible at the moment. Please try again soon.',
      de: 'Anmelden geht gerade nicht. Bitte versuchen Sie es gleich noch einmal.',
    },
  },
  provider: {
    ...forbidden,
    detail: {
      en: 'Your organisation wants you to sign in by its own service: please use the button for it.',
      de: 'Ihre Organisation möchte, dass Sie sich über ihren eigenen Anmeldedienst anmelden: Bitte nehmen Sie den Knopf dafür.',
    },
  },
  'provider-expired': {
    ...unauthorized,
    detail: {
      en: 'This sign-in was begun too long ago, or in another browser. Please begin again.',
      de: 'Diese Anmeldung wurde vor zu langer Zeit oder in einem anderen Browser begonnen. Bitte beginnen Sie noch einmal.',
    },
  },
  'provider-denied': {
    ...unauthorized,
    detail: {
      en: 'Your organisation’s sign-in service has not let you in. Please try again, or ask whoever runs it.',
      de: 'Der Anmeldedienst Ihrer Organisation hat Sie nicht eingelassen. Bitte versuchen Sie es noch einmal, oder fragen Sie, wer ihn betreibt.',
    },
  },
  'provider-away': {
    ...unavailable,
    detail: {
      en: 'Your organisation’s sign-in service cannot be reached at the moment. Please try again soon.',
      de: 'Der Anmeldedienst Ihrer Organisation ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.',
    },
  },
  'provider-answer': {
    ...unauthorized,
    detail: {
      en: 'What your organisation’s sign-in service says cannot be accepted. Whoever has set it up here should test it.',
      de: 'Was der Anmeldedienst Ihrer Organisation sagt, lässt sich nicht annehmen. Wer ihn hier eingerichtet hat, sollte ihn prüfen.',
    },
  },
  'provider-unverified': {
    ...forbidden,
    detail: {
      en: 'Your organisation’s sign-in service does not say that your mail address is confirmed.',
      de: 'Der Anmeldedienst Ihrer Organisation sagt nicht, dass Ihre Mailadresse bestätigt ist.',
    },
  },
  'provider-nobody': {
    ...forbidden,
    detail: {
      en: 'Your organisation’s sign-in service knows you by a name that cannot sign in here.',
      de: 'Der Anmeldedienst Ihrer Organisation kennt Sie unter einem Namen, der sich hier nicht anmelden kann.',
    },
  },
  'provider-other': {
    ...forbidden,
    detail: {
      en: 'This name belongs to somebody else at your organisation’s sign-in service, who signed in here before. An owner can undo that.',
      de: 'Dieser Name gehört beim Anmeldedienst Ihrer Organisation jemand anderem, der sich hier schon angemeldet hat. Ein Eigentümer kann das lösen.',
    },
  },
}
