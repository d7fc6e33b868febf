import { useSearch } from '@tanstack/react-router'
import { SignIn } from './sign-in.tsx'

/** Somebody comes to sign in. */
export function SignInHere() {
  const { to } = useSearch({ from: '/sign-in' })
  return <SignIn to={to} />
}
