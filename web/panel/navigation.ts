import { linkOptions } from '@tanstack/react-router'
import type { Me } from '../data/me.ts'
import type { IconName } from '../ui/icon.tsx'
import type { FrameText } from './frame/text.ts'

interface Entry {
  /** Of the catalogue of the frame. */
  readonly label: keyof FrameText['navigation']
  readonly icon: IconName
  readonly link: { readonly to: string }
  readonly shows: (me: Me) => boolean
}

interface Group {
  readonly label: keyof FrameText['groups'] | undefined
  readonly entries: readonly Entry[]
}

const manages = (me: Me) => me.kind !== 'mailbox'
const operates = (me: Me) => me.permissions.includes('operate')

/** What stands at the side, for whom. */
export const navigation: readonly Group[] = [
  {
    label: undefined,
    entries: [
      { label: 'home', icon: 'home', link: linkOptions({ to: '/' }), shows: () => true },
      { label: 'journal', icon: 'journal', link: linkOptions({ to: '/journal' }), shows: () => true },
      { label: 'statistics', icon: 'chart', link: linkOptions({ to: '/statistics' }), shows: manages },
      { label: 'domains', icon: 'domain', link: linkOptions({ to: '/domains' }), shows: manages },
      { label: 'people', icon: 'person', link: linkOptions({ to: '/people' }), shows: manages },
      { label: 'dns', icon: 'dns', link: linkOptions({ to: '/dns' }), shows: manages },
      { label: 'templates', icon: 'shield', link: linkOptions({ to: '/templates' }), shows: manages },
      { label: 'assistant', icon: 'list', link: linkOptions({ to: '/assistant' }), shows: ({ permissions }) => permissions.includes('manage') },
      { label: 'locks', icon: 'lock', link: linkOptions({ to: '/locks' }), shows: manages },
      { label: 'security', icon: 'shield', link: linkOptions({ to: '/security' }), shows: () => true },
      { label: 'webhooks', icon: 'bell', link: linkOptions({ to: '/webhooks' }), shows: ({ permissions }) => permissions.includes('manage') },
      { label: 'changes', icon: 'journal', link: linkOptions({ to: '/changes' }), shows: manages },
    ],
  },
  {
    label: 'operation',
    entries: [
      { label: 'health', icon: 'health', link: linkOptions({ to: '/health' }), shows: operates },
      { label: 'customers', icon: 'customers', link: linkOptions({ to: '/customers' }), shows: (me) => me.reseller || operates(me) },
      { label: 'plans', icon: 'plan', link: linkOptions({ to: '/plans' }), shows: operates },
      { label: 'queue', icon: 'queue', link: linkOptions({ to: '/queue' }), shows: operates },
      { label: 'relays', icon: 'relay', link: linkOptions({ to: '/relays' }), shows: operates },
      { label: 'abuse', icon: 'warning', link: linkOptions({ to: '/abuse' }), shows: operates },
      { label: 'letters', icon: 'address', link: linkOptions({ to: '/letters' }), shows: operates },
      { label: 'operators', icon: 'person', link: linkOptions({ to: '/operators' }), shows: operates },
      { label: 'settings', icon: 'settings', link: linkOptions({ to: '/settings' }), shows: operates },
    ],
  },
]
