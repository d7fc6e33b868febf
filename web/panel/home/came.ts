import { linkOptions } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { Series } from '../statistics/counts.ts'
import { isDelivered, isRefused, isWaiting } from '../statistics/kinds.ts'
import type { Figure } from './figures.tsx'
import { useHomeText } from './text.ts'

const span = '24h'

/** What came in a day, each figure with the messages behind it. */
export function useCame(): readonly Figure[] {
  const text = useHomeText()
  const counts = useRead('statistics.show', { step: 'hour', from: span }).data?.counts
  const sum = (belongs: (kind: string) => boolean) => (counts === undefined ? undefined : new Series(counts, belongs).sum)
  const behind = (result: 'delivered' | 'waiting' | 'refused') => linkOptions({ to: '/journal', search: { result, direction: 'in', since: span } })
  return [
    { label: text.delivered, value: sum(isDelivered), link: behind('delivered') },
    { label: text.asked, value: sum(isWaiting), link: behind('waiting') },
    { label: text.refused, value: sum(isRefused), link: behind('refused') },
  ]
}
