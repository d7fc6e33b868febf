declare module '*.module.css' {
  /** The names of the file's classes; `npm run check` sees to it that each is there. */
  const styles: Readonly<Record<string, string>>
  export default styles
}

declare module '*.css' {}

declare module '*.svg' {
  /** Where it is. */
  const url: string
  export default url
}
