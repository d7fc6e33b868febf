import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useCallback, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useLanguage } from '../text/language.ts'
import { useUiText } from '../text/ui.ts'
import { classes } from './classes.ts'
import { Icon } from './icon.tsx'
import { SearchField } from './search-field.tsx'
import { Unseen } from './state.tsx'
import styles from './table.module.css'

export interface Column<Row> {
  readonly key: string
  readonly title: string
  /** The first column's begins with the link to the row's page, where there is one. */
  readonly cell: (row: Row) => ReactNode
  /** What the rows can be ordered by; texts as the language orders them. */
  readonly sortBy?: (row: Row) => string | number
  /** Numbers stand to the right. */
  readonly numbers?: boolean
  /** Left out on a phone. */
  readonly onlyWide?: boolean
  /** Of the table's width, as CSS has it: "30%". */
  readonly width?: string
}

interface Selection {
  /** Ids of rows. */
  readonly chosen: ReadonlySet<string>
  readonly onChange: (chosen: ReadonlySet<string>) => void
}

interface TableProps<Row> {
  /** What the table is of, for screen readers. */
  readonly name: string
  readonly rows: readonly Row[]
  readonly idOf: (row: Row) => string
  readonly columns: readonly Column<Row>[]
  /** The words of a row that the search field looks at; without it there is no search. */
  readonly searched?: (row: Row) => string
  readonly searchLabel?: string
  /** Beside the search: other filters, what can be done with the chosen rows. */
  readonly tools?: ReactNode
  /** At the end of each row: its menu. */
  readonly menu?: (row: Row) => ReactNode
  readonly selection?: Selection
  /** Where there are no rows at all. */
  readonly empty?: ReactNode
}

/** Rows drawn beyond what is seen. */
const overscan = 12
const usualRowPx = 41

/**
 * Any number of rows: only those in sight are drawn, the page scrolls, and searching is done in the browser, so that both answer at once. The arrow keys, Home and
 * End go from row to row.
 */
export function Table<Row>({ name, rows, idOf, columns, searched, searchLabel, tools, menu, selection, empty }: TableProps<Row>) {
  const text = useUiText()
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<Order>()
  // A click is answered at once, and the rows follow.
  const sorted = useSorted(rows, columns, useDeferredValue(order))
  const found = useFound(sorted, searched, useDeferredValue(search))

  if (rows.length === 0 && empty !== undefined) return <>{empty}</>
  return (
    <>
      {searched === undefined && tools === undefined ? undefined : (
        <div className={styles.tools}>
          {searched === undefined ? undefined : <SearchField label={searchLabel ?? ''} value={search} onChange={setSearch} />}
          {tools}
          <span className={styles.count} role="status">
            {text.rows(found.length, rows.length)}
          </span>
        </div>
      )}
      <div className={styles.frame}>
        <Rows name={name} rows={found} all={rows.length} idOf={idOf} columns={columns} menu={menu} selection={selection} order={order} onOrder={setOrder} />
        {found.length === 0 ? <p className={styles.none}>{text.nothingFound}</p> : undefined}
      </div>
    </>
  )
}

interface Order {
  readonly key: string
  readonly down: boolean
}

function useSorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | undefined): readonly Row[] {
  const language = useLanguage()
  const key = order?.key
  const upwards = useMemo(() => {
    const sortBy = columns.find((column) => column.key === key)?.sortBy
    if (sortBy === undefined) return rows
    const { compare } = new Intl.Collator(language, { numeric: true })
    const keyed = rows.map((row) => [sortBy(row), row] as const)
    keyed.sort(([a], [b]) => (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b))))
    return keyed.map(([, row]) => row)
  }, [rows, columns, key, language])
  return useMemo(() => (order?.down === true ? upwards.toReversed() : upwards), [upwards, order])
}

function useFound<Row>(rows: readonly Row[], searched: ((row: Row) => string) | undefined, search: string): readonly Row[] {
  const folded = useMemo(() => (searched === undefined ? [] : rows.map((row) => searched(row).toLocaleLowerCase())), [rows, searched])
  return useMemo(() => {
    const wanted = search.trim().toLocaleLowerCase().split(/\s+/)
    if (wanted.join('') === '') return rows
    return rows.filter((_, index) => wanted.every((word) => folded[index]?.includes(word)))
  }, [rows, folded, search])
}

interface RowsProps<Row> extends Pick<TableProps<Row>, 'name' | 'rows' | 'idOf' | 'columns' | 'menu' | 'selection'> {
  /** Rows that there are without the search. */
  readonly all: number
  readonly order: Order | undefined
  readonly onOrder: (order: Order) => void
}

