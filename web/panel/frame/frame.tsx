import { Outlet, useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { IconButton } from '../../ui/button.tsx'
import { Brand } from './brand.tsx'
import styles from './frame.module.css'
import { Side } from './side.tsx'
import { useFrameText } from './text.ts'

/** Around every screen behind the sign-in: the navigation at the side, on a phone behind a button. */
export function Frame() {
  const text = useFrameText()
  const [open, setOpen] = useState(false)
  const main = useRef<HTMLElement>(null)
  useHeadingFocus(main)
  return (
    <>
      <a className={styles.skip} href="#main">
        {text.skip}
      </a>
      <div className={styles.frame}>
        <Side />
        <header className={styles.bar}>
          <IconButton icon="menu" name={text.menu} onPress={() => setOpen(true)} />
          <Brand />
        </header>
        <main id="main" ref={main} className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <ModalOverlay className={styles.veil} isOpen={open} onOpenChange={setOpen} isDismissable>
        <Modal className={styles.drawer}>
          <Dialog aria-label={text.mainNavigation}>
            <Side onGo={() => setOpen(false)} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  )
}

/** After a click on a link, the new page's heading has the focus: a screen reader says it, and Tab goes on from there. */
function useHeadingFocus(main: React.RefObject<HTMLElement | null>): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || fromLocation === undefined) return
        main.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })
      }),
    [router, main],
  )
}
