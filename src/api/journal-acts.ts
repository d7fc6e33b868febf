import type { Text } from '../base/language.ts'
import { customerNameQuery } from '../directory/query/listings.ts'
import { addressNameQuery } from '../directory/query/reach.ts'
import type { ListName } from '../directory/lists.ts'
import type { StoredEntry } from '../journal/row.ts'
import { isPutAside, type Offer } from '../journal/story/actions.ts'
import { formatAddress, parseAddress } from '../mail/address.ts'
import { authorise } from './authorise.ts'
import type { OperationContext } from './context.ts'
import type { OperationInput, OperationOutput } from './contract.ts'
import { addressOperations } from './operations/addresses.ts'
import { mailboxOperations } from './operations/mailboxes.ts'
import { teachDelivered } from './operations/learning.ts'
import { Refused } from './refused.ts'

/** Doing what a story offers. Each act is an operation that there is anyway, and asks leave by its name. */

type Done = OperationOutput<'journal.act'>

/** Those of the offers that the asker may take. */
export async function mayTake(context: OperationContext, entry: StoredEntry, offers: readonly Offer[]): Promise<Offer[]> {
  const mine: Offer[] = []
  for (const offer of offers) if (await isAllowed(context, entry, offer)) mine.push(offer)
  return mine
}

