import { Link } from '@tanstack/react-router'
import { buttonLook } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty } from '../../ui/state.tsx'
import styles from './frame.module.css'
import { useFrameText } from './text.ts'

export function NothingHere() {
  const { nothingHere: text } = useFrameText()
  return (
    <Page title={text.title}>
      <Empty
        icon="search"
        action={
          <Link to="/" className={buttonLook()}>
            {text.home}
          </Link>
        }
      >
        {text.body}
      </Empty>
    </Page>
  )
}

/** For a path that no screen has. */
export function Lost() {
  return (
    <main className={styles.main}>
      <NothingHere />
    </main>
  )
}
