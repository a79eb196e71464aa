import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { erasePrivate } from '../api/clinic-queries.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import s from './my-work.module.css'

/** Destroys what only this person may see; asked twice, as there is no way back. */
export function Erase() {
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const erase = useMutation({
    mutationFn: erasePrivate,
    onSuccess: () => {
      setAsked(false)
      for (const key of ['own-work', 'own-private', 'own-statements', 'own-looked'])
        void client.invalidateQueries({ queryKey: [key] })
    },
  })
  return (
    <div className="no-print" data-testid="erase">
      {asked ? (
        <div className={s.erase} role="alert">
          <p>{o.own.eraseSure}</p>
          <div className={s.choices}>
            <button type="button" className={p.button} disabled={erase.isPending} onClick={() => erase.mutate()}>
              {o.own.eraseNow}
            </button>
            <button type="button" className={p.button} onClick={() => setAsked(false)}>
              {t.cancel}
            </button>
          </div>
        </div>
      ) : (
        <button type="button" className={p.button} onClick={() => setAsked(true)}>
          {o.own.erase}
        </button>
      )}
      {erase.data !== undefined && !asked ? <p role="status">{o.own.erased}</p> : null}
      {erase.error ? <ProblemNote error={erase.error} /> : null}
    </div>
  )
}
