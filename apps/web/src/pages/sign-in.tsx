import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { RequestError } from '../api/client.ts'
import { sessionQuery, signIn, signInOptionsQuery } from '../api/queries.ts'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { Mark } from '../shell.tsx'
import { strings as t } from '../strings.ts'
import s from './sign-in.module.css'

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' })
  const client = useQueryClient()
  const navigate = useNavigate()
  const options = useQuery(signInOptionsQuery)
  const id = useId()
  const name = useRef<HTMLInputElement>(null)
  const [missing, setMissing] = useState(false)
  const enter = useMutation({
    mutationFn: ({ username, password }: { username: string; password: string }) => signIn(username, password),
    onSuccess: async (session) => {
      client.clear()
      client.setQueryData(sessionQuery.queryKey, session)
      // Only a path of this site: an address of elsewhere in `to` is ignored.
      if (to && /^\/(?![/\\])/.test(to)) await navigate({ href: to, replace: true })
      else await navigate({ to: '/', replace: true })
    },
  })
  useEffect(() => {
    document.title = `${t.signIn.title} – ${t.product}`
    name.current?.focus()
  }, [])

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const username = String(form.get('username') ?? '').trim()
    const password = String(form.get('password') ?? '')
    setMissing(!username || !password)
    if (username && password) enter.mutate({ username, password })
  }

  const offered = options.data
  return (
    <main className={s.page}>
      <div className={s.box}>
        <div className={s.brand}>
          <Mark />
          {t.product}
        </div>
        <p className="quiet">{t.signIn.what}</p>
        {offered?.sandbox ? <p className={s.simulated}>{t.signIn.simulated}</p> : null}
        {options.error ? <ProblemNote error={options.error} retry={() => void options.refetch()} /> : null}
        {offered && !offered.password ? null : (
          <form className={s.form} onSubmit={submit} aria-labelledby={`${id}title`} noValidate>
            <h1 id={`${id}title`}>{t.signIn.title}</h1>
            {missing ? (
              <ProblemNote
                error={new RequestError(400, 'incomplete', t.signIn.needsAttention, t.signIn.missing, null)}
              />
            ) : null}
            {enter.error && !missing ? <ProblemNote error={enter.error} /> : null}
            <div className={`${p.field} ${s.wide}`}>
              <label htmlFor={`${id}u`}>{t.signIn.username}</label>
              <input
                ref={name}
                id={`${id}u`}
                name="username"
                className={p.input}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                required
              />
            </div>
            <div className={`${p.field} ${s.wide}`}>
              <label htmlFor={`${id}p`}>{t.signIn.password}</label>
              <input
                id={`${id}p`}
                name="password"
                type="password"
                className={p.input}
                autoComplete="current-password"
                required
              />
            </div>
            <button type="submit" className={p.primary} disabled={enter.isPending}>
              {enter.isPending ? t.signIn.busy : t.signIn.submit}
            </button>
          </form>
        )}
        {offered?.openid ? (
          <>
            {offered.password ? <p className="quiet small">{t.signIn.or}</p> : null}
            <a className={`${p.button} ${s.openid}`} href={offered.openid.url}>
              {t.signIn.openid(offered.openid.label)}
            </a>
          </>
        ) : null}
        <p className="small quiet">{t.signIn.firstRun}</p>
        <p className="small quiet">
          {t.shell.notADevice}
          {offered ? ` · ${t.shell.version(offered.version)}` : ''}
        </p>
      </div>
    </main>
  )
}
