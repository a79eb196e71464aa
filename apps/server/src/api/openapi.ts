import { z } from '@hono/zod-openapi'
import { instantAtMost, problem } from '../contract/index.ts'

/** A JSON answer of this shape, for `createRoute`. */
export function jsonOf<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A JSON body of this shape, which must be there. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } }
}

const descriptions: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not permitted',
  404: 'There is no such thing',
  409: 'It conflicts with what stands',
  422: 'It cannot be done as asked',
  429: 'Too many attempts',
}

/** The failures a route may answer with, as problem details. */
export function problems(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: descriptions[status]!, content: { 'application/problem+json': { schema: problem } } },
    ]),
  )
}

/** Query parameters that are numbers arrive as text. */
export const numberParameter = z.coerce.number().finite()
export const instantParameter = z.coerce.number().int().min(-instantAtMost).max(instantAtMost)

/** A page of a list. */
export const pageParameters = {
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
}
