import { Link, useParams } from '@tanstack/react-router'
import type { OperationOutput } from '../../data/call.ts'
import { useRead } from '../../data/operations.ts'
import { useLanguage } from '../../text/language.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { useFrameText } from '../frame/text.ts'
import styles from './dns.module.css'
import { StateBadge } from './state-badge.tsx'
import { useDnsText } from './text.ts'
import { Found, type Part, ZonePart } from './zone-part.tsx'

/** What is in the DNS for a domain's mail, what is wrong, and what to do. */
export function Dns() {
  const { domain } = useParams({ from: '/inside/domains/$domain/dns' })
  const text = useDnsText()
  const frame = useFrameText()
  const looked = useRead('domain.dns', { domain })
  const { data } = looked
  return (
    <Page
      title={text.of(domain)}
      beside={data === undefined ? undefined : <StateBadge state={data.state} />}
      {...(data === undefined && { lead: text.looking })}
      crumbs={
        <Crumbs name={frame.crumbs}>
          {[
            <Link key="all" to="/dns">
              {text.title}
            </Link>,
            <Link key="domain" to="/domains/$domain" params={{ domain }}>
              {domain}
            </Link>,
          ]}
        </Crumbs>
      }
      actions={
        <Button onPress={() => void looked.refetch()} pending={looked.isFetching}>
          {text.again}
        </Button>
      }
    >
      <Loaded of={looked}>{(zone) => <Zone zone={zone} />}</Loaded>
    </Page>
  )
}

const noteTones = { here: 'good', both: 'warn', elsewhere: 'warn', nowhere: 'warn', unknown: 'info' } as const
/** The operator's to put right, and in other zones than the domain's. */
const ofInstallation = new Set(['reverse', 'dane'])
/** The worst first. */
const order = ['error', 'warning', 'unknown', 'hint']

function Zone({ zone }: { readonly zone: OperationOutput<'domain.dns'> }) {
  const language = useLanguage()
  const text = useDnsText()
  const { dateTime } = useWrite()
  const worth = zone.parts.filter(({ state }) => state !== 'good').toSorted((a, b) => rank(a) - rank(b))
  const fine = zone.parts.filter(({ state, found }) => state === 'good' && found.length > 0)
  const missing = zone.parts
    .filter(({ part }) => !ofInstallation.has(part))
    .flatMap(({ wanted }) => wanted)
    .filter(({ there }) => !there)
  return (
    <>
      <Note tone={noteTones[zone.destination]}>
        <span>{zone.next[language]}</span>
        <span className={styles.advice}>{text.lookedAt(dateTime(zone.checked))}</span>
      </Note>
      {missing.length === 0 ? undefined : (
        <div>
          <CopyButton value={missing.map(({ line }) => line).join('\n')} what={text.copyAll} label={text.copyAll} />
        </div>
      )}
      {worth.map((part) => (
        <ZonePart key={part.part} part={part} />
      ))}
      {fine.length === 0 ? undefined : (
        <Section title={text.inOrder} note={text.inOrderNote}>
          {fine.map((part) => (
            <div key={part.part} className={styles.block}>
              <h3 className={styles.label}>{part.name[language]}</h3>
              <Found records={part.found} />
            </div>
          ))}
        </Section>
      )}
    </>
  )
}

function rank({ part, state }: Part): number {
  return order.indexOf(state) + (ofInstallation.has(part) ? order.length : 0)
}
