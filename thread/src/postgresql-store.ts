import { ThreadError } from './errors.ts'
import type { Store } from './store.ts'

export async function openPostgresqlStore(_url: string, _options: { readonly readOnly?: boolean }): Promise<Store> {
  throw new ThreadError('store-unavailable', 'PostgreSQL support is being built')
}
