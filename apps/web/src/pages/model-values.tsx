import type { ModelDescription } from '@counterpart/server/contract'
import { useState } from 'react'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './models.module.css'

/** What a person typed for a symbol; the model's own value counts where that is nothing, or the same. */
type Typed = Readonly<Record<string, string>>

export interface ValueSet {
  readonly letter: string
  readonly name: string
  readonly typed: Typed
}

type Row = ModelDescription['states'][number] &
  Partial<Pick<ModelDescription['parameters'][number], 'note' | 'computed' | 'discrete'>>

/** Rows shown before one has to search. */
const shownAtMost = 60

/** A number as people type it; `undefined` where it is none. */
export function numberFrom(typed: string): number | undefined {
  const text = typed.trim().replace(',', '.')
  const number = Number(text)
  return text === '' || !Number.isFinite(number) ? undefined : number
}

/** The values of a model as written, with a column for each set in which they may be given otherwise. */
export function ValuesTable({
  label,
  rows,
  sets,
  onType,
  testId,
}: {
  label: string
  rows: readonly Row[]
  sets: readonly ValueSet[]
  onType: (set: number, symbol: string, typed: string) => void
  testId: string
}) {
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const found = rows.filter(({ symbol, label: name }) => `${symbol} ${name}`.toLowerCase().includes(wanted))
  const shown = found.slice(0, shownAtMost)
  return (
    <>
      {rows.length > 15 ? (
        <label className={p.field}>
          <span>{t.models.filter}</span>
          <input type="search" className={p.input} value={search} onChange={(event) => setSearch(event.target.value)} />
        </label>
      ) : null}
      <Scroll label={label}>
        <table className="stack" data-testid={testId}>
          <thead>
            <tr>
              <th scope="col">{t.models.symbol}</th>
              {sets.map(({ letter, name }) => (
                <th key={letter} scope="col" className="num">
                  {name || letter}
                </th>
              ))}
              <th scope="col">{t.models.unit}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.symbol}>
                <th scope="row">
                  <code>{row.symbol}</code>
                  {row.label === row.symbol ? null : ` ${row.label}`}
                  <Note row={row} />
                </th>
                {sets.map((set, index) => (
                  <td key={set.letter} className="num" data-label={set.name || set.letter}>
                    <ValueInput row={row} set={set} onType={(typed) => onType(index, row.symbol, typed)} />
                  </td>
                ))}
                <td data-label={t.models.unit}>{row.unit ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {found.length === 0 ? <p className={p.empty}>{t.models.nothingFound}</p> : null}
      {shown.length < found.length ? <p className="small quiet">{t.list.count(shown.length, found.length)}</p> : null}
    </>
  )
}

/** What the author noted behind the value: where it is from. */
function Note({ row: { note, computed, discrete } }: { row: Row }) {
  const parts = [note, computed ? t.models.computed : '', discrete ? t.models.discrete : ''].filter(Boolean)
  return parts.length === 0 ? null : <div className={`${s.note} small quiet`}>{parts.join('; ')}</div>
}

function ValueInput({ row, set, onType }: { row: Row; set: ValueSet; onType: (typed: string) => void }) {
  const written = row.value === null ? '' : String(row.value)
  const typed = set.typed[row.symbol] ?? written
  const wrong = typed.trim() !== '' && numberFrom(typed) === undefined
  const changed = typed !== written
  return (
    <input
      className={`${p.input} ${s.value}`}
      inputMode="decimal"
      autoComplete="off"
      value={typed}
      data-changed={changed}
      aria-label={t.models.valueOf(row.symbol, set.name || set.letter)}
      aria-invalid={wrong || undefined}
      title={wrong ? t.models.notANumber : changed ? t.models.written(written) : undefined}
      onChange={(event) => onType(event.target.value)}
      onBlur={() => {
        if (typed.trim() === '') onType(written)
      }}
    />
  )
}
