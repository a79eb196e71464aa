import type { ModelDescription } from '@counterpart/server/contract'
import { useState } from 'react'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './models.module.css'

/** What a person typed in place of the model's own values, by symbol. */
export type Typed = Readonly<Record<string, string>>

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
  const noted = rows.some(({ note, computed, discrete }) => note || computed || discrete)
  return (
    <>
      {rows.length > 15 ? (
        <label className={p.field}>
          <span>{t.models.filter}</span>
          <input type="search" className={p.input} value={search} onChange={(event) => setSearch(event.target.value)} />
        </label>
      ) : null}
      <Scroll label={label}>
        <table data-testid={testId}>
          <thead>
            <tr>
              <th scope="col">{t.models.symbol}</th>
              <th scope="col" className="num">
                {t.models.written}
              </th>
              {sets.map(({ letter, name }) => (
                <th key={letter} scope="col" className="num">
                  {name || letter}
                </th>
              ))}
              <th scope="col">{t.models.unit}</th>
              {noted ? <th scope="col">{t.models.note}</th> : null}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.symbol}>
                <th scope="row">
                  <code>{row.symbol}</code>
                  {row.label === row.symbol ? null : <span className="small quiet"> {row.label}</span>}
                </th>
                <td className="num">{row.value ?? '–'}</td>
                {sets.map((set, index) => (
                  <td key={set.letter} className="num">
                    <ValueInput row={row} set={set} onType={(typed) => onType(index, row.symbol, typed)} />
                  </td>
                ))}
                <td>{row.unit ?? ''}</td>
                {noted ? (
                  <td className="small quiet">
                    {[row.note, row.computed ? t.models.computed : '', row.discrete ? t.models.discrete : '']
                      .filter(Boolean)
                      .join('; ')}
                  </td>
                ) : null}
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

function ValueInput({ row, set, onType }: { row: Row; set: ValueSet; onType: (typed: string) => void }) {
  const typed = set.typed[row.symbol] ?? ''
  const wrong = typed.trim() !== '' && numberFrom(typed) === undefined
  return (
    <input
      className={`${p.input} ${s.value}`}
      inputMode="decimal"
      autoComplete="off"
      value={typed}
      placeholder={row.value === null ? '' : String(row.value)}
      data-own={typed.trim() !== ''}
      aria-label={t.models.valueOf(row.symbol, set.name || set.letter)}
      aria-invalid={wrong || undefined}
      title={wrong ? t.models.notANumber : undefined}
      onChange={(event) => onType(event.target.value)}
    />
  )
}
