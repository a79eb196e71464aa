import { strings as t } from '../strings.ts'
import { type Part, useSubjectView } from './subject-context.ts'
import s from './what-if.module.css'

export interface PartsChoice {
  readonly all: readonly Part[]
  /** Chosen codes by intervention; none: the whole subject. */
  readonly of: Readonly<Record<string, readonly string[]>>
  readonly onChange: (intervention: string, codes: readonly string[]) => void
}

/** Where something is to be changed: everywhere, or in the parts that are ticked. */
export function PartsPicker(props: { readonly label: string; readonly name: string; readonly parts: PartsChoice }) {
  const { all, of, onChange } = props.parts
  const chosen = of[props.name] ?? []
  return (
    <fieldset className={s.parts}>
      <legend className="hidden">{t.plan.whereOf(props.label)}</legend>
      <label>
        <input type="checkbox" checked={chosen.length === 0} onChange={() => onChange(props.name, [])} />
        {t.plan.everywhere}
      </label>
      {all.map(({ code, label, closed }) => (
        <label key={code}>
          <input
            type="checkbox"
            checked={chosen.includes(code)}
            disabled={closed !== undefined}
            onChange={(event) =>
              onChange(
                props.name,
                all
                  .map((each) => each.code)
                  .filter((each) => (each === code ? event.target.checked : chosen.includes(each))),
              )
            }
          />
          {label}
          {closed === undefined ? null : <span className="quiet">({closed})</span>}
        </label>
      ))}
    </fieldset>
  )
}

/** The parts that something is confined to, by name; nothing where it is the whole. */
export function PlannedOn({ on }: { readonly on: readonly string[] | undefined }) {
  const { parts } = useSubjectView()
  if (!on || on.length === 0) return null
  const names = on.map((code) => parts.find((each) => each.code === code)?.label ?? code)
  return <span className="quiet"> {t.plan.inParts(names.join(', '))}</span>
}
