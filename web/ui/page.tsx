import { Children, type ReactNode, useEffect } from 'react'
import { classes } from './classes.ts'
import styles from './page.module.css'

interface PageProps {
  readonly title: string
  /** Beside the title: badges. */
  readonly beside?: ReactNode
  /** One sentence on what this page is for. */
  readonly lead?: string
  readonly actions?: ReactNode
  /** Breadcrumbs, of `<Crumbs>`. */
  readonly crumbs?: ReactNode
  /** For reading and for forms. */
  readonly narrow?: boolean
  readonly children: ReactNode
}

/** A page from its head on. Its title is the window's, too. */
export function Page({ title, beside, lead, actions, crumbs, narrow = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Posthorn`
  }, [title])
  return (
    <div className={classes(styles.page, narrow && styles.narrow)}>
      <header className={styles.head}>
        {crumbs}
        <div className={styles.titleRow}>
          <div className={styles.title}>
            {/* After a click on a link, reading goes on here (panel/frame). */}
            <h1 tabIndex={-1}>{title}</h1>
            {beside}
          </div>
          {actions === undefined ? undefined : <div className={styles.actions}>{actions}</div>}
        </div>
        {lead === undefined ? undefined : <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </div>
  )
}

/** The way from the start to here; each child is a link. */
export function Crumbs({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <nav aria-label={name}>
      <ol className={styles.crumbs}>
        {Children.toArray(children).map((child, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the way is what it is; its steps do not move
          <li key={index}>{child}</li>
        ))}
      </ol>
    </nav>
  )
}

interface SectionProps {
  readonly title?: string
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly children?: ReactNode
}

/** A card: one matter of the page. */
export function Section({ title, note, actions, children }: SectionProps) {
  return (
    <section className={styles.section}>
      {title === undefined && actions === undefined ? undefined : (
        <div className={styles.sectionHead}>
          <div>
            {title === undefined ? undefined : <h2>{title}</h2>}
            {note === undefined ? undefined : <p>{note}</p>}
          </div>
          {actions === undefined ? undefined : <div className={styles.actions}>{actions}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

/** Cards side by side where there is room. */
export function Grid({ children }: { readonly children: ReactNode }) {
  return <div className={styles.grid}>{children}</div>
}
