import type { Language } from '../../base/language.ts'
import { sendLetter, stopLetter } from '../../letters/change.ts'
import { type Addressee, letterAsRead } from '../../letters/compose.ts'
import type { LetterContent, LetterGroup, LetterTexts } from '../../letters/letter.ts'
import { foreseeRecipients, type LetterProgress, listLetters } from '../../letters/rows.ts'
import { formatAddress } from '../../mail/address.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { LetterShown } from '../contract/letters.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress, readDomain, readName } from '../reading.ts'
import { Refused } from '../refused.ts'

const lettersShown = 100

/** Announcements and personal letters (SPEC E5). */
export const letterOperations: Operations<'letter.send' | 'letter.preview' | 'letter.test' | 'letter.list' | 'letter.show' | 'letter.stop'> = {
  async 'letter.send'(context, input) {
    const content = contentOf(context, input)
    const group = groupOf(input)
    const { letterId: id, recipients } = await change(context, sendLetter, { ...content, group }, () => group.kind)
    context.letters.wake()
    return { id, recipients }
  },

  async 'letter.preview'(context, input) {
    const group = groupOf(input)
    const content = input.en === undefined && input.de === undefined ? undefined : contentOf(context, input)
    const foreseen = await context.directory.query(foreseeRecipients, { group, news: input.news })
    if (foreseen.refused !== undefined) throw directoryRefused(foreseen.refused, group.kind)
    const { recipients, declined, example } = foreseen.found
    return {
      ...{ recipients, declined, from: context.letters.sender() },
      example: example === undefined ? null : formatAddress(example.address),
      ...(example !== undefined && content !== undefined && asRead(content, example)),
    }
  },

  async 'letter.test'(context, input) {
    const address = readAddress('to', input.to)
    const content = contentOf(context, input)
    const row = await context.directory.signInRow(address)
    if (row === undefined) throw directoryRefused({ code: 'unknown', thing: 'mailbox', name: input.to, near: undefined }, 'to')
    const sent = await context.letters.test(content, row.accountId)
    if (sent === true) return { to: input.to }
    throw new Refused('conflict', 'to', {
      en: sent === undefined ? 'only a server that runs sends letters' : `${input.to} takes no mail for now`,
      de: sent === undefined ? 'nur ein laufender Server verschickt Rundschreiben' : `${input.to} nimmt zurzeit keine Mail an`,
    })
  },

  async 'letter.list'({ directory }, { limit }) {
    return { letters: (await directory.query(listLetters, { letterId: undefined, limit: limit ?? lettersShown })).map(shown) }
  },

  async 'letter.show'({ directory }, { id }) {
    const [letter] = await directory.query(listLetters, { letterId: id, limit: 1 })
    if (letter === undefined) throw new Refused('unknown', 'id', { en: `there is no letter ${id}`, de: `ein Rundschreiben ${id} gibt es nicht` })
    return shown(letter)
  },

  async 'letter.stop'(context, { id }) {
    const { letterId } = await change(context, stopLetter, { letterId: id }, () => 'id')
    return { id: letterId }
  },
}

function contentOf({ letters }: OperationContext, { en, de, news }: Pick<OperationInput<'letter.test'>, 'en' | 'de' | 'news'>): LetterContent {
  if (en === undefined && de === undefined) throw new Refused('input', 'en', { en: 'a letter needs a text', de: 'ein Rundschreiben braucht einen Text' })
  if (news && !letters.canBeDeclined()) {
    throw new Refused('conflict', 'news', {
      en: 'news must be declined by one click, for which the server has to listen for HTTPS',
      de: 'Neuigkeiten muss man mit einem Klick abbestellen können; dafür muss der Server auf HTTPS hören',
    })
  }
  return { texts: { ...(en !== undefined && { en }), ...(de !== undefined && { de }) }, news }
}

/** Its own link by which somebody declines is nobody else's to see. */
const someLink = 'https://…'

/** In each language that it has. */
function asRead({ texts, news }: LetterContent, to: Omit<Addressee, 'language'>): LetterTexts {
  const read = (language: Language) => {
    const text = texts[language]
    return text && { [language]: letterAsRead(text, { ...to, language }, news ? someLink : undefined) }
  }
  return { ...read('en'), ...read('de') }
}

function groupOf({ plan, customer, domain }: Pick<OperationInput<'letter.preview'>, 'plan' | 'customer' | 'domain'>): LetterGroup {
  const named = [
    ...(plan === undefined ? [] : [{ kind: 'plan' as const, name: readName('plan', plan) }]),
    ...(customer === undefined ? [] : [{ kind: 'customer' as const, name: readName('customer', customer) }]),
    ...(domain === undefined ? [] : [{ kind: 'domain' as const, name: readDomain('domain', domain) }]),
  ]
  const [group, ...more] = named
  if (more.length > 0)
    throw new Refused('input', more[0]?.kind, { en: 'name one of plan, customer, domain', de: 'bitte nur eines nennen: plan, customer, domain' })
  return group ?? { kind: 'all' }
}

function shown({ letterId: id, content, group, actor: by, state, createdAtMs, finishedAtMs, recipients }: LetterProgress): LetterShown {
  const { waiting, taken, sent, unreachable } = recipients
  return {
    ...{ id, ...content.texts, news: content.news, to: group, by, state },
    begun: new Date(createdAtMs).toISOString(),
    finished: finishedAtMs === undefined ? null : new Date(finishedAtMs).toISOString(),
    recipients: { waiting: waiting + taken, sent, unreachable },
  }
}
