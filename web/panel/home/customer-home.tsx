import { Link, linkOptions } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { problemFrom } from '../../data/problem.ts'
import type { OperationOutput } from '../../data/call.ts'
import { useWrite } from '../../text/write.ts'
import { Attention, type Matter } from './attention.tsx'
import { useCame } from './came.ts'
import { Figures } from './figures.tsx'
import { useHomeText } from './text.ts'

type Address = OperationOutput<'address.list'>['addresses'][number]

const nearlyFull = 0.9
/** Mailboxes that are named one by one. */
const mostNamed = 5

/** Of a customer: mailboxes that are full or locked, domains whose records are wrong. */
export function CustomerHome() {
  const text = useHomeText()
  const domains = useReadAll('domain.list', {}, ({ domains }) => domains)
  const addresses = useReadAll('address.list', { kind: 'mailbox' }, ({ addresses }) => addresses)
  const came = useCame()
  const states = useRead('domain.dns-states', {})
  const dns = useDns(domains.data?.rows, states.data?.domains)
  const full = useFull(addresses.data?.rows)
  const broken = [domains.error, addresses.error, states.error].flatMap((error): readonly Matter[] =>
    error === null ? [] : [{ key: error.message, severe: true, words: problemFrom(error).message }],
  )
  const isKnown = (dns !== undefined && full !== undefined) || broken.length > 0
  return (
    <>
      <Attention matters={isKnown ? [...broken, ...(dns ?? []), ...(full ?? [])] : undefined} />
      <Figures
        figures={[
          { label: text.domains, value: domains.data?.rows.length, link: linkOptions({ to: '/domains' }) },
          { label: text.addresses, value: domains.data?.rows.reduce((sum, { addresses }) => sum + addresses, 0) },
          { label: text.mailboxes, value: addresses.data?.rows.length },
        ]}
      />
      <Figures figures={came} />
    </>
  )
}

function useDns(
  domains: OperationOutput<'domain.list'>['domains'] | undefined,
  looked: OperationOutput<'domain.dns-states'>['domains'] | undefined,
): readonly Matter[] | undefined {
  const text = useHomeText()
  if (domains === undefined || looked === undefined) return undefined
  const states = new Map(looked.map(({ domain, state }) => [domain, state]))
  return domains.flatMap(({ domain }): readonly Matter[] => {
    const state = states.get(domain)
    const words = state === undefined ? text.dnsNotYet(domain) : state === 'error' || state === 'warning' ? text.dns(domain, state === 'error') : undefined
    if (words === undefined) return []
    const link = (
      <Link to="/domains/$domain/dns" params={{ domain }}>
        {words}
      </Link>
    )
    return [{ key: `dns ${domain}`, severe: state === 'error', words: link }]
  })
}

function useFull(mailboxes: readonly Address[] | undefined): readonly Matter[] | undefined {
  const text = useHomeText()
  const { percent } = useWrite()
  if (mailboxes === undefined) return undefined
  const shares = mailboxes
    .flatMap(({ address, mailbox }) =>
      mailbox === undefined || mailbox.quotaBytes === null ? [] : [{ address, share: mailbox.usedBytes / mailbox.quotaBytes }],
    )
    .filter(({ share }) => share >= nearlyFull)
    .sort((a, b) => b.share - a.share)
  const named = shares.slice(0, mostNamed).map(
    ({ address, share }): Matter => ({
      key: `full ${address}`,
      severe: share >= 1,
      words: (
        <Link to="/addresses/$address" params={{ address }}>
          {share >= 1 ? text.full(address) : text.nearlyFull(address, percent(share))}
        </Link>
      ),
    }),
  )
  const locked = mailboxes.filter(({ mailbox }) => mailbox?.locked === true || mailbox?.sendingLocked === true).length
  return [
    ...named,
    ...(shares.length > mostNamed ? [{ key: 'more full', severe: false, words: text.moreFull(shares.length - mostNamed) }] : []),
    ...(locked > 0 ? [{ key: 'locked', severe: false, words: text.locked(locked) }] : []),
  ]
}
