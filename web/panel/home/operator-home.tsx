import { Link, linkOptions } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { problemFrom } from '../../data/problem.ts'
import { useLanguage } from '../../text/language.ts'
import { Attention, type Matter } from './attention.tsx'
import { useCame } from './came.ts'
import { Carrying } from './carrying.tsx'
import { QueueLength } from '../queue/length.tsx'
import { Figures } from './figures.tsx'
import { useHomeText } from './text.ts'

/** Of the installation: what health finds, and listings. */
export function OperatorHome() {
  const text = useHomeText()
  const language = useLanguage()
  const health = useRead('health', {})
  const relays = useRead('relay.list', {})
  const queue = useRead('queue.destinations', { limit: 1 })
  const came = useCame()
  const customers = useReadAll('customer.list', {}, ({ customers }) => customers).data?.rows
  const problems = health.data?.problems.map(({ name, meaning }, index): Matter => ({ key: `${name} ${index}`, severe: false, words: meaning[language] }))
  const listed = relays.data?.relays.flatMap((relay) =>
    relay.cases.map(
      (one): Matter => ({
        key: `case ${one.case}`,
        severe: true,
        words: <Link to="/relays">{text.listed(relay.name, one.name)}</Link>,
      }),
    ),
  )
  const broken = [health.error, relays.error].flatMap((error): readonly Matter[] =>
    error === null ? [] : [{ key: error.message, severe: true, words: problemFrom(error).message }],
  )
  const isKnown = (problems !== undefined && listed !== undefined) || broken.length > 0
  const sum = (of: (customer: NonNullable<typeof customers>[number]) => number) => customers?.reduce((total, customer) => total + of(customer), 0)
  return (
    <>
      <Attention matters={isKnown ? [...broken, ...(listed ?? []), ...(problems ?? [])] : undefined} />
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
