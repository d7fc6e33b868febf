import type { Like } from '../catalogue.ts'
import type { address as english } from '../en/address.ts'

export const address: Like<typeof english> = {
  pages: 'Seiten dieser Adresse',
  tabs: {
    overview: 'Übersicht',
  },
}
