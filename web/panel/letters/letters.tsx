import { Link } from '@tanstack/react-router'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { useActor } from '../audit/actor.ts'
import { groupWords, recipientsOf, whileOnItsWayMs } from './letter-words.ts'
import { useLettersText } from './text.ts'

type Row = OperationOutput<'letter.list'>['letters'][number]

/** What was written to mailboxes, and how far it is. */
export function Letters() {
  const text = useLettersText()
  const language = useLanguage()
  const actor = useActor()
  const { date } = useWrite()
  const list = useRead('letter.list', {}, { againMs: (now) => (now.letters.some(({ state }) => state === 'sending') ? whileOnItsWayMs : undefined) })
  const newLetter = (
    <Link to="/letters/new" className={buttonLook({ tone: 'primary' })}>
      <Icon name="add" size={16} />
      {text.new}
    </Link>
  )
  return (
    <Page title={text.title} lead={text.lead} actions={newLetter}>
      <Loaded of={list}>
        {({ letters }) => (
          <Table<Row>
            name={text.title}
            rows={letters}
            idOf={({ id }) => String(id)}
            columns={[
              {
                key: 'subject',
                title: text.subject,
                cell: (row) => (
                  <Link to="/letters/$letter" params={{ letter: String(row.id) }}>
                    {(row[language] ?? row.en ?? row.de)?.subject}
                  </Link>
                ),
              },
              { key: 'to', title: text.to, onlyWide: true, cell: ({ to }) => groupWords(to, text) },
              {
                key: 'state',
                title: text.state,
                width: '40%',
                cell: ({ state, recipients }) => `${text.states[state]}: ${text.progress(recipients.sent, recipientsOf(recipients))}`,
              },
              { key: 'begun', title: text.begun, onlyWide: true, width: '9rem', cell: ({ begun }) => date(begun) },
              { key: 'by', title: text.by, onlyWide: true, cell: ({ by }) => actor(by) },
            ]}
            empty={
              <Empty icon="address" title={text.none} action={newLetter}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
    </Page>
  )
}
