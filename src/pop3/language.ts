/** Languages in which the server says what people may read (RFC 6856 3), by their tags (RFC 5646); the first one is the default. */
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages
export const defaultLanguage: Language = 'en'

/** The language that a client asks for: `de-AT` gets `de` (RFC 4647 3.4), `*` and `i-default` the default. Undefined: not one of ours. */
export function languageFor(range: string): Language | undefined {
  if (range === '*' || range.toLowerCase() === 'i-default') return defaultLanguage
  const primary = range.toLowerCase().split('-')[0] ?? ''
  return Object.hasOwn(languages, primary) ? (primary as Language) : undefined
}

/** What follows the status and the response code; `#` stands for a word that goes along. */
const german: ReadonlyMap<string, string> = new Map([
  ['# messages', '# Nachrichten'],
  ['# messages, # octets', '# Nachrichten, # Oktette'],
  ['# needs one message number', '# verlangt eine Nachrichtennummer'],
  ['# octets', '# Oktette'],
  ['# takes no argument', '# nimmt kein Argument'],
  ['# takes one message number or none', '# nimmt eine Nachrichtennummer oder keine'],
  ['AUTH takes a mechanism and an initial response', 'AUTH nimmt einen Mechanismus und eine erste Antwort'],
  ['LANG takes one language or none', 'LANG nimmt eine Sprache oder keine'],
  ['PASS needs a password', 'PASS verlangt ein Passwort'],
  ['TLS is not available here, or on already', 'TLS gibt es hier nicht, oder es läuft schon'],
  ['TOP needs a message number and a number of lines', 'TOP verlangt eine Nachrichtennummer und eine Zeilenzahl'],
  ['USER first', 'erst USER'],
  ['USER needs a name', 'USER verlangt einen Namen'],
  ['a line ends with CR LF', 'eine Zeile endet mit CR LF'],
  ['another session has removed this message', 'eine andere Sitzung hat diese Nachricht gelöscht'],
  ['begin TLS now', 'jetzt mit TLS beginnen'],
  ['bye', 'auf Wiedersehen'],
  ['bye, # messages left', 'auf Wiedersehen, # Nachrichten bleiben'],
  ['capabilities follow', 'es folgen die Fähigkeiten'],
  ['control characters in the command', 'Steuerzeichen im Befehl'],
  ['languages follow', 'es folgen die Sprachen'],
  ['mechanisms follow', 'es folgen die Mechanismen'],
  ['message # will be removed at #', 'Nachricht # wird bei # gelöscht'],
  ['no such language', 'diese Sprache gibt es nicht'],
  ['no such mechanism', 'diesen Mechanismus gibt es nicht'],
  ['no such message', 'diese Nachricht gibt es nicht'],
  ['nobody may act for somebody else', 'niemand darf für andere handeln'],
  ['not a response of #', 'keine Antwort von #'],
  ['nothing done', 'nichts getan'],
  ['send the password', 'jetzt das Passwort'],
  ['server is going down for maintenance', 'der Server wird zur Wartung beendet'],
  ['sign in first', 'erst anmelden'],
  ['sign-in cancelled', 'Anmeldung abgebrochen'],
  ['sign-in failed', 'Anmeldung fehlgeschlagen'],
  ['sign-in is not possible at the moment, try again later', 'Anmelden geht gerade nicht, bitte später noch einmal'],
  ['sign-in needs an encrypted connection, use STLS', 'Anmelden geht nur verschlüsselt, mit STLS'],
  ['signed in already', 'schon angemeldet'],
  [
    'signed out: the password was changed, or the mailbox locked or removed',
    'abgemeldet: das Passwort wurde geändert oder das Postfach gesperrt oder gelöscht',
  ],
  ['some deleted messages are not removed', 'einige gelöschte Nachrichten sind noch da'],
  ['temporary failure, try again later', 'vorübergehende Störung, bitte später noch einmal'],
  ['the initial response is not base64', 'die erste Antwort ist nicht base64'],
  ['the line has no end', 'die Zeile hat kein Ende'],
  ['the line is not UTF-8', 'die Zeile ist nicht UTF-8'],
  ['the line is too long', 'die Zeile ist zu lang'],
  ['the mailbox cannot be opened at the moment', 'das Postfach kann gerade nicht geöffnet werden'],
  ['the response has no end', 'die Antwort hat kein Ende'],
  ['the response is not base64', 'die Antwort ist nicht base64'],
  ['the response is too long or has no CRLF', 'die Antwort ist zu lang oder ohne CRLF'],
  ['this language from now on', 'von nun an in dieser Sprache'],
  ['this mailbox has a second factor: use an app password', 'dieses Postfach hat einen zweiten Faktor: bitte ein App-Passwort verwenden'],
  ['this mailbox is locked', 'dieses Postfach ist gesperrt'],
  ['too many bad commands', 'zu viele unverständliche Befehle'],
  ['too many failed sign-ins from there, try again later', 'zu viele fehlgeschlagene Anmeldungen von dort, bitte später noch einmal'],
  ['unique ids follow', 'es folgen die Kennungen'],
  ['unknown command', 'unbekannter Befehl'],
  ['names and headers may be UTF-8', 'Namen und Kopfzeilen dürfen UTF-8 sein'],
])

/** Numbers and names that texts are about. */
const variable = /^(?:\d+|[A-Z][A-Z0-9-]*)(?=,?$)/

/** The first line of an answer in a language; what no text is, and all lines after it, stay as they are. */
export function inLanguage(answer: string, language: Language): string {
  if (language === 'en') return answer
  const [, status = '', text = '', rest = ''] = /^((?:\+OK|-ERR)(?: \[[^\]]*\])?(?: [a-z]{2}(?= this language))?) ?([^\r]*)([^]*)$/.exec(answer) ?? []
  const said = translated(text)
  return said === undefined ? answer : `${status} ${said}${rest}`
}

function translated(text: string): string | undefined {
  const exact = german.get(text)
  if (exact !== undefined) return exact
  const words: string[] = []
  const pattern = text
    .split(' ')
    .map((word) => word.replace(variable, (found) => (words.push(found), '#')))
    .join(' ')
  return german.get(pattern)?.replace(/#/g, () => words.shift() ?? '')
}
