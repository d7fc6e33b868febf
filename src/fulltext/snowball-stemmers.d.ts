/** The package has no types of its own. */
declare module 'snowball-stemmers' {
  const stemmers: { newStemmer(language: 'german' | 'english'): { stem(word: string): string } }
  export default stemmers
}
