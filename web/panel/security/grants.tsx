import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { IconButton } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useSecurityText } from './text.ts'

/** Programs that were let in to this mailbox by the page of panel/consent. */
export function Grants({ address }: { readonly address: string }) {
  const text = useSecurityText()
  const { date } = useWrite()
  const list = useRead('grant.list', { address })
  const remove = useChange('grant.remove')
  const drop = async (id: number) => {
    const done = await remove.run({ address, id })
    if (done !== undefined) toast(text.grantRemoved(nameOf(done.program)))
  }
  const nameOf = (program: string) => (program === '' ? text.noName : program)
  return (
    <Section title={text.grants} note={text.grantsNote}>
      <Loaded of={list}>
        {({ grants }) => (
          <Table
            name={text.grants}
            rows={grants}
            idOf={({ id }) => String(id)}
            empty={<Empty icon="device">{text.noGrants}</Empty>}
            columns={[
              { key: 'program', title: text.program, cell: ({ program }) => nameOf(program) },
              {
                key: 'may',
                title: text.scope,
                onlyWide: true,
                cell: ({ protocols }) => protocols.map((protocol) => text.grantMay[protocol] ?? protocol).join(', '),
              },
              { key: 'since', title: text.since, onlyWide: true, cell: ({ created }) => date(created) },
              { key: 'used', title: text.lastUsed, cell: ({ lastUsed }) => (lastUsed === null ? text.never : date(lastUsed)) },
            ]}
            menu={({ id, program }) => <IconButton small icon="remove" name={text.grantEnd(nameOf(program))} onPress={() => void drop(id)} />}
          />
        )}
      </Loaded>
    </Section>
  )
}
