import { billing } from './billing/rows.ts';
import { alerts } from './platform/alerts/rows.ts';
import type { Area } from './platform/area.ts';
import { audit } from './platform/audit/rows.ts';
import { identity } from './platform/identity/rows.ts';
import { trust } from './platform/trust/rows.ts';
import { siteLicensing } from './site-licensing/rows.ts';

/** Every part of the platform and every product area that has rows, by its folder below `lambdas/`. */
export const areas = {
  'site-licensing': siteLicensing,
  billing,
  'platform/identity': identity,
  'platform/trust': trust,
  'platform/alerts': alerts,
  'platform/audit': audit,
} as const satisfies Record<string, Area>;

const folders = {
  operations: 'operations',
  schedules: 'scheduled',
  streams: 'streams',
  functions: 'functions',
} as const;
type Kind = keyof typeof folders;

/** The file of each row's handler, relative to `lambdas/`: `<area>/<folder of the kind>/<id>/handler.ts`. */
export const handlerFiles: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<Area>(areas).flatMap(([area, rows]) =>
    kinds().flatMap(kind =>
      Object.keys(rows[kind] ?? {}).map(id => [id, `${area}/${folders[kind]}/${id}/handler.ts`] as const),
    ),
  ),
);

/** Loads the handler module of a row. @throws Error for an id that no row has */
export async function loadHandler<H>(id: string): Promise<H> {
  const file = handlerFiles[id];
  if (file === undefined) throw new Error(`No row has the id ${id}.`);
  const { handler }: { handler: H } = await import(`./${file}`);
  return handler;
}

function kinds(): Kind[] {
  return Object.keys(folders).filter((kind): kind is Kind => kind in folders);
}
