import type { Text } from '../../base/language.ts'
import { parseAddress } from '../../mail/address.ts'
import type { ToldCheck } from '../../mail/check.ts'
import { decidingCheck } from '../alike.ts'
import { isSending, type JournalOutcome } from '../entry.ts'
/** What can be done from an entry with one click (SPEC A12). */
export type JournalAction = 'let-through' | 'allow' | 'unblock' | 'no-reverse-lookup' | 'was-not-spam' | 'was-spam' | 'block' | 'try-again'
import { isSubmitted } from '../direction.ts'

/** An action that makes sense for one entry. */
export interface Offer {
  readonly action: JournalAction
  /** On the button. */
  readonly label: Text
  /** What it will do. */
  readonly does: Text
  /** Of a list: what is put there, or taken out of it. */
  readonly listEntry?: string
}

/** What is looked at. */
export interface Offered {
  readonly outcome: JournalOutcome
  readonly sender?: string | undefined
  readonly recipient?: string | undefined
  readonly addressId?: number | undefined
  readonly accountId?: number | undefined
  readonly checks: readonly ToldCheck[]
}

/** Those that make sense, the most helpful first. */
export function offersFor(entry: Offered): readonly Offer[] {
  if (isSending(entry.outcome)) return entry.outcome === 'delayed' ? [offer('try-again')] : []
  // What people of ours send is theirs to change; and what is for nobody here has no settings.
  if (isSubmitted(entry) || entry.addressId === undefined) return []
  const listEntry = listEntryFor(entry.sender)
  const wanted = helpful(entry).filter((action) => listEntry !== undefined || !(action === 'let-through' || action === 'block' || action === 'allow'))
  return wanted.flatMap((action) => {
    const found = action === 'unblock' ? decidingCheck(entry.checks)?.detail : listEntry
    return [offer(action, action === 'was-spam' || action === 'was-not-spam' || action === 'no-reverse-lookup' ? undefined : found, entry.recipient)]
  })
}

function helpful({ outcome, checks, accountId }: Offered): readonly JournalAction[] {
  const because = decidingCheck(checks)
  const lists = checks.find(({ check }) => check === 'lists')?.reason
  const spam = checks.find(({ check }) => check === 'content-filter')
  switch (outcome) {
    case 'delivered': {
      const known = lists === 'let through' ? [] : (['let-through'] as const)
      if (spam?.result === 'fail') return [...(accountId === undefined ? [] : (['was-not-spam'] as const)), ...known, 'block']
      return [...(isPutAside(checks) ? known : []), ...(accountId === undefined ? [] : (['was-spam'] as const)), 'block']
    }
    case 'forwarded':
      return ['block']
    case 'discarded':
      return because?.check === 'content-filter' ? ['let-through', 'block'] : []
    case 'refused':
    case 'deferred':
      return because === undefined ? [] : againstRefusal(because)
    case 'sent':
    case 'relayed':
    case 'delayed':
    case 'failed':
    case 'removed':
      return []
  }
}

/** Into the folder for spam, as its sender's domain wishes (RFC 7489 6.3: quarantine). */
export function isPutAside(checks: readonly ToldCheck[]): boolean {
  return checks.some(({ check, reason }) => check === 'authentication' && reason === 'put aside by DMARC')
}

function againstRefusal({ check, reason }: ToldCheck): readonly JournalAction[] {
  switch (check) {
    case 'greylisting':
    case 'blocklists':
      return ['let-through', 'block']
    case 'content-filter':
      return reason === 'spam, refused' ? ['let-through', 'block'] : []
    case 'authentication':
      return reason === 'refused by DMARC' ? ['let-through', 'block'] : []
    case 'lists':
      return reason === 'listed' ? ['unblock'] : reason === 'not allowed' ? ['allow'] : []
    case 'reverse-lookup':
      return ['no-reverse-lookup', 'block']
    default:
      return []
  }
}

/**
 * What stands for a sender on a list: its address; or its domain, where the local part was made for one message (VERP, SRS, BATV), so that the
 * next message will have another one. Undefined: nobody (`<>`), or no address.
 */
