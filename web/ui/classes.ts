/** Class names of what holds: `classes(styles.row, selected && styles.selected)`. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter((name) => name !== undefined && name !== false).join(' ')
}
