import type { Instrument } from '@counterpart/server/contract'
import p from '../parts/parts.module.css'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'

type Item = Instrument['items'][number]

/** One item of a survey: its answers where each has words, a scale where only some have. `id` takes the focus. */
export function SurveyItem(props: {
  readonly id: string
  readonly item: Item
  readonly value: number | undefined
  readonly missing: boolean
  readonly onChange: (value: number) => void
}) {
  const { id, item, missing } = props
  const steps = Math.round((item.high - item.low) / item.step) + 1
  const worded = item.answers.length === steps
  return (
    <fieldset className={s.item} data-missing={missing} aria-describedby={missing ? `${id}error` : undefined}>
      <legend>{item.label}</legend>
      {missing ? (
        <span id={`${id}error`} className={s.error}>
          {o.own.choose}
        </span>
      ) : null}
      {worded ? (
        item.answers.map(({ value, label }, index) => (
          <label key={value}>
            <input
              id={index === 0 ? id : undefined}
              type="radio"
              name={id}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
            {label}
          </label>
        ))
      ) : (
        <Scale {...props} />
      )}
    </fieldset>
  )
}

/** A scale of many steps: nothing is answered before it is moved or a number is written. */
function Scale(props: { id: string; item: Item; value: number | undefined; onChange: (value: number) => void }) {
  const { item, value } = props
  const end = (at: number) => item.answers.find((each) => each.value === at)?.label ?? String(at)
  const set = (text: string) => {
    const wanted = Number(text)
    if (text === '' || !Number.isFinite(wanted)) return
    const stepped = item.low + Math.round((wanted - item.low) / item.step) * item.step
    props.onChange(Math.min(item.high, Math.max(item.low, stepped)))
  }
  const said = item.answers.find((each) => each.value === value)?.label
  return (
    <div>
      <div className={s.slide}>
        <input
          id={props.id}
          type="range"
          aria-label={item.label}
          min={item.low}
          max={item.high}
          step={item.step}
          value={value ?? (item.low + item.high) / 2}
          aria-valuetext={value === undefined ? o.own.notYet : said ? `${value}, ${said}` : String(value)}
          onChange={(event) => set(event.target.value)}
        />
        <input
          type="number"
          className={p.input}
          aria-label={o.own.asNumber(item.label)}
          min={item.low}
          max={item.high}
          step={item.step}
          value={value ?? ''}
          placeholder="–"
          onChange={(event) => set(event.target.value)}
        />
      </div>
      <div className={s.ends} aria-hidden="true">
        <span>{end(item.low)}</span>
        <span>{end(item.high)}</span>
      </div>
    </div>
  )
}
