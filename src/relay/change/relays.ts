import { directoryChange, refuse, type Step } from '../../directory/change/change.ts'
import { findNamed } from '../../directory/change/find.ts'
import type { RelayClass } from '../../mail/outgoing.ts'
import { type RelayWay, subjectOf, type WarmUp } from '../relay.ts'
import { type RelayRow, readRelay, writeWarmUp } from '../query/stored.ts'

/** A relay as it is to be. `way` without a password; `password` null: none, undefined: the one that it has. */
export interface RelayWanted {
  readonly name: string
  readonly way: RelayWay
  readonly password: string | null | undefined
  readonly weight: number
  readonly classes: readonly RelayClass[]
  readonly warmUp: WarmUp
}

/** These take the directory's next version, so that every process and node reads the relays again (directory.ts). */
export const addRelay = directoryChange('relay.add', async ({ tx, args, atMs }: Step<RelayWanted>) => {
  const subject = subjectOf(args)
  const same = await tx.get<{ name: string }>('SELECT name FROM relay WHERE name = ? OR subject = ?', args.name, subject)
  if (same !== undefined) return refuse({ code: 'exists', thing: 'relay', name: same.name })
  await tx.run(
    'INSERT INTO relay (name, subject, way, weight, classes, warm_up, added_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    args.name,
    subject,
    JSON.stringify(args.way),
    args.weight,
    args.classes.join(' '),
    writeWarmUp(args.warmUp),
    atMs,
  )
  await writePassword(tx, args)
  return { done: { name: args.name }, audit: { subject: args.name, detail: { way: args.way, weight: args.weight, classes: args.classes } } }
})

/** What is not in `change` stays. An address stays what it is: another one is another relay, with a past of its own. */
export const setRelay = directoryChange(
  'relay.set',
  async ({ tx, args }: Step<{ readonly name: string; readonly change: Partial<Omit<RelayWanted, 'name'>> }>) => {
    const found = await findNamed<RelayRow>(tx, 'relay', args.name)
    if (found.refused !== undefined) return found
    const { relay } = readRelay(found.row)
    const wanted = { ...relay, classes: [...relay.classes], password: undefined, ...args.change }
    await tx.run(
      'UPDATE relay SET way = ?, weight = ?, classes = ?, warm_up = ? WHERE name = ?',
      JSON.stringify(wanted.way),
      wanted.weight,
      wanted.classes.join(' '),
      writeWarmUp(wanted.warmUp),
      relay.name,
    )
    await writePassword(tx, { name: relay.name, password: args.change.password })
    const { password: _password, ...shown } = args.change
    return { done: { name: relay.name }, audit: { subject: relay.name, detail: { ...shown } } }
  },
)

/** Its past stays: lists remember its address, too. */
export const removeRelay = directoryChange('relay.remove', async ({ tx, args, atMs }: Step<{ readonly name: string }>) => {
  const found = await findNamed<RelayRow>(tx, 'relay', args.name)
  if (found.refused !== undefined) return found
  const { name, subject } = found.row
  await tx.run('DELETE FROM relay WHERE name = ?', name)
  await tx.run('DELETE FROM relay_password WHERE name = ?', name)
  await tx.run('UPDATE relay_case SET gone_at_ms = ? WHERE subject = ? AND gone_at_ms IS NULL', atMs, subject)
  return { done: { name }, audit: { subject: name } }
})

export const withdrawRelay = directoryChange('relay.withdraw', async ({ tx, args, atMs }: Step<{ readonly name: string; readonly why: string }>) => {
  const found = await findNamed<RelayRow>(tx, 'relay', args.name)
  if (found.refused !== undefined) return found
  await tx.run('UPDATE relay SET withdrawn_at_ms = ?, withdrawn_why = ?, returned_at_ms = NULL WHERE name = ?', atMs, args.why, found.row.name)
  return { done: { name: found.row.name }, audit: { subject: found.row.name, detail: { why: args.why } } }
})

/** Back at once, with warm-up. What hosts said is over with that; what lists say is not for us to end. */
export const returnRelay = directoryChange('relay.return', async ({ tx, args, atMs }: Step<{ readonly name: string }>) => {
  const found = await findNamed<RelayRow>(tx, 'relay', args.name)
  if (found.refused !== undefined) return found
  const { name, subject } = found.row
  await tx.run('UPDATE relay SET withdrawn_at_ms = NULL, withdrawn_why = NULL, returned_at_ms = ? WHERE name = ?', atMs, name)
  await tx.run("UPDATE relay_case SET gone_at_ms = ? WHERE subject = ? AND kind = 'host' AND gone_at_ms IS NULL", atMs, subject)
  const listed = await tx.all<{ list: string }>('SELECT list FROM relay_case WHERE subject = ? AND withdraws = 1 AND gone_at_ms IS NULL ORDER BY list', subject)
  return { done: { name, listedAt: listed.map(({ list }) => list) }, audit: { subject: name } }
})

async function writePassword(tx: Step<unknown>['tx'], { name, password }: Pick<RelayWanted, 'name' | 'password'>): Promise<void> {
  if (password === undefined) return
  await tx.run('DELETE FROM relay_password WHERE name = ?', name)
  if (password !== null) await tx.run('INSERT INTO relay_password (name, password) VALUES (?, ?)', name, password)
}
