import type { ModelDescription, StoredModel } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { modelCheckQuery, storedModelQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { ModelBench } from './model-bench.tsx'
import { Checks, Equations } from './model-equations.tsx'
import { ModelText, Refusal } from './model-text.tsx'
import s from './models.module.css'
import { keepOwnModel, ownModel } from './own-model.ts'

/** One model: its equations, values, checks and course. `own`: what a person opened in this tab. */
export function ModelPage() {
  const { model: id } = useParams({ from: '/inside/models/$model' })
  const may = useMay('use-models')
  const stored = useQuery({ ...storedModelQuery(id), enabled: may && id !== 'own' })
  const [own, setOwn] = useState(ownModel)
  if (!may) return <p className={p.empty}>{t.problem.forbiddenDetail}</p>
  if (id !== 'own') {
    if (stored.error) return <ProblemNote error={stored.error} retry={() => void stored.refetch()} />
    return stored.data ? <Model key={id} text={stored.data.text} stored={stored.data} /> : <Loading />
  }
  if (own === undefined)
    return (
      <p className={p.empty}>
        {t.models.gone} <Link to="/models">{t.models.all}</Link>
      </p>
    )
  const change = (text: string) => {
    keepOwnModel(text)
    setOwn(text)
  }
  return <Model key={own} text={own} onChange={change} />
}

function Model({ text, stored, onChange }: { text: string; stored?: StoredModel; onChange?: (text: string) => void }) {
  const check = useQuery(modelCheckQuery(text))
  const model = check.data?.outcome === 'understood' ? check.data.model : undefined
  const title = stored?.title ?? model?.name ?? t.models.own
  useEffect(() => {
    document.title = `${title} – ${t.models.title} – ${t.product}`
  }, [title])
  return (
    <div className={p.page} style={{ gap: 24 }} data-testid="model">
      <div className={p.pageHead}>
        <h1>{title}</h1>
        <p>
          <Link to="/models">{t.models.all}</Link>
        </p>
      </div>
      {check.error ? <ProblemNote error={check.error} retry={() => void check.refetch()} /> : null}
      {check.isPending ? <p className={p.empty}>{t.models.checking}</p> : null}
      {check.data?.outcome === 'refused' ? (
        <Refusal title={t.models.refusedTitle} refusal={check.data.refusal} text={text} onChange={onChange} />
      ) : null}
      {model ? (
        <>
          <Facts model={model} stored={stored} />
          <div className={s.bench}>
            <Equations model={model} />
            <ModelBench model={model} text={text} suggested={stored?.suggested} />
            <div className={s.stack}>
              <Checks model={model} />
              <Section id="text" title={t.models.text}>
                <ModelText text={text} onChange={onChange} />
              </Section>
            </div>
          </div>
        </>
      ) : null}
    </div>
  )
}

function Facts({ model, stored }: { model: ModelDescription; stored: StoredModel | undefined }) {
  return (
    <div>
      {stored ? <p>{stored.summary}</p> : null}
      <dl className={`${s.facts} small`}>
        {stored ? (
          <div>
            <dt>{t.models.source}</dt>
            <dd>{stored.citation}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t.models.formats[model.format]}</dt>
          <dd>{model.version}</dd>
        </div>
        {model.timeUnit ? (
          <div>
            <dt>{t.models.timeUnit}</dt>
            <dd>{model.timeUnit}</dd>
          </div>
        ) : null}
        <div title={t.models.identityTitle}>
          <dt>{t.models.identity}</dt>
          <dd>
            <code>{model.identity}</code>
          </dd>
        </div>
      </dl>
      {model.notes ? (
        <details className="small">
          <summary>{t.models.notes}</summary>
          <p className={s.notes}>{model.notes}</p>
        </details>
      ) : null}
    </div>
  )
}
