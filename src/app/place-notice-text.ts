import type { Language } from '../base/language.ts'
import type { LetterText } from '../letters/letter.ts'

interface Told {
  /** What its owner signs in by. */
  readonly name: string
  readonly ip: string
  readonly browser: string
  readonly atMs: number
  /** Where the panel's page of security is; undefined: nobody listens for HTTPS. */
  readonly page: string | undefined
}

/** What somebody is told whose account was opened from a new place. */
export function placeNoticeText(language: Language, told: Told): LetterText {
  return { en: english, de: german }[language](told)
}

function english({ name, ip, browser, atMs, page }: Told): LetterText {
  return {
    subject: 'New sign-in to your account',
    text: `Somebody signed in to the web pages as ${name}, from a browser or network
that was not seen there before:

  When:     ${when('en', atMs)}
  Browser:  ${browser}
  Address:  ${ip}

If it was you, there is nothing to do: you will not be told of this place again.

If it was not you, somebody knows your password. Please set a new one at once,
which signs out everybody else${
      page === undefined
        ? ''
        : `:

  ${page}

There you also see where you are signed in, and can add a second factor`
    }.
`,
  }
}

function german({ name, ip, browser, atMs, page }: Told): LetterText {
  return {
    subject: 'Neue Anmeldung an Ihrem Konto',
    text: `Auf den Webseiten hat sich jemand als ${name} angemeldet, von einem
Browser oder Netz aus, das dort bisher nicht vorkam:

  Wann:     ${when('de', atMs)}
  Browser:  ${browser}
  Adresse:  ${ip}

Waren Sie das selbst, ist nichts zu tun: von diesem Ort aus wird es Ihnen nicht
noch einmal mitgeteilt.

Waren Sie es nicht, kennt jemand Ihr Passwort. Bitte setzen Sie sofort ein neues,
das alle anderen abmeldet${
      page === undefined
        ? ''
        : `:

  ${page}

Dort sehen Sie auch, wo Sie angemeldet sind, und können einen zweiten Faktor
hinzufügen`
    }.
`,
  }
}

/** In UTC, as nobody knows where the reader is. */
function when(language: Language, atMs: number): string {
  const words = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `${words.format(atMs)} UTC`
}
