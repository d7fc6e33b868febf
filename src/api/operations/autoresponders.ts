import { ownTimeZone } from '../../base/zoned-day.ts'
import type { AutoresponderSettings } from '../../directory/autoresponder.ts'
import { setAutoresponder, stopAutoresponder } from '../../directory/change/autoresponder.ts'
import { autoresponderOf } from '../../directory/query/autoresponders.ts'
import { duration } from '../../directory/setting-kind.ts'
import type { Address } from '../../mail/address.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { AutoresponderShown } from '../contract/autoresponders.ts'
import { directoryRefused } from '../directory-refused.ts'
import type { Operations } from '../operation.ts'
import { readAddress, readDay, readSpan, readZone } from '../reading.ts'
import { Refused } from '../refused.ts'

type Names = 'autoresponder.set' | 'autoresponder.show' | 'autoresponder.off'

/** How long nobody is answered again: several days, as RFC 3834 2 has it. */
const period = duration('1d', '365d')
const defaultPeriod = '7d'

/** What mailboxes answer while their owners are away (SPEC B6). */
export const autoresponderOperations: Operations<Names> = {
  async 'autoresponder.set'(context, input) {
    const address = readAddress('address', input.address)
    await change(context, setAutoresponder, { address, settings: readSettings(input) }, () => 'address')
    return { autoresponder: await shown(context, address) }
  },

  async 'autoresponder.show'(context, input) {
    return { autoresponder: await shown(context, readAddress('address', input.address)) }
  },

  async 'autoresponder.off'(context, input) {
    return change(context, stopAutoresponder, { address: readAddress('address', input.address) }, () => 'address')
  },
}

function readSettings({ subject, text, html, from, to, zone, every }: OperationInput<'autoresponder.set'>): AutoresponderSettings {
  const settings = {
    subject: subject === undefined ? null : readSubject(subject),
    text,
    html: html ?? null,
    firstDay: from === undefined ? null : readDay('from', from),
    lastDay: to === undefined ? null : readDay('to', to),
    zone: zone === undefined ? ownTimeZone() : readZone('zone', zone),
    periodMs: readSpan('every', every ?? defaultPeriod, period),
  }
  const { firstDay, lastDay } = settings
  if (firstDay !== null && lastDay !== null && lastDay < firstDay) {
    throw new Refused('input', 'to', { en: `${lastDay} is before ${firstDay}, the first day`, de: `${lastDay} liegt vor ${firstDay}, dem ersten Tag` })
  }
  return settings
}

/** It becomes a header field. */
function readSubject(text: string): string {
  const subject = text.trim()
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this is for
  if (subject !== '' && !/[\u0000-\u001f\u007f-\u009f]/.test(subject) && subject.isWellFormed()) return subject
  throw new Refused('input', 'subject', { en: 'a subject is one line of text', de: 'ein Betreff ist eine Zeile Text' })
}

/** null: it never had one. */
async function shown(context: OperationContext, address: Address): Promise<AutoresponderShown | null> {
  const { autoresponder, refused } = { autoresponder: undefined, ...(await context.directory.query(autoresponderOf, { address })) }
  if (refused !== undefined) throw directoryRefused(refused, 'address')
  if (autoresponder === undefined) return null
  const { on, subject, text, html, firstDay, lastDay, zone, periodMs } = autoresponder
  return { on, subject, text, html, from: firstDay, to: lastDay, zone, every: period.format(periodMs) }
}
