/** The command was used wrongly: exit 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}

/** What was asked cannot be done now, for a reason that the user can mend: exit 1. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo'
}
