/** Characters. What comes after is not looked at: whoever types more than this has no weak password, and the work grows with the square of the length. */
export const longestLooked = 40

/** Guessed: 0: in a thousand tries; 1: in a million; 2: in a hundred million; 3: in ten thousand million; 4: in more. */
export type Score = 0 | 1 | 2 | 3 | 4

/** What is easy to guess in a password. */
export type Weakness =
  /** The name or address of whom it is for, or a part of it. */
  | 'own-name'
  /** Among the passwords that most people choose. */
  | 'common'
  /** A word of a dictionary, with letters changed for digits and signs or not. */
  | 'word'
  /** A first or last name. */
  | 'name'
  /** Keys beside each other. */
  | 'keys'
  /** "abcd", "6543", "Montag Dienstag". */
  | 'sequence'
  | 'repeat'
  /** A day or a year. */
  | 'date'

export interface Strength {
  readonly score: Score
  /** In the order of the password. */
  readonly weaknesses: readonly Weakness[]
}

/** `names`: what belongs to whom it is for. Undefined: it cannot be said now. */
export type EstimateStrength = (password: string, names: readonly string[]) => Promise<Strength | undefined>
