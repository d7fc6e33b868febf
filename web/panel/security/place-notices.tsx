import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import styles from './security.module.css'
import { useSecurityText } from './text.ts'

/** Sign-ins from new places that nobody could be told of by mail. */
export function PlaceNotices() {
  const text = useSecurityText()
  const { dateTime } = useWrite()
  const list = useRead('place.list', {})
  const seen = useChange('place.seen')
  return list.data?.notices.map(({ id, browser, ip, at }) => (
    <Note key={id} tone="warn">
      <div className={styles.notice}>
        <p>{text.newPlace(browser, ip, dateTime(at))}</p>
        <Button small pending={seen.pending} onPress={() => void seen.run({ id })}>
          {text.wasMe}
        </Button>
      </div>
    </Note>
  ))
}
