import type { z } from 'zod'

/** The first thing that is wrong with a resource, with its FHIRPath, and how many more there are. */
export function firstIssue(error: z.ZodError, root: string): { location: string; message: string; more: number } {
  const [issue] = error.issues
  if (!issue) return { location: root, message: 'is not valid', more: 0 }
  const path = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  const location = `${root}${path}`
  const more = error.issues.length - 1
  if (issue.code === 'unrecognized_keys')
    return {
      location,
      message: `R4 has no element ${issue.keys.map((key) => `"${key.slice(0, 40)}"`).join(', ')} here`,
      more,
    }
  const name = String(issue.path.at(-1) ?? root)
  return { location, message: `${name}: ${issue.message}`, more }
}
