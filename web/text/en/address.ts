export const address = {
  pages: 'Pages of this address',
  tabs: {
    overview: 'Overview',
  },
}
