import { Link, Outlet, useParams } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { tabLinks } from '../../ui/tabs.tsx'
import { tabs } from './tabs.ts'
import { useAddressText } from './text.ts'

/** One address: its name, and the pages about it. */
export function Address() {
  const { address } = useParams({ from: '/inside/addresses/$address' })
  const text = useAddressText()
  return (
    <Page title={address}>
      <div>
        <nav className={tabLinks.list} aria-label={text.pages}>
          {tabs.map(({ label, to }) => (
            <Link key={label} to={to} params={{ address }} className={tabLinks.tab} activeOptions={{ exact: true }}>
              {text.tabs[label]}
            </Link>
          ))}
        </nav>
        <div className={tabLinks.panel}>
          <Outlet />
        </div>
      </div>
    </Page>
  )
}
