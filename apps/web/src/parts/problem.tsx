import { RequestError } from '../api/client.ts'
import { strings as t } from '../strings.ts'
import s from './parts.module.css'

/** What went wrong, what it means for the person's work, what can be done, and a code that the log knows. */
export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const known = error instanceof RequestError
  const title = known ? error.title : t.problem.brokenTitle
  const detail = known
    ? error.message
    : error instanceof Error && error.message
      ? error.message
      : t.problem.brokenDetail
  return (
    <div className={s.problem} role="alert">
      <h2>{title}</h2>
      <p>{detail}</p>
      {known ? (
        <p className="small quiet">
          {t.problem.code} <code>{error.code}</code>
          {error.reference ? (
            <>
              {' '}
              · {t.problem.reference} <code>{error.reference}</code>
            </>
          ) : null}
        </p>
      ) : null}
      {retry ? (
        <button type="button" className={s.button} onClick={retry}>
          {t.tryAgain}
        </button>
      ) : null}
    </div>
  )
}

export function Loading() {
  return (
    <p className={s.empty} role="status">
      {t.loading}
    </p>
  )
}
