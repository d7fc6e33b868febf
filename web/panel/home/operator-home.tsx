import { Link, linkOptions } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { problemFrom } from '../../data/problem.ts'
import { useLanguage } from '../../text/language.ts'
import { Attention, type Matter } from './attention.tsx'
import { useCame } from './came.ts'
import { Carrying } from './carrying.tsx'
import { PlaceNotices } from '../security/place-notices.tsx'
import { QueueLength } from '../queue/length.tsx'
import { Figures } from './figures.tsx'
import { useHomeText } from './text.ts'

/** Of the installation: what health finds, and figures. */
export function OperatorHome() {
  const text = useHomeText()
  const language = useLanguage()
  const health = useRead('health', {})
  const relays = useRead('relay.list', {})
  const queue = useRead('queue.destinations', { limit: 1 })
  const came = useCame()
  const customers = useReadAll('customer.list', {}, ({ customers }) => customers).data?.rows
  const problems = health.data?.problems.map(
    ({ name, severe, meaning }, index): Matter => ({ key: `${name} ${index}`, severe, words: <Link to="/health">{meaning[language]}</Link> }),
  )
  const broken: readonly Matter[] = health.error === null ? [] : [{ key: 'health', severe: true, words: problemFrom(health.error).message }]
  const sum = (of: (customer: NonNullable<typeof customers>[number]) => number) => customers?.reduce((total, customer) => total + of(customer), 0)
  return (
    <>
      <PlaceNotices />
      <Attention matters={problems ?? (broken.length > 0 ? broken : undefined)} />
      <Figures
        figures={[
          { label: text.customers, value: customers?.length, link: linkOptions({ to: '/customers' }) },
          { label: text.domains, value: sum(({ domains }) => domains), link: linkOptions({ to: '/domains' }) },
          { label: text.mailboxes, value: sum(({ mailboxes }) => mailboxes) },
          { label: text.waiting, value: queue.data?.recipients, link: linkOptions({ to: '/queue' }) },
        ]}
      />
      <Figures figures={came} />
      <Carrying relays={relays} />
      <QueueLength short />
    </>
  )
}
