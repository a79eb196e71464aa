import { useQuery } from '@tanstack/react-query'
import { clinicQuery } from '../api/clinic-queries.ts'
import { useSession } from '../app-context.tsx'
import { Section } from '../parts/numbers.tsx'
import { clinicStrings as c } from '../strings-clinic.ts'

/** How many of a clinic's people say that a figure of their own is wrong; never who. Nothing of other subjects. */
export function Contested({ subject }: { subject: string }) {
  const [kind, id = ''] = subject.split('/')
  const may = useSession().user.role === 'manager'
  const clinic = useQuery({ ...clinicQuery(id), enabled: kind === 'clinic' && may }).data
  if (!clinic) return null
  const { people, byPod, note } = clinic.contests
  const count = (value: number | null) => (value === null ? c.contested.tooFew : c.contested.people(value))
  return (
    <Section id="contested" title={c.contested.title}>
      <p>
        {c.contested.clinic}: {count(people)}. {note}
      </p>
      {byPod.length > 0 ? (
        <ul>
          {byPod.map((each) => (
            <li key={each.pod}>
              {clinic.pods.find((pod) => pod.code === each.pod)?.label ?? each.pod}: {count(each.people)}
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  )
}
