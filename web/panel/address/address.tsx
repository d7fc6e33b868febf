import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../data/me.ts'
import { Badge } from '../../ui/badge.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Crumbs, Page } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { tabLinks } from '../../ui/tabs.tsx'
import { useDomainsText } from '../domains/text.ts'
import { useFrameText } from '../frame/text.ts'
import { Rename } from './rename.tsx'
import { tabs } from './tabs.ts'
import { useAddressText } from './text.ts'
import { useAddress, useThisAddress } from './this-address.ts'

/** One address: its name, and the pages about it. */
export function Address() {
  const address = useAddress()
  const text = useAddressText()
  const { crumbs } = useFrameText()
  const { title: domains } = useDomainsText()
  const may = useMay()
  const shown = useThisAddress()
  const navigate = useNavigate()
  const [renaming, setRenaming] = useState(false)
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return (
    <Page
      title={address}
      beside={
        <>
          {shown.data === undefined ? undefined : <Badge>{text.kinds[shown.data.kind]}</Badge>}
          {typeof shown.data?.mailbox?.lockedReason === 'string' ? <Badge tone="danger">{text.locked}</Badge> : undefined}
          {typeof shown.data?.mailbox?.sendingLockedReason === 'string' ? <Badge tone="danger">{text.sendingLocked}</Badge> : undefined}
        </>
      }
      crumbs={
        may('see') ? (
          <Crumbs name={crumbs}>
            <Link to="/domains">{domains}</Link>
            <Link to="/domains/$domain" params={{ domain }}>
              {domain}
            </Link>
          </Crumbs>
        ) : undefined
      }
      actions={
        may('manage') && shown.data?.kind === 'mailbox' ? (
          <Menu name={text.more(address)} entries={[{ label: text.rename.entry, onPress: () => setRenaming(true) }]} />
        ) : undefined
      }
    >
      <Loaded of={shown}>
        {({ kind }) => (
          <div>
            <nav className={tabLinks.list} aria-label={text.pages}>
              {tabs
                .filter(({ of }) => of.includes(kind))
                .map(({ label, to }) => (
                  <Link key={label} to={to} params={{ address }} className={tabLinks.tab} activeOptions={{ exact: true, includeSearch: false }}>
                    {text.tabs[label]}
                  </Link>
                ))}
            </nav>
            <div className={tabLinks.panel}>
              <Outlet />
            </div>
          </div>
        )}
      </Loaded>
      <Rename
        address={renaming ? address : undefined}
        onClose={() => setRenaming(false)}
        onRenamed={(to) => navigate({ to: '/addresses/$address', params: { address: to } })}
      />
    </Page>
  )
}
