import type { ModelRefusal } from '@counterpart/server/contract'
import { type FormEvent, useId, useRef } from 'react'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './models.module.css'

/** Lines shown before and after the one that is wrong. */
const around = 3

/** Why a model is refused, beside the lines it is about, and the text to mend it. */
export function Refusal({
  title,
  refusal,
  text,
  onChange,
}: {
  title: string
  refusal: ModelRefusal
  text: string
  onChange: ((text: string) => void) | undefined
}) {
  const { line } = refusal
  return (
    <>
      <div className={p.problem} role="alert" data-testid="refusal">
        <h2>{title}</h2>
        <p>{refusal.message}</p>
        <p className="small quiet">
          {t.problem.code} <code>{refusal.code}</code>
        </p>
      </div>
      {line === null ? null : <Excerpt text={text} line={line} />}
      <ModelText text={text} line={line} onChange={onChange} open />
    </>
  )
}

function Excerpt({ text, line }: { text: string; line: number }) {
  const lines = text.split(/\r\n|\n|\r/)
  const first = Math.max(1, line - around)
  return (
    <Scroll label={t.models.excerpt(line)}>
      <ol className={s.excerpt} start={first} aria-label={t.models.excerpt(line)}>
        {lines.slice(first - 1, line + around).map((each, index) => {
          const number = first + index
          // A file of one very long line is still a page.
          const shown = each.length > 400 ? `${each.slice(0, 400)} …` : each
          return (
            <li key={number}>
              <span>{number}</span>
              {number === line ? <mark>{shown || ' '}</mark> : <span>{shown}</span>}
            </li>
          )
        })}
      </ol>
    </Scroll>
  )
}

/** The model's text; where it may be changed, with the way to read it again. */
export function ModelText({
  text,
  line = null,
  onChange,
  open = false,
}: {
  text: string
  line?: number | null
  onChange: ((text: string) => void) | undefined
  open?: boolean
}) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const lines = text.split('\n')

  function goTo(wanted: number): void {
    const element = area.current!
    const start = lines.slice(0, wanted - 1).reduce((sum, each) => sum + each.length + 1, 0)
    element.focus()
    element.setSelectionRange(start, start + (lines[wanted - 1]?.length ?? 0))
    element.scrollTop = (wanted - 4) * (element.scrollHeight / Math.max(1, lines.length))
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    onChange?.(area.current!.value)
  }

  const body = (
    <form className={s.open} onSubmit={submit}>
      <label className="hidden" htmlFor={id}>
        {t.models.textLabel}
      </label>
      <textarea
        id={id}
        ref={area}
        className={`${p.input} ${s.text}`}
        rows={Math.min(24, Math.max(8, lines.length))}
        defaultValue={text}
        readOnly={!onChange}
        spellCheck={false}
      />
      <div className={s.settings}>
        {line === null ? null : (
          <button type="button" className={p.button} onClick={() => goTo(line)}>
            {t.models.goToLine(line)}
          </button>
        )}
        {onChange ? (
          <button type="submit" className={p.button}>
            {t.models.recheck}
          </button>
        ) : null}
      </div>
    </form>
  )
  return open ? (
    body
  ) : (
    <details>
      <summary className="small">{t.models.textLabel.split(',')[0]}</summary>
      {body}
    </details>
  )
}
