import s from './choice.module.css'

export interface Choice {
  readonly key: string
  readonly label: string
  readonly count?: number
}

/** A few things of which one is chosen, each with how many it would show. */
export function Choices(props: {
  label: string
  choices: readonly Choice[]
  chosen: string
  onChoose: (key: string) => void
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a wrapping row in every browser
    <div className={`${s.choices} no-print`} role="group" aria-label={props.label}>
      {props.choices.map(({ key, label, count }) => (
        <button key={key} type="button" aria-pressed={props.chosen === key} onClick={() => props.onChoose(key)}>
          {label} {count === undefined ? null : <span>{count}</span>}
        </button>
      ))}
    </div>
  )
}
