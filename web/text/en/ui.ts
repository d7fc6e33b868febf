import { write } from '../write.ts'

const { count, number } = write.en

export const ui = {
  amountOf: (label: string) => `${label}: number`,
  unitOf: (label: string) => `${label}: unit`,
  ownLimit: 'A limit of its own',
  makePassword: {
    title: 'A new password',
    endsOld: (name: string) => `The old one of ${name} ends at once, and so do the sessions.`,
    act: 'Make a new password',
    once: 'This is the new password. It is shown this once.',
    what: 'Password',
    done: 'Done',
  },
  actions: 'Actions',
  cancel: 'Cancel',
  choose: (name: string) => `Choose ${name}`,
  chooseAll: 'Choose all',
  clear: 'Clear',
  close: 'Close',
  copied: 'Copied',
  copy: 'Copy',
  hidePassword: 'Hide the password',
  loading: 'Loading',
  numbers: 'The numbers',
  nothingFound: 'Nothing matches this search.',
  optional: 'optional',
  retry: 'Try again',
  showPassword: 'Show the password',
  undo: 'Undo',
  notUndone: 'It could not be undone.',
  youAreHere: 'You are here',
  rows: (found: number, all: number) => (found === all ? count(all, 'entry', 'entries') : `${number(found)} of ${count(all, 'entry', 'entries')}`),
}