export function listEntryFor(sender: string | undefined): string | undefined {
  const address = sender === undefined ? undefined : parseAddress(sender)
  if (address === undefined) return undefined
  return isMadeUp(address.localPart) ? address.domain : sender
}

function isMadeUp(localPart: string): boolean {
  return /^(?:srs[01][=+-]|prvs=|btv1==)/i.test(localPart) || localPart.includes('=') || /\d{6}|[0-9a-f]{16}/i.test(localPart) || localPart.length > 40
}

function offer(action: JournalAction, listEntry?: string, recipient?: string): Offer {
  const { label, does } = words[action]
  const values = { entry: listEntry ?? '', recipient: recipient ?? '' }
  const filled = (text: string) => text.replaceAll(/\{(entry|recipient)\}/g, (_whole, name: keyof typeof values) => values[name])
  const both = (text: Text): Text => ({ en: filled(text.en), de: filled(text.de) })
  return { action, label: both(label), does: both(does), ...(listEntry !== undefined && { listEntry }) }
}

const words: Readonly<Record<JournalAction, { readonly label: Text; readonly does: Text }>> = {
  'let-through': {
    label: { en: 'Let through now and always', de: 'Ab sofort immer durchlassen' },
    does: {
      en: 'Mail from {entry} to {recipient} is no longer made to wait and not judged as spam. What its server still tries to bring comes with its next attempt.',
      de: 'Mail von {entry} an {recipient} muss nicht mehr warten und wird nicht als Spam beurteilt. Was der Server noch zuzustellen versucht, kommt mit seinem nächsten Versuch.',
    },
  },
  allow: {
    label: { en: 'Allow this sender', de: 'Diesen Absender erlauben' },
    does: { en: '{entry} joins those who may write to {recipient}.', de: '{entry} gehört dann zu denen, die an {recipient} schreiben dürfen.' },
  },
  unblock: {
    label: { en: 'Take off the block list', de: 'Von der Sperrliste nehmen' },
    does: {
      en: 'The entry {entry} is removed from the block list of {recipient}.',
      de: 'Der Eintrag {entry} wird von der Sperrliste von {recipient} entfernt.',
    },
  },
  'no-reverse-lookup': {
    label: { en: 'Switch this check off for the address', de: 'Diese Prüfung für die Adresse abschalten' },
    does: {
      en: 'The reverse lookup is switched off for {recipient}. More spam may come; the other checks stay.',
      de: 'Die Rückwärtssuche wird für {recipient} abgeschaltet. Es kann mehr Spam kommen; die übrigen Prüfungen bleiben.',
    },
  },
  'was-not-spam': {
    label: { en: 'This was not spam', de: 'Das war kein Spam' },
    does: {
      en: 'The filter of this mailbox learns from the message, and it goes back from the folder for spam to the inbox. Nobody is shown what is in it.',
      de: 'Der Filter dieses Postfachs lernt aus der Nachricht, und sie kommt aus dem Spam-Ordner zurück in den Posteingang. Niemand bekommt sie dabei zu sehen.',
    },
  },
  'was-spam': {
    label: { en: 'This was spam', de: 'Das war Spam' },
    does: {
      en: 'The filter of this mailbox learns from the message, and it goes from the inbox into the folder for spam. Nobody is shown what is in it.',
      de: 'Der Filter dieses Postfachs lernt aus der Nachricht, und sie kommt aus dem Posteingang in den Spam-Ordner. Niemand bekommt sie dabei zu sehen.',
    },
  },
  block: {
    label: { en: 'Block this sender', de: 'Diesen Absender sperren' },
    does: { en: 'Mail from {entry} to {recipient} is refused from now on.', de: 'Mail von {entry} an {recipient} wird künftig abgewiesen.' },
  },
  'try-again': {
    label: { en: 'Try again now', de: 'Jetzt noch einmal versuchen' },
    does: { en: 'The next attempt is made at once.', de: 'Der nächste Versuch wird sofort unternommen.' },
  },
}
