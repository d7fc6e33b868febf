import { Link, useNavigate } from '@tanstack/react-router'
import { signOut, useMe } from '../../data/me.ts'
import { chooseLanguage, useLanguage } from '../../text/language.ts'
import { chooseScheme, useScheme } from '../../theme/scheme.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { navigation } from '../navigation.ts'
import { Brand } from './brand.tsx'
import styles from './frame.module.css'
import { useFrameText } from './text.ts'

/** Where one can go, and who one is. `onGo`: a link was followed. */
export function Side({ onGo }: { readonly onGo?: () => void }) {
  const text = useFrameText()
  const me = useMe()
  return (
    <header className={styles.side}>
      <Brand onGo={onGo} />
      <nav className={styles.groups} aria-label={text.mainNavigation}>
        {navigation.map(({ label, entries }) => {
          const shown = entries.filter(({ shows }) => shows(me))
          if (shown.length === 0) return undefined
          return (
            <div key={label ?? ''}>
              {label === undefined ? undefined : <p className={styles.groupLabel}>{text.groups[label]}</p>}
              <ul>
                {shown.map(({ label, icon, link }) => (
                  <li key={label}>
                    <Link {...link} className={styles.entry} activeOptions={{ exact: link.to === '/' }} onClick={onGo}>
                      <Icon name={icon} />
                      {text.navigation[label]}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          )
        })}
      </nav>
      <AccountMenu />
    </header>
  )
}

function AccountMenu() {
  const text = useFrameText()
  const { name, kind, role } = useMe()
  const language = useLanguage()
  const scheme = useScheme()
  const navigate = useNavigate()
  const leave = () => {
    signOut().then(
      () => void navigate({ to: '/sign-in' }),
      (error: unknown) => toast(String(error instanceof Error ? error.message : error)),
    )
  }
  return (
    <Menu
      name={text.account}
      lookClass={styles.account}
      look={
        <>
          <span className={styles.face} aria-hidden="true">
            {name.slice(0, 1)}
          </span>
          <span className={styles.who}>
            <span>{name}</span>
            <span>{role === null ? text.kinds[kind] : text.roles[role]}</span>
          </span>
        </>
      }
      entries={[
        { label: text.schemeSystem, icon: 'device', chosen: scheme === undefined, onPress: () => chooseScheme(undefined) },
        { label: text.schemeLight, icon: 'sun', chosen: scheme === 'light', onPress: () => chooseScheme('light') },
        { label: text.schemeDark, icon: 'moon', chosen: scheme === 'dark', onPress: () => chooseScheme('dark') },
        { label: text.language, icon: 'domain', apart: true, onPress: () => chooseLanguage(language === 'de' ? 'en' : 'de') },
        { label: text.signOut, icon: 'signOut', apart: true, onPress: leave },
      ]}
    />
  )
}
