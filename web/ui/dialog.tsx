import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading } from 'react-aria-components/Dialog'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useUiText } from '../text/ui.ts'
import { Button, IconButton } from './button.tsx'
import { classes } from './classes.ts'
import styles from './dialog.module.css'
import { Form } from './form.tsx'
import type { Problem } from '../data/problem.ts'

interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onClose: () => void
  readonly wide?: boolean
  readonly children: ReactNode
}

/** Something that wants an answer before the page goes on. Escape and a click beside it close it. */
export function Dialog({ title, open, onClose, wide = false, children }: DialogProps) {
  const text = useUiText()
  return (
    <ModalOverlay className={styles.veil} isOpen={open} onOpenChange={(isOpen) => isOpen || onClose()} isDismissable>
      <Modal className={classes(styles.modal, wide && styles.wide)}>
        <AriaDialog className={styles.dialog}>
          <div className={styles.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton icon="close" name={text.close} slot="close" small />
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

interface QuestionProps extends Omit<DialogProps, 'wide'> {
  /** What the button does, as a verb: "Remove". */
  readonly act: string
  readonly onAct: () => void
  readonly danger?: boolean
  readonly pending?: boolean
  readonly problem?: Problem | undefined
}

/** "Really?", for what cannot be undone. */
export function Question({ act, onAct, danger = false, pending, problem, children, ...dialog }: QuestionProps) {
  const text = useUiText()
  return (
    <Dialog {...dialog}>
      <Form
        onSubmit={onAct}
        problem={problem}
        actions={
          <>
            <Button type="submit" tone={danger ? 'danger' : 'primary'} pending={pending}>
              {act}
            </Button>
            <Button onPress={dialog.onClose} autoFocus>
              {text.cancel}
            </Button>
          </>
        }
      >
        {children}
      </Form>
    </Dialog>
  )
}
