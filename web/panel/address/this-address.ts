import { useParams } from '@tanstack/react-router'
import type { UseQueryResult } from '@tanstack/react-query'
import type { OperationOutput } from '../../data/call.ts'
import { useMay, useMe } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'

/** Which address the page is about. */
export function useAddress(): string {
  return useParams({ from: '/inside/addresses/$address' }).address
}

export function useThisAddress(): UseQueryResult<OperationOutput<'address.show'>> {
  return useRead('address.show', { address: useAddress() })
}

/** May they? To their own mailbox people may do what touches nobody else. */
export function useMayHere(): (permission: 'help' | 'manage' | 'mail', ownToo?: boolean) => boolean {
  const may = useMay()
  const isOwn = useMe().mailbox === useAddress()
  return (permission, ownToo = false) => may(permission) || (ownToo && isOwn)
}
