import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { buttonLook } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Crumbs, Page } from '../../ui/page.tsx'
import { tabLinks } from '../../ui/tabs.tsx'
import { toast } from '../../ui/toast.tsx'
import { useFrameText } from '../frame/text.ts'
import { tabs } from './tabs.ts'
import { Ask } from '../ask.tsx'
import { useDomainsText } from './text.ts'

/** One domain: its name, and the pages about it. */
export function Domain() {
  const { domain } = useParams({ from: '/inside/domains/$domain' })
  const text = useDomainsText()
  const { crumbs } = useFrameText()
  const may = useMay()
  const [removing, setRemoving] = useState(false)
  return (
    <Page
      title={domain}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/domains">{text.title}</Link>
        </Crumbs>
      }
      actions={
        <>
          <Link to="/domains/$domain/dns" params={{ domain }} className={buttonLook()}>
            <Icon name="dns" size={16} />
            {text.dns}
          </Link>
          {may('manage') ? (
            <Menu name={text.more(domain)} entries={[{ label: text.remove, icon: 'remove', danger: true, onPress: () => setRemoving(true) }]} />
          ) : undefined}
        </>
      }
    >
      <div>
        {tabs.length > 1 ? (
          <nav className={tabLinks.list} aria-label={text.pages}>
            {tabs.map(({ label, to }) => (
              <Link key={label} to={to} params={{ domain }} className={tabLinks.tab} activeOptions={{ exact: true }}>
                {text.tabs[label]}
              </Link>
            ))}
          </nav>
        ) : undefined}
        <div className={tabLinks.panel}>
          <Outlet />
        </div>
      </div>
      <RemoveDomain domain={domain} open={removing} onClose={() => setRemoving(false)} />
    </Page>
  )
}

function RemoveDomain({ domain, open, onClose }: { readonly domain: string; readonly open: boolean; readonly onClose: () => void }) {
  const text = useDomainsText()
  const { size } = useWrite()
  const storage = useRead('statistics.show', { domain, step: 'hour', from: '1h' }, { enabled: open }).data?.storage
  const navigate = useNavigate()
  return (
    <Ask
      operation="domain.remove"
      input={{ domain }}
      onDone={() => {
        toast(text.removed(domain))
        void navigate({ to: '/domains' })
      }}
      title={text.removeTitle(domain)}
      open={open}
      onClose={onClose}
      act={text.remove}
      danger
    >
      {storage === undefined || storage.mailboxes === 0 ? undefined : (
        <p>
          <strong>{text.stillHas(storage.mailboxes, size(storage.usedBytes))}</strong>
        </p>
      )}
      <p>{text.removeNote}</p>
    </Ask>
  )
}
