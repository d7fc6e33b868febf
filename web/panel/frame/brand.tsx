import { Link } from '@tanstack/react-router'
import icon from '../../theme/icon.svg'
import styles from './frame.module.css'

export function Brand({ onGo }: { readonly onGo?: () => void }) {
  return (
    <Link to="/" className={styles.brand} onClick={onGo}>
      <img src={icon} alt="" width={28} height={28} />
      Posthorn
    </Link>
  )
}