function Rows<Row>({ name, rows, all, idOf, columns, menu, selection, order, onOrder }: RowsProps<Row>) {
  const text = useUiText()
  const body = useRef<HTMLTableSectionElement>(null)
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => usualRowPx, overscan, scrollMargin: top })
  const drawn = virtual.getVirtualItems()
  const before = (drawn[0]?.start ?? top) - top
  const after = virtual.getTotalSize() - ((drawn.at(-1)?.end ?? top) - top)

  const goTo = useCallback(
    (index: number, place: number) => {
      virtual.scrollToIndex(index, { align: 'auto' })
      // Drawn by the next frame but one at the latest.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => reachable(body.current?.querySelector(`[data-index="${index}"]`))[place]?.focus({ preventScroll: true })),
      )
    },
    [virtual],
  )
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]')
    if (row === null || event.defaultPrevented) return
    const now = Number(row.dataset['index'])
    const wanted = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: rows.length - 1 }[event.key]
    if (wanted === undefined || wanted < 0 || wanted >= rows.length) return
    event.preventDefault()
    goTo(wanted, reachable(row).indexOf(event.target as HTMLElement))
  }

  const ids = selection === undefined ? [] : rows.map(idOf)
  const allChosen = ids.length > 0 && ids.every((id) => selection?.chosen.has(id))
  return (
    <table className={styles.table} aria-label={name} aria-rowcount={rows.length === all ? all + 1 : rows.length + 1}>
      <thead>
        <tr aria-rowindex={1}>
          {selection === undefined ? undefined : (
            <th className={styles.pick} scope="col">
              <input
                type="checkbox"
                aria-label={text.chooseAll}
                checked={allChosen}
                onChange={() => {
                  const shown = new Set(ids)
                  selection.onChange(allChosen ? new Set([...selection.chosen].filter((id) => !shown.has(id))) : new Set([...selection.chosen, ...ids]))
                }}
              />
            </th>
          )}
          {columns.map((column) => (
            <HeadCell key={column.key} column={column} order={order} onOrder={onOrder} />
          ))}
          {menu === undefined ? undefined : (
            <th className={styles.menu} scope="col">
              <Unseen>{text.actions}</Unseen>
            </th>
          )}
        </tr>
      </thead>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of what stands in the rows */}
      <tbody ref={body} onKeyDown={onKeyDown}>
        <Spacer px={before} />
        {drawn.map(({ index }) => {
          const row = rows[index]
          if (row === undefined) return undefined
          const id = idOf(row)
          const isChosen = selection?.chosen.has(id) === true
          return (
            <tr key={id} ref={virtual.measureElement} data-index={index} aria-rowindex={index + 2} className={classes(styles.row, isChosen && styles.selected)}>
              {selection === undefined ? undefined : (
                <td className={styles.pick}>
                  <input type="checkbox" aria-label={text.choose(id)} checked={isChosen} onChange={() => selection.onChange(toggled(selection.chosen, id))} />
                </td>
              )}
              {columns.map(({ key, cell, numbers, onlyWide }) => (
                <td key={key} className={classes(numbers === true && styles.numbers, onlyWide === true && styles.onlyWide)}>
                  {cell(row)}
                </td>
              ))}
              {menu === undefined ? undefined : <td className={styles.menu}>{menu(row)}</td>}
            </tr>
          )
        })}
        <Spacer px={after} />
      </tbody>
    </table>
  )
}

function HeadCell<Row>({
  column,
  order,
  onOrder,
}: {
  readonly column: Column<Row>
  readonly order: Order | undefined
  readonly onOrder: (order: Order) => void
}) {
  const { key, title, sortBy, numbers, onlyWide, width } = column
  const now = order?.key === key ? (order.down ? 'descending' : 'ascending') : undefined
  return (
    <th
      scope="col"
      aria-sort={now}
      className={classes(numbers === true && styles.numbers, onlyWide === true && styles.onlyWide)}
      style={width === undefined ? undefined : { width }}
    >
      {sortBy === undefined ? (
        title
      ) : (
        <button
          type="button"
          className={styles.sort}
          data-direction={now === 'ascending' ? 'up' : 'down'}
          onClick={() => onOrder({ key, down: now === 'ascending' })}
        >
          {title}
          {now === undefined ? undefined : <Icon name="chevron" size={14} />}
        </button>
      )}
    </th>
  )
}

/** What in a row takes the focus. */
function reachable(row: Element | null | undefined): readonly HTMLElement[] {
  return [...(row?.querySelectorAll<HTMLElement>('a, button, input') ?? [])]
}

/** Stands for the rows that are not drawn. */
function Spacer({ px }: { readonly px: number }) {
  return px <= 0 ? undefined : (
    <tr aria-hidden="true">
      <td style={{ height: px, padding: 0, border: 0 }}>{''}</td>
    </tr>
  )
}

function toggled(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen)
  if (!next.delete(id)) next.add(id)
  return next
}
