import type { ModelDescription } from '@counterpart/server/contract'
import { useState } from 'react'
import { Formula } from '../parts/formula.tsx'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './models.module.css'

type Equation = ModelDescription['equations'][number]

/** Typeset at first; a page of thousands would not open quickly. */
const shownAtFirst = 150
const shownBelow = new Set(['initial', 'constant'])

export function Equations({ model }: { model: ModelDescription }) {
  const main = model.equations.filter(({ kind }) => !shownBelow.has(kind))
  const below = model.equations.filter(({ kind }) => shownBelow.has(kind))
  return (
    <Section id="equations" title={t.models.equations}>
      <div data-testid="equations">
        {main.length === 0 ? <p className={p.empty}>{t.models.noEquations}</p> : <ByKind equations={main} />}
      </div>
      {below.length > 0 ? <Later equations={below} /> : null}
      {model.equationsLeftOut > 0 ? <p className="small quiet">{t.models.leftOut(model.equationsLeftOut)}</p> : null}
    </Section>
  )
}

/** Made only once it is opened. */
function Later({ equations }: { equations: readonly Equation[] }) {
  const [open, setOpen] = useState(false)
  return (
    <details className="small" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.models.values}</summary>
      {open ? <ByKind equations={equations} /> : null}
    </details>
  )
}

function ByKind({ equations }: { equations: readonly Equation[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? equations : equations.slice(0, shownAtFirst)
  const kinds = [...new Set(shown.map(({ kind }) => kind))]
  return (
    <>
      {kinds.map((kind) => (
        <div key={kind}>
          <h3 className={s.kind}>{t.models.equationKinds[kind] ?? kind}</h3>
          <ul className={s.equations}>
            {shown
              .filter((each) => each.kind === kind)
              .map((each, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: equations of a model keep their order
                <li key={index}>
                  <Scroll label={each.label || each.text}>
                    <Formula mathml={each.mathml} text={each.text} />
                  </Scroll>
                  {each.label !== each.symbol || each.unit ? (
                    <span className="small quiet">
                      {each.label}
                      {each.unit ? ` (${each.unit})` : ''}
                    </span>
                  ) : null}
                </li>
              ))}
          </ul>
        </div>
      ))}
      {shown.length < equations.length ? (
        <button type="button" className={p.link} onClick={() => setAll(true)}>
          {t.models.showAll(equations.length)}
        </button>
      ) : null}
    </>
  )
}

/** What reading found: units that clash, and what else is doubtful. */
export function Checks({ model }: { model: ModelDescription }) {
  const { unitFindings, warnings } = model
  return (
    <Section id="checks" title={t.models.checks}>
      {unitFindings.length + warnings.length === 0 ? <p className={p.empty}>{t.models.noFindings}</p> : null}
      <ul className={`${s.findings} small`} data-testid="checks">
        {unitFindings.map(({ severity, line, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings have no identity of their own
          <li key={index}>
            <span className={s.severity} data-severity={severity}>
              {t.models.severities[severity]}
            </span>
            {line === null ? '' : `${t.models.line(line)}: `}
            {message}
          </li>
        ))}
        {warnings.map((warning) => (
          <li key={warning}>
            <span className={s.severity} data-severity="warning">
              {t.models.warning}
            </span>
            {warning}
          </li>
        ))}
      </ul>
    </Section>
  )
}
