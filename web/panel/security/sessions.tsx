import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './security.module.css'
import { useSecurityText } from './text.ts'

export function Sessions() {
  const text = useSecurityText()
  const { date, ago } = useWrite()
  const list = useRead('session.list', {})
  const end = useChange('session.end')
  const run = async (input: { readonly id?: string }) => {
    if ((await end.run(input)) !== undefined) toast(text.ended)
  }
  return (
    <Section
      title={text.sessions}
      actions={
        <Button small pending={end.pending} onPress={() => void run({})}>
          {text.endOthers}
        </Button>
      }
    >
      <Loaded of={list}>
        {({ sessions }) => (
          <Table
            name={text.sessions}
            rows={sessions}
            idOf={({ id }) => id}
            columns={[
              {
                key: 'browser',
                title: text.browser,
                cell: ({ browser, ip, current }) => (
                  <>
                    {browser === '?' ? text.unknownBrowser : browser} {current ? <Badge tone="good">{text.thisOne}</Badge> : undefined}
                    <div className={styles.from}>{text.from(ip)}</div>
                  </>
                ),
              },
              { key: 'since', title: text.since, onlyWide: true, cell: ({ created }) => date(created) },
              { key: 'seen', title: text.lastSeen, cell: ({ lastSeen }) => ago(lastSeen) },
            ]}
            menu={({ id, current }) => (current ? undefined : <IconButton small icon="signOut" name={text.end} onPress={() => void run({ id })} />)}
          />
        )}
      </Loaded>
    </Section>
  )
}
