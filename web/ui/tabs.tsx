import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components/Tabs'
import styles from './tabs.module.css'

interface TabsProps<Key extends string> {
  readonly name: string
  readonly tabs: readonly { readonly key: Key; readonly label: string; readonly content: () => ReactNode }[]
  readonly chosen: Key
  readonly onChoose: (key: Key) => void
}

/** Views of one thing side by side. Where each has an address of its own, see `tabLinks`. */
export function Tabs<Key extends string>({ name, tabs, chosen, onChoose }: TabsProps<Key>) {
  return (
    <AriaTabs selectedKey={chosen} onSelectionChange={(key) => onChoose(key as Key)}>
      <TabList className={styles.list} aria-label={name}>
        {tabs.map(({ key, label }) => (
          <Tab key={key} id={key} className={styles.tab}>
            {label}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ key, content }) => (
        <TabPanel key={key} id={key} className={styles.panel}>
          {key === chosen ? content() : undefined}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}

/** Looks of links between the pages of one thing. */
export const tabLinks = { list: styles.list, tab: styles.tab, panel: styles.panel } as const
