import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { modelsQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import s from './models.module.css'
import { keepOwnModel } from './own-model.ts'

/** The server's own limit; said here before a long text is sent in vain. */
const textAtMost = 8_000_000

/** The models that come with the installation, and the way to bring one. */
export function ModelsPage() {
  const may = useMay('use-models')
  const models = useQuery({ ...modelsQuery, enabled: may })
  useEffect(() => {
    document.title = `${t.models.title} – ${t.product}`
  }, [])
  if (!may) return <p className={p.empty}>{t.problem.forbiddenDetail}</p>
  return (
    <div className={p.page} style={{ gap: 24 }}>
      <div className={p.pageHead}>
        <h1>{t.models.title}</h1>
        <p>{t.models.lead}</p>
      </div>
      <div className={s.columns}>
        <Section id="library" title={t.models.library}>
          {models.error ? <ProblemNote error={models.error} retry={() => void models.refetch()} /> : null}
          {models.isPending ? <Loading /> : null}
          <ul className={s.library} data-testid="models">
            {models.data?.models.map(({ id, title, summary, citation }) => (
              <li key={id}>
                <Link to="/models/$model" params={{ model: id }}>
                  {title}
                </Link>
                <p>{summary}</p>
                <p className="small quiet">{citation}</p>
              </li>
            ))}
          </ul>
        </Section>
        <Section id="open" title={t.models.open}>
          <OpenModel />
        </Section>
      </div>
    </div>
  )
}

function OpenModel() {
  const id = useId()
  const navigate = useNavigate()
  const area = useRef<HTMLTextAreaElement>(null)
  const [trouble, setTrouble] = useState<string>()

  async function choose(file: File | undefined): Promise<void> {
    if (!file) return
    try {
      // A character takes at most four bytes, so that this one is too long unread.
      if (file.size > 4 * textAtMost) setTrouble(t.models.tooLong)
      else open(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()))
    } catch {
      setTrouble(t.models.unreadable)
    }
  }

  function open(text: string): void {
    const wrong = text.trim() === '' ? t.models.emptyText : text.length > textAtMost ? t.models.tooLong : undefined
    setTrouble(wrong)
    if (wrong !== undefined) return
    keepOwnModel(text)
    void navigate({ to: '/models/$model', params: { model: 'own' } })
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    open(area.current!.value)
  }

  return (
    <form className={s.open} onSubmit={submit}>
      <p className="small quiet">{t.models.openLead}</p>
      <div className={p.field}>
        <label htmlFor={`${id}f`}>{t.models.file}</label>
        <input
          id={`${id}f`}
          type="file"
          accept=".ant,.txt,.xml,.sbml,.cellml"
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </div>
      <div className={p.field}>
        <label htmlFor={`${id}t`}>{t.models.paste}</label>
        <textarea
          id={`${id}t`}
          ref={area}
          className={`${p.input} ${s.text}`}
          rows={10}
          spellCheck={false}
          aria-describedby={trouble ? `${id}e` : undefined}
          aria-invalid={trouble ? true : undefined}
        />
      </div>
      {trouble ? (
        <p id={`${id}e`} role="alert" className={s.bad}>
          {trouble}
        </p>
      ) : null}
      <button type="submit" className={p.primary}>
        {t.models.check}
      </button>
    </form>
  )
}