async function isAllowed(context: OperationContext, entry: StoredEntry, offer: Offer): Promise<boolean> {
  try {
    await leaveFor(context, entry, offer)
    return true
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

export async function actOn(context: OperationContext, entry: StoredEntry, offer: Offer, undo: boolean): Promise<Done> {
  const name = await leaveFor(context, entry, offer)
  const { action, listEntry = '' } = offer
  switch (action) {
    case 'let-through':
      await changeList(context, name, { list: 'let-through', entry: listEntry, remove: undo })
      await letThroughGreylist(context, entry, undo)
      return told(undo ? words.letThroughUndone : words.letThrough, { listEntry, name })
    case 'block':
      return await block(context, name, listEntry, undo)
    case 'allow':
      await changeList(context, name, { list: 'allow-only', entry: listEntry, remove: undo })
      return told(undo ? words.allowUndone : words.allow, { listEntry, name })
    case 'unblock':
      await changeList(context, name, { list: 'block', entry: listEntry, remove: !undo })
      return told(undo ? words.blockedAgain : words.unblocked, { listEntry, name })
    case 'no-reverse-lookup':
      return await switchReverseLookup(context, name, undo)
    case 'was-spam':
    case 'was-not-spam':
      return await judge(context, entry, name, action, undo)
    case 'try-again': {
      const recipients = entry.queueId === undefined ? 0 : await context.queue.retry({ queueId: entry.queueId })
      if (recipients === 0) throw nothingWaits
      return { done: words.tryingAgain, canUndo: false }
    }
  }
}

/** The filter learns, and the message goes where it belongs then; taking it back: where it was delivered to. */
async function judge(
  context: OperationContext,
  { accountId, queueId, checks }: StoredEntry,
  address: string,
  action: 'was-spam' | 'was-not-spam',
  undo: boolean,
): Promise<Done> {
  if (accountId === undefined || queueId === undefined) throw gone
  const isSpam = action === 'was-spam'
  if ((await teachDelivered(context, undo ? 'forget' : isSpam ? 'spam' : 'ham', [accountId, queueId])) === undefined) throw gone
  const to = (undo ? wasDeliveredAsSpam(checks) : isSpam) ? 'spam' : 'inbox'
  const learned = undo ? words.forgotten : isSpam ? words.spam : words.ham
  const place = placeWords[to][await refile(context, { address, id: queueId, to })]
  return told({ en: `${learned.en} ${place.en}`, de: `${learned.de} ${place.de}` }, { listEntry: '', name: address })
}

function wasDeliveredAsSpam(checks: StoredEntry['checks']): boolean {
  return checks.some(({ check, reason }) => check === 'content-filter' && reason === 'spam, into the folder') || isPutAside(checks)
}

async function refile(context: OperationContext, input: OperationInput<'mailbox.refile'>): Promise<keyof typeof placeWords.inbox> {
  try {
    await authorise(context, 'mailbox.refile', input)
  } catch (error) {
    if (error instanceof Refused) return 'mayNot'
    throw error
  }
  return (await mailboxOperations['mailbox.refile'](context, input)).moved ? 'moved' : 'stays'
}

/** Asks leave; resolves to the address or mailbox that it is about. @throws Refused */
async function leaveFor(context: OperationContext, entry: StoredEntry, { action, listEntry = '' }: Offer): Promise<string> {
  switch (action) {
    case 'let-through':
    case 'allow':
    case 'block':
    case 'unblock': {
      const address = await addressOf(context, entry)
      await authorise(context, 'address.change-list', { address, add: [listEntry] })
      return address
    }
    case 'no-reverse-lookup': {
      const address = await addressOf(context, entry)
      await authorise(context, 'address.set', { address, values: { 'reverse-lookup': 'off' } })
      return address
    }
    case 'was-spam':
    case 'was-not-spam': {
      const address = await mailboxOf(context, entry)
      await authorise(context, 'learn', { address })
      return address
    }
    case 'try-again': {
      if (entry.accountId !== undefined) {
        const mailbox = await mailboxOf(context, entry)
        await authorise(context, 'queue.retry', { mailbox })
        return mailbox
      }
      const customer = entry.customerId === undefined ? undefined : await context.directory.query(customerNameQuery, { customerId: entry.customerId })
      await authorise(context, 'queue.retry', { customer })
      return ''
    }
  }
}

/** As it is called now. */
async function addressOf({ directory }: OperationContext, { addressId }: StoredEntry): Promise<string> {
  const name = addressId === undefined ? undefined : await directory.query(addressNameQuery, { addressId })
  if (name === undefined) throw noAddress
  return name
}

async function mailboxOf({ directory }: OperationContext, { accountId }: StoredEntry): Promise<string> {
  const sender = accountId === undefined ? undefined : await directory.senderOf(accountId)
  if (sender === undefined) throw noAddress
  return formatAddress(sender.address)
}

async function changeList(
  context: OperationContext,
  address: string,
  { list, entry, remove }: { readonly list: ListName; readonly entry: string; readonly remove: boolean },
): Promise<OperationOutput<'address.change-list'>> {
  return await addressOperations['address.change-list'](context, { address, list, add: remove ? [] : [entry], remove: remove ? [entry] : [] })
}

/** A list that is not in force would be a promise that is not kept. */
async function block(context: OperationContext, name: string, listEntry: string, undo: boolean): Promise<Done> {
  const { mode } = await changeList(context, name, { list: 'block', entry: listEntry, remove: undo })
  if (undo) return told(words.blockUndone, { listEntry, name })
  return told(mode === 'block' ? words.block : words.blockNotInForce, { listEntry, name })
}

/** The sender's next attempt need not wait, to whomever it is. */
async function letThroughGreylist({ greylist, directory }: OperationContext, entry: StoredEntry, undo: boolean): Promise<void> {
  const waited = entry.checks.some(({ check, result }) => check === 'greylisting' && result === 'wait')
  const reversePath = entry.sender === undefined ? undefined : parseAddress(entry.sender)
  if (!waited || reversePath === undefined) return
  const sender = { reversePath, ip: entry.clientIp, hostName: entry.clientName }
  await (undo ? greylist.forget(sender) : greylist.confirm(sender, directory.settings))
}

/** Back means inherited again, where that is on. */
async function switchReverseLookup(context: OperationContext, address: string, undo: boolean): Promise<Done> {
  const set = (value: string | null) => addressOperations['address.set'](context, { address, values: { 'reverse-lookup': value } })
  await set(undo ? null : 'off')
  if (undo) {
    const { settings } = await addressOperations['address.show'](context, { address })
    if (settings['reverse-lookup']?.value !== 'on') await set('on')
  }
  return told(undo ? words.reverseLookupOn : words.reverseLookupOff, { listEntry: '', name: address })
}

function told({ en, de }: Text, values: { readonly listEntry: string; readonly name: string }): Done {
  const filled = (text: string) => text.replaceAll(/\{(listEntry|name)\}/g, (_whole, key: keyof typeof values) => values[key])
  return { done: { en: filled(en), de: filled(de) }, canUndo: true }
}

const words = {
  letThrough: {
    en: '{listEntry} is let through to {name} from now on. What still waits comes with its server’s next attempt.',
    de: '{listEntry} kommt bei {name} ab sofort immer durch. Was noch wartet, kommt mit dem nächsten Versuch des Servers.',
  },
  letThroughUndone: { en: '{listEntry} is judged as everybody else again.', de: '{listEntry} wird wieder geprüft wie alle anderen.' },
  block: { en: 'Mail from {listEntry} to {name} is refused from now on.', de: 'Mail von {listEntry} an {name} wird ab sofort abgewiesen.' },
  blockNotInForce: {
    en: '{listEntry} stands on the block list of {name}, which is not in force: the address uses another list.',
    de: '{listEntry} steht auf der Sperrliste von {name}; sie ist nicht in Kraft, denn die Adresse benutzt eine andere Liste.',
  },
  blockUndone: { en: '{listEntry} is no longer on the block list of {name}.', de: '{listEntry} steht nicht mehr auf der Sperrliste von {name}.' },
  allow: { en: '{listEntry} may write to {name} from now on.', de: '{listEntry} darf ab sofort an {name} schreiben.' },
  allowUndone: { en: '{listEntry} may not write to {name} any more.', de: '{listEntry} darf nicht mehr an {name} schreiben.' },
  unblocked: { en: '{listEntry} is no longer on the block list of {name}.', de: '{listEntry} steht nicht mehr auf der Sperrliste von {name}.' },
  blockedAgain: { en: '{listEntry} is on the block list of {name} again.', de: '{listEntry} steht wieder auf der Sperrliste von {name}.' },
  reverseLookupOff: {
    en: 'The reverse lookup is switched off for {name}. The next attempt is judged without it.',
    de: 'Die Rückwärtssuche ist für {name} abgeschaltet. Der nächste Versuch wird ohne sie beurteilt.',
  },
  reverseLookupOn: { en: 'The reverse lookup is switched on for {name} again.', de: 'Die Rückwärtssuche ist für {name} wieder eingeschaltet.' },
  spam: { en: 'The filter of {name} has learned that this was spam.', de: 'Der Filter von {name} hat gelernt, dass das Spam war.' },
  ham: { en: 'The filter of {name} has learned that this was not spam.', de: 'Der Filter von {name} hat gelernt, dass das kein Spam war.' },
  forgotten: {
    en: 'The filter of {name} has forgotten what it learned from this message.',
    de: 'Der Filter von {name} hat vergessen, was er aus dieser Nachricht gelernt hat.',
  },
  tryingAgain: { en: 'It is being tried again now.', de: 'Es wird jetzt noch einmal versucht.' },
} as const satisfies Readonly<Record<string, Text>>

const placeWords = {
  inbox: {
    moved: { en: 'The message is back in the inbox.', de: 'Die Nachricht liegt wieder im Posteingang.' },
    stays: { en: 'It is not in the folder for spam, so it stays where it is.', de: 'Sie liegt nicht im Spam-Ordner und bleibt deshalb, wo sie ist.' },
    mayNot: {
      en: 'It stays where it is: whoever uses or manages the mailbox can move it.',
      de: 'Sie bleibt, wo sie ist: Wer das Postfach benutzt oder verwaltet, kann sie verschieben.',
    },
  },
  spam: {
    moved: { en: 'The message is in the folder for spam.', de: 'Die Nachricht liegt im Spam-Ordner.' },
    stays: {
      en: 'It is not in the inbox, or there is no folder for spam, so it stays where it is.',
      de: 'Sie liegt nicht im Posteingang, oder es gibt keinen Spam-Ordner; sie bleibt deshalb, wo sie ist.',
    },
    mayNot: {
      en: 'It stays where it is: whoever uses or manages the mailbox can move it.',
      de: 'Sie bleibt, wo sie ist: Wer das Postfach benutzt oder verwaltet, kann sie verschieben.',
    },
  },
} as const satisfies Readonly<Record<'inbox' | 'spam', Readonly<Record<'moved' | 'stays' | 'mayNot', Text>>>>

const gone = new Refused('unknown', 'id', {
  en: 'the message is not there any more, so nothing can be learned from it',
  de: 'die Nachricht ist nicht mehr da; aus ihr lässt sich nichts lernen',
})
const nothingWaits = new Refused('unknown', 'id', {
  en: 'nothing of this message waits any more',
  de: 'von dieser Nachricht wartet nichts mehr',
})
const noAddress = new Refused('unknown', 'id', { en: 'the address is not there any more', de: 'die Adresse gibt es nicht mehr' })
