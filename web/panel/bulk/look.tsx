import { useWrite } from '../../text/write.ts'
import { Note } from '../../ui/note.tsx'
import { Table } from '../../ui/table.tsx'
import styles from './bulk.module.css'
import type { tableOf } from './table-of.ts'
import { useBulkText } from './text.ts'

const firstLines = 5
const oddLines = 10

interface LookProps {
  readonly table: ReturnType<typeof tableOf>
  /** Where most of them are meant to be. */
  readonly domain: string | undefined
}

/** What is in a table that was pasted or chosen, before anything is made of it: its first lines, and what is plainly wrong. */
export function Look({ table, domain }: LookProps) {
  const text = useBulkText()
  const { count, number } = useWrite()
  if (table.fault !== undefined) return <Note tone="danger">{text.wrongHead(table.fault.unknownColumn)}</Note>
  const [one = '', many = ''] = text.lines
  const { mailboxes, odd } = table
  const withoutPassword = mailboxes.filter(({ hasPassword }) => !hasPassword).length
  const elsewhere = domain === undefined ? 0 : mailboxes.filter(({ address }) => !address.toLowerCase().endsWith(`@${domain}`)).length
  const first = mailboxes.slice(0, firstLines)
  return (
    <>
      <h3>{text.lookTitle}</h3>
      <p role="status">
        {[
          text.first(number(first.length), count(mailboxes.length, one, many)),
          ...(withoutPassword === 0 ? [] : [text.withoutPassword(number(withoutPassword))]),
          ...(elsewhere === 0 || domain === undefined ? [] : [text.elsewhere(number(elsewhere), domain)]),
        ].join(' ')}
      </p>
      <Table
        name={text.lookTitle}
        rows={first.map((mailbox, index) => ({ ...mailbox, line: index + 1 }))}
        idOf={({ line }) => String(line)}
        columns={[
          { key: 'address', title: text.address, cell: ({ address }) => address },
          { key: 'password', title: text.password, width: '6rem', cell: ({ hasPassword }) => (hasPassword ? text.hasPassword : text.noPassword) },
          { key: 'quota', title: text.quota, onlyWide: true, width: '8rem', cell: ({ quota }) => quota ?? text.byPlan },
        ]}
      />
      {odd.length === 0 ? undefined : (
        <Note tone="warn">
          <p>{text.odd(number(odd.length))}</p>
          <ul className={styles.odd}>
            {odd.slice(0, oddLines).map(({ line, address, why }) => (
              <li key={line}>{text.oddLine(number(line), address, text.oddWhy[why])}</li>
            ))}
            {odd.length > oddLines ? <li>{text.oddMore(number(odd.length - oddLines))}</li> : undefined}
          </ul>
          <p>
            {text.numbering} {text.startAnyway}
          </p>
        </Note>
      )}
    </>
  )
}
